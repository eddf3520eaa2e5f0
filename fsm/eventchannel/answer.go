package eventchannel

import (
	"bytes"
	"slices"
	"strings"
)

// contentTypes are the media types of the service's own answers (UCWA/PayloadFormat.md, UCWA/Versioning.md).
var contentTypes = []string{
	"application/json", "application/xml",
	"application/vnd.microsoft.com.ucwa+json", "application/vnd.microsoft.com.ucwa+xml", "application/vnd.microsoft.ucwa+xml",
}

// mediaType returns the media type of a header Content-Type in lower case without its parameters, and "" for the words
// that recorders of traffic write if there is none.
func mediaType(contentType string) string {
	bare, _, _ := strings.Cut(contentType, ";")
	bare = strings.ToLower(strings.TrimSpace(bare))
	if bare == "x-unknown" {
		return ""
	}
	return bare
}

// Own reports whether a Content-Type is one of those that the service gives to its own answers.
func Own(contentType string) bool { return slices.Contains(contentTypes, mediaType(contentType)) }

// proxyAuthenticationRequired is 407. This package does without net/http, because a page in a browser links it.
const proxyAuthenticationRequired = 407

// Foreign reports whether an answer is not the service's own. Intermediaries, such as proxies, answer requests too,
// often with an HTML page (UCWA/ErrorsAndInformationalMessages.md). An answer with the status 407 is foreign, because
// only proxies send that status (RFC 9110, 15.5.8). Any other answer is the service's if [Own] reports true for its
// Content-Type. An answer without a Content-Type is foreign if its body is an HTML page. An answer with any other
// Content-Type is foreign if it has a body or a status of 400 or more. Foreign returns false for status 0, which means
// that there was no answer.
func Foreign(status int, contentType string, body []byte) bool {
	switch {
	case status == proxyAuthenticationRequired:
		return true
	case status == 0 || Own(contentType):
		return false
	case mediaType(contentType) == "":
		head := bytes.ToLower(bytes.TrimLeft(body[:min(len(body), 100)], " \t\r\n"))
		return bytes.HasPrefix(head, []byte("<!doctype")) || bytes.HasPrefix(head, []byte("<html"))
	}
	return status >= 400 || len(body) > 0
}
