// Package handlers owns HTTP: the platforms' callbacks, the web console, the
// demo page and its API, and what operators look at. It reads through small
// interfaces declared here and decides nothing: it hands deliveries to the bot,
// so that a click in the browser and a press in the chat are the same event.
package handlers

import (
	"context"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"guixiao/bot"
	"guixiao/handlers/web"
	"guixiao/rules"
	"guixiao/rules/school"
)

// Intake is where deliveries go; *bot.Bot is one.
type Intake interface {
	// Admit makes what a callback brought durable and gives the answer to it;
	// an error means that nothing may be acknowledged.
	Admit(ctx context.Context, c bot.Callback) ([]byte, error)
	// Ask makes one delivery durable and waits for its outcome.
	Ask(ctx context.Context, d school.Delivery) (school.Reply, error)
}

// Settings are what the HTTP side is made of.
type Settings struct {
	Schools func() []*school.School // as they are now; the console serves them all
	Now     func() time.Time
	Log     *slog.Logger
	BaseURL string  // our public address, where platforms send browsers back to; "" = no platform sign-in
	Key     []byte  // signs sessions and sign-in links
	Intake  Intake  // where callbacks and presses go
	Reader  Reader  // what the console reads
	Journal Journal // where reading a file and using a link are written down
	System  System  // what administrators look after; nil: no such page
	// Policy finds a version of a regime, for the words of its stages; pages
	// show the ids where it fails or is nil.
	Policy    func(ctx context.Context, schoolID, version string) (*rules.Policy, error)
	Platforms []bot.Platform // those that are a bot.Receiver answer under /hooks
	Ready     func(ctx context.Context) Readiness
	Metrics   prometheus.Gatherer
	Demo      Demo // nil in service
}

// server is the state of the routes.
type server struct {
	Settings
	pages     *template.Template
	receivers map[string]bot.Receiver
	bell      *bell // rings when the demo's clock or school has been set
}

// Largest bodies we read.
const (
	pageBody = 16 << 20 // a form with a photo
	hookBody = 1 << 20
	demoBody = 24 << 20 // attachments in base64
)

// New builds the handler of every path the program answers.
func New(s Settings) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	srv := &server{Settings: s, pages: web.Templates(), receivers: map[string]bot.Receiver{}, bell: newBell()}
	for _, p := range s.Platforms {
		if r, ok := p.(bot.Receiver); ok {
			srv.receivers[p.Name()] = r
		}
	}
	e := gin.New()
	e.HandleMethodNotAllowed = true

	e.Use(srv.logged, srv.recovered, secured)
	e.NoRoute(srv.noRoute)
	e.NoMethod(srv.noMethod)
	srv.routes(e)
	return e
}

// routes is the one table of paths.
func (s *server) routes(e *gin.Engine) {
	hooks := e.Group("/hooks", limited(hookBody))
	hooks.GET("/wecom/:account", s.hook("wecom"))
	hooks.POST("/wecom/:account", s.hook("wecom"))
	hooks.POST("/dingtalk/:account", s.hook("dingtalk"))
	hooks.POST("/dingtalk/:account/card", s.hook("dingtalk"))
	hooks.POST("/dingtalk/:account/event", s.hook("dingtalk"))
	hooks.POST("/sms/:account", s.hook("sms"))

	e.GET("/healthz", s.healthz)
	e.GET("/readyz", s.readyz)
	e.GET("/metrics", s.metrics())
	e.GET("/static/*file", s.static)

	pages := e.Group("/", limited(pageBody), s.sameOrigin)
	pages.GET("/", s.signedIn(s.today))
	pages.GET("/lists/:list", s.signedIn(s.list))
	pages.GET("/cases/:id", s.signedIn(s.caseFile))
	pages.GET("/students/:id", s.signedIn(s.student))
	pages.GET("/c/:card", s.signedIn(s.cardPage))
	pages.POST("/c/:card", s.signedIn(s.cardPress))
	pages.GET("/reports", s.signedIn(s.reports))
	pages.GET("/reports/:kind", s.signedIn(s.reportFile))
	pages.GET("/applications", s.signedIn(s.applications))
	pages.GET("/applications/:id", s.signedIn(s.applicationPage))
	pages.GET("/outcomes", s.signedIn(s.outcomes))
	pages.GET("/apply", s.signedIn(s.applyForm))
	pages.POST("/apply", s.signedIn(s.applyPost))
	pages.GET("/documents/:id", s.signedIn(s.document))
	if s.System != nil {
		pages.GET("/system", s.signedIn(s.system))
		pages.GET("/silent", s.signedIn(s.silent))
		pages.GET("/system/give-up/:queue/:id", s.signedIn(s.systemAsk))
		pages.POST("/system/:act", s.signedIn(s.systemAct))
	}
	pages.GET("/p/:token", s.reply)
	pages.POST("/p/:token", s.answer)
	pages.GET("/o/:token", s.outside)
	pages.POST("/o/:token", s.receipt)
	pages.POST("/cases/:id/outside", s.signedIn(s.handOut))
	pages.GET("/sign-in", s.signIn)
	pages.GET("/sign-in/link/:token", s.signInByLink)
	pages.GET("/sign-in/with/:kind/:account", s.oauthBegin)
	pages.GET("/sign-in/back/:kind/:account", s.oauthBack)
	pages.POST("/sign-out", s.signOut)
	if s.Demo == nil {
		return
	}
	pages.POST("/sign-in", s.signInAs)
	pages.GET("/demo", s.demoPage)

	api := e.Group("/demo/api", limited(demoBody), s.sameOrigin)
	api.GET("/people", s.demoPeople)
	api.POST("/say", s.demoSay)
	api.POST("/event", s.demoEvent)
	api.GET("/feed", s.demoFeed)
	api.GET("/events", s.demoStream)
	api.POST("/press", s.demoPress)
	api.GET("/clock", s.demoClock)
	api.POST("/clock", s.demoMoveClock)
	api.GET("/cases", s.demoCases)
	api.GET("/requests", s.demoRequests)
	api.GET("/documents", s.demoDocuments)
	api.GET("/audit", s.demoAudit)
	api.POST("/reset", s.demoReset)
	api.GET("/school", s.demoSchools)
	api.POST("/school", s.demoShow)
	api.POST("/restart", s.demoRestart)
}

// NewHTTPServer is the server for a handler, with time-outs for everything a
// slow or hostile caller could hold open. The demo's stream and long jumps of
// its clock lift the limit on writing for themselves.
func NewHTTPServer(addr string, h http.Handler) *http.Server {
	return &http.Server{
		Addr: addr, Handler: h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    32 << 10,
	}
}
