package bot

import (
	"context"

	"guixiao/rules"
	"guixiao/rules/school"
)

// Policy finds a version of a school's regime: the one in force (""), or one that
// an open case began with.
func (b *Bot) Policy(ctx context.Context, schoolID, version string) (*rules.Policy, error) {
	h, ok := b.House(schoolID)
	if !ok {
		return nil, school.NotFound("没有学校 %s", schoolID)
	}
	if version == "" {
		return h.Policy, nil
	}
	return b.policy(ctx, h, version)
}
