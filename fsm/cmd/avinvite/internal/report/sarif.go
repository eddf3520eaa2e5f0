package report

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// sarif is the report for code hosts: SARIF 2.1.0 (OASIS). It has one run, and is written recording by recording.
type sarif struct {
	*jsontext.Encoder
	rules  []conformance.Rule
	unread []sarifNotification
}

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	homepage    = "https://github.com/avinvite/avinvite"
	rulesPage   = homepage + "/blob/main/fsm/conformance/verdict.go"
)

type sarifText struct {
	Text string `json:"text"`
}

type sarifDriver struct {
	Name     string      `json:"name"`
	Homepage string      `json:"informationUri"`
	Version  string      `json:"version,omitempty"`
	Rules    []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID      conformance.Rule `json:"id"`
	Short   sarifText        `json:"shortDescription"`
	Full    sarifText        `json:"fullDescription"`
	Help    sarifText        `json:"help"`
	HelpURI string           `json:"helpUri"`
}

type sarifLocation struct {
	Physical struct {
		Artifact struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region *sarifRegion `json:"region,omitzero"`
	} `json:"physicalLocation"`
	Logical []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifRegion struct {
	Line   int    `json:"startLine,omitzero"`
	Column int    `json:"startColumn,omitzero"`
	Offset *int64 `json:"byteOffset,omitzero"`
}

type sarifLogical struct {
	Name string `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}

type sarifResult struct {
	RuleID       conformance.Rule  `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      sarifText         `json:"message"`
	Locations    []sarifLocation   `json:"locations"`
	Fingerprints map[string]string `json:"partialFingerprints"`
}

type sarifNotification struct {
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

func newSARIF(w io.Writer, version string) Report {
	encoder := jsontext.NewEncoder(EscapeJSON(w), jsontext.WithIndent("  "), jsontext.AllowInvalidUTF8(true))
	r := &sarif{Encoder: encoder, rules: conformance.Rules()}
	var rules []sarifRule
	for _, rule := range r.rules {
		text := sarifText{strings.ToUpper(rule.Text()[:1]) + rule.Text()[1:] + "."}
		rules = append(rules, sarifRule{
			rule, text, text,
			sarifText{"The message says what was seen, what was expected, and where the rule can be read. It is an error if " +
				"the documentation states the rule or a published payload shows it, and a warning if it only follows from these."},
			rulesPage,
		})
	}
	r.tokens(jsontext.BeginObject, "$schema", sarifSchema, "version", "2.1.0",
		"runs", jsontext.BeginArray, jsontext.BeginObject,
		"tool", map[string]sarifDriver{"driver": {"avinvite", homepage, version, rules}},
		"columnKind", "utf16CodeUnits", "results", jsontext.BeginArray)
	return r
}

// tokens writes JSON tokens as they are, and other values as JSON. It drops errors, which can only be the writer's.
func (s *sarif) tokens(values ...any) {
	for _, v := range values {
		if t, ok := v.(jsontext.Token); ok {
			_ = s.WriteToken(t)
		} else {
			_ = json.MarshalEncode(s.Encoder, v, json.Deterministic(true))
		}
	}
}

func (s *sarif) Recording(r Recording) {
	var offsets []int64
	for v := range r.judge(r.notable) {
		for _, f := range v.Findings {
			offsets = append(offsets, f.Place.Offset)
		}
	}
	lines, plain := r.lines(offsets)
	for v := range r.judge(r.notable) {
		alike := map[string]int{}
		for _, f := range v.Findings {
			what := fmt.Sprintf("%s\x00%s\x00%s\x00%s\x00%s", filepath.Clean(r.Name), v.Href, v.OperationID, f.Rule, f.Seen)
			alike[what]++
			s.result(f, v, r.locate(&f.Place, plain, lines), fmt.Sprintf("%x:%d", sha256.Sum256([]byte(what)), alike[what]))
		}
	}
	for _, err := range r.Unread {
		_, place := parts(err)
		s.unread = append(s.unread, sarifNotification{"error", sarifText{ErrorText(err)}, []sarifLocation{r.locate(place, plain, nil)}})
	}
}

// result writes a finding. The same finding of another day has the same fingerprint.
func (s *sarif) result(f conformance.Finding, v conformance.Verdict, where sarifLocation, fingerprint string) {
	level := "warning"
	if f.Violation() {
		level = "error"
	}
	index, _ := slices.BinarySearch(s.rules, f.Rule)
	message := fmt.Sprintf("%s. Invitation %s. %v: %s.", summary(f), identity(v.Href, v.OperationID), f.Basis, f.Source)
	s.tokens(sarifResult{
		f.Rule, index, level, sarifText{message}, []sarifLocation{where},
		map[string]string{"primaryLocationLineHash": fingerprint}, // the name that GitHub knows
	})
}

func (s *sarif) End(t *Total, exit int) {
	s.tokens(jsontext.EndArray, "invocations", []any{map[string]any{
		"executionSuccessful": t.Unread == 0, "exitCode": exit, "toolExecutionNotifications": s.unread,
	}}, jsontext.EndObject, jsontext.EndArray, jsontext.EndObject)
}

// locate returns the location of a place in a recording, or that of the recording. A code host takes a byte for one of the
// file as it is stored, so there is none in the standard input and in a packed file; the line is that of the text, or the
// first if it is unknown.
func (r Recording) locate(p *eventchannel.Place, plain bool, lines map[int64]position) (l sarifLocation) {
	name := filepath.ToSlash(filepath.Clean(r.Name))
	switch {
	case r.Name == "-":
		name = "stdin"
	case strings.HasPrefix(name, "/"):
		name = (&url.URL{Scheme: "file", Path: name}).String()
	default:
		name = (&url.URL{Path: name}).String()
	}
	l.Physical.Artifact.URI = name
	if p == nil {
		return l
	}
	l.Physical.Region = &sarifRegion{max(1, lines[p.Offset].line), lines[p.Offset].column, nil}
	if plain {
		l.Physical.Region.Offset = &p.Offset
	}
	if p.Pointer != "" {
		l.Logical = []sarifLogical{{p.Pointer, "object"}}
	}
	return l
}
