package sample

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"

	"github.com/callbench/callbench/desk"
)

// of gives the chance that belongs to one customer.
func of(seed int64, stream int, c desk.Customer) *rand.Rand {
	h := fnv.New32a()
	_, _ = h.Write([]byte(c.ID)) // never fails
	return chance(seed, stream, int(h.Sum32()))
}

func inFormal(c desk.Customer) bool { return strings.ContainsAny(c.Address, "號") }

// talk is one kind of contact, in both scripts.
type talk struct {
	reason           desk.Reason
	outcome          desk.Outcome
	subject, content [2]string
}

//nolint:gochecknoglobals // word lists, never changed
var talks = []talk{
	{desk.ReasonEnquiry, desk.OutcomeResolved, [2]string{"咨询套餐", "諮詢方案"}, [2]string{"询问现有套餐与新套餐的区别，已说明价格和合约期。", "詢問現有方案與新方案的差別，已說明價格和合約期。"}},
	{desk.ReasonBilling, desk.OutcomeResolved, [2]string{"账单疑问", "帳單疑問"}, [2]string{"上月账单多出一项，核对后为增值服务，客户已了解。", "上月帳單多出一項，核對後為加值服務，客戶已了解。"}},
	{desk.ReasonFault, desk.OutcomeTicket, [2]string{"网络故障", "網路故障"}, [2]string{"晚间网速慢，重启后仍未恢复，已派单检修。", "晚間網速慢，重新開機後仍未恢復，已派工檢修。"}},
	{desk.ReasonComplaint, desk.OutcomeEscalated, [2]string{"投诉上门迟到", "投訴到府遲到"}, [2]string{"安装人员比约定时间晚到两小时，客户要求说明，已致歉并转上级。", "安裝人員比約定時間晚到兩小時，客戶要求說明，已致歉並轉上級。"}},
	{desk.ReasonBusiness, desk.OutcomeFollowUp, [2]string{"办理新装", "辦理新裝"}, [2]string{"想在新址安装宽带，需查资源，约定回电。", "想在新址安裝寬頻，需查資源，約定回電。"}},
	{desk.ReasonInformation, desk.OutcomeResolved, [2]string{"查询进度", "查詢進度"}, [2]string{"查询工单进度，已告知预计完成时间。", "查詢工單進度，已告知預計完成時間。"}},
	{desk.ReasonSalesLead, desk.OutcomeFollowUp, [2]string{"有意升级", "有意升級"}, [2]string{"对企业专线感兴趣，希望收到书面报价。", "對企業專線感興趣，希望收到書面報價。"}},
	{desk.ReasonSuggestion, desk.OutcomeResolved, [2]string{"建议延长服务时间", "建議延長服務時間"}, [2]string{"希望周末也有人工服务，已记录。", "希望週末也有專人服務，已記錄。"}},
}

// Contacts gives zero to six talks with a customer before now, newest first; none with one who was never
// spoken to.
func Contacts(seed int64, c desk.Customer, now desk.Millis) []desk.Contact {
	if c.LastContactAt == 0 {
		return nil
	}
	r, script := of(seed, streamContact, c), 0
	if inFormal(c) {
		script = 1
	}
	at := min(c.LastContactAt, now)
	var list []desk.Contact
	for range r.IntN(7) {
		t := pick(r, talks)
		k := desk.Contact{
			ID: id(r, at), Customer: c.ID, At: at, Offset: 480, Seconds: 40 + r.IntN(500), Group: c.Group,
			Agent: fmt.Sprint(8001 + r.IntN(30)), Channel: desk.ChannelPhone, Direction: desk.Inbound,
			Subject: t.subject[script], Content: t.content[script], Reason: t.reason, Outcome: t.outcome,
		}
		if oneIn(r, 5) {
			k.Direction = desk.Outbound
		}
		if len(c.Phones) > 0 {
			k.Number = c.Phones[0].E164
		}
		if oneIn(r, 15) {
			k.Channel, k.Direction, k.Number, k.Seconds = desk.ChannelCounter, "", "", 0
		}
		list = append(list, k)
		if at -= hour + desk.Millis(r.Int64N(int64(90*day))); at < c.CreatedAt {
			break
		}
	}
	return list
}

// Callbacks gives the promises to call a customer: mostly none, at most two, one of them open at times.
func Callbacks(seed int64, c desk.Customer, now desk.Millis) []desk.Callback {
	r, script := of(seed, streamCallback, c), 0
	if inFormal(c) {
		script = 1
	}
	var list []desk.Callback
	if oneIn(r, 12) && c.LastContactAt != 0 {
		at := min(c.LastContactAt+day, now) / hour * hour
		list = append(list, promise(r, c, at, pick(r, []desk.CallbackState{desk.CallbackDone, desk.CallbackDone, desk.CallbackMissed}), script))
	}
	if oneIn(r, 15) {
		at := (now + desk.Millis(r.Int64N(int64(5*day))) + hour) / hour * hour
		list = append(list, promise(r, c, at, desk.CallbackOpen, script))
	}
	return list
}

func promise(r *rand.Rand, c desk.Customer, at desk.Millis, state desk.CallbackState, script int) desk.Callback {
	notes := [][2]string{{"回复资源核查结果", "回覆資源查核結果"}, {"发送报价后确认", "寄出報價後確認"}, {"确认故障是否恢复", "確認故障是否恢復"}}
	const chinaEast = 8 * hour // no daylight saving in any of the places
	return desk.Callback{
		ID: id(r, at), Customer: c.ID, At: at, Wall: (at + chinaEast).Time().Format("2006-01-02T15:04"), Zone: "Asia/Shanghai",
		Group: c.Group, Note: pick(r, notes)[script], State: state, Attempts: r.IntN(2),
	}
}

// Tickets gives the work that contacts with a customer gave rise to: mostly none, one for each fault or
// complaint in Contacts.
func Tickets(seed int64, c desk.Customer, now desk.Millis) []desk.Ticket {
	r := of(seed, streamTicket, c)
	var list []desk.Ticket
	for _, k := range Contacts(seed, c, now) {
		t := desk.Ticket{
			ID: id(r, k.At), Customer: c.ID, Contact: k.ID, Number: fmt.Sprintf("GD-%08d", r.IntN(100_000_000)), Subject: k.Subject,
			Detail: k.Content, CreatedAt: k.At, DueAt: k.At + 2*day, Group: c.Group, State: desk.TicketClosed, Department: "repair", Kind: "fault",
		}
		if k.Reason == desk.ReasonComplaint {
			t.Kind, t.Department = "complaint", "sales"
			t.Amount, t.Currency, t.Approval = fmt.Sprintf("%d.00", 50+10*r.IntN(200)), "CNY", "none"
		} else if k.Reason != desk.ReasonFault {
			continue
		}
		if now-k.At < 3*day {
			t.State = pick(r, []desk.TicketState{desk.TicketAccepted, desk.TicketAssigned, desk.TicketInProgress, desk.TicketResolved})
		}
		list = append(list, t)
	}
	return list
}
