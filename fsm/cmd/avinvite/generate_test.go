package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/fsm/conformance"
)

// generate returns the output of the command.
func generate(t *testing.T, args string) *bytes.Buffer {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if status := run(append([]string{"generate"}, strings.Fields(args)...), nil, &stdout, &stderr); status != 0 {
		t.Fatalf("generate %s: status %d, %s", args, status, stderr.String())
	}
	return &stdout
}

// TestGenerate closes the loop: a recording that is made up from the relation conforms, in every format.
func TestGenerate(t *testing.T) {
	seeds, packed := 1, []string{""}
	if long() {
		seeds, packed = 5, []string{"", " --gzip"}
	}
	for _, format := range formats {
		for _, zip := range packed {
			for seed := range seeds {
				args := fmt.Sprintf("--format %s --invitations 200 --seed %d%s", format, seed, zip)
				verdicts, err := conformance.Check(generate(t, args))
				if err != nil {
					t.Fatalf("generate %s: %v", args, err)
				}
				outcomes, operations := map[string]bool{}, 0
				for _, v := range verdicts {
					if v.Result != conformance.Conforms {
						t.Errorf("generate %s: %s %v: %+v", args, v.Href, v.Result, v.Findings)
					}
					outcomes[v.Outcome.String()+v.Reason.String()] = true
					for _, s := range v.Steps {
						if strings.Contains(s.String(), "answered 204") {
							operations++
						}
					}
				}
				if len(verdicts) != 200 || len(outcomes) < 30 || (operations > 20) != (format == "har") {
					t.Errorf("generate %s: %d invitations, %d outcomes and %d operations, want 200 and a rich choice",
						args, len(verdicts), len(outcomes), operations)
				}
			}
		}
	}
}

// TestGenerateFaults plants each fault, and finds it and nothing else in every tenth invitation.
func TestGenerateFaults(t *testing.T) {
	invitations := 20
	if long() {
		invitations = 200
	}
	for _, rule := range conformance.Rules() {
		for _, format := range formats {
			if faults[rule].operation && format != "har" {
				continue
			}
			args := fmt.Sprintf("--invitations %d --format %s --fault %s", invitations, format, rule)
			verdicts, err := conformance.Check(generate(t, args))
			if err != nil || len(verdicts) != invitations {
				t.Errorf("generate %s: %d invitations, %v", args, len(verdicts), err)
			}
			for _, v := range verdicts {
				var want, got []conformance.Rule
				if strings.HasSuffix(v.OperationID, "9") {
					want = append(want, rule)
				}
				for _, f := range v.Findings {
					got = append(got, f.Rule)
				}
				if !slices.Equal(got, want) {
					t.Errorf("generate %s: %s breaks %v, want %v", args, v.Href, got, want)
				}
			}
		}
	}
}
