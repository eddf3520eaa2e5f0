package codes_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/codes"
)

// The counts are those of the specification, counted by hand there.
func TestCatalogueIsComplete(t *testing.T) {
	rows := slices.Collect(codes.Rows())
	reasons := slices.Collect(codes.Reasons())
	blank := 0
	for _, r := range rows {
		if r.Text == "" {
			blank++
			if r.OtherText == "" || r.OtherSource == "" {
				t.Errorf("row %v is blank and no sibling page fills it", r.Reason)
			}
		}
	}
	got := []int{len(slices.Collect(codes.Codes())), len(slices.Collect(codes.Subcodes())), len(reasons), len(rows), blank}
	if diff := cmp.Diff([]int{11, 44, 57, 63, 6}, got); diff != "" {
		t.Errorf("codes, subcodes, reasons, rows, blank rows (-want +got):\n%s", diff)
	}
}

// What the specification misspells, repeats and leaves blank is kept so.
func TestTextsAreKeptToTheLetter(t *testing.T) {
	for r, want := range map[codes.Reason][]string{
		codes.ConflictAlreadyExists: {"", "There was a problem joining the conference focus."},
		codes.ConflictNone:          {"", "The resource is being deleted.", "There was a problem joining the conference focus."},
		codes.ForbiddenModalityNotSupported: {
			"The requested modality is not allowed in the conference.", "The remote client does not support the requested modality."},
		codes.LocalFailureInsufficientBandwidth: {
			"The incoming audiovideo session was rejeted by the local client due to insufficient bandwidth."},
		codes.RemoteFailureRepliedWithOtherModality: {
			"Replied with other modality.", "The recipient is responding in another way, such as IM or phone"},
		codes.RemoteFailureTemporarilyUnavailable: {
			"Some service is temporarily unavailable.", "Remote is temporarily unavailable."},
		codes.ServiceFailureMediaNegotiationTimeOut: {"Media negotation timed out."},
		codes.NoReason: nil,
	} {
		if diff := cmp.Diff(want, r.Texts()); diff != "" {
			t.Errorf("%v.Texts() (-want +got):\n%s", r, diff)
		}
	}
}

func TestLookupAndResolve(t *testing.T) {
	for _, tt := range []struct {
		code    codes.Code
		subcode codes.Subcode
		lookup  codes.Reason
		resolve codes.Reason
	}{
		{"RemoteFailure", "Busy", codes.RemoteFailureBusy, codes.RemoteFailureBusy},
		{"RemoteFailure", "", codes.RemoteFailureNone, codes.RemoteFailureNone},
		{"RemoteFailure", "None", codes.RemoteFailureNone, codes.RemoteFailureNone},
		{"RemoteFailure", "Sideways", codes.NoReason, codes.Alone(codes.RemoteFailure)},
		{"BadRequest", "", codes.NoReason, codes.Alone(codes.BadRequest)},
		{"remotefailure", "Busy", codes.NoReason, codes.Undocumented},
		{"Teapot", "", codes.NoReason, codes.Undocumented},
		{"", "", codes.NoReason, codes.Undocumented},
	} {
		if got, ok := codes.Lookup(tt.code, tt.subcode); got != tt.lookup || ok != (tt.lookup != codes.NoReason) {
			t.Errorf("Lookup(%q, %q) = %v, %v, want %v", tt.code, tt.subcode, got, ok, tt.lookup)
		}
		if got := codes.Resolve(tt.code, tt.subcode); got != tt.resolve {
			t.Errorf("Resolve(%q, %q) = %v, want %v", tt.code, tt.subcode, got, tt.resolve)
		}
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
		if got, _ := codes.Lookup(r.Code(), r.Subcode()); r.Documented() != (i >= 1 && i <= 57) || r.Documented() && got != r {
			t.Errorf("Lookup(%q, %q) = %v, want %v", r.Code(), r.Subcode(), got, r)
		}
		fits := r.Fits(codes.Incoming) || r.Fits(codes.Outgoing)
		if fits != r.Documented() || r.Fits(0) || r.Fits(3) {
			t.Errorf("%v: Fits says a direction: %v, documented: %v", r, fits, r.Documented())
		}
		if known := r.Basis() != 0 && r.Source() != "" && len(r.Texts()) > 0; known != r.Documented() {
			t.Errorf("%v: has basis, source and texts: %v, documented: %v", r, known, r.Documented())
		}
		text, err := r.MarshalText()
		if (err == nil) != (r <= codes.Undocumented) {
			t.Errorf("%v.MarshalText() error = %v", r, err)
		}
		if err == nil {
			var back codes.Reason
			if err := back.UnmarshalText(text); err != nil || back != r {
				t.Errorf("UnmarshalText(%q) = %v, %v, want %v", text, back, err, r)
			}
		}
	}
}

func TestSynchronousRows(t *testing.T) {
	for s, want := range map[codes.Synchronous]string{
		codes.SyncCallNotFound:                 "NotFound 404 None: Call Not Found",
		codes.SyncResourceNotFound:             "NotFound 404 None: The resource does not exist.",
		codes.SyncContentTypeNotSupported:      "Gone 410 None: The content-type is not supported.",
		codes.SyncInvalidExchangeServerVersion: "ServiceFailure 500 InvalidExchangeServerVersion",
		codes.SyncConflict:                     "Conflict 409 None",
		codes.SyncCannotRedirect:               "Gone 410 CannotRedirect",
		0:                                      "Synchronous(0)",
		11:                                     "Synchronous(11)",
	} {
		if got := s.Error(); got != want {
			t.Errorf("Synchronous(%d).Error() = %q, want %q", uint8(s), got, want)
		}
	}
}

func TestErrorMatchesByCodeAndSubcode(t *testing.T) {
	message := "Your invitation was declined."
	err := fmt.Errorf("call: %w", &codes.Error{Code: "RemoteFailure", Subcode: "Declined", Message: &message})
	for _, tt := range []struct {
		target codes.Error
		want   bool
	}{
		{codes.Error{Code: codes.RemoteFailure, Subcode: codes.SubcodeDeclined}, true},
		{codes.Error{Code: codes.RemoteFailure}, true},
		{codes.Error{Code: codes.RemoteFailure, Subcode: codes.SubcodeBusy}, false},
		{codes.Error{Code: codes.LocalFailure, Subcode: codes.SubcodeDeclined}, false},
	} {
		if got := errors.Is(err, &tt.target); got != tt.want {
			t.Errorf("errors.Is(%v, %v) = %v, want %v", err, &tt.target, got, tt.want)
		}
	}
	var e *codes.Error
	if !errors.As(err, &e) || e.Reason() != codes.RemoteFailureDeclined {
		t.Errorf("errors.As(%v) finds %v", err, e)
	}
	data, _ := json.Marshal(e)
	if got, want := string(data), `{"code":"RemoteFailure","subcode":"Declined","message":"Your invitation was declined."}`; got != want {
		t.Errorf("Marshal = %s, want %s", got, want)
	}
}

func TestLookupAllocatesNothing(t *testing.T) {
	code, subcode := codes.Code("RemoteFailure"), codes.Subcode("Busy")
	if n := testing.AllocsPerRun(100, func() { _, _ = codes.Lookup(code, subcode) }); n != 0 {
		t.Errorf("Lookup allocates %v times, want 0", n)
	}
}
