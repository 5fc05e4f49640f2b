package configs

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Starter is what is known of a school when its first settings are written.
// What is "" stays as the example has it; secrets never stand in the settings.
type Starter struct {
	School    string // id of the school and name of its folder
	Name      string
	Level     string
	Policy    string
	BaseURL   string
	Platforms []string // kinds: "wecom", "dingtalk"; none: as the example has it
	WeCom     WeCom
	DingTalk  DingTalk
	Secrets   map[string]string // by the name of the environment variable that would hold it
}

// Values of the example that a Starter replaces; whoever keeps one is reminded.
const (
	exampleSchool    = "my-school"
	exampleBaseURL   = "https://bot.school.example"
	exampleWeComCorp = "ww0123456789abcdef"
	exampleClient    = "ding0123456789"
	exampleDingCorp  = "ding9876543210"
	exampleDingAgent = 1234567890
)

const secretsFolder = "secrets"

// Init writes starter settings, a school folder with examples and the official
// calendars into dir. It never overwrites: if one of the files is there,
// nothing is written. It returns the files it wrote, in order.
func Init(dir string, s Starter) ([]string, error) {
	files, err := s.files()
	if err != nil {
		return nil, err
	}
	var written []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		target := filepath.Join(dir, filepath.FromSlash(name))
		if _, err := os.Lstat(target); !errors.Is(err, fs.ErrNotExist) {
			return nil, school.Invalid("%s", phrase.InitExists.With("file", target))
		}
		written = append(written, target)
	}
	for i, name := range slices.Sorted(maps.Keys(files)) {
		if err := writeNew(written[i], files[name]); err != nil {
			return nil, school.Invalid("%s", phrase.InitCannotWrite.With("file", written[i]))
		}
	}
	return written, nil
}

// files are the contents to write, by slash-separated name.
func (s Starter) files() (map[string]string, error) {
	files := map[string]string{}
	for _, root := range []string{"examples", "calendars"} {
		err := fs.WalkDir(presets, root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := presets.ReadFile(name)
			files[s.inFolder(strings.TrimPrefix(name, "examples/"))] = string(content)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	files["guixiao.yaml"] = s.settings(files["guixiao.yaml"])
	sheet := s.inFolder("schools/" + exampleSchool + "/school.yaml")
	files[sheet] = filled(files[sheet], []string{
		"id: " + exampleSchool, s.School,
		"name: 我的学校", quoted(s.Name),
		"level: nine-year", s.Level,
		"policy: S23", s.Policy,
	})
	for name, value := range s.Secrets {
		files[secretsFolder+"/"+name] = value + "\n"
	}
	return files, nil
}

// inFolder is where a file of the example school goes.
func (s Starter) inFolder(name string) string {
	if s.School == "" {
		return name
	}
	return strings.Replace(name, "schools/"+exampleSchool+"/", "schools/"+s.School+"/", 1)
}

// settings fills the commented example: the platforms that are used stand
// open, the others stay as comments to come back to.
func (s Starter) settings(example string) string {
	text := example
	for name := range s.Secrets {
		text = strings.ReplaceAll(text, "${"+name+"}", "${file:"+secretsFolder+"/"+name+"}")
	}
	text = filled(text, []string{
		`base_url: "` + exampleBaseURL + `"`, quoted(s.BaseURL),
		"corp_id: " + exampleWeComCorp, quoted(s.WeCom.CorpID),
		"agent_id: 1000002", number(s.WeCom.AgentID),
		"client_id: " + exampleClient, quoted(s.DingTalk.ClientID),
		"robot_code: " + exampleClient, quoted(s.DingTalk.ClientID),
		"agent_id: " + number(exampleDingAgent), number(s.DingTalk.AgentID),
		"corp_id: " + exampleDingCorp, quoted(s.DingTalk.CorpID),
		"mode: stream", s.DingTalk.Mode,
		"id: " + exampleSchool, s.School,
		"data: schools/" + exampleSchool, inSchools(s.School),
	})
	if len(s.Platforms) == 0 {
		return text
	}
	var accounts []string
	for _, kind := range []string{"wecom", "dingtalk"} {
		text = block(text, kind, slices.Contains(s.Platforms, kind))
	}
	for _, kind := range s.Platforms {
		accounts = append(accounts, kind+"/main")
	}
	return strings.Replace(text, "platforms: [wecom/main]", "platforms: ["+strings.Join(accounts, ", ")+"]", 1)
}

// filled puts values in the place of the example's: pairs of "key: example"
// and value as YAML writes it; an empty value leaves the example.
func filled(text string, pairs []string) string {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		key, _, _ := strings.Cut(pairs[i], ": ")
		text = strings.Replace(text, pairs[i], key+": "+pairs[i+1], 1)
	}
	return text
}

func quoted(text string) string {
	if text == "" {
		return ""
	}
	return strconv.Quote(text)
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func inSchools(id string) string {
	if id == "" {
		return ""
	}
	return "schools/" + id
}

// block makes the lines of a section of the example count, or comments of them.
func block(text, section string, on bool) string {
	lines := strings.Split(text, "\n")
	inside := false
	for i, line := range lines {
		bare := strings.TrimPrefix(line, "# ")
		if bare == section+":" {
			inside = true
		}
		if line == "" {
			inside = false
		}
		switch {
		case !inside:
		case on:
			lines[i] = bare
		case bare == line:
			lines[i] = "# " + line
		}
	}
	return strings.Join(lines, "\n")
}

func writeNew(target, content string) error {
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	return errors.Join(err, f.Close())
}
