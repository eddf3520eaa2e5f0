// Package catalogue renders the tables of package codes from their two sources: catalogue.csv, the rows of the
// specification to the letter, and reasons.csv, what is known of each (code, subcode) pair. It is strict: what
// it does not understand is an error with file and line, never a row left out.
package catalogue

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"go/format"
	"io"
	"slices"
	"strconv"
	"strings"
)

type row struct {
	name, code, http, subcode, text, otherText, otherSource string
}

type reason struct {
	code, subcode, direction, actor, basis, source string
}

func (r reason) name() string { return r.code + r.subcode }

// Render returns the Go source of tables.go.
func Render(rowsCSV, reasonsCSV []byte) ([]byte, error) {
	async, sync, err := parseRows(rowsCSV)
	if err != nil {
		return nil, err
	}
	reasons, err := parseReasons(reasonsCSV, async)
	if err != nil {
		return nil, err
	}
	return render(async, sync, reasons)
}

func parseRows(data []byte) (async, sync []row, err error) {
	err = records("catalogue.csv", data, []string{"table", "name", "code", "http", "subcode", "text", "other_text", "other_source"},
		func(f []string) error {
			r := row{f[1], f[2], f[3], f[4], f[5], f[6], f[7]}
			if err := tokens(r.code, r.subcode); err != nil {
				return err
			}
			if (r.otherText == "") != (r.otherSource == "") || r.text != "" && r.otherText != "" {
				return errors.New("other_text and other_source go together, and only with a blank text")
			}
			switch f[0] {
			case "async":
				if r.name != "" || r.http != "" {
					return errors.New("an asynchronous row has neither name nor http")
				}
				if len(sync) > 0 {
					return errors.New("an asynchronous row after the synchronous ones")
				}
				if n := len(async); n > 0 && async[n-1].code > r.code {
					return fmt.Errorf("code %s after %s: codes ascend, as in the specification", r.code, async[n-1].code)
				}
				if slices.Contains(async, r) {
					return fmt.Errorf("a second row %s/%s with the same text", r.code, r.subcode)
				}
				async = append(async, r)
			case "sync":
				if err := tokens(r.name); err != nil {
					return err
				}
				if n, err := strconv.Atoi(r.http); err != nil || n < 400 || n > 599 {
					return fmt.Errorf("http %q, want a status from 400 to 599", r.http)
				}
				if slices.ContainsFunc(sync, func(s row) bool { return s.name == r.name }) {
					return fmt.Errorf("a second row named %s", r.name)
				}
				sync = append(sync, r)
			default:
				return fmt.Errorf("table %q, want async or sync", f[0])
			}
			return nil
		})
	return async, sync, err
}

// parseReasons also checks that the reasons are the distinct pairs of the asynchronous rows, in their order.
func parseReasons(data []byte, async []row) (reasons []reason, err error) {
	var pairs []string
	for _, r := range async {
		if p := r.code + "/" + r.subcode; !slices.Contains(pairs, p) {
			pairs = append(pairs, p)
		}
	}
	err = records("reasons.csv", data, []string{"id", "code", "subcode", "direction", "actor", "basis", "source"},
		func(f []string) error {
			r := reason{f[1], f[2], f[3], f[4], f[5], f[6]}
			n := len(reasons)
			switch {
			case f[0] != strconv.Itoa(n+1):
				return fmt.Errorf("id %q, want %d", f[0], n+1)
			case n >= len(pairs) || r.code+"/"+r.subcode != pairs[n]:
				return fmt.Errorf("%s/%s is not pair %d of catalogue.csv", r.code, r.subcode, n+1)
			case directions[r.direction] == "":
				return fmt.Errorf("direction %q, want incoming, outgoing or both", r.direction)
			case !slices.Contains([]string{"Stated", "Sampled", "Inferred"}, r.basis):
				return fmt.Errorf("basis %q, want Stated, Sampled or Inferred", r.basis)
			case r.source == "":
				return errors.New("no source")
			}
			if _, err := actors(r.actor); err != nil {
				return err
			}
			reasons = append(reasons, r)
			return nil
		})
	if err == nil && len(reasons) != len(pairs) {
		err = fmt.Errorf("reasons.csv: %d reasons for the %d pairs of catalogue.csv; %s is missing", len(reasons), len(pairs), pairs[len(reasons)])
	}
	return reasons, err
}

// records calls f with each record below the header and puts file and line before its error.
func records(name string, data []byte, header []string, f func([]string) error) error {
	cr := csv.NewReader(bytes.NewReader(data))
	cr.FieldsPerRecord = len(header)
	for first := true; ; first = false {
		rec, err := cr.Read()
		if errors.Is(err, io.EOF) {
			if first {
				return fmt.Errorf("%s: empty, want the header %s", name, strings.Join(header, ","))
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		line, _ := cr.FieldPos(0)
		if first {
			if !slices.Equal(rec, header) {
				return fmt.Errorf("%s:%d: header %q, want %q", name, line, rec, header)
			}
			continue
		}
		if err := f(rec); err != nil {
			return fmt.Errorf("%s:%d: %w", name, line, err)
		}
	}
}

// tokens checks that each string can be part of a Go identifier, which every wire token is.
func tokens(ss ...string) error {
	for _, s := range ss {
		ok := s != "" && s[0] >= 'A' && s[0] <= 'Z'
		for _, c := range s {
			ok = ok && (c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9')
		}
		if !ok {
			return fmt.Errorf("%q, want a token of letters and digits with a capital first", s)
		}
	}
	return nil
}

var directions = map[string]string{"incoming": "1 << Incoming", "outgoing": "1 << Outgoing", "both": "1<<Incoming | 1<<Outgoing"}

func actors(s string) (string, error) {
	if s == "unknown" {
		return "0", nil
	}
	names := map[string]string{"local": "ActorLocal", "remote": "ActorRemote", "service": "ActorService", "other endpoint": "ActorOtherEndpoint"}
	var out []string
	for p := range strings.SplitSeq(s, " or ") {
		if names[p] == "" {
			return "", fmt.Errorf("actor %q, want unknown, or local, remote, service, other endpoint joined by \" or \"", p)
		}
		out = append(out, names[p])
	}
	return strings.Join(out, " | "), nil
}

func render(async, sync []row, reasons []reason) ([]byte, error) {
	var b bytes.Buffer
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }

	var codes, subcodes []string
	for _, r := range reasons {
		if !slices.Contains(codes, r.code) {
			codes = append(codes, r.code)
		}
		if !slices.Contains(subcodes, r.subcode) {
			subcodes = append(subcodes, r.subcode)
		}
	}
	slices.Sort(subcodes)

	p("// Code generated by codes/internal/generate from catalogue.csv and reasons.csv; DO NOT EDIT.\n\npackage codes\n")
	p("// The codes of the specification, in its order.\nconst (")
	for _, c := range codes {
		p("%s Code = %q", c, c)
	}
	p(")\n\n// The subcodes of the specification, in alphabetical order, spelled as published.\nconst (")
	for _, s := range subcodes {
		p("Subcode%s Subcode = %q", s, s)
	}
	p(")\n\n// The documented reasons, in the order of the specification, each with its texts there.\nconst (")
	for i, r := range reasons {
		for _, a := range async {
			if a.code == r.code && a.subcode == r.subcode {
				p("// %s/%s: %s", r.code, r.subcode, textOr(a.text))
			}
		}
		p("%s Reason = %d", r.name(), i+1)
	}
	p(")\n\n// The synchronous errors of the specification, in its order.\nconst (")
	for i, s := range sync {
		p("// Sync%s: %s %s %s: %s", s.name, s.code, s.http, s.subcode, textOr(s.text))
		p("Sync%s Synchronous = %d", s.name, i+1)
	}
	p(")\n\nconst documented = %d // the last documented reason\n", len(reasons))

	p("var codeTable = [...]Code{")
	for _, c := range codes {
		p("%s,", c)
	}
	p("}\n\nvar subcodeTable = [...]Subcode{")
	for _, s := range subcodes {
		p("Subcode%s,", s)
	}
	p("}\n\nvar reasonTable = [...]reasonInfo{")
	for _, r := range reasons {
		who, _ := actors(r.actor)
		p("%s: {%s, Subcode%s, %s, %s, %s, %q},", r.name(), r.code, r.subcode, directions[r.direction], who, r.basis, r.source)
	}
	p("}\n\nvar rowTable = [...]Row{")
	for _, a := range async {
		p("{%s%s, %q, %q, %q},", a.code, a.subcode, a.text, a.otherText, a.otherSource)
	}
	p("}\n\nvar syncTable = [...]syncInfo{")
	for _, s := range sync {
		p("Sync%s: {%q, %s, %q, %q, %q, %q},", s.name, s.code, s.http, s.subcode, s.text, s.otherText, s.otherSource)
	}
	p("}\n\n// lookup is a switch and no map: the compiler turns it into comparisons of length and words.")
	p("func lookup(code Code, subcode Subcode) Reason {\nswitch code {")
	for _, c := range codes {
		p("case %s:\nswitch subcode {", c)
		for _, r := range reasons {
			if r.code == c {
				p("case Subcode%s:\nreturn %s", r.subcode, r.name())
			}
		}
		p("}")
	}
	p("}\nreturn NoReason\n}")
	return format.Source(b.Bytes())
}

func textOr(s string) string {
	if s == "" {
		return "(no text)"
	}
	return s
}
