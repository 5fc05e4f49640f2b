package intent

// Folded is a text as it is matched, for tests.
func Folded(text string) string { return squeeze(text, plainRunes()).text }
