package rules

// SignsOfHarm says whether words speak of somebody hurting a child, or of a
// child hurting itself: that goes to the head of the school alone, and no
// guardian hears of it by itself (domain 2.8).
func SignsOfHarm(text string) bool { return says(text, harmWords) || says(text, selfHarmWords) }
