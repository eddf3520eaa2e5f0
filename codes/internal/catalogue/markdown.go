package catalogue

import (
	"cmp"
	"fmt"
	"strings"
)

// markdown returns CATALOGUE.md, with an anchor per code, per reason and per synchronous error.
func (c *catalogue) markdown() []byte {
	w := new(writer)
	w.line("<!-- %s -->\n", generated)
	w.line(`# Why an audio/video invitation fails

The reasons that the specification of %s documents:
%d codes, %d subcodes, %d pairs of them in %d rows; and the %d errors with which a request can be refused. Quoted texts
and all names are the specification's, mistakes in spelling included. The sentences that are not quoted and the
advice on trying again are the library's own, unless a page is named.

The directions that a reason fits, the party that ends the invitation and the states in which it ends each have a basis:
*Stated* by the documentation, *Sampled* from a published payload, or *Inferred*. PAGE is the specification. UCWA/...
are pages of the UCWA 2.0 reference, and SDK/... is the vendor's own client. The comment on Go package codes describes
all sources.

The specification recommends that applications handle the error codes. They can optionally display subcodes and messages
in their user interface.

| code | HTTP | reasons |
|---|---|---|`, "`ms:rtc:saas:audioVideoInvitation`",
		len(c.pageCodes), len(c.pageSubcodes), len(c.reasons), len(c.async), len(c.sync))
	for _, code := range c.pageCodes {
		var links []string
		for _, r := range c.reasons {
			if r.code == code {
				links = append(links, fmt.Sprintf("[%s](#%s)", r.subcode, anchor(r.code, r.subcode)))
			}
		}
		w.line("| [%s](#%s) | %s | %s |", code, anchor(code), cmp.Or(find(c.codes, code).http, "-"),
			strings.Join(links, ", "))
	}
	w.line("\nThe [synchronous errors](#synchronous), the [generic errors](#generic) and the " +
		"[other published words](#elsewhere) are at the end.")
	last := ""
	for _, r := range c.reasons {
		if r.code != last {
			last = r.code
			code := find(c.codes, r.code)
			w.line("\n<a id=\"%s\"></a>\n\n## %s", anchor(r.code), r.code)
			w.line("\n%s", strings.TrimSpace(code.explanation+" "+code.litmus))
		}
		c.reasonMarkdown(w, r)
	}
	w.line(`
<a id="synchronous"></a>

## Synchronous errors

| name | error | HTTP | subcode | description |
|---|---|---|---|---|`)
	for _, s := range c.sync {
		text := s.text
		if text == "" {
			text = fmt.Sprintf("*none; elsewhere:* %s *(%s)*", s.otherText, s.otherSource)
		}
		w.line("| <a id=\"%s\"></a>%s | %s | %s | %s | %s |", anchor("sync", s.name), s.name, s.code, s.http, s.subcode, text)
	}
	w.line(`
<a id="generic"></a>

## Generic errors

These are synchronous errors of other pages. The descriptions are those of UCWA/GenericSynchronousErrors.md.

| name | error | HTTP | subcode | description | basis |
|---|---|---|---|---|---|`)
	for _, g := range c.generic {
		code := g.code
		if other := find(c.codes, g.code).spelling; other != "" {
			code += " or " + other
		}
		w.line("| %s | %s | %s | %s | %s | %s |", g.name, code, cmp.Or(g.http, "-"), g.subcode,
			cmp.Or(c.text("generic error", g.name), "-"), g.known)
	}
	w.line(`
<a id="elsewhere"></a>

## Other published words

These codes and subcodes are not in the specification's asynchronous table; a service may send them too. The texts are
those of %s and %s.

| word | kind | HTTP | text | source |
|---|---|---|---|---|`, codeRef, subRef)
	for _, code := range c.codes[len(c.pageCodes):] {
		w.line("| %s | code | %s | %s | %s |", code.token, cmp.Or(code.http, "-"),
			cmp.Or(c.text("code", code.token), "-"), code.source)
	}
	for _, s := range c.subcodes {
		w.line("| %s | subcode | - | %s | %s |", s.token, cmp.Or(c.text("subcode", s.token), "-"), s.source)
	}
	return w.Bytes()
}

func (c *catalogue) reasonMarkdown(w *writer, r reason) {
	w.line("\n<a id=\"%s\"></a>\n\n### %s\n", anchor(r.code, r.subcode), r)
	w.line("%s\n", strings.TrimSpace(r.explanation+" "+r.litmus))
	for _, a := range c.rows(r) {
		if a.text != "" {
			w.line("> %s\n", a.text)
		} else {
			w.line("> *a row without a text; elsewhere:* %s *(%s)*\n", a.otherText, a.otherSource)
		}
	}
	who := strings.ReplaceAll(r.actor, "other endpoint", "the user at another endpoint")
	w.line("- **%s** %v", fitting[r.direction], r.known)
	w.line("- **Ended by** %s %v", who, r.actorKnown)
	for _, n := range r.endings {
		w.line("- **State** %s %v", c.endings[n].state, c.endings[n].known)
	}
	retry := map[string]string{
		"later": "may help at another time.", "changed": "helps after a change.", "no": "does not help.",
	}[r.retry]
	w.line("- **Trying again** %s", strings.TrimSpace(retry+" "+r.advice+" "+says(r.retrySource.Page, r.retrySource.Words)))
}

// String returns the statement's basis, the reason of an inference, and the source.
func (s statement) String() string {
	text := "(" + s.basis
	if s.Because != "" {
		text += ", because " + s.Because
	}
	text += ") " + s.Page
	if s.Words != "" {
		text += ": " + quotation(s.Words)
	}
	return stop(text)
}

func anchor(words ...string) string { return strings.ToLower(strings.Join(words, "-")) }
