package words

// What can be done, where no button says it already, and the headings it stands under.
const (
	GroupCall     Key = "group.call"
	GroupState    Key = "group.state"
	GroupFlow     Key = "group.flow"
	GroupNote     Key = "group.note"
	GroupCustomer Key = "group.customer"
	GroupViews    Key = "group.views"
	GroupWindow   Key = "group.window"

	ActOf         Key = "act.of"
	ActHold       Key = "act.hold"
	ActDial       Key = "act.dial"
	ActState      Key = "act.state"
	ActStates     Key = "act.states"
	ActOption     Key = "act.option"
	ActOptionIn   Key = "act.option_in_field"
	ActNote       Key = "act.note"
	ActOther      Key = "act.other"
	ActSearch     Key = "act.search"
	ActOffered    Key = "act.offered"
	ActOfferedAny Key = "act.offered_any"
	ActPool       Key = "act.pool"
	ActSettle     Key = "act.settle"
	ActSync       Key = "act.sync"
	ActPane       Key = "act.pane"
	ActPaneBack   Key = "act.pane_back"
	ActScroll     Key = "act.scroll"
	ActTab        Key = "act.tab"
	ActEscape     Key = "act.escape"
)

// The palette.
const (
	PaletteHow  Key = "palette.how"
	PaletteOnly Key = "palette.only"
)

// Giving actions other chords, and the sheet of them.
const (
	SettingsKeys Key = "settings.keys"
	KeysNone     Key = "keys.none"
	KeysWaiting  Key = "keys.waiting"
	KeysPress    Key = "keys.press"
	KeysTaken    Key = "keys.taken"
	KeysKept     Key = "keys.kept"
	KeysReserved Key = "keys.reserved"
	KeysPlain    Key = "keys.plain"
	KeysReset    Key = "keys.reset"
	KeysHow      Key = "keys.how"
	KeysTitle    Key = "keys.title"
	KeysChange   Key = "keys.change"
	ActKeys      Key = "act.keys"
)
