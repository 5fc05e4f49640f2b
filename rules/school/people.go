package school

// Class is one class of a school or one course of a training institution.
type Class struct {
	ID      string   // 班级编号
	Stage   string   // 学段: 小学, 初中, 高中, 中职, 高校, 培训
	Grade   string   // 年级
	Name    string   // 班名, as people write it: 七(3)班
	Aliases []string // 别名

	// of a course of a training institution
	Seats   int      `json:",omitempty"` // 名额; 0 = no limit
	Lessons []Lesson `json:",omitempty"` // 上课时间 every week; none = whenever the institution is open
	Room    string   `json:",omitempty"` // 地点; "" = not said, or online
}

// Compulsory says whether children of this class are of compulsory-school
// level; decided by 学段, whatever the school's level (design 3.7).
func (c Class) Compulsory() bool { return c.Stage == "小学" || c.Stage == "初中" }

// WholeSchool is the scope of a post that concerns everybody.
const WholeSchool = "全校"

// Within says whether the class lies in a scope: its own id, its 年级, its
// 学段 or 全校.
func (c Class) Within(scope string) bool {
	return scope != "" && (scope == c.ID || scope == c.Grade || scope == c.Stage || scope == WholeSchool)
}

// Place is a student's seat in a class.
type Place struct {
	Class string
	Seat  int // 座号; 0 when unknown
}

// Student is a child on the school's roll, or a 学员 of a training institution.
type Student struct {
	ID       string // 学号
	Name     string
	Sex      string  // 男, 女 or ""
	Places   []Place // one for a school child; one per course for a 学员
	Boarding bool    // 住校
	Born     Day
	Note     string // 备注
}

// Class is the child's (first) class id.
func (s Student) Class() string {
	if len(s.Places) == 0 {
		return ""
	}
	return s.Places[0].Class
}

// In says whether the child belongs to the class.
func (s Student) In(class string) bool {
	for _, p := range s.Places {
		if p.Class == class {
			return true
		}
	}
	return false
}

// Seat is the child's 座号 in a class; 0 when unknown.
func (s Student) Seat(class string) int {
	for _, p := range s.Places {
		if p.Class == class && p.Seat > 0 {
			return p.Seat
		}
	}
	return 0
}

// Address is where a platform finds a person.
type Address struct {
	Platform string // kind of platform: "wecom", "dingtalk", "mp" (公众号), "sms", "sandbox"
	User     string // the platform's own user id
}

// Post is a role a person holds for a scope: a relation, never an attribute.
type Post struct {
	Title  string   // 职务, free text: 班主任, 年级主任, 教务主任 …
	Scopes []string // class ids, grade names, 学段, or 全校
}

// Staff is a person who works for the school.
type Staff struct {
	ID        string // 工号
	Name      string
	Mobile    string
	Posts     []Post
	Deputy    string // 代理人: 工号 of the person who stands in while a delegation is on
	Addresses []Address
}

// Child ties a guardian to a student.
type Child struct {
	Student  string
	Relation string // 妈妈, 爸爸, 奶奶 … free text
	Order    int    // order of calling; 1 is told first
}

// Guardian is one person who answers for children. Rows with one mobile
// number or one account are one person.
type Guardian struct {
	ID        string // "G" + running number in order of first appearance
	Name      string
	Mobile    string
	Children  []Child
	Addresses []Address
}

// Kind of person.
const (
	KindStaff    = "staff"
	KindGuardian = "guardian"
	KindStudent  = "student"
)

// Person is anybody who can speak to the bot. The zero Person is the clock.
type Person struct {
	ID        string
	Name      string
	Kind      string // KindStaff, KindGuardian, KindStudent
	Posts     []Post
	Children  []Child // of a guardian
	Addresses []Address
}

// Address finds the person's address on one kind of platform.
func (p Person) Address(platform string) (Address, bool) {
	for _, a := range p.Addresses {
		if a.Platform == platform {
			return a, true
		}
	}
	return Address{}, false
}

// GuardianOf says whether the person is a guardian of the student.
func (p Person) GuardianOf(student string) bool {
	for _, c := range p.Children {
		if c.Student == student {
			return true
		}
	}
	return false
}
