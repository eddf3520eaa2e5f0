package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/fsm/conformance"
)

// generate is what the command writes.
func generate(t *testing.T, args string) *bytes.Buffer {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if status := run(append([]string{"generate"}, strings.Fields(args)...), nil, &stdout, &stderr); status != 0 {
		t.Fatalf("generate %s: status %d, %s", args, status, stderr.String())
	}
	return &stdout
}

// TestGenerate closes the loop: what is made up from the relation conforms, in every format.
func TestGenerate(t *testing.T) {
	for _, format := range formats {
		for _, zip := range []string{"", " --gzip"} {
			for seed := range 3 {
				args := fmt.Sprintf("--format %s --invitations 200 --seed %d%s", format, seed, zip)
				verdicts, err := conformance.Check(generate(t, args))
				if err != nil {
					t.Fatalf("generate %s: %v", args, err)
				}
				if len(verdicts) != 200 {
					t.Errorf("generate %s: %d invitations, want 200", args, len(verdicts))
				}
				reasons, operations := map[string]bool{}, 0
				for _, v := range verdicts {
					if v.Result != conformance.Conforms {
						t.Errorf("generate %s: %s %v: %+v", args, v.Href, v.Result, v.Findings)
					}
					reasons[v.Outcome.String()+v.Reason.String()] = true
					for _, s := range v.Steps {
						if strings.Contains(s.What, "answered 204") {
							operations++
						}
					}
				}
				if len(reasons) < 30 || (operations > 20) != (format == "har") {
					t.Errorf("generate %s: %d outcomes and %d operations, want a rich choice", args, len(reasons), operations)
				}
			}
		}
	}
}

// TestGenerateFaults plants each fault, and finds it and nothing else in every tenth invitation.
func TestGenerateFaults(t *testing.T) {
	for _, rule := range conformance.Rules() {
		name := string(rule)
		for _, format := range formats {
			if faults[rule].operation && format != "har" {
				continue
			}
			verdicts, err := conformance.Check(generate(t, "--invitations 100 --format "+format+" --fault "+name))
			if err != nil {
				t.Fatal(name, err)
			}
			if len(verdicts) != 100 {
				t.Errorf("%s in %s: %d invitations, want 100", name, format, len(verdicts))
			}
			for _, v := range verdicts {
				var want []string
				if strings.HasSuffix(v.OperationID, "9") {
					want = []string{name}
				}
				var got []string
				for _, f := range v.Findings {
					got = append(got, string(f.Rule))
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s in %s, %s (-want +got):\n%s", name, format, v.Href, diff)
				}
			}
		}
	}
}

func TestGenerateSeed(t *testing.T) {
	first, again, other := generate(t, "--seed 7"), generate(t, "--seed 7"), generate(t, "--seed 8")
	if !bytes.Equal(first.Bytes(), again.Bytes()) || bytes.Equal(first.Bytes(), other.Bytes()) {
		t.Error("want the same bytes for the same seed, and others for another")
	}
}
