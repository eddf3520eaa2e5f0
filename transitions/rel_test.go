package transitions_test

import (
	"testing"

	"github.com/avinvite/avinvite/transitions"
)

// TestOperationOf has every operation under every prefix, by its name and by what services write, and what is near it.
func TestOperationOf(t *testing.T) {
	for o := transitions.OperationNone; o <= transitions.OperationCancel+1; o++ {
		want := o
		if o == transitions.OperationNone || o > transitions.OperationCancel {
			want = transitions.OperationNone
		}
		if (o.Rel() == "") != (want == transitions.OperationNone) {
			t.Errorf("%v.Rel() = %q", o, o.Rel())
		}
		for _, prefix := range []string{transitions.RelPrefix, "service:", ""} {
			for _, bare := range []string{o.String(), transitions.TrimRelPrefix(o.Rel())} {
				if got := transitions.OperationOf(prefix + bare); got != want {
					t.Errorf("OperationOf(%q) = %v, want %v", prefix+bare, got, want)
				}
			}
		}
	}
	for _, rel := range []string{
		"", "none", "declineAudioVideo", "Accept", "acceptAndBridgeaudioVideo", "ms:rtc:saas:service:accept", "ms:rtc:saas",
	} {
		if got := transitions.OperationOf(rel); got != transitions.OperationNone {
			t.Errorf("OperationOf(%q) = %v, want none", rel, got)
		}
	}
	if got := transitions.OperationAcceptAndBridge.Rel(); got != "ms:rtc:saas:acceptAndBridgeAudioVideo" {
		t.Errorf("services write %q", got)
	}
}
