package ui

func (w *Window) FocusSearchForTest() { w.focus(w.top.search) }
func SetByHandForTest(f *FirstRun)    { f.setByHand(true) }
