package school

import "slices"

// Holidays lists the holidays of the calendar, as the file names them.
func (c *Calendar) Holidays() []Span { return slices.Clone(c.spec.Holidays) }
