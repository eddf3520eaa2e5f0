package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// sarifReport is SARIF 2.1.0 (OASIS), in which code hosts take findings: one run, written as it goes.
type sarifReport struct {
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
	Line   int   `json:"startLine,omitzero"`
	Column int   `json:"startColumn,omitzero"`
	Offset int64 `json:"byteOffset"`
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

func newSARIFReport(w io.Writer) report {
	encoder := jsontext.NewEncoder(w, jsontext.WithIndent("  "), jsontext.AllowInvalidUTF8(true))
	r := &sarifReport{Encoder: encoder, rules: conformance.Rules()}
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
		"tool", map[string]sarifDriver{"driver": {"avinvite", homepage, version(), rules}},
		"columnKind", "utf16CodeUnits", "results", jsontext.BeginArray)
	return r
}

// tokens writes brackets, and everything else as JSON has it. The writer keeps its error for the end.
func (r *sarifReport) tokens(values ...any) {
	for _, v := range values {
		if t, ok := v.(jsontext.Token); ok {
			_ = r.WriteToken(t)
		} else {
			_ = json.MarshalEncode(r.Encoder, v, json.Deterministic(true))
		}
	}
}

func (r *sarifReport) recording(j judged) {
	var offsets []int64
	for v := range j.Verdicts() {
		for _, f := range v.Findings {
			offsets = append(offsets, f.Place.Offset)
		}
	}
	lines := j.lines(offsets)
	for v := range j.Verdicts() {
		alike := map[string]int{}
		for _, f := range v.Findings {
			what := fmt.Sprintf("%s\x00%s\x00%s\x00%s\x00%s", j.name, v.Href, v.OperationID, f.Rule, f.Seen)
			alike[what]++
			r.result(f, v, locate(j.name, &f.Place, lines), fmt.Sprintf("%x:%d", sha256.Sum256([]byte(what)), alike[what]))
		}
	}
	for _, err := range j.unread {
		n := sarifNotification{Level: "error", Message: sarifText{plain(err)}}
		at := new(eventchannel.Error)
		if errors.As(err, &at) {
			n.Locations = []sarifLocation{locate(j.name, &at.Place, nil)}
		} else {
			n.Locations = []sarifLocation{locate(j.name, nil, nil)}
		}
		r.unread = append(r.unread, n)
	}
}

// result writes a finding. The fingerprint is what it has in common with the same finding of another day.
func (r *sarifReport) result(f conformance.Finding, v conformance.Verdict, where sarifLocation, fingerprint string) {
	level := "warning"
	if f.Violation() {
		level = "error"
	}
	index, _ := slices.BinarySearch(r.rules, f.Rule)
	message := fmt.Sprintf("%s. Invitation %s. %v: %s.", summary(f), identity(v.Href, v.OperationID), f.Basis, f.Source)
	r.tokens(sarifResult{
		f.Rule, index, level, sarifText{message}, []sarifLocation{where},
		map[string]string{"primaryLocationLineHash": fingerprint}, // the name that GitHub knows
	})
}

func (r *sarifReport) end(t *total) {
	r.tokens(jsontext.EndArray, "invocations", []any{map[string]any{
		"executionSuccessful": t.Unread == 0, "exitCode": int(t.status()), "toolExecutionNotifications": r.unread,
	}}, jsontext.EndObject, jsontext.EndArray, jsontext.EndObject)
}

// locate is a place in a recording, or the recording. Its line is known to those that count them.
func locate(name string, p *eventchannel.Place, lines map[int64]position) (l sarifLocation) {
	name = filepath.ToSlash(name)
	switch {
	case name == "-":
		name = "stdin"
	case strings.HasPrefix(name, "/"):
		name = (&url.URL{Scheme: "file", Path: name}).String()
	default:
		name = (&url.URL{Path: name}).String()
	}
	l.Physical.Artifact.URI = name
	if p != nil {
		l.Physical.Region = &sarifRegion{lines[p.Offset].line, lines[p.Offset].column, p.Offset}
		if p.Pointer != "" {
			l.Logical = []sarifLogical{{p.Pointer, "object"}}
		}
	}
	return l
}

// position is where a byte of a text is for those that count lines and, in UTF-16, columns from 1.
type position struct{ line, column int }

// lines finds bytes of a recording by reading it again. What cannot be read again, such as a pipe, has no lines.
func (r recording) lines(offsets []int64) map[int64]position {
	if info, err := os.Stat(r.name); r.name == "-" || err != nil || !info.Mode().IsRegular() || len(offsets) == 0 {
		return nil
	}
	file, err := os.Open(r.name)
	if err != nil {
		return nil
	}
	defer file.Close()
	in := bufio.NewReaderSize(file, 1<<16)
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil
		}
		in = bufio.NewReaderSize(z, 1<<16)
	}
	slices.Sort(offsets)
	return positions(in, offsets)
}

// positions is the positions of bytes, which must be in order, in a text.
func positions(in *bufio.Reader, offsets []int64) map[int64]position {
	found := map[int64]position{}
	at, next := int64(0), position{1, 1}
	for _, offset := range offsets {
		for at < offset {
			_, _ = in.Peek(1) // fills the buffer; at the end of the text, it stays empty
			text, _ := in.Peek(int(min(offset-at, int64(in.Buffered()))))
			if len(text) == 0 {
				return found
			}
			if n := bytes.LastIndexByte(text, '\n'); n >= 0 {
				next.line += bytes.Count(text, []byte("\n"))
				next.column = 1 + transitions.UTF16Len(text[n+1:])
			} else {
				next.column += transitions.UTF16Len(text)
			}
			at += int64(len(text))
			_, _ = in.Discard(len(text))
		}
		found[offset] = next
	}
	return found
}
