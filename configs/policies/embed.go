// Package policies holds the shipped regimes (制度), one file each.
package policies

import "embed"

// FS holds the policy files as shipped, S02.yaml …
//
//go:embed *.yaml
var FS embed.FS
