package service

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"hash/fnv"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

const root = "/platformservice"

// DefaultEndpoint is the endpoint of the application that a discovery without endpointId leads to.
const DefaultEndpoint = "sip:application@contoso.example"

// answer is the answer to a request. The zero answer closes the connection.
type answer struct {
	status   int
	body     []byte
	mime     string // application/json if empty
	location string
	retry    time.Duration // the header Retry-After
	document bool          // of the event channel
	cut      bool          // half of the body is sent
}

// failed returns the answer with a code, in the status that goes with it.
func failed(code codes.Code, subcode codes.Subcode) answer {
	return answer{status: code.HTTP(), body: marshal(codes.Error{Code: code, Subcode: subcode})}
}

// refused returns a row of the synchronous errors as an answer.
func refused(row codes.Synchronous) answer {
	return answer{status: row.HTTP(), body: marshal(row.Body())}
}

// denied returns the answer to a request that failed with an error.
func denied(err error) answer {
	var row codes.Synchronous
	var limit *limited
	switch {
	case errors.As(err, &row):
		return refused(row)
	case errors.As(err, &limit):
		return answer{status: limit.body.Code.HTTP(), body: marshal(limit.body), retry: time.Second}
	case errors.Is(err, errMediaType):
		return failed(codes.UnsupportedMediaType, "")
	}
	return failed(codes.ServiceFailure, "")
}

// marshal returns JSON of values that have one.
func marshal(v any) []byte {
	text, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return []byte(`{"code":"ServiceFailure"}`)
	}
	return text
}

// ApplicationPath returns the path of the application of an endpoint, to which discovery leads.
func ApplicationPath(endpoint string) string {
	return root + "/v1/applications/" + identifier(endpoint)
}

// identifier returns the identifier of an endpoint's application: digits, as in published payloads.
func identifier(endpoint string) string {
	h := fnv.New64a()
	_, _ = io.WriteString(h, endpoint)
	return strconv.FormatUint(h.Sum64(), 10)
}

// request is a request with what its route finds out about it.
type request struct {
	*http.Request
	body        []byte
	name        string // for faults: see Requests; "" for a request that no fault strikes
	application *application
}

// base returns the scheme and the host that the client has called.
func (r *request) base() string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// newRoutes returns the handler of all paths.
func (s *Service) newRoutes() http.Handler {
	mux := http.NewServeMux()
	route := func(method, pattern, name string, run func(r *request) answer) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			s.serve(w, method, &request{Request: r, name: name}, run)
		})
	}
	const application = root + "/v1/applications/{application}"
	const invitations = application + "/communication/audiovideoinvitations"
	route("GET", root+"/discover", requestDiscover, s.answerDiscover)
	route("GET", root+"/v1/applications", requestDiscover, s.answerApplications)
	route("GET", application, requestApplication, s.answerApplication)
	route("GET", application+"/communication", requestApplication, s.answerCommunication)
	route("GET", application+"/events", requestPoll, s.answerPoll)
	route("POST", invitations, requestStart, s.answerStart)
	route("GET", invitations+"/{id}", requestGet, s.answerGet)
	route("POST", invitations+"/{id}/{operation}", requestOperation, s.answerOperation)
	route("POST", application+"/communication/conversations/{conversation}/audiovideo/terminate", requestOperation, s.answerOperation)
	route("GET", simulation, "", s.answerCalls)
	route("POST", simulation+"/incoming", "", s.answerIncoming)
	route("", "/", "", func(*request) answer { return refused(codes.SyncResourceNotFound) })
	return mux
}

// ServeHTTP takes a request of a client. Paths are matched without regard to case, because documentation and payloads
// write both /platformservice and /platformService.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	lower := *r
	to := *r.URL
	lower.URL = &to
	to.Path, to.RawPath = strings.ToLower(to.Path), ""
	s.routes.ServeHTTP(w, &lower)
}

// patience is how long a client may take to send its request, and to take its answer.
const patience = 30 * time.Second

// serve carries out a request, unless a fault of the service or a fault of the request prevents it.
func (s *Service) serve(w http.ResponseWriter, method string, r *request, run func(*request) answer) {
	began := s.recorder.now()
	reply := func(a answer) { s.reply(w, r, began, a) }
	// The deadline stays if the body is not read to its end, because net/http reads on for a while.
	deadlines := http.NewResponseController(w)
	_ = deadlines.SetReadDeadline(time.Now().Add(patience)) // a writer without deadlines has no connection to protect
	if !s.known(r.Host) {
		r.name = "" // it is not for this service, so the recording leaves it out
		reply(answer{status: http.StatusMisdirectedRequest, mime: "text/plain", body: []byte("The host in the request is not this " +
			"service's. Use its IP address, or allow the name by Config.Hosts (avinvite serve: --host).\n")})
		return
	}
	if !s.authorized(r) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		reply(answer{status: http.StatusUnauthorized})
		return
	}
	if method != "" && r.Method != method {
		w.Header().Set("Allow", method)
		reply(failed(codes.MethodNotAllowed, ""))
		return
	}
	share := &share{body: http.MaxBytesReader(w, r.Body, s.limits.Body), all: &s.bodies, limit: s.limits.Bodies}
	defer share.release()
	body, err := io.ReadAll(share)
	if tooLong := new(http.MaxBytesError); errors.As(err, &tooLong) {
		reply(failed(codes.EntityTooLarge, ""))
		return
	} else if errors.Is(err, errBodies) {
		reply(busy())
		return
	} else if err != nil {
		reply(answer{})
		return
	}
	_ = deadlines.SetReadDeadline(time.Time{})
	if r.body = body; len(body) == 0 {
		r.body = nil
	}
	if !s.enter(r) {
		reply(busy())
		return
	}
	defer s.leave(r)
	fault, refusal := s.struck(r.name)
	var a answer
	switch {
	case refusal != nil:
		a = *refusal
	case r.application == nil && r.PathValue("application") != "":
		a = failed(codes.NotFound, "ApplicationNotFound")
	default:
		a = run(r)
	}
	if fault.Kind == FaultDelay {
		s.sleep(r, cmp.Or(fault.Delay, time.Second))
	}
	if a.cut = fault.Kind == FaultCut; fault.Kind == FaultLose {
		a = answer{}
	}
	reply(a)
}

// busy returns the answer to one request too many.
func busy() answer {
	a := failed(codes.TooManyRequests, "")
	a.retry = time.Second
	return a
}

// share is the body of a request, counted among those of all requests until it is released.
type share struct {
	body  io.Reader
	read  int64
	all   *atomic.Int64
	limit int64
}

var errBodies = errors.New("the bodies of all requests are too long together")

func (s *share) Read(p []byte) (int, error) {
	n, err := s.body.Read(p)
	s.read += int64(n)
	if s.all.Add(int64(n)) > s.limit {
		return n, errBodies
	}
	return n, err
}

func (s *share) release() { s.all.Add(-s.read) }

// maxHost limits in bytes the host that a request names: a DNS name has 253 at most, and a port five.
const maxHost = 260

// known reports whether requests may call the service by a host. An IP address cannot be that of a foreign site whose name
// has been made to lead here.
func (s *Service) known(host string) bool {
	if len(host) > maxHost {
		return false
	}
	name := (&url.URL{Host: host}).Hostname()
	return s.hosts == nil || net.ParseIP(name) != nil || strings.EqualFold(name, "localhost") ||
		slices.ContainsFunc(s.hosts, func(known string) bool { return strings.EqualFold(name, known) })
}

// authorized reports whether a request has the token. The scheme is compared in any case of letters (RFC 9110, 11.1).
func (s *Service) authorized(r *request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return s.token == "" || strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare([]byte(token), []byte(s.token)) == 1
}

// struck returns the fault that strikes a request, and the answer of one that keeps it from being carried out.
func (s *Service) struck(name string) (fault Fault, refusal *answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name == "" {
		return Fault{}, nil
	}
	f := s.strike(name, FaultRefuse, FaultClose, FaultLose, FaultCut, FaultDelay, FaultProxy)
	if f == nil {
		return Fault{}, nil
	}
	refusals := map[Kind]func() answer{
		FaultRefuse: func() answer { return s.refusal(f) },
		FaultClose:  func() answer { return answer{} },
		FaultProxy:  func() answer { return page },
	}
	if refuse, has := refusals[f.Kind]; has {
		a := refuse()
		refusal = &a
	}
	return *f, refusal
}

// sleep waits, unless the client or the service ends before.
func (s *Service) sleep(r *request, d time.Duration) {
	select {
	case <-time.After(d):
	case <-r.Context().Done():
	case <-s.context.Done():
	}
}

// enter counts the requests of an application at once, and reports whether there may be one more.
func (s *Service) enter(r *request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.applications[r.PathValue("application")]
	if a == nil {
		return true
	}
	if a.requests >= s.limits.Requests {
		return false
	}
	a.requests++
	s.visit(a)
	r.application = a
	if r.name == requestOperation {
		r.name = operation(r).String()
	}
	return true
}

func (s *Service) leave(r *request) {
	if r.application != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		r.application.requests--
	}
}

// operation returns the operation that a path names, in any case of letters.
func operation(r *request) transitions.Operation {
	if r.PathValue("conversation") != "" {
		return transitions.OperationCancel
	}
	for o := transitions.OperationAccept; o <= transitions.OperationCancel; o++ {
		for _, name := range []string{o.String(), transitions.TrimRelPrefix(o.Rel())} {
			if strings.EqualFold(name, r.PathValue("operation")) {
				return o
			}
		}
	}
	return transitions.OperationNone
}

// reply records an answer and writes it. The answer without a status closes the connection.
func (s *Service) reply(w http.ResponseWriter, r *request, began time.Time, a answer) {
	if a.cut && len(a.body) < 2 {
		a = answer{}
	}
	if r.name != "" {
		s.recorder.request(r, began, a)
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(patience))
	if a.status == 0 {
		panic(http.ErrAbortHandler) // net/http closes the connection then, without a word in the log
	}
	h := w.Header()
	if len(a.body) > 0 {
		h.Set("Content-Type", cmp.Or(a.mime, "application/json"))
		h.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	if a.location != "" {
		h.Set("Location", a.location)
	}
	if a.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(int((a.retry+time.Second-1)/time.Second)))
	}
	w.WriteHeader(a.status)
	if a.cut {
		_, _ = w.Write(a.body[:len(a.body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(a.body) // a client that has gone polls again
}
