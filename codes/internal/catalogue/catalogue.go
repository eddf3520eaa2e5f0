// Package catalogue renders what package codes is generated from three sources: catalogue.csv, the rows of the
// specification to the letter; reasons.csv, what is known of each (code, subcode) pair; and vocabulary.csv, the codes
// and subcodes that are published for other resources. It is strict: what it does not understand is an error with file
// and line, never a row left out.
package catalogue

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Sources are the names of the files that Render reads, in the order of its arguments.
var Sources = [...]string{"catalogue.csv", "reasons.csv", "vocabulary.csv"}

// File is a generated file.
type File struct {
	Name    string
	Content []byte
}

// Render returns tables.go, catalogue.json and CATALOGUE.md.
func Render(rowsCSV, reasonsCSV, vocabularyCSV []byte) ([]File, error) {
	var c catalogue
	var err error
	if c.async, c.sync, err = parseRows(rowsCSV); err != nil {
		return nil, err
	}
	if c.reasons, err = parseReasons(reasonsCSV, c.async); err != nil {
		return nil, err
	}
	for _, r := range c.reasons {
		if !slices.Contains(c.pageCodes, r.code) {
			c.pageCodes = append(c.pageCodes, r.code)
		}
		if !slices.Contains(c.pageSubcodes, r.subcode) {
			c.pageSubcodes = append(c.pageSubcodes, r.subcode)
		}
	}
	if c.codes, c.subcodes, err = parseVocabulary(vocabularyCSV, c.pageCodes, c.pageSubcodes); err != nil {
		return nil, err
	}
	slices.SortStableFunc(c.codes, func(a, b word) int { return cmp.Compare(c.rank(a), c.rank(b)) })
	source, err := c.goSource()
	if err != nil {
		return nil, err
	}
	data, err := c.json()
	if err != nil {
		return nil, err
	}
	return []File{{"tables.go", source}, {"catalogue.json", data}, {"CATALOGUE.md", c.markdown()}}, nil
}

// catalogue is what the sources say.
type catalogue struct {
	async, sync             []row
	reasons                 []reason
	pageCodes, pageSubcodes []string
	codes                   []word // all that are published, those of the specification first
	subcodes                []word // those that the specification does not have
}

// rank orders the codes: those of the specification in its order, then the others.
func (c *catalogue) rank(code word) int {
	if i := slices.Index(c.pageCodes, code.token); i >= 0 {
		return i
	}
	return len(c.pageCodes)
}

type row struct {
	name, code, http, subcode, text, otherText, otherSource string
}

type reason struct {
	code, subcode, direction, basis, source, actor, actorBasis, states, retry, advice, explanation string
}

func (r reason) name() string { return r.code + r.subcode }

func (r reason) String() string { return r.code + "/" + r.subcode }

type word struct {
	token, http, source string
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
				if n := len(async); n > 0 {
					last := async[n-1]
					if last.code > r.code {
						return fmt.Errorf("code %s after %s: codes ascend, as in the specification", r.code, last.code)
					}
					if last.code == r.code && strings.ToLower(last.subcode) > strings.ToLower(r.subcode) {
						return fmt.Errorf("%s after %s: the subcodes of a code ascend without regard to case, as in the specification", r.subcode, last.subcode)
					}
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
	header := []string{
		"id", "code", "subcode", "direction", "basis", "source", "actor", "actor_basis", "states", "retry", "advice", "explanation",
	}
	err = records("reasons.csv", data, header,
		func(f []string) error {
			r := reason{f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[11]}
			n := len(reasons)
			switch {
			case f[0] != strconv.Itoa(n+1):
				return fmt.Errorf("id %q, want %d", f[0], n+1)
			case n >= len(pairs) || r.code+"/"+r.subcode != pairs[n]:
				return fmt.Errorf("%s/%s is not pair %d of catalogue.csv", r.code, r.subcode, n+1)
			case directions[r.direction] == "":
				return fmt.Errorf("direction %q, want incoming, outgoing or both", r.direction)
			case !slices.Contains(bases, r.basis):
				return fmt.Errorf("basis %q, want Stated, Sampled or Inferred", r.basis)
			case !slices.Contains(bases, r.actorBasis):
				return fmt.Errorf("actor_basis %q, want Stated, Sampled or Inferred", r.actorBasis)
			case r.source == "":
				return errors.New("no source")
			case (r.basis == "Inferred") != strings.Contains(r.source, ": "):
				return fmt.Errorf("source %q: what is Inferred, and nothing else, says after a colon from what it follows", r.source)
			case states[r.states] == "":
				return fmt.Errorf("states %q, want Failed, alone or with \"or Declined\" or \"or Cancelled\"", r.states)
			case retries[r.retry] == "":
				return fmt.Errorf("retry %q, want later, changed or no", r.retry)
			case (r.retry == "changed" && r.advice == "") || (r.retry == "no" && r.advice != ""):
				return errors.New("advice goes with retry changed, and not with no")
			case r.explanation == "":
				return errors.New("no explanation")
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
		if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
			return fmt.Errorf("%s:%d: %w", name, parse.Line, parse.Err)
		} else if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		line, _ := cr.FieldPos(0)
		if first {
			if !slices.Equal(rec, header) {
				return fmt.Errorf("%s:%d: header %q, want %q", name, line, rec, header)
			}
			continue
		}
		err = printable(rec)
		if err == nil {
			err = f(rec)
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, line, err)
		}
	}
}

// printable refuses what would not survive in a comment or in a cell of a table.
func printable(fields []string) error {
	for _, f := range fields {
		if f != strings.TrimSpace(f) || strings.ContainsFunc(f, func(r rune) bool { return r == '|' || !unicode.IsPrint(r) }) {
			return fmt.Errorf("%q, want one line of printable text without | and without blanks around it", f)
		}
	}
	return nil
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

var bases = []string{"Stated", "Sampled", "Inferred"}

var directions = map[string]string{"incoming": "1 << Incoming", "outgoing": "1 << Outgoing", "both": "1<<Incoming | 1<<Outgoing"}

// actors is the Go expression of one or more actors, which stand in the order in which codes.Actor names them.
func actors(s string) (string, error) {
	if s == "unknown" {
		return "0", nil
	}
	names := []string{"local", "remote", "service", "other endpoint"}
	constants := []string{"ActorLocal", "ActorRemote", "ActorService", "ActorOtherEndpoint"}
	var out []string
	last := -1
	for p := range strings.SplitSeq(s, " or ") {
		i := slices.Index(names, p)
		if i <= last {
			return "", fmt.Errorf("actor %q, want unknown, or of local, remote, service, other endpoint some, in this order, joined by \" or \"", s)
		}
		out, last = append(out, constants[i]), i
	}
	return strings.Join(out, " | "), nil
}

var states = map[string]string{"Failed": "0", "Failed or Declined": "alsoDeclined", "Failed or Cancelled": "alsoCancelled"}

var retries = map[string]string{"later": "RetryLater", "changed": "RetryChanged", "no": "RetryNo"}

// parseVocabulary checks that the codes contain those of the specification, and that the subcodes contain none of them.
func parseVocabulary(data []byte, pageCodes, pageSubcodes []string) (codes, subcodes []word, err error) {
	err = records("vocabulary.csv", data, []string{"kind", "token", "http", "source"}, func(f []string) error {
		w := word{f[1], f[2], f[3]}
		same := func(o word) bool { return o.token == w.token }
		if err := tokens(w.token); err != nil {
			return err
		}
		if w.source == "" {
			return errors.New("no source")
		}
		switch f[0] {
		case "code":
			if n, err := strconv.Atoi(w.http); w.http != "" && (err != nil || n < 400 || n > 599) {
				return fmt.Errorf("http %q, want a status from 400 to 599, or nothing", w.http)
			}
			if slices.ContainsFunc(codes, same) {
				return fmt.Errorf("a second code %s", w.token)
			}
			if len(subcodes) > 0 {
				return errors.New("a code after the subcodes")
			}
			codes = append(codes, w)
		case "subcode":
			if w.http != "" {
				return errors.New("a subcode has no http")
			}
			if slices.Contains(pageSubcodes, w.token) {
				return fmt.Errorf("subcode %s is one of the specification", w.token)
			}
			if n := len(subcodes); n > 0 && subcodes[n-1].token >= w.token {
				return fmt.Errorf("subcode %s after %s: subcodes ascend", w.token, subcodes[n-1].token)
			}
			subcodes = append(subcodes, w)
		default:
			return fmt.Errorf("kind %q, want code or subcode", f[0])
		}
		return nil
	})
	for _, c := range pageCodes {
		if err == nil && !slices.ContainsFunc(codes, func(w word) bool { return w.token == c }) {
			err = fmt.Errorf("vocabulary.csv: code %s of the specification is missing", c)
		}
	}
	return codes, subcodes, err
}
