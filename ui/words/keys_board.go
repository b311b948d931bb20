package words

// What a figure of the board is made of: desk.FigureName.
const (
	FormulaTitle     Key = "formula.title"
	FormulaMove      Key = "formula.move"
	FormulaWaiting   Key = "formula.waiting"
	FormulaLongest   Key = "formula.longest"
	FormulaOffered   Key = "formula.offered"
	FormulaAnswered  Key = "formula.answered"
	FormulaAbandoned Key = "formula.abandoned"
	FormulaRate      Key = "formula.rate"
	FormulaFree      Key = "formula.free"
	FormulaMarks     Key = "formula.marks"
	FormulaToday     Key = "formula.today"
	FormulaRateNote  Key = "formula.rate_note"
	FormulaFreeNote  Key = "formula.free_note"
)
