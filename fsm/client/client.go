package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// Client sends an application's requests to the service. The zero Client sends them without a token. Set its fields
// before the first request. It is for concurrent use and starts no goroutine.
//
// Hrefs and redirects are followed to any host by http and https, but the token goes only to [Client.Origins]. A
// redirect with status 301, 302, 307 or 308 is followed with method and body, at most ten times per request.
type Client struct {
	// HTTP sends the requests; nil means [http.DefaultClient]. Its CheckRedirect is not used. Its Timeout would also end
	// polls, which take three minutes, so leave it at zero.
	HTTP *http.Client

	// Token returns the bearer token of a request; nil sends none. It is called for each request to one of the Origins, so
	// it should keep a token as long as it is valid. After an answer with status 401 it is called again, and the request
	// is sent again if it returns another token.
	Token func(context.Context) (string, error)

	// Origins are the origins that may get the token, such as "https://ring2noammeetings.resources.lync.com" or, with
	// its port, "https://noammeetings.resources.lync.com:4443". In "https://*.infra.lync.com" the asterisk is any one
	// label.
	Origins []string

	Limits  eventchannel.Limits // of a document; its limit in bytes holds for every body; 64 MiB by default
	Timeout time.Duration       // of a request; 30 s by default, as in the vendor's client; a poll may take its own timeout in addition
	GiveUp  time.Duration       // the time after which a request without success is not tried again; 10 min by default

	recent atomic.Pointer[secrets] // the latest tokens, because a link can bear one that its own request does not get
}

const (
	defaultTimeout = 30 * time.Second
	defaultGiveUp  = 600 * time.Second
	maxRedirects   = 10
)

func (c *Client) timeout() time.Duration { return cmp.Or(c.Timeout, defaultTimeout) }
func (c *Client) giveUp() time.Duration  { return cmp.Or(c.GiveUp, defaultGiveUp) }

// request is a request, with the URL to which the redirects so far have led.
type request struct {
	method, url string
	body        []byte // JSON; nil for none
	token       string // of the last attempt; "" if it had none
	secrets     secrets
}

// request returns a request whose errors hide the latest tokens.
func (c *Client) request(method, url string) *request {
	r := &request{method: method, url: url}
	if recent := c.recent.Load(); recent != nil {
		r.secrets = *recent
	}
	return r
}

// fail returns the error of a request.
func (r *request) fail(err error) *Error {
	return &Error{Method: r.method, URL: r.secrets.address(r.url), Err: r.secrets.redact(err)}
}

// lost is fail for a request that may have reached the service.
func (r *request) lost(err error) *Error {
	if r.method == http.MethodPost {
		err = fmt.Errorf("%w: %w", ErrLost, err)
	}
	return r.fail(err)
}

// answer is the service's own answer with a status of 200 to 299, read to its end.
type answer struct {
	url    string
	header http.Header
	body   []byte
}

// send sends a request, follows its redirects, and returns the service's own answer. Any other outcome is an *Error.
func (c *Client) send(ctx context.Context, r *request, timeout time.Duration) (*answer, *Error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for hop, challenged := 0, false; ; {
		if err := ctx.Err(); err != nil {
			return nil, r.fail(context.Cause(ctx))
		}
		refused := r.token
		if err := c.authorize(ctx, r); err != nil {
			return nil, r.fail(err)
		}
		if challenged && r.token == refused {
			e := r.fail(nil)
			e.Status = http.StatusUnauthorized
			return nil, e
		}
		response, failed := c.roundTrip(ctx, r)
		if failed != nil {
			return nil, failed
		}
		body, err := c.read(response)
		if err != nil {
			e := r.lost(err)
			e.Status = response.StatusCode
			return nil, e
		}
		location := response.Header.Get("Location")
		switch status := response.StatusCode; {
		case redirects(status) && location != "":
			if hop++; hop > maxRedirects {
				return nil, r.fail(fmt.Errorf("redirected more than %d times", maxRedirects))
			}
			r.url, challenged = eventchannel.Resolve(r.url, location), false
			continue
		case status == http.StatusUnauthorized && r.token != "" && !challenged:
			challenged = true
			continue
		case eventchannel.Foreign(status, response.Header.Get("Content-Type"), body):
			e := r.lost(ErrForeign)
			e.Status = status
			return nil, e
		case status >= 400:
			e := r.refused(response, body)
			switch {
			case status >= 500 && e.Body == nil && gateway(response, body):
				e.Err = r.lost(ErrForeign).Err
			case status == http.StatusGatewayTimeout && r.method == http.MethodPost:
				e.Err = r.lost(errRemoteTimeout).Err
			}
			return nil, e
		case status < 200 || status >= 300:
			e := r.lost(errors.New("neither a success nor a refusal nor a redirect"))
			e.Status = status
			return nil, e
		}
		return &answer{r.url, response.Header, body}, nil
	}
}

// gateway reports whether an answer without a code of the service is that of a gateway, which gives up waiting for the
// service with a body in JSON, so that [eventchannel.Foreign] takes it for the service's. The service's XML is not read.
func gateway(response *http.Response, body []byte) bool {
	return len(bytes.TrimSpace(body)) > 0 && !strings.Contains(response.Header.Get("Content-Type"), "xml")
}

// errRemoteTimeout is the cause of a lost POST that is answered 504 ("Internal Server Error, remote timeout",
// UCWA/ErrorsAndInformationalMessages.md): whoever was too late may carry it out yet.
var errRemoteTimeout = errors.New("the service did not get an answer in time from a server behind it")

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// authorize gets the token of a request.
func (c *Client) authorize(ctx context.Context, r *request) (err error) {
	r.token = ""
	u, err := url.Parse(r.url)
	if err == nil && u.Scheme != "http" && u.Scheme != "https" {
		err = fmt.Errorf("the URL has the scheme %.20q, want http or https", u.Scheme)
	}
	if err != nil || c.Token == nil || !c.allowed(u) {
		return err
	}
	if r.token, err = c.Token(ctx); err != nil {
		return fmt.Errorf("no token: %w", err)
	}
	r.secrets.add(r.token)
	for {
		old, next := c.recent.Load(), secrets{}
		if old != nil {
			next = *old
		}
		if next.add(r.token); old != nil && next == *old || c.recent.CompareAndSwap(old, &next) {
			return nil
		}
	}
}

// allowed reports whether an origin may get the token.
func (c *Client) allowed(u *url.URL) bool {
	origin := eventchannel.Resolve("", u.Scheme+"://"+u.Host) // in its normal form
	_, domain, _ := strings.Cut(origin, ".")
	for _, o := range c.Origins {
		scheme, any, is := strings.Cut(o, "://*.")
		if is && eventchannel.Resolve("", scheme+"://"+any) == u.Scheme+"://"+domain || eventchannel.Resolve("", o) == origin {
			return true
		}
	}
	return false
}

// roundTrip sends a request once. Its error is an *Error that is lost unless the request cannot have reached the service.
func (c *Client) roundTrip(ctx context.Context, r *request) (*http.Response, *Error) {
	var asked, got atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { got.Store(true) },
	})
	var body io.Reader
	if r.body != nil {
		body = bytes.NewReader(r.body)
	}
	sent, err := http.NewRequestWithContext(ctx, r.method, r.url, body)
	if err != nil {
		return nil, r.fail(err)
	}
	sent.Header.Set("Accept", "application/json")
	if r.body != nil {
		sent.Header.Set("Content-Type", "application/json")
	}
	if r.token != "" {
		sent.Header.Set("Authorization", "Bearer "+r.token)
	}
	own := http.Client{}
	if c.HTTP != nil {
		own = *c.HTTP
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := own.Do(sent)
	if err == nil {
		return response, nil
	}
	if inner := new(url.Error); errors.As(err, &inner) {
		err = inner.Err // without the URL, which the Error has
	}
	if asked.Load() && !got.Load() {
		return nil, r.fail(err)
	}
	return nil, r.lost(err)
}

// read reads the body of an answer within the limit.
func (c *Client) read(response *http.Response) ([]byte, error) {
	defer response.Body.Close()
	limit := documentLimit(c.Limits)
	body, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err != nil {
		return nil, fmt.Errorf("the answer broke off: %w", err)
	}
	if size := int64(len(body)); size > limit {
		return nil, &eventchannel.LimitError{What: "document", Actual: size, Limit: limit}
	}
	return body, nil
}

// refused returns the error of a refusal.
func (r *request) refused(response *http.Response, body []byte) *Error {
	e := r.fail(nil)
	e.Status, e.RetryAfter = response.StatusCode, retryAfter(response.Header)
	if read := new(codes.Error); json.Unmarshal(r.secrets.hide(body), read) == nil {
		r.secrets.hideIn(read)
		e.Body = read
	}
	return e
}

// retryAfter returns the time that the header Retry-After asks to wait, 0 if there is none (RFC 9110, 10.2.3). A time of
// day is compared with that of the service, because the clock of this machine may be another.
func retryAfter(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		now, err := http.ParseTime(h.Get("Date"))
		if err != nil {
			now = time.Now()
		}
		return max(0, at.Sub(now))
	}
	return 0
}
