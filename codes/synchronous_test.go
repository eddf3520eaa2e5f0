package codes_test

import (
	"testing"

	"github.com/avinvite/avinvite/codes"
)

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

func TestBody(t *testing.T) {
	for s := range codes.SynchronousErrors() {
		body := s.Body()
		if body.Code != s.Code() || body.Subcode != s.Subcode() || body.Message == nil || *body.Message == "" {
			t.Errorf("%v: body %v", s, body)
		}
	}
	if body := codes.Synchronous(11).Body(); body.Code != "" || body.Message != nil {
		t.Errorf("Synchronous(11).Body() = %v", body)
	}
}

// Every generic error is found by its own answer, in both spellings and without the literal None, and an answer that
// differs in one thing is not found as that error.
func TestGeneric(t *testing.T) {
	seen := map[string]bool{}
	for g := range codes.GenericErrors() {
		seen[g.Name] = true
		if g.HTTP != g.Code.HTTP() || !known(g.Basis, g.Source) {
			t.Errorf("%+v: want the status %d of its code, a basis and a source", g, g.Code.HTTP())
		}
		status := g.HTTP
		if status == 0 {
			status = 500
		}
		// Several errors can have one answer; the first is found.
		same := func(got codes.Generic) bool {
			return got.HTTP == g.HTTP && got.Code == g.Code && got.Subcode == g.Subcode
		}
		for _, body := range []codes.Error{{Code: g.Code, Subcode: g.Subcode}, {Code: g.OtherCode, Subcode: g.Subcode}} {
			if body.Code == "" {
				continue
			}
			if got, ok := codes.LookupGeneric(status, &body); !ok || !same(got) {
				t.Errorf("LookupGeneric(%d, %v) = %+v, %v, want %+v", status, &body, got, ok, g)
			}
			if got, ok := codes.LookupGeneric(200, &body); ok {
				t.Errorf("LookupGeneric(200, %v) = %+v, want none", &body, got)
			}
			if body.Subcode == codes.SubcodeNone {
				body.Subcode = ""
				if got, ok := codes.LookupGeneric(status, &body); !ok || !same(got) {
					t.Errorf("LookupGeneric(%d, %v) = %+v, %v, want %+v", status, &body, got, ok, g)
				}
			}
			body.Subcode = "Sideways"
			if got, ok := codes.LookupGeneric(status, &body); ok {
				t.Errorf("LookupGeneric(%d, %v) = %+v, want none", status, &body, got)
			}
		}
		if got, ok := codes.LookupGeneric(g.HTTP, nil); ok != (g.HTTP != 0) || ok && got.HTTP != g.HTTP {
			t.Errorf("LookupGeneric(%d, nil) = %+v, %v", g.HTTP, got, ok)
		}
	}
	// 17 of UCWA/GenericSynchronousErrors.md, two of other pages, six statuses, two of operations.
	if len(seen) != 17+2+6+2 {
		t.Errorf("%d names of generic errors, want 27", len(seen))
	}
	for _, status := range []int{0, 200, 401, 502} {
		if got, ok := codes.LookupGeneric(status, nil); ok {
			t.Errorf("LookupGeneric(%d, nil) = %+v, want none", status, got)
		}
	}
}
