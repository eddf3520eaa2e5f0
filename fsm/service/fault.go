package service

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Kind is a kind of fault that a [Script] orders.
type Kind string

// The kinds. Those about requests strike any request, or those that [Fault.On] names.
const (
	FaultRefuse Kind = "refuse" // a request is answered with a documented error and not carried out
	FaultClose  Kind = "close"  // the connection is closed before a request is carried out
	FaultLose   Kind = "lose"   // a request is carried out, and its answer is lost
	FaultCut    Kind = "cut"    // a request is carried out, and half of the body of its answer arrives
	FaultDelay  Kind = "delay"  // the answer comes late
	FaultProxy  Kind = "proxy"  // a proxy on the way answers with an HTML page, and the request is not carried out

	FaultResync    Kind = "resync"    // a poll is answered with a link resync, as if its acknowledgement were wrong
	FaultResume    Kind = "resume"    // a poll is answered with a link resume, and the conversations of the application are gone
	FaultMerge     Kind = "merge"     // of the events about one call that wait for delivery, only the last is delivered
	FaultDuplicate Kind = "duplicate" // a document is delivered twice
	FaultReorder   Kind = "reorder"   // events are delivered in reverse order; a webhook gets a document after the one that follows it

	FaultToken     Kind = "token"     // an event has a state or a status that the documentation does not list
	FaultDirection Kind = "direction" // a call fails for a reason that is documented for the other direction only
)

// Kinds returns the kinds in the order of their declarations.
func Kinds() []Kind { return slices.Clone(kinds) }

var kinds = []Kind{
	FaultRefuse, FaultClose, FaultLose, FaultCut, FaultDelay, FaultProxy,
	FaultResync, FaultResume, FaultMerge, FaultDuplicate, FaultReorder,
	FaultToken, FaultDirection,
}

func (k Kind) aboutRequests() bool {
	return slices.Contains(kinds[:slices.Index(kinds, FaultResync)], k)
}

// Fault is a fault that a [Script] orders. Each request, document or event that it can strike is an occasion.
type Fault struct {
	Kind   Kind    `json:"fault"`
	On     string  `json:"on,omitzero"`     // the request: see [Requests]; "" for any request, polls included
	Chance float64 `json:"chance,omitzero"` // the probability that it strikes on an occasion, up to 1; 0 means 1
	Skip   int     `json:"skip,omitzero"`   // it never strikes on the first Skip occasions
	Times  int     `json:"times,omitzero"`  // the greatest number of strikes; 0 means no limit

	Delay time.Duration `json:"delay,omitzero"` // of [FaultDelay]; 1 s by default

	// The answer of [FaultRefuse]. Without Status and Code it is one of 429, 500, 503 and 504, which tell a client to try
	// again later. With Code, and without Status, the status is the HTTP status of the code. RetryAfter is sent as the header
	// Retry-After, in whole seconds.
	Status     int           `json:"status,omitzero"`
	Code       codes.Code    `json:"code,omitzero"`
	Subcode    codes.Subcode `json:"subcode,omitzero"`
	RetryAfter time.Duration `json:"retryAfter,omitzero"`
}

// armed is a fault that is ready to strike.
type armed struct {
	Fault
	occasions, struck int
}

// requests are the names of the requests that a service takes, beside those of the operations.
const (
	requestDiscover    = "discover"
	requestApplication = "application"
	requestPoll        = "poll"
	requestStart       = "start"
	requestGet         = "get"
	requestOperation   = "operation" // replaced by the name of the operation
)

// Requests returns the names of the requests that a [Fault] can strike: "discover" (the discovery, and the list of
// applications), "application", "poll", "start", "get" (of an invitation), and the name of each operation.
func Requests() []string {
	all := []string{requestDiscover, requestApplication, requestPoll, requestStart, requestGet}
	for o := transitions.OperationAccept; o <= transitions.OperationCancel; o++ {
		all = append(all, o.String())
	}
	return all
}

func (f *Fault) check() error {
	switch {
	case !slices.Contains(kinds, f.Kind):
		return fmt.Errorf("/fault: %q, want one of %s", f.Kind, words(kinds))
	case f.On != "" && !f.Kind.aboutRequests():
		return fmt.Errorf("/on: %s, which is not about requests, want no request", f.Kind)
	case f.On != "" && !slices.Contains(Requests(), f.On):
		return fmt.Errorf("/on: %q, want one of %s", f.On, strings.Join(Requests(), ", "))
	case f.Chance < 0 || f.Chance > 1:
		return fmt.Errorf("/chance: %g, want from 0 to 1", f.Chance)
	case f.Skip < 0:
		return fmt.Errorf("/skip: %d, want 0 or more", f.Skip)
	case f.Times < 0:
		return fmt.Errorf("/times: %d, want 0 or more", f.Times)
	case f.Delay < 0 || f.Delay > 0 && f.Kind != FaultDelay:
		return fmt.Errorf("/delay: %v, want 0 or more, and only with %s", f.Delay, FaultDelay)
	case f.RetryAfter < 0 || f.RetryAfter > 0 && f.Kind != FaultRefuse:
		return fmt.Errorf("/retryAfter: %v, want 0 or more, and only with %s", f.RetryAfter, FaultRefuse)
	case f.Kind != FaultRefuse && (f.Status != 0 || f.Code != "" || f.Subcode != ""):
		return fmt.Errorf("/code: an answer with %s, want one only with %s", f.Kind, FaultRefuse)
	case f.Code == "" && f.Subcode != "":
		return fmt.Errorf("/code: none with the subcode %q, want one", f.Subcode)
	case f.Kind == FaultRefuse && (f.Status != 0 || f.Code != "") && (f.status() < 400 || f.status() > 599):
		return fmt.Errorf("/status: %d for the code %q, want a status from 400 to 599", f.status(), f.Code)
	}
	return nil
}

func (f *Fault) status() int { return cmp.Or(f.Status, f.Code.HTTP()) }

// strike returns the first fault of one of the kinds that strikes now, and nil if none does. request is the name of the
// request, or "" for a fault that is not about requests.
func (s *Service) strike(request string, of ...Kind) *Fault {
	for n := range s.faults {
		f := &s.faults[n]
		if !slices.Contains(of, f.Kind) || f.On != "" && f.On != request {
			continue
		}
		if f.occasions++; f.occasions <= f.Skip || f.Times > 0 && f.struck >= f.Times {
			continue
		}
		if f.Chance == 0 || s.chance.Float64() < f.Chance {
			f.struck++
			return &f.Fault
		}
	}
	return nil
}

// again are refusals that tell a client to try again later (UCWA/ErrorsAndInformationalMessages.md).
var again = []Fault{
	{Code: codes.TooManyRequests, RetryAfter: time.Second},
	{Code: codes.ServiceFailure},
	{Code: codes.ServiceUnavailable, RetryAfter: 2 * time.Second},
	{Code: codes.Timeout},
}

// refusal returns the answer of a fault of the kind Refuse.
func (s *Service) refusal(f *Fault) answer {
	if f.Status == 0 && f.Code == "" {
		f = &again[s.chance.IntN(len(again))]
	}
	a := answer{status: f.status(), retry: f.RetryAfter}
	if f.Code != "" {
		a.body = marshal(codes.Error{Code: f.Code, Subcode: f.Subcode})
	}
	return a
}

// page is the answer of a proxy that cannot reach the service.
var page = answer{
	status: http.StatusBadGateway, mime: "text/html",
	body: []byte("<!DOCTYPE html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>The proxy has no answer of the server.\n"),
}

// spoil returns the texts, old and new, that an odd token changes in the document of an event.
func spoil(t transitions.EventType, at transitions.Invitation) []string {
	if t == transitions.EventCompleted {
		return []string{`"status":"Success"`, `"status":"Partial"`, `"status":"Failure"`, `"status":"Partial"`}
	}
	return []string{`"state":"` + at.State().String() + `"`, `"state":"Ringing"`}
}

// foreign returns the first reason that is documented for the other direction only.
func foreign(d transitions.Direction) codes.Reason {
	for r := range codes.Reasons() {
		if !r.Fits(d) && r.EndsIn(transitions.StateFailed) != 0 {
			return r
		}
	}
	return codes.NoReason
}

// edited returns the document with texts replaced.
func edited(document []byte, edit []string) []byte {
	if edit == nil {
		return document
	}
	return []byte(strings.NewReplacer(edit...).Replace(string(document)))
}
