package words

// What belongs to writing and finding Chinese.
const (
	KnowledgePrompt  Key = "knowledge.prompt"
	KnowledgeFound   Key = "knowledge.found"
	KnowledgeNothing Key = "knowledge.nothing"
	KnowledgeFlow    Key = "knowledge.flow"
	KnowledgeEnd     Key = "knowledge.end"
	KnowledgeOwn     Key = "knowledge.own"
	KnowledgePhrases Key = "knowledge.phrases"
	KnowledgeTake    Key = "knowledge.take"
	KnowledgeNoNote  Key = "knowledge.no_note"
	HintsKnowledge   Key = "hints.knowledge"

	SettingsPhrases  Key = "settings.phrases"
	PhraseBookPrompt Key = "phrase.book_prompt"
	PhraseBookHow    Key = "phrase.book_how"
	PhraseBookCount  Key = "phrase.book_count"

	ActPhrase  Key = "act.phrase"
	PhraseHint Key = "phrase.hint"
	PhraseOwn  Key = "phrase.own"
	PhraseTeam Key = "phrase.team"

	FieldNote Key = "field.note" // a customer was found by what was written of a talk
)
