// Package catalogue renders what package codes is generated from three sources: catalogue.csv, the rows of the
// specification to the letter; reasons.csv, what is known of each (code, subcode) pair; and vocabulary.csv, the codes
// and subcodes that are published for other resources. It is strict: what it does not understand is an error with file
// and line, never a row left out.
package catalogue

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sources holds the CSV files of this folder.
//
//go:embed *.csv
var Sources embed.FS

// File is a generated file.
type File struct {
	Name    string
	Content []byte
}

// Render returns tables.go, catalogue.json and CATALOGUE.md, made from the files of sources.
func Render(sources fs.FS) ([]File, error) {
	var c catalogue
	for _, file := range []struct {
		name  string
		parse func([]byte) error
	}{{"vocabulary.csv", c.parseVocabulary}, {"catalogue.csv", c.parseRows}, {"reasons.csv", c.parseReasons}} {
		data, err := fs.ReadFile(sources, file.name)
		if err == nil {
			err = file.parse(data)
		}
		if err != nil {
			return nil, err
		}
	}
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
	pageCodes, pageSubcodes []string // those of the specification, in the order of their first asynchronous row
	codes                   []word   // those of the specification first
	subcodes                []word   // those that the specification does not have among its asynchronous rows
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

// parseRows wants the vocabulary: a row names no code that is unknown there.
func (c *catalogue) parseRows(data []byte) error {
	header := []string{"table", "name", "code", "http", "subcode", "text", "other_text", "other_source"}
	err := records("catalogue.csv", data, header, func(f []string) error {
		r := row{f[1], f[2], f[3], f[4], f[5], f[6], f[7]}
		if err := tokens(r.code, r.subcode); err != nil {
			return err
		}
		if find(c.codes, r.code) == nil {
			return fmt.Errorf("code %s is not in vocabulary.csv", r.code)
		}
		if (r.otherText == "") != (r.otherSource == "") || r.text != "" && r.otherText != "" {
			return errors.New("other_text and other_source go together, and only with a blank text")
		}
		switch f[0] {
		case "async":
			return c.addAsync(r)
		case "sync":
			return c.addSync(r)
		}
		return fmt.Errorf("table %q, want async or sync", f[0])
	})
	slices.SortStableFunc(c.codes, func(a, b word) int { return cmp.Compare(c.rank(a), c.rank(b)) })
	return err
}

func (c *catalogue) addAsync(r row) error {
	switch {
	case r.name != "" || r.http != "":
		return errors.New("an asynchronous row has neither name nor http")
	case len(c.sync) > 0:
		return errors.New("an asynchronous row after the synchronous ones")
	case find(c.subcodes, r.subcode) != nil:
		return fmt.Errorf("subcode %s is in vocabulary.csv, which has those of other resources", r.subcode)
	case slices.Contains(c.async, r):
		return fmt.Errorf("a second row %s/%s with the same text", r.code, r.subcode)
	}
	if n := len(c.async); n > 0 {
		last := c.async[n-1]
		if last.code > r.code {
			return fmt.Errorf("code %s after %s: codes ascend, as in the specification", r.code, last.code)
		}
		if last.code == r.code && strings.ToLower(last.subcode) > strings.ToLower(r.subcode) {
			return fmt.Errorf("%s after %s: the subcodes of a code ascend without regard to case, as in the specification",
				r.subcode, last.subcode)
		}
	}
	c.async = append(c.async, r)
	if !slices.Contains(c.pageCodes, r.code) {
		c.pageCodes = append(c.pageCodes, r.code)
	}
	if !slices.Contains(c.pageSubcodes, r.subcode) {
		c.pageSubcodes = append(c.pageSubcodes, r.subcode)
	}
	return nil
}

func (c *catalogue) addSync(r row) error {
	if err := tokens(r.name); err != nil {
		return err
	}
	want := find(c.codes, r.code).http
	if want == "" {
		return fmt.Errorf("a synchronous row with %s, which has no status", r.code)
	}
	if r.http != want {
		return fmt.Errorf("http %q, want %q, which vocabulary.csv has for %s", r.http, want, r.code)
	}
	if !slices.Contains(c.pageSubcodes, r.subcode) && find(c.subcodes, r.subcode) == nil {
		return fmt.Errorf("subcode %s is in no asynchronous row and not in vocabulary.csv", r.subcode)
	}
	for _, s := range c.sync {
		if s.name == r.name {
			return fmt.Errorf("a second row named %s", r.name)
		}
		if s.code == r.code && s.subcode == r.subcode && s.text == r.text && s.otherText == r.otherText {
			return fmt.Errorf("a second row %s/%s with the same text", r.code, r.subcode)
		}
	}
	c.sync = append(c.sync, r)
	return nil
}

// rank orders the codes: those of the specification in its order, then the others.
func (c *catalogue) rank(code word) int {
	if i := slices.Index(c.pageCodes, code.token); i >= 0 {
		return i
	}
	return len(c.pageCodes)
}

// parseReasons wants the rows: the reasons are the distinct pairs of the asynchronous ones, in their order.
func (c *catalogue) parseReasons(data []byte) error {
	var pairs []string
	for _, r := range c.async {
		if p := r.code + "/" + r.subcode; !slices.Contains(pairs, p) {
			pairs = append(pairs, p)
		}
	}
	header := []string{
		"id", "code", "subcode", "direction", "basis", "source", "actor", "actor_basis",
		"states", "retry", "advice", "explanation",
	}
	err := records("reasons.csv", data, header, func(f []string) error {
		r := reason{f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[11]}
		n := len(c.reasons)
		switch {
		case f[0] != strconv.Itoa(n+1):
			return fmt.Errorf("id %q, want %d", f[0], n+1)
		case n >= len(pairs) || r.String() != pairs[n]:
			return fmt.Errorf("%v is not pair %d of catalogue.csv", r, n+1)
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
		c.reasons = append(c.reasons, r)
		return nil
	})
	if err == nil && len(c.reasons) != len(pairs) {
		return fmt.Errorf("reasons.csv: %d reasons for the %d pairs of catalogue.csv; %s is missing",
			len(c.reasons), len(pairs), pairs[len(c.reasons)])
	}
	return err
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
		odd := func(r rune) bool { return r == '|' || r == utf8.RuneError || !unicode.IsPrint(r) }
		if f != strings.TrimSpace(f) || strings.ContainsFunc(f, odd) {
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

var directions = map[string]string{
	"incoming": "1 << Incoming", "outgoing": "1 << Outgoing", "both": "1<<Incoming | 1<<Outgoing",
}

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
			return "", fmt.Errorf("actor %q, want unknown, or some of local, remote, service, other endpoint, "+
				"in this order and joined by \" or \"", s)
		}
		out, last = append(out, constants[i]), i
	}
	return strings.Join(out, " | "), nil
}

var states = map[string]string{
	"Failed": "0", "Failed or Declined": "alsoDeclined", "Failed or Cancelled": "alsoCancelled",
}

var retries = map[string]string{"later": "RetryLater", "changed": "RetryChanged", "no": "RetryNo"}

// parseVocabulary reads the words that have a source: all codes, and the subcodes of other resources.
func (c *catalogue) parseVocabulary(data []byte) error {
	return records("vocabulary.csv", data, []string{"kind", "token", "http", "source"}, func(f []string) error {
		w := word{f[1], f[2], f[3]}
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
			if find(c.codes, w.token) != nil {
				return fmt.Errorf("a second code %s", w.token)
			}
			if len(c.subcodes) > 0 {
				return errors.New("a code after the subcodes")
			}
			c.codes = append(c.codes, w)
		case "subcode":
			if w.http != "" {
				return errors.New("a subcode has no http")
			}
			if n := len(c.subcodes); n > 0 && c.subcodes[n-1].token >= w.token {
				return fmt.Errorf("subcode %s after %s: subcodes ascend", w.token, c.subcodes[n-1].token)
			}
			c.subcodes = append(c.subcodes, w)
		default:
			return fmt.Errorf("kind %q, want code or subcode", f[0])
		}
		return nil
	})
}

// find is the word with that token, nil if there is none.
func find(words []word, token string) *word {
	for i := range words {
		if words[i].token == token {
			return &words[i]
		}
	}
	return nil
}
