package words

// Lists of customers that the user has put by.
const (
	ViewsTitle      Key = "views.title"
	ViewsSave       Key = "views.save"
	ViewsForget     Key = "views.forget"
	NoticeViewsFull Key = "notice.views_full"
)
