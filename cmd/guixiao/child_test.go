package main_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// built is the program built for the tests that run it as a process.
type built struct {
	path string
	hold io.Closer // while it is held, the file stays
}

// program builds the binary once.
var program = sync.OnceValues(func() (built, error) {
	dir, err := os.MkdirTemp("", "guixiao-program-")
	if err != nil {
		return built{}, err
	}
	sweeper := exec.Command("sh", "-c", `trap '' INT TERM HUP; read -r _; rm -rf "$1"`, "sweeper", dir)
	hold, err := sweeper.StdinPipe()
	if err == nil {
		err = sweeper.Start()
	}
	if err != nil {
		return built{}, err
	}
	path := filepath.Join(dir, "guixiao")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", path, ".").CombinedOutput(); err != nil {
		return built{}, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return built{path, hold}, nil
})

// town is a school made up for load: every class has one teacher and some
// children, every child a name of its own. A county is a town whose classes
// belong to several schools.
type town struct {
	classes, perClass int
	schools           int // 0 is 1
}

// ids names the schools of the town; the only one is the town itself.
func (w town) ids() []string {
	ids := []string{"town"}
	for n := 1; n < w.schools; n++ {
		ids = append(ids, fmt.Sprintf("town%03d", n))
	}
	return ids
}

func (w town) teacher(class int) string { return fmt.Sprintf("t%05d", class) }
func (w town) student(class, i int) string {
	return fmt.Sprintf("S%07d", class*w.perClass+i)
}

// name is unique in the town and holds no word of attendance.
func (w town) name(class, i int) string {
	surnames := []rune("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜")
	given := []rune("梓涵雨轩宇泽浩然思远嘉怡欣悦晨曦子墨俊杰诗琪文博雅静明哲佳宁奕辰若溪睿铭语桐景行安卓凡依诺紫萱乐瑶天佑昊熙妍洛清岚知夏沐书瑾承志立航彤菲芸茜薇岩峰川柏松枫溢朗帆钧铮楠晖珂璇")
	n := class*w.perClass + i
	g := len(given)
	return string([]rune{surnames[n%len(surnames)], given[n/len(surnames)%g], given[n/len(surnames)/g%g]})
}

// write lays out a folder for each school. Sessions cover the whole day, so
// that the tests run at any hour.
func (w town) write(t testing.TB, dir string, now time.Time) {
	t.Helper()
	ids := w.ids()
	for n, id := range ids {
		w.writeSchool(t, filepath.Join(dir, id), n, w.classes*n/len(ids), w.classes*(n+1)/len(ids), now)
	}
}

func (w town) writeSchool(t testing.TB, dir string, n, first, end int, now time.Time) {
	t.Helper()
	var classes, staff, students, guardians strings.Builder
	classes.WriteString("班级编号,学段,年级,班名,别名\n")
	staff.WriteString("工号,姓名,手机,职务,范围,企业微信,钉钉,代理人\n")
	students.WriteString("学号,姓名,性别,班级编号,座号,住宿,备注\n")
	guardians.WriteString("学号,姓名,关系,手机,顺序,企业微信,钉钉,公众号\n")
	fmt.Fprintf(&staff, "A0001,欧阳教务,198%08d,教务处,全校,admin%d,,\n", n+1, n)
	for c := first; c < end; c++ {
		fmt.Fprintf(&classes, "K%05d,初中,七年级,七(%d)班,\n", c, c-first+1)
		fmt.Fprintf(&staff, "T%05d,司马%d,,班主任,K%05d,%s,,\n", c, c, c, w.teacher(c))
		for i := range w.perClass {
			fmt.Fprintf(&students, "%s,%s,男,K%05d,%d,走读,\n", w.student(c, i), w.name(c, i), c, i+1)
			fmt.Fprintf(&guardians, "%s,家长%d,妈妈,,1,p%s,,\n", w.student(c, i), i, w.student(c, i))
		}
	}
	day := func(months int) string { return now.AddDate(0, months, 0).Format(time.DateOnly) }
	files := map[string]string{
		"classes.csv": classes.String(), "staff.csv": staff.String(), "students.csv": students.String(), "guardians.csv": guardians.String(),
		"calendar.yaml": fmt.Sprintf("timezone: Asia/Shanghai\nconfirmed_until: %s\nweekdays: [1, 2, 3, 4, 5, 6, 7]\nterms:\n  - {id: t1, name: 学期, from: %s, to: %s}\n",
			day(6), day(-2), day(2)),
		"school.yaml": "id: " + filepath.Base(dir) + `
name: 负载学校
level: junior
policy: S23
calendar: calendar.yaml
sessions:
  - {id: am, name: 上午, start: "00:00", report_by: "11:58", end: "11:59"}
  - {id: pm, name: 下午, start: "12:00", report_by: "23:58", end: "23:59"}
notices: {grace: 10m, after_roll_call: true, quiet: ""}
`,
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// townKey is the secret_key of the towns.
const townKey = "0123456789abcdef0123456789abcdef"

// writeConfig writes a configuration for one process of the town, whose folders
// stand in dir, and returns its path.
func (w town) writeConfig(t testing.TB, dir, addr, dsn, apiBase string) string {
	t.Helper()
	path := filepath.Join(dir, "guixiao-"+strings.ReplaceAll(addr, ":", "-")+".yaml")
	text := fmt.Sprintf(`server: {addr: "%s", base_url: "http://%s"}
storage: {dsn: "%s"}
secret_key: "%s"
wecom:
  - account: main
    corp_id: %s
    agent_id: %s
    secret: app-secret
    token: %s
    encoding_aes_key: %s
    api_base: %s
schools:
`, addr, addr, dsn, townKey, corpID, agentID, hookWord, hookKey, apiBase)
	for _, id := range w.ids() {
		text += fmt.Sprintf("  - {id: %s, data: %s, platforms: [wecom/main]}\n", id, filepath.Join(dir, id))
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// child is one running `guixiao serve`.
type child struct {
	cmd   *exec.Cmd
	guard *exec.Cmd
	hold  io.Closer // our end of the guard's input
	addr  string
	log   string
}

// guard kills a process when its own input ends, that is when the test process
// is gone, however that came about.
const guard = `trap '' INT TERM HUP; read -r _; kill -9 "$1" 2>/dev/null`

// serve starts the program and returns at once.
func serve(t testing.TB, config, addr string) *child {
	t.Helper()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{addr: addr, log: config + ".log"}
	out, err := os.OpenFile(c.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	c.cmd = exec.Command(bin.path, "serve", "--config", config)
	c.cmd.Stdout, c.cmd.Stderr = out, out
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c.guard = exec.Command("sh", "-c", guard, "guard", strconv.Itoa(c.cmd.Process.Pid))
	if c.hold, err = c.guard.StdinPipe(); err == nil {
		err = c.guard.Start()
	}
	if err != nil {
		c.cmd.Process.Kill()
		t.Fatal(err)
	}
	return c
}

// kill ends the process as a power cut would. The guard goes first: until we
// have waited for the process its number belongs to nobody else.
func (c *child) kill() {
	if c.cmd.ProcessState != nil {
		return
	}
	_ = c.cmd.Process.Kill()
	_ = c.hold.Close()
	_ = c.guard.Wait()
	_ = c.cmd.Wait()
}

// answers waits until the process answers.
func (c *child) answers(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for tick := time.NewTicker(2 * time.Millisecond); ; {
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.addr+"/readyz", nil)
		if res, err := http.DefaultClient.Do(req); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			log, _ := os.ReadFile(c.log)
			t.Fatalf("guixiao serve does not answer:\n%s", log)
		}
	}
}

// hook is where WeCom would post.
func (c *child) hook() string { return "http://" + c.addr + "/hooks/wecom/main" }

// freeAddr finds a loopback address that nobody listens on.
func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
