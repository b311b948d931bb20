package gallery

import (
	"fmt"
	"time"

	"github.com/callbench/callbench/desk"
)

// lists makes the states of the views of customers and tasks.
func lists(name string, s desk.State) desk.State {
	switch name {
	case "customers":
		s = customers(s, desk.CustomersAll)
	case "customers_lead":
		s.Session.Role = desk.RoleLead
		s = customers(s, desk.CustomersToVisitWeek)
		s.Customers.Ask.Reach, s.Customers.Owners = desk.ReachGroup, []string{"chen", "lin", "wang", "zhao"}
		s.Settings.Views = []desk.SavedView{{Name: "李 · 本组", View: desk.CustomersAll, Reach: desk.ReachGroup, Text: "李"}}
	case "customers_none":
		s = customers(s, desk.CustomersPaused)
		s.Customers.Page, s.Customers.Looked = desk.CustomerPage{}, desk.Looked{}
	case "customers_unread":
		s = customers(s, desk.CustomersAll)
		s.Customers.Page, s.Customers.Looked = desk.CustomerPage{}, desk.Looked{}
		s.Customers.Read, s.Customers.Failed = false, true
	case "customers_busy":
		s = customers(s, desk.CustomersAddedMonth)
		s.Customers.Busy, s.Customers.Asked, s.Customers.Ask.Text = true, ago(2*time.Second), "李"
	case "pool":
		s = customers(s, desk.CustomersPool)
		s.Customers.Period, s.Customers.Problem = desk.PoolWeek, "offline"
		s.Link.State, s.Link.Reason = desk.CentralUnreachable, "timeout"
	case "exporting":
		s.Session.Role = desk.RoleLead
		s = customers(s, desk.CustomersAll)
		s.Job = &desk.Job{ID: "j1", Kind: desk.JobExport, Done: 12_300, Since: ago(3 * time.Second)}
	case "import", "importing":
		s.Session.Role = desk.RoleLead
		s = importing(s)
		if name == "importing" {
			s.Job = &desk.Job{ID: "j1", Kind: desk.JobImport, Done: 700, Total: 1840, Since: ago(3 * time.Second)}
		}
	case "tasks":
		s = tasks(s)
	case "tasks_move":
		s = tasks(s)
		s.Tasks.Moving = true
	case "tasks_none":
		s.View, s.Tasks = "tasks", desk.TaskView{Read: true, Reach: desk.ReachMine}
	}
	return s
}

// customers is a page of customers with the first of them looked at.
func customers(s desk.State, view desk.CustomerView) desk.State {
	names := []string{"陈怡君", "张建国", "李淑芬", "王志明", "刘洋", "赵敏", "何平", "欧阳晓峰", "Anna Müller", "林家豪", "周杰", "吴佩珊", "郑伟", "孙丽华", "钱多多", "冯少峰"}
	companies := []string{"三田电子", "平安五金", "华信物流", "", "远方科技股份有限公司", "大同食品"}
	var rows []desk.ListedCustomer
	for i, n := range names {
		c := customer()
		c.ID, c.Name, c.Company, c.Number = fmt.Sprintf("c%d", i+1), n, companies[i%len(companies)], fmt.Sprintf("K208%02d", i)
		if i > 0 {
			c.Title, c.Level = []string{"", "经理", "采购"}[i%3], desk.LevelNormal
			c.Phones = []desk.Phone{{Label: "手机", Raw: fmt.Sprintf("1390013%04d", 800+i*37)}}
			c.Tier = []desk.Tier{desk.TierPotential, desk.TierNew, desk.TierEstablished, desk.TierSleeping}[i%4]
			c.Status = []desk.CustomerStatus{desk.StatusInterested, desk.StatusCommitted, desk.StatusPaused}[i%3]
		}
		c.CreatedAt, c.NextVisitAt = ago(time.Duration(i*31)*hour), Now()+desk.Millis(i*7)*3_600_000
		if view == desk.CustomersPool {
			c.Owner, c.PooledAt, c.PooledBy = "", ago(time.Duration(i*9+1)*hour), "chen"
			c.Tier = desk.TierSleeping
		}
		rows = append(rows, desk.ListedCustomer{Customer: c, TalkedAt: ago(time.Duration(i*i*3) * hour)})
	}
	if view == desk.CustomersPool {
		rows = rows[1:11]
	}
	s.View = "customers"
	s.Customers = desk.CustomerList{
		Ask: desk.CustomerQuestion{View: view, Reach: desk.ReachMine, User: "lin"}, Read: true,
		Page: desk.CustomerPage{Rows: rows, Total: 1001, Next: "1.1"}, Trail: []string{""},
	}
	s.Customers.Looked = desk.Looked{Row: rows[0].Customer.ID, Customer: rows[0].Customer, Read: true}
	if view != desk.CustomersPool {
		s.Customers.Looked.History = history()
	}
	return s
}

// tasks is a morning's work: callbacks overdue, today and later, and tickets.
func tasks(s desk.State) desk.State {
	callback := func(i int, who string, at desk.Millis, note string) desk.Task {
		c := customer()
		c.ID, c.Name = fmt.Sprintf("c%d", i), who
		return desk.Task{Customer: c, Callback: &desk.Callback{ID: fmt.Sprintf("b%d", i), Customer: c.ID, At: at, Owner: "lin", Note: note, State: desk.CallbackOpen}}
	}
	ticket := func(i int, who string, state desk.TicketState, due desk.Millis, subject string) desk.Task {
		c := customer()
		c.ID, c.Name = fmt.Sprintf("c%d", i), who
		return desk.Task{Customer: c, Ticket: &desk.Ticket{ID: fmt.Sprintf("t%d", i), Customer: c.ID, Number: fmt.Sprint(2030 + i), State: state, DueAt: due, Owner: "lin", Subject: subject}}
	}
	s.View = "tasks"
	s.Tasks = desk.TaskView{Read: true, Reach: desk.ReachMine}
	s.Tasks.List = desk.TaskList{
		Callbacks: []desk.Task{
			callback(1, "陈怡君", ago(26*hour), "告知退款进度，客户要求书面说明处理结果和时间"), callback(2, "刘洋", ago(2*hour), "确认宽带恢复"),
			callback(3, "李淑芬", Now()+3_600_000, "发送报价后确认"), callback(4, "王志明", Now()+2*3_600_000, "约上门时间"), callback(5, "赵敏", Now()+30*3_600_000, "合同续签"),
		},
		Tickets: []desk.Task{
			ticket(6, "张建国", desk.TicketInProgress, ago(day), "退款迟延"), ticket(7, "何平", desk.TicketResolved, ago(3*hour), "线路故障"),
			ticket(8, "欧阳晓峰", desk.TicketAccepted, Now()+20*3_600_000, "新装宽带"), ticket(9, "周杰", desk.TicketAssigned, 0, "换表"),
		},
		CallbackTotal: 5, TicketTotal: 4,
	}
	s.Tasks.Looked = desk.Looked{Row: "b1", Customer: s.Tasks.List.Callbacks[0].Customer, History: history(), Read: true}
	return s
}

// importing is a table that has been looked at: two of its rows would come back.
func importing(s desk.State) desk.State {
	column := func(heading, field string, cells ...string) desk.TableColumn {
		return desk.TableColumn{Heading: heading, Field: field, Cells: cells}
	}
	s.View = "import"
	s.Table = desk.TableImport{
		Files: []desk.TableFile{
			{Path: "/home/lin/Downloads/customers-2026-11.xlsx", Name: "customers-2026-11.xlsx"},
			{Path: "/home/lin/Downloads/展会名单 十一月 上海 第二批.csv", Name: "展会名单 十一月 上海 第二批.csv"},
		},
		Path: "/home/lin/Downloads/customers-2026-11.xlsx", Duplicates: desk.DuplicatesReport, Column: 1, Read: true,
		Preview: desk.TablePreview{
			Columns: []desk.TableColumn{
				column("客户姓名", "name", "陈怡君", "张建国", "李淑芬"), column("手机", "phone", "13800138000", "13900139000", "010-62345678"),
				column("公司", "company", "三田电子", "平安五金"), column("合同编号", "attr:合同编号", "HT-2026-0131", "HT-2026-0152"), column("序号", "-", "1", "2", "3"),
			},
			Named: true, Rows: 1840, In: 1802, Merged: 0, Skipped: 0, Known: 36, Bad: 2, Whole: true,
			Back: []string{"第 17 行 不是电话号码 (手机): 1.38E+10", "第 240 行 客户已存在: K20813"},
		},
	}
	return s
}
