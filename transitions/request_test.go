package transitions_test

import (
	"errors"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// An offer is a data URI; what it holds is not read here.
func TestMediaOfferIsDataURI(t *testing.T) {
	for offer, want := range map[string]string{
		"": "", "data:,": "", "DATA:application/sdp;base64,dj0w": "",
		"dat": "transitions: accept refused: mediaOffer is no data URI", "sip:a": "transitions: accept refused: mediaOffer is no data URI",
	} {
		err := transitions.Request{MediaOffer: offer}.Check(transitions.OperationAccept)
		refusal := new(transitions.RequestError)
		if (err == nil) != (want == "") || err != nil && (err.Error() != want || !errors.As(err, &refusal) ||
			refusal.Basis() != codes.Inferred || !errors.Is(err, codes.SyncParameterValidationFailure)) {
			t.Errorf("%q: %v, want %q", offer, err, want)
		}
	}
}
