package catalogue

import (
	"encoding/json"
	"slices"
)

// schema is the version of catalogue.json. Its next version follows if a member is renamed, removed or gets another
// meaning.
const schema = "avinvite.catalogue/1"

// json returns catalogue.json. The names of its members are an interface, which catalogue.schema.json describes.
func (c *catalogue) json() ([]byte, error) {
	type asynchronous struct {
		Code        string `json:"code"`
		Subcode     string `json:"subcode"`
		Reason      string `json:"reason"`
		OtherText   string `json:"otherText,omitempty"`
		OtherSource string `json:"otherSource,omitempty"`
	}
	type synchronous struct {
		Error       string      `json:"error"`
		HTTP        json.Number `json:"http"`
		Subcode     string      `json:"subcode"`
		Description string      `json:"description"`
		OtherText   string      `json:"otherText,omitempty"`
		OtherSource string      `json:"otherSource,omitempty"`
	}
	type generic struct {
		Name        string      `json:"name"`
		Error       string      `json:"error"`
		OtherError  string      `json:"otherError,omitempty"`
		HTTP        json.Number `json:"http,omitempty"`
		Subcode     string      `json:"subcode"`
		Description string      `json:"description,omitempty"`
		Basis       string      `json:"basis"`
		Source      source      `json:"source"`
	}
	type state struct {
		State  string `json:"state"`
		Basis  string `json:"basis"`
		Source source `json:"source"`
	}
	type pair struct {
		Code        string      `json:"code"`
		Subcode     string      `json:"subcode"`
		HTTP        json.Number `json:"http,omitempty"`
		Directions  []string    `json:"directions"`
		Basis       string      `json:"basis"`
		Source      source      `json:"source"`
		Actor       string      `json:"actor"`
		ActorBasis  string      `json:"actorBasis"`
		ActorSource source      `json:"actorSource"`
		States      []state     `json:"states"`
		Retry       string      `json:"retry"`
		Advice      string      `json:"advice,omitempty"`
		RetrySource source      `json:"retrySource,omitzero"`
		Explanation string      `json:"explanation"`
		Litmus      string      `json:"litmus,omitempty"`
	}
	type term struct {
		Token       string      `json:"token"`
		OtherToken  string      `json:"otherToken,omitempty"`
		Page        bool        `json:"page"`
		HTTP        json.Number `json:"http,omitempty"`
		Text        string      `json:"text,omitempty"`
		TextSource  string      `json:"textSource,omitempty"`
		Source      string      `json:"source"`
		Explanation string      `json:"explanation,omitempty"`
		Litmus      string      `json:"litmus,omitempty"`
	}
	out := struct {
		Schema       string         `json:"schema"`
		Asynchronous []asynchronous `json:"asynchronous"`
		Synchronous  []synchronous  `json:"synchronous"`
		Generic      []generic      `json:"generic"`
		Reasons      []pair         `json:"reasons"`
		Codes        []term         `json:"codes"`
		Subcodes     []term         `json:"subcodes"`
	}{Schema: schema}
	for _, a := range c.async {
		out.Asynchronous = append(out.Asynchronous, asynchronous{a.code, a.subcode, a.text, a.otherText, a.otherSource})
	}
	for _, s := range c.sync {
		out.Synchronous = append(out.Synchronous, synchronous{
			s.code, json.Number(s.http), s.subcode, s.text, s.otherText, s.otherSource,
		})
	}
	for _, g := range c.generic {
		out.Generic = append(out.Generic, generic{
			g.name, g.code, find(c.codes, g.code).spelling, json.Number(g.http), g.subcode,
			c.text("generic error", g.name), g.known.basis, g.known.source,
		})
	}
	for _, r := range c.reasons {
		fits := []string{"Incoming", "Outgoing"}
		switch r.direction {
		case "incoming":
			fits = fits[:1]
		case "outgoing":
			fits = fits[1:]
		}
		var ends []state
		for _, n := range r.endings {
			e := c.endings[n]
			ends = append(ends, state{e.state, e.known.basis, e.known.source})
		}
		out.Reasons = append(out.Reasons, pair{
			r.code, r.subcode, json.Number(find(c.codes, r.code).http), fits, r.known.basis, r.known.source,
			r.actor, r.actorKnown.basis, r.actorKnown.source, ends,
			r.retry, r.advice, r.retrySource, r.explanation, r.litmus,
		})
	}
	text := func(kind string, t term, page string) term {
		if t.Text = c.text(kind, t.Token); t.Text != "" {
			t.TextSource = page
		}
		return t
	}
	for _, w := range c.codes {
		out.Codes = append(out.Codes, text("code", term{
			Token: w.token, OtherToken: w.spelling, Page: slices.Contains(c.pageCodes, w.token), HTTP: json.Number(w.http),
			Source: w.source, Explanation: w.explanation, Litmus: w.litmus,
		}, codeRef))
	}
	for _, s := range c.pageSubcodes {
		out.Subcodes = append(out.Subcodes, text("subcode", term{Token: s, Page: true, Source: c.pageSource(s)}, subRef))
	}
	for _, w := range c.subcodes {
		out.Subcodes = append(out.Subcodes, text("subcode", term{Token: w.token, Source: w.source}, subRef))
	}
	data, err := json.MarshalIndent(out, "", "  ")
	return append(data, '\n'), err
}
