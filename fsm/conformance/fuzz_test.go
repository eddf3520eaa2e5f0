package conformance_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/fsm/conformance"
)

// FuzzRead holds that whatever is read, what is answered can be used: the same verdicts however the input comes, each
// of them with a result that its findings bear out, and all of it in JSON.
func FuzzRead(f *testing.F) {
	// Short ones, since go test spends its time on making what it finds shorter.
	f.Add([]byte(`{"sender":[{"events":[` + event("i", "started", "") + `]}]}`))
	f.Add([]byte(`[{"sender":[{"events":[` + event("i", "completed", reason("Weather", "Rain")) + `]}]}]`))
	f.Add([]byte(har(`{"request":{"method":"POST","url":"/audioVideoInvitations/1/accept"},"response":{"status":409}}`)))
	f.Add([]byte(har(`{"request":{"method":"POST","url":"/startAudio"},"response":{"status":403}}`)))
	f.Add([]byte(har(`{"request":{"url":"/e"},"response":{"content":{"text":"{\"sender\":[{\"events\":[]}]}"}}}`)))
	f.Fuzz(holdRead)
}

func holdRead(t *testing.T, input []byte) {
	verdicts, err := conformance.Check(bytes.NewReader(input))
	again, errAgain := conformance.Check(iotest.OneByteReader(bytes.NewReader(input)))
	if diff := cmp.Diff(verdicts, again); diff != "" || (err == nil) != (errAgain == nil) {
		t.Errorf("%q: errors %v, %v (-at once +byte by byte):\n%s", input, err, errAgain, diff)
	}
	if err != nil && strings.TrimSpace(err.Error()) == "" {
		t.Errorf("%q: an error without a text", input)
	}
	for _, v := range verdicts {
		violates := slices.ContainsFunc(v.Findings, conformance.Finding.Violation)
		clean := len(v.Findings) == 0
		switch v.Result {
		case conformance.Conforms:
			clean = clean && (v.Outcome != 0 || v.Refused) && v.Repair == nil
		case conformance.Incomplete:
			clean = clean && v.Outcome == 0 && len(v.Expects) > 0 && v.Repair == nil
		case conformance.Deviates:
			clean = !clean && !violates
		case conformance.Violates:
			clean = violates || v.OmittedFindings > 0
		}
		for _, finding := range v.Findings {
			clean = clean && finding.Rule.Text() != "" && finding.Source != "" && finding.Seen != "" && finding.Expected != ""
		}
		if _, err := json.Marshal(v); err != nil || !clean || len(v.Repair) > len(v.Steps) {
			t.Errorf("%q: error %v, verdict %+v", input, err, v)
		}
	}
}
