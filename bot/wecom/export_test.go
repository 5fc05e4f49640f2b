package wecom

import "time"

// Hasten lets the bot's connection wait for thousandths instead of seconds.
func (b *AIBot) Hasten() {
	b.pace = pace{beat: 10 * time.Millisecond, answer: 300 * time.Millisecond, first: time.Millisecond, longest: 4 * time.Millisecond}
}
