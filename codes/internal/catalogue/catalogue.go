// Package catalogue generates the tables and the documents of package codes from CSV files:
//
//   - catalogue.csv has the rows of the specification to the letter;
//   - published.csv has the texts of the codes, the subcodes and the generic errors on other pages, to the letter;
//   - reasons.csv has the direction, the actor and the advice of each (code, subcode) pair;
//   - endings.csv has the terminal states that go with the reasons;
//   - vocabulary.csv has the codes, and the subcodes that are not in the specification's asynchronous table;
//   - generic.csv has the synchronous errors that the specification does not list.
//
// Each statement has its basis and its source. The generator refuses any file that it does not understand completely,
// with an error that names file and line, and any quotation that is not in the text that it quotes.
package catalogue

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
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
		name   string
		header string
		record func([]string) error
		end    func() error
	}{
		{"published.csv", "kind,name,text,page", c.addPublished, nil},
		{"vocabulary.csv", "kind,token,http,spelling,source,explanation,litmus", c.addWord, nil},
		{"catalogue.csv", "table,name,code,http,subcode,text,other_text,other_source", c.addRow, c.endRows},
		{
			"reasons.csv", "id,code,subcode,direction,basis,page,words,because," +
				"actor,actor_basis,actor_page,actor_words,actor_because," +
				"retry,advice,retry_page,retry_words,explanation,litmus", c.addReason, c.endReasons,
		},
		{"endings.csv", "state,reasons,basis,page,words,because", c.addEnding, c.endEndings},
		{"generic.csv", "name,http,code,subcode,basis,page,words,because", c.addGeneric, c.endGeneric},
	} {
		data, err := fs.ReadFile(sources, file.name)
		if err == nil {
			err = records(file.name, data, strings.Split(file.header, ","), file.record)
		}
		if err == nil && file.end != nil {
			if err = file.end(); err != nil {
				err = fmt.Errorf("%s: %w", file.name, err)
			}
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

// catalogue holds the content of the files.
type catalogue struct {
	published               []published
	async, sync             []row
	reasons                 []reason
	endings                 []ending
	pageCodes, pageSubcodes []string // those of the specification, in the order of their first asynchronous row
	codes                   []word   // those of the specification first
	subcodes                []word   // those that the specification does not have among its asynchronous rows
	generic                 []generic
}

// published is a word with its text on another page.
type published struct {
	kind, name, text, page string
}

type row struct {
	name, code, http, subcode, text, otherText, otherSource string
}

type reason struct {
	code, subcode, direction string
	known                    statement
	actor                    string
	actorKnown               statement
	retry, advice            string
	retrySource              source
	explanation, litmus      string
	endings                  []int // indices of catalogue.endings
}

func (r reason) name() string { return r.code + r.subcode }

func (r reason) String() string { return r.code + "/" + r.subcode }

// statement is the authority of a fact: its basis and its source.
type statement struct {
	basis string
	source
}

// source is where a statement can be read: the page, words of the page to the letter, and a clause that says how an
// inference follows.
type source struct {
	Page    string `json:"page"`
	Words   string `json:"words,omitempty"`
	Because string `json:"because,omitempty"`
}

// ending is a state in which the invitation can end for the reasons of a pattern.
type ending struct {
	state, reasons string
	known          statement
}

type word struct {
	token, http, spelling, source, explanation, litmus string
}

// generic is a synchronous error that the specification does not list.
type generic struct {
	name, http, code, subcode string
	known                     statement
}

const (
	page    = "PAGE, Asynchronous reason codes"
	codeRef = "UCWA/ErrorCode_ref.md"
	subRef  = "UCWA/ErrorSubcode_ref.md"
)

// text returns the text of a word on another page, "" if there is none.
func (c *catalogue) text(kind, name string) string {
	for _, p := range c.published {
		if p.kind == kind && p.name == name {
			return p.text
		}
	}
	return ""
}

func (c *catalogue) addPublished(f []string) error {
	p := published{f[0], f[1], f[2], f[3]}
	if err := cmp.Or(member("kind", p.kind, "code", "subcode", "generic error"), tokens(p.name)); err != nil {
		return err
	}
	if p.text == "" || p.page == "" {
		return errors.New("want a text and its page")
	}
	if c.text(p.kind, p.name) != "" {
		return fmt.Errorf("a second %s %s", p.kind, p.name)
	}
	c.published = append(c.published, p)
	return nil
}

func (c *catalogue) addWord(f []string) error {
	w := word{f[1], f[2], f[3], f[4], f[5], f[6]}
	if err := cmp.Or(member("kind", f[0], "code", "subcode"), tokens(w.token)); err != nil {
		return err
	}
	if w.source == "" {
		return errors.New("no source")
	}
	own := map[string]string{"code": codeRef, "subcode": subRef}[f[0]]
	if has := strings.HasPrefix(w.source, own); has != (c.text(f[0], w.token) != "") {
		return fmt.Errorf("source %q, want it to begin with %s exactly if published.csv has the %s", w.source, own, f[0])
	}
	if f[0] == "code" {
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
		return sentence(w.explanation)
	}
	if w.http+w.spelling+w.explanation+w.litmus != "" {
		return errors.New("a subcode has a token and a source only")
	}
	if n := len(c.subcodes); n > 0 && c.subcodes[n-1].token >= w.token {
		return fmt.Errorf("subcode %s after %s: subcodes ascend", w.token, c.subcodes[n-1].token)
	}
	c.subcodes = append(c.subcodes, w)
	return nil
}

// find returns the word with that token, nil if there is none.
func find(words []word, token string) *word {
	for i := range words {
		if words[i].token == token {
			return &words[i]
		}
	}
	return nil
}

func (c *catalogue) addRow(f []string) error {
	r := row{f[1], f[2], f[3], f[4], f[5], f[6], f[7]}
	if err := cmp.Or(member("table", f[0], "async", "sync"), tokens(r.code, r.subcode)); err != nil {
		return err
	}
	if find(c.codes, r.code) == nil {
		return fmt.Errorf("code %s is not in vocabulary.csv", r.code)
	}
	if (r.otherText == "") != (r.otherSource == "") || r.text != "" && r.otherText != "" {
		return errors.New("other_text and other_source go together, and only with a blank text")
	}
	if f[0] == "async" {
		return c.addAsync(r)
	}
	return c.addSync(r)
}

func (c *catalogue) addAsync(r row) error {
	switch {
	case r.name != "" || r.http != "":
		return errors.New("an asynchronous row has neither name nor http")
	case len(c.sync) > 0:
		return errors.New("an asynchronous row after the synchronous ones")
	case find(c.subcodes, r.subcode) != nil:
		return fmt.Errorf("subcode %s is in vocabulary.csv, which has only those that are in no asynchronous row", r.subcode)
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
	if err := c.knownSubcode(r.subcode); err != nil {
		return err
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

func (c *catalogue) knownSubcode(subcode string) error {
	if !slices.Contains(c.pageSubcodes, subcode) && find(c.subcodes, subcode) == nil {
		return fmt.Errorf("subcode %s is in no asynchronous row and not in vocabulary.csv", subcode)
	}
	return nil
}

// endRows puts the codes of the specification first, and refuses the files if a published word is missing.
func (c *catalogue) endRows() error {
	rank := func(w word) int {
		if i := slices.Index(c.pageCodes, w.token); i >= 0 {
			return i
		}
		return len(c.pageCodes)
	}
	slices.SortStableFunc(c.codes, func(a, b word) int { return cmp.Compare(rank(a), rank(b)) })
	for _, p := range c.published {
		if p.kind == "code" && find(c.codes, p.name) == nil {
			return fmt.Errorf("code %s of published.csv is not in vocabulary.csv", p.name)
		}
		if p.kind == "subcode" {
			if err := c.knownSubcode(p.name); err != nil {
				return err
			}
		}
	}
	return nil
}

// check refuses a statement without a basis or a source, and a quotation that is not on the page, of those pages whose
// texts are known. The code and the subcode choose the texts; without a code all texts of the page count.
func (c *catalogue) check(s statement, code, subcode string) error {
	if err := member("basis", s.basis, "Stated", "Sampled", "Inferred"); err != nil {
		return err
	}
	if s.Page == "" {
		return errors.New("no source")
	}
	if (s.basis == "Inferred") != (s.Because != "") {
		return fmt.Errorf("because %q: an inference, and nothing else, says how it follows", s.Because)
	}
	return c.quotes(s.source, code, subcode)
}

func (c *catalogue) quotes(s source, code, subcode string) error {
	var texts []string
	known := false
	add := func(of, text string, chosen bool) {
		if of == s.Page {
			known = true
			if chosen {
				texts = append(texts, text)
			}
		}
	}
	for _, r := range c.async {
		chosen := code == "" || r.code == code && r.subcode == subcode
		add(page, r.text, chosen)
		add(r.otherSource, r.otherText, chosen)
	}
	for _, r := range c.sync {
		chosen := code == "" || r.code == code && r.subcode == subcode
		add("PAGE, Synchronous errors", r.text, chosen)
		add(r.otherSource, r.otherText, chosen)
	}
	for _, p := range c.published {
		add(p.page, p.text, code == "" || p.kind == "code" && p.name == code || p.kind == "subcode" && p.name == subcode ||
			p.kind == "generic error")
	}
	if s.Page != "" && known && !slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, s.Words) }) {
		return fmt.Errorf("words %q are not in the texts of %s: %q", s.Words, s.Page, texts)
	}
	return nil
}

// pairs returns the distinct pairs of the asynchronous rows in their order. They are the reasons.
func (c *catalogue) pairs() (pairs []string) {
	for _, r := range c.async {
		if p := r.code + "/" + r.subcode; !slices.Contains(pairs, p) {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

func (c *catalogue) addReason(f []string) error {
	r := reason{
		code: f[1], subcode: f[2], direction: f[3], known: statement{f[4], source{f[5], f[6], f[7]}},
		actor: f[8], actorKnown: statement{f[9], source{f[10], f[11], f[12]}},
		retry: f[13], advice: f[14], retrySource: source{f[15], f[16], ""}, explanation: f[17], litmus: f[18],
	}
	n, pairs := len(c.reasons), c.pairs()
	if f[0] != strconv.Itoa(n+1) {
		return fmt.Errorf("id %q, want %d", f[0], n+1)
	}
	if n >= len(pairs) || r.String() != pairs[n] {
		return fmt.Errorf("%v is not pair %d of catalogue.csv", r, n+1)
	}
	if (r.retrySource.Page == "") != (r.retrySource.Words == "") {
		return errors.New("retry_page and retry_words go together")
	}
	if r.retry == "changed" && r.advice == "" || r.retry == "no" && r.advice != "" {
		return errors.New("advice goes with retry changed, and not with no")
	}
	_, err := actors(r.actor)
	c.reasons = append(c.reasons, r)
	return cmp.Or(
		err,
		member("direction", r.direction, "incoming", "outgoing", "both"),
		member("retry", r.retry, "later", "changed", "no"),
		c.check(r.known, r.code, r.subcode),
		c.check(r.actorKnown, r.code, r.subcode),
		c.quotes(r.retrySource, r.code, r.subcode),
		sentence(r.explanation),
	)
}

// endReasons refuses the file if a pair has no reason, or a litmus sentence names a pair that does not exist.
func (c *catalogue) endReasons() error {
	pairs := c.pairs()
	if n := len(c.reasons); n != len(pairs) {
		return fmt.Errorf("%d reasons for the %d pairs of catalogue.csv; %s is missing", n, len(pairs), pairs[n])
	}
	for _, r := range c.reasons {
		for w := range strings.FieldsFuncSeq(r.litmus, func(r rune) bool { return r == ' ' || r == ',' || r == '.' }) {
			if strings.Contains(w, "/") && (!slices.Contains(pairs, w) || w == r.String()) {
				return fmt.Errorf("litmus of %v: %s is not another reason", r, w)
			}
		}
	}
	return nil
}

// actors returns the Go expression of one or more actors, which stand in the order in which codes.Actor names them.
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

// addEnding gives the state to the reasons of the pattern that do not have it from an earlier row.
func (c *catalogue) addEnding(f []string) error {
	e := ending{f[0], f[1], statement{f[2], source{f[3], f[4], f[5]}}}
	if err := cmp.Or(member("state", e.state, "Failed", "Declined", "Cancelled"), c.check(e.known, "", "")); err != nil {
		return err
	}
	fits := false
	for i, r := range c.reasons {
		matched, err := path.Match(e.reasons, r.String())
		if err != nil {
			return fmt.Errorf("reasons %q: %w", e.reasons, err)
		}
		has := slices.ContainsFunc(r.endings, func(n int) bool { return c.endings[n].state == e.state })
		if matched && !has {
			c.reasons[i].endings, fits = append(r.endings, len(c.endings)), true
		}
	}
	if !fits {
		return fmt.Errorf("reasons %q fit no reason that lacks the state", e.reasons)
	}
	c.endings = append(c.endings, e)
	return nil
}

func (c *catalogue) endEndings() error {
	for _, r := range c.reasons {
		if len(r.endings) == 0 || c.endings[r.endings[0]].state != "Failed" {
			return fmt.Errorf("%v does not end in Failed first", r)
		}
	}
	return nil
}

func (c *catalogue) addGeneric(f []string) error {
	g := generic{f[0], f[1], f[2], f[3], statement{f[4], source{f[5], f[6], f[7]}}}
	if err := cmp.Or(tokens(g.name, g.code, g.subcode), c.knownSubcode(g.subcode)); err != nil {
		return err
	}
	code := find(c.codes, g.code)
	if code == nil {
		return fmt.Errorf("code %s is not in vocabulary.csv", g.code)
	}
	if g.http != code.http {
		return fmt.Errorf("http %q, want %q, which vocabulary.csv has for %s", g.http, code.http, g.code)
	}
	for _, o := range c.generic {
		if o.name == g.name && o.http == g.http && o.subcode == g.subcode {
			return fmt.Errorf("a second row %s with the same answer", g.name)
		}
	}
	c.generic = append(c.generic, g)
	return c.check(g.known, g.code, g.subcode)
}

// endGeneric refuses the file if a generic error of published.csv is missing.
func (c *catalogue) endGeneric() error {
	for _, p := range c.published {
		if p.kind == "generic error" &&
			!slices.ContainsFunc(c.generic, func(g generic) bool { return g.name == p.name }) {
			return fmt.Errorf("%s of published.csv is missing", p.name)
		}
	}
	return nil
}
