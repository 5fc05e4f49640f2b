package school

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// ID makes an id out of what the thing is: the same event decided twice gives
// the same id, so a repeated decision writes the same rows.
func ID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:]))[:20]
}
