package configs

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"guixiao/rules/phrase"
)

// expander replaces ${NAME} by the environment and ${file:PATH} by the content
// of a file, so that secrets need not stand in the settings. $${ is a plain ${.
func expander(env func(string) (string, bool), dir string) func(string) (string, error) {
	return func(text string) (string, error) {
		var out strings.Builder
		for {
			i := strings.Index(text, "${")
			if i < 0 {
				return out.String() + text, nil
			}
			if i > 0 && text[i-1] == '$' {
				out.WriteString(text[:i-1] + "${")
				text = text[i+2:]
				continue
			}
			out.WriteString(text[:i])
			name, rest, closed := strings.Cut(text[i+2:], "}")
			if !closed {
				return "", errors.New(phrase.ConfigOpenBrace.String())
			}
			value, err := lookup(name, env, dir)
			if err != nil {
				return "", err
			}
			out.WriteString(value)
			text = rest
		}
	}
}

func lookup(name string, env func(string) (string, bool), dir string) (string, error) {
	path, isFile := strings.CutPrefix(name, "file:")
	if !isFile {
		value, ok := env(name)
		if !ok {
			return "", errors.New(phrase.ConfigNoEnv.With("name", name))
		}
		return value, nil
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "", errors.New(phrase.ConfigNoSecretFile.With("path", path))
	}
	return strings.TrimRight(string(content), "\r\n"), nil
}
