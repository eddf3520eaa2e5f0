package client

import (
	"errors"
	"net/url"
	"strings"
)

// redacted stands in the place of a token.
const redacted = "[token]"

// redact returns err, or if its text has the token, an error with the text without it.
func redact(err error, token string) error {
	if err == nil || token == "" || !strings.Contains(err.Error(), token) {
		return err
	}
	return errors.New(strings.ReplaceAll(err.Error(), token, redacted))
}

// shown returns a URL for the text of an error, without a password and the token.
func shown(address, token string) string {
	if u, err := url.Parse(address); err == nil && u.User != nil {
		address = u.Redacted()
	}
	if token == "" {
		return address
	}
	return strings.ReplaceAll(address, token, redacted)
}
