package words

import "strings"

// What Fyne itself says: in the menu of a field, in its dialogs. Behind the prefix stands Fyne's own key.
const (
	FyneAdvanced        Key = "fyne.Advanced"
	FyneCancel          Key = "fyne.Cancel"
	FyneConfirm         Key = "fyne.Confirm"
	FyneCopy            Key = "fyne.Copy"
	FyneCreateFolder    Key = "fyne.Create Folder"
	FyneCut             Key = "fyne.Cut"
	FyneEnterFilename   Key = "fyne.Enter filename"
	FyneError           Key = "fyne.Error"
	FyneFavourites      Key = "fyne.Favourites"
	FyneFile            Key = "fyne.File"
	FyneFolder          Key = "fyne.Folder"
	FyneNewFolder       Key = "fyne.New Folder"
	FyneNo              Key = "fyne.No"
	FyneOK              Key = "fyne.OK"
	FyneOpen            Key = "fyne.Open"
	FynePaste           Key = "fyne.Paste"
	FyneQuit            Key = "fyne.Quit"
	FyneRedo            Key = "fyne.Redo"
	FyneSave            Key = "fyne.Save"
	FyneSelectAll       Key = "fyne.Select all"
	FyneShowHiddenFiles Key = "fyne.Show Hidden Files"
	FyneUndo            Key = "fyne.Undo"
	FyneYes             Key = "fyne.Yes"
	FyneFileName        Key = "fyne.file.name"
	FyneFileParent      Key = "fyne.file.parent"
)

// Fyne gives the words of Fyne's own menus and dialogs by Fyne's keys.
func (c *Catalogue) Fyne() map[string]string {
	out := map[string]string{}
	for k, text := range c.text {
		if own, ok := strings.CutPrefix(string(k), "fyne."); ok {
			out[own] = text
		}
	}
	return out
}
