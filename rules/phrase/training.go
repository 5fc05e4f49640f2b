package phrase

// Sentences of a training institution: pauses, money, resumption.
const (
	SettleCosts Phrase = "约定费用“{costs}”不对：填不超过 {amount} 元的金额，最多两位小数。"
)
