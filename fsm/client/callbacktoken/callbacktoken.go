// Package callbacktoken verifies the token with which the service signs its requests to a webhook
// (Trusted-Application-API/docs/Webhooks.md).
//
//	verify, err := callbacktoken.New(callbacktoken.Config{
//		Audience: "https://app.contoso.example",
//		Issuer:   "https://sts.windows.net/" + tenant + "/",
//		Keys:     "https://login.microsoftonline.com/" + tenant + "/discovery/keys",
//	})
//	if err != nil {
//		return err
//	}
//	webhook, err := client.NewWebhook(verify, take)
//
// The token is a JWT in the header Authorization. The library go-oidc checks its form, its signature by RS256, its
// issuer, its audience and its times; this package also checks that the appid is that of the service, and limits the age
// of the keys. It is a module of its own, so that package client does not depend on go-oidc.
//
// # Keys
//
// The directory that issues the tokens has the keys at [Config.Keys]. They are fetched when the first token comes, when
// a token is signed with an unknown key, and when they are older than [Config.MaxAge], so that a key that the directory
// has withdrawn is not trusted for longer. Because anybody can send tokens, an unknown key causes no fetch in the ten seconds after a successful fetch.
// If keys must be fetched, and this limit forbids it or the directory does not answer with keys, the request is answered
// 503: the error wraps [client.ErrUnverifiable].
package callbacktoken

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/avinvite/avinvite/fsm/client"
)

// ServiceID is the appid of the service's tokens (Trusted-Application-API/docs/Webhooks.md).
const ServiceID = "00000004-0000-0ff1-ce00-000000000000"

// Config has the properties of the service's tokens. Audience, Issuer and Keys are required.
type Config struct {
	Audience string        // the App ID URI of the application
	Issuer   string        // https://sts.windows.net/{tenant}/
	Keys     string        // the URL of the directory's keys, a JSON Web Key Set
	HTTP     *http.Client  // fetches the keys; by default a client with a time limit of 10 s
	MaxAge   time.Duration // of the keys; 1 h by default
}

const (
	defaultMaxAge = time.Hour
	minAge        = 10 * time.Second // before keys are fetched again because of an unknown one
	fetchTimeout  = 10 * time.Second
	maxKeys       = 1 << 20 // bytes
)

// New returns a verifier for [client.NewWebhook]. It is for concurrent use. Each verification checks one signature, and
// some also fetch the keys.
func New(c Config) (func(*http.Request) error, error) {
	if c.Audience == "" || c.Issuer == "" || c.Keys == "" {
		return nil, errors.New("callbacktoken: without audience, issuer and keys everybody's tokens would pass; set all three")
	}
	if c.HTTP == nil {
		c.HTTP = &http.Client{Timeout: fetchTimeout}
	}
	keys := &keys{url: c.Keys, http: *c.HTTP, maxAge: cmp.Or(c.MaxAge, defaultMaxAge)}
	verifier := oidc.NewVerifier(c.Issuer, keys, &oidc.Config{ClientID: c.Audience, SupportedSigningAlgs: []string{oidc.RS256}})
	return func(r *http.Request) error {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return errors.New("callbacktoken: no bearer token")
		}
		var undecided error
		read, err := verifier.Verify(context.WithValue(r.Context(), undecidedKey{}, &undecided), strings.TrimSpace(token))
		if undecided != nil {
			return fmt.Errorf("callbacktoken: %w: %w", client.ErrUnverifiable, undecided)
		}
		if err != nil {
			return fmt.Errorf("callbacktoken: %w", err)
		}
		var claims struct {
			AppID string `json:"appid"`
		}
		if err := read.Claims(&claims); err != nil {
			return fmt.Errorf("callbacktoken: %w", err)
		}
		if claims.AppID != ServiceID {
			return fmt.Errorf("callbacktoken: the appid is %.50q, want %s", claims.AppID, ServiceID)
		}
		return nil
	}, nil
}

// undecidedKey is the key of the context value that takes the error because of which a signature could not be checked,
// because the library turns errors into text.
type undecidedKey struct{}

// keys is a set of remote keys with a limited age.
type keys struct {
	url    string
	http   http.Client
	maxAge time.Duration

	mu   sync.Mutex
	set  *oidc.RemoteKeySet
	made time.Time
}

// VerifySignature implements oidc.KeySet.
func (k *keys) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := k.current().VerifySignature(ctx, jwt)
	if failed := new(fetchError); errors.As(err, &failed) || ctx.Err() != nil {
		*ctx.Value(undecidedKey{}).(*error) = err
	}
	return payload, err
}

// current returns the set of keys, a new one if it is too old.
func (k *keys) current() *oidc.RemoteKeySet {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.set == nil || time.Since(k.made) > k.maxAge {
		own := k.http
		own.Transport = &fetcher{to: k.http.Transport}
		k.set, k.made = oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), &own), k.url), time.Now()
	}
	return k.set
}

// fetchError is a fetch of the keys that has failed.
type fetchError struct{ err error }

func (e *fetchError) Error() string { return e.err.Error() }
func (e *fetchError) Unwrap() error { return e.err }

// fetcher fetches keys, but not too often.
type fetcher struct {
	to      http.RoundTripper
	mu      sync.Mutex
	fetched time.Time // the last success
}

// RoundTrip returns a *fetchError for every answer that has no keys.
func (f *fetcher) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if age := time.Since(f.fetched); age < minAge {
		return nil, &fetchError{fmt.Errorf("the keys are %v old and do not have that of the token", age.Round(time.Millisecond))}
	}
	to := f.to
	if to == nil {
		to = http.DefaultTransport
	}
	response, err := to.RoundTrip(r)
	if err != nil {
		return nil, &fetchError{err}
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxKeys+1))
	response.Body.Close()
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	switch {
	case err != nil:
		return nil, &fetchError{err}
	case response.StatusCode != http.StatusOK:
		return nil, &fetchError{fmt.Errorf("the directory answers %d", response.StatusCode)}
	case len(body) > maxKeys || json.Unmarshal(body, &set) != nil || len(set.Keys) == 0:
		return nil, &fetchError{errors.New("the answer of the directory has no keys")}
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	f.fetched = time.Now()
	return response, nil
}
