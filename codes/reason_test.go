package codes_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/codes"
)

// The texts of other pages for the blank rows are to the letter, each with its page.
func TestOtherTexts(t *testing.T) {
	const cannotRedirect = "Cannot redirect since there is no back up pool configured."
	const asynchronous = "UCWA/messagingInvitation_ref.md before 2016-09-26, asynchronous table"
	const synchronous = "UCWA/audioVideoInvitation_ref.md, synchronous table"
	type other struct{ text, source string }
	want := map[any]other{
		codes.ConflictAlreadyExists:                      {"The already exists error.", asynchronous},
		codes.ConflictNone:                               {"Un-supported Service/Resource/API error.", asynchronous},
		codes.ConflictTooManyGroups:                      {"The too many groups error.", asynchronous},
		codes.GoneCannotRedirect:                         {cannotRedirect, synchronous},
		codes.ServiceFailureCallbackChannelError:         {"The remote event channel is not reachable", asynchronous},
		codes.ServiceFailureInvalidExchangeServerVersion: {"Invalid exchange server version.", asynchronous},
		codes.SyncInvalidExchangeServerVersion:           {"Invalid exchange server version.", synchronous},
		codes.SyncAlreadyExists:                          {"The already exists error.", synchronous},
		codes.SyncTooManyGroups:                          {"The too many groups error.", synchronous},
		codes.SyncConflict:                               {"Un-supported Service/Resource/API error.", synchronous},
		codes.SyncCannotRedirect:                         {cannotRedirect, synchronous},
	}
	got := map[any]other{}
	for r := range codes.Reasons() {
		if text, source := r.OtherText(); text != "" || source != "" {
			got[r] = other{text, source}
		}
	}
	for s := range codes.SynchronousErrors() {
		if text, source := s.OtherText(); text != "" || source != "" {
			got[s] = other{text, source}
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(other{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every value of the byte, in range or not, answers every question and names itself apart from all others.
func TestEveryReasonValue(t *testing.T) {
	seen := map[string]bool{}
	for i := range 256 {
		r := codes.Reason(i)
		if seen[r.String()] {
			t.Errorf("Reason(%d).String() = %q, which another has", i, r)
		}
		seen[r.String()] = true
		code, subcode := "", ""
		if r > codes.NoReason && r < codes.Undocumented {
			code, subcode, _ = strings.Cut(r.String(), "/")
		}
		if string(r.Code()) != code || string(r.Subcode()) != subcode || r.Code().Documented() != (code != "") {
			t.Errorf("%v: code %q, subcode %q, want %q, %q", r, r.Code(), r.Subcode(), code, subcode)
		}
		if want := i >= 1 && i <= 57; r.Documented() != want {
			t.Errorf("%v.Documented() = %t, want %t", r, r.Documented(), want)
		}
		if got, _ := codes.Lookup(r.Code(), r.Subcode()); r.Documented() && got != r {
			t.Errorf("Lookup(%q, %q) = %v, want %v", r.Code(), r.Subcode(), got, r)
		}
		fits := r.Fits(codes.Incoming) || r.Fits(codes.Outgoing)
		if fits != r.Documented() || r.Fits(0) || r.Fits(3) {
			t.Errorf("%v: Fits says a direction: %v, documented: %v", r, fits, r.Documented())
		}
		_, actorBasis := r.Actor()
		for what, known := range map[string]bool{
			"basis": known(r.Basis(), r.Source()), "actor": known(actorBasis, r.ActorSource()),
			"text": len(r.Texts()) > 0, "explanation": r.Explanation() != "", "state": r.EndsIn(codes.StateFailed) != 0,
		} {
			if known != r.Documented() {
				t.Errorf("%v has a known %s: %t, documented: %t", r, what, known, r.Documented())
			}
		}
		retry, advice := r.Retry()
		if (retry != codes.RetryUnknown) != r.Documented() || advice != "" && retry == codes.RetryNo {
			t.Errorf("%v: retry %v, advice %q", r, retry, advice)
		}
		other, source := r.OtherText()
		if (other == "") != (source == "") || (other != "") != slices.Contains(r.Texts(), "") {
			t.Errorf("%v: other text %q from %q, texts %q", r, other, source, r.Texts())
		}
	}
}

// known reports whether a basis has a source with the parts that go with it; the zero basis has none.
func known(b codes.Basis, s codes.Source) bool {
	return b >= codes.Stated && b <= codes.Inferred && s.Page != "" && (s.Because != "") == (b == codes.Inferred)
}

// A failure can always end in Failed. The words Declined and canceled go with a state of their own. One payload and two
// pages say which failures end in Failed.
func TestStates(t *testing.T) {
	for r := range codes.Reasons() {
		want := map[codes.State]codes.Basis{codes.StateFailed: codes.Inferred}
		switch {
		case r == codes.RemoteFailureDeclined:
			want[codes.StateFailed] = codes.Sampled
		case r == codes.LocalFailureDeclined || r == codes.LocalFailureCanceled:
			want[codes.StateFailed] = codes.Stated
		}
		switch {
		case r.Subcode() == codes.SubcodeDeclined:
			want[codes.StateDeclined] = codes.Inferred
		case r.Subcode() == codes.SubcodeCanceled || r == codes.InformationalMediaFallback:
			want[codes.StateCancelled] = codes.Inferred
		}
		got := map[codes.State]codes.Basis{}
		for _, e := range r.States() {
			got[e.State] = e.Basis
			if !known(e.Basis, e.Source) || r.States()[0].State != codes.StateFailed {
				t.Errorf("%v: %v, want each with a source and Failed first", r, r.States())
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v.States() (-want +got):\n%s", r, diff)
		}
		for i := range 256 {
			if s := codes.State(i); r.EndsIn(s) != want[s] {
				t.Errorf("%v.EndsIn(%v) = %v, want %v", r, s, r.EndsIn(s), want[s])
			}
		}
	}
	if got := codes.Undocumented.States(); got != nil {
		t.Errorf("Undocumented.States() = %v, want none", got)
	}
}

// The advice that pages state, and the explanations that say no more than the texts.
func TestStatedAdvice(t *testing.T) {
	for r := range codes.Reasons() {
		retry, advice := r.Retry()
		got := fmt.Sprint(retry, " ", advice, " ", r.RetrySource())
		want, stated := map[codes.Reason]string{
			codes.GoneCannotRedirect: "no  UCWA/ErrorCode_ref.md: " +
				`"The resource is permanently gone. The client should not retry."`,
			codes.ConflictAlreadyExists: "later Wait, or use the resource that exists already. " +
				"UCWA/ErrorsAndInformationalMessages.md, error sample: " +
				`"The requested resource already exists. Please wait and try again."`,
		}[r]
		if stated && got != want || !stated && r.RetrySource() != (codes.Source{}) {
			t.Errorf("%v: advice %q, want %q", r, got, want)
		}
	}
	for r, want := range map[codes.Reason]string{
		codes.TimeoutNone: "The operation timed out.", codes.RemoteFailureTimeout: "The operation timed out on the callee's side.",
		codes.InformationalMediaFallback:         "The media fallback logic cancelled the invitation.",
		codes.InformationalRedirected:            "The call was redirected.",
		codes.InformationalDerivedConversation:   "A derived conversation was created.",
		codes.ServiceFailureCallbackChannelError: "The event channel of the remote side is not reachable.",
		codes.NotFoundDestinationNotFound:        "The person or the meeting that was called does not exist.",
	} {
		if r.Explanation() != want {
			t.Errorf("%v: %q, want %q", r, r.Explanation(), want)
		}
	}
}
