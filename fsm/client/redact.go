package client

import (
	"errors"
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
