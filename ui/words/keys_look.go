package words

// The gallery: every component in every state, for whoever draws the window.
const (
	GalleryTitle    Key = "gallery.title"
	GalleryColours  Key = "gallery.colours"
	GalleryType     Key = "gallery.type"
	GalleryIcons    Key = "gallery.icons"
	GalleryStates   Key = "gallery.states"
	GalleryButtons  Key = "gallery.buttons"
	GalleryFields   Key = "gallery.fields"
	GalleryChoices  Key = "gallery.choices"
	GalleryRows     Key = "gallery.rows"
	GalleryMessages Key = "gallery.messages"
	GallerySample   Key = "gallery.sample"

	GalleryAtRest   Key = "gallery.rest"
	GalleryHovered  Key = "gallery.hover"
	GalleryFocused  Key = "gallery.focus"
	GalleryOn       Key = "gallery.on"
	GalleryDisabled Key = "gallery.disabled"

	RolePage      Key = "gallery.role.page"
	RoleCard      Key = "gallery.role.card"
	RoleField     Key = "gallery.role.field"
	RoleLine      Key = "gallery.role.line"
	RoleEdge      Key = "gallery.role.edge"
	RoleText      Key = "gallery.role.text"
	RoleSecondary Key = "gallery.role.muted"
	RoleAccent    Key = "gallery.role.accent"
	RoleOnAccent  Key = "gallery.role.on_accent"
	RoleDanger    Key = "gallery.role.danger"

	SchemeSystem       Key = "gallery.scheme.system"
	SchemeLight        Key = "gallery.scheme.light"
	SchemeDark         Key = "gallery.scheme.dark"
	SchemeContrast     Key = "gallery.scheme.contrast"
	SchemeContrastDark Key = "gallery.scheme.contrast-dark"
	DensityRoomy       Key = "gallery.density.roomy"
	DensityCompact     Key = "gallery.density.compact"
)
