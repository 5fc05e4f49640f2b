package bot

import "github.com/prometheus/client_golang/prometheus"

// Metrics are counters with bounded labels: no person, child or class ever
// becomes a label.
type Metrics struct {
	Received  *prometheus.CounterVec   // result: new, repeated, failed
	Messages  *prometheus.CounterVec   // intent
	Sent      *prometheus.CounterVec   // platform kind, result: sent, retry, never, recipient, config, stale
	Parked    *prometheus.CounterVec   // queue: inbox, timers, outbox
	Timers    *prometheus.CounterVec   // kind
	Conflicts prometheus.Counter       // decisions taken again because a sheet had moved
	SendTime  *prometheus.HistogramVec // platform kind; seconds
	Connected *prometheus.GaugeVec     // account; 1 while pushes arrive over a connection of ours
	Budget    *prometheus.GaugeVec     // account, purpose: share of the month's quota that is used
	Spent     *prometheus.CounterVec   // account, purpose: SpentCall, SpentPush
}

// NewMetrics registers the bot's counters; nil keeps them private.
func NewMetrics(r prometheus.Registerer) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "guixiao", Name: name, Help: help}, labels)
	}
	m := &Metrics{
		Received:  counter("deliveries_total", "Deliveries by result of writing them to the inbox.", "result"),
		Messages:  counter("messages_total", "Messages understood, by intent.", "intent"),
		Sent:      counter("sends_total", "Attempts to send, by kind of platform and result.", "platform", "result"),
		Parked:    counter("parked_total", "Rows set aside for the administrator.", "queue"),
		Timers:    counter("timers_total", "Timers that fired, by kind.", "kind"),
		Conflicts: prometheus.NewCounter(prometheus.CounterOpts{Namespace: "guixiao", Name: "conflicts_total", Help: "Decisions taken again on fresh facts."}),
		SendTime: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "guixiao", Name: "send_seconds",
			Help: "Duration of one attempt to send.", Buckets: prometheus.ExponentialBuckets(0.005, 2, 12)}, []string{"platform"}),
		Budget: prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "guixiao", Name: "budget_share",
			Help: "Share of the month's quota that is used, by account and purpose."}, []string{"account", "purpose"}),
		Spent: counter("spent_total", "Calls and pushes a platform counts to the month.", "account", "purpose"),
		Connected: prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "guixiao", Name: "connected",
			Help: "1 while the account's own connection to its platform stands."}, []string{"account"}),
	}
	if r != nil {
		r.MustRegister(m.Received, m.Messages, m.Sent, m.Parked, m.Timers, m.Conflicts, m.SendTime, m.Connected, m.Spent, m.Budget)
	}
	return m
}
