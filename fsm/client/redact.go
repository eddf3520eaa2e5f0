package client

import (
	"bytes"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/codes"
)

// redacted stands in the place of a token.
const redacted = "[token]"

// secrets are the latest tokens, the newest first: a redirect or a link can take a token to a host that does not get it.
type secrets [4]string

func (s *secrets) add(token string) {
	if token != "" && !slices.Contains(s[:], token) {
		copy(s[1:], s[:])
		s[0] = token
	}
}

// text returns a text without the tokens, also those that are escaped for a URL.
func (s *secrets) text(text string) string {
	for _, token := range s {
		if token != "" {
			text = strings.NewReplacer(token, redacted, url.QueryEscape(token), redacted, url.PathEscape(token), redacted).Replace(text)
		}
	}
	return text
}

// hide returns a body without the tokens.
func (s *secrets) hide(body []byte) []byte {
	for _, token := range s {
		if token != "" {
			body = bytes.ReplaceAll(body, []byte(token), []byte(redacted))
		}
	}
	return body
}

// hideIn removes the tokens from the texts of an error body, where JSON can have escaped them.
func (s *secrets) hideIn(e *codes.Error) {
	e.Code, e.Subcode, e.Link = codes.Code(s.text(string(e.Code))), codes.Subcode(s.text(string(e.Subcode))), s.text(e.Link)
	if e.Message != nil {
		message := s.text(*e.Message)
		e.Message = &message
	}
	for n, p := range e.Parameters {
		e.Parameters[n] = codes.Parameter{Name: s.text(p.Name), Reason: s.text(p.Reason)}
	}
}

// redact returns err, or if its text has a token, an error with the text without it.
func (s *secrets) redact(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	hidden := s.text(text)
	if hidden == text {
		return err
	}
	return errors.New(hidden)
}

// address returns a URL for the text of an error, without a password and the tokens.
func (s *secrets) address(address string) string {
	if u, err := url.Parse(address); err == nil && u.User != nil {
		address = u.Redacted()
	}
	return s.text(address)
}
