package callbacktoken_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"go.uber.org/goleak"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/client/callbacktoken"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/service"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	audience = "https://app.contoso.example"
	issuer   = "https://sts.windows.net/7b2f/"
)

// directory serves keys.
type directory struct {
	mu      sync.Mutex
	keys    []jose.JSONWebKey
	status  int
	fetches int
}

func (d *directory) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fetches++
	w.Header().Set("Content-Type", "application/json")
	if d.status != 0 {
		w.WriteHeader(d.status)
	}
	_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: d.keys})
}

func (d *directory) set(status int, keys ...jose.JSONWebKey) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.status, d.keys = status, keys
}

func (d *directory) fetched() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.fetches
}

// The keys of the tests. Making one takes long, so there are two.
var first, second = newKey("first"), newKey("second")

func newKey(id string) jose.JSONWebKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return jose.JSONWebKey{Key: key, KeyID: id, Algorithm: "RS256", Use: "sig"}
}

// named returns a key under another name.
func named(key jose.JSONWebKey, id string) jose.JSONWebKey {
	key.KeyID = id
	return key
}

// claims returns the claims of a good token, with changes; nil removes a claim.
func claims(changes map[string]any) []byte {
	all := map[string]any{
		"aud": audience, "iss": issuer, "appid": callbacktoken.ServiceID,
		"nbf": time.Now().Add(-time.Minute).Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}
	maps.Copy(all, changes)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	text, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return text
}

func sign(t *testing.T, key any, algorithm jose.SignatureAlgorithm, payload []byte) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func good(t *testing.T, key jose.JSONWebKey) string {
	t.Helper()
	return sign(t, key, jose.RS256, claims(nil))
}

// bubble runs a test with a directory, in a time of its own. ask posts a document with a header Authorization to the
// webhook, and returns the answer.
func bubble(t *testing.T, d *directory, test func(t *testing.T, ask func(authorization string) (status int))) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		web, stop := service.InMemory(d)
		defer stop()
		web.Timeout = 10 * time.Second
		verify, err := callbacktoken.New(callbacktoken.Config{Audience: audience, Issuer: issuer, Keys: "http://directory.example/keys", HTTP: web})
		if err != nil {
			t.Fatal(err)
		}
		webhook, err := client.NewWebhook(verify, func(*http.Request, *eventchannel.Document) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		var reported error
		webhook.Report = func(_ int, reason error) { reported = reason }
		test(t, func(authorization string) int {
			w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/callback", strings.NewReader(`{"sender":[]}`))
			if authorization != "" {
				r.Header.Set("Authorization", authorization)
			}
			reported = nil
			webhook.ServeHTTP(w, r)
			_, token, _ := strings.Cut(authorization, " ")
			if w.Code != 200 && (reported == nil || len(token) > 20 && strings.Contains(reported.Error(), token)) {
				t.Errorf("%d is reported as %v", w.Code, reported)
			}
			if w.Code == 503 && !errors.Is(reported, client.ErrUnverifiable) {
				t.Errorf("503 is reported as %v", reported)
			}
			return w.Code
		})
		synctest.Wait()
	})
}

// TestTokens verifies tokens that are right, and wrong in one way each.
func TestTokens(t *testing.T) {
	d := new(directory)
	d.set(0, first.Public())
	public := x509.MarshalPKCS1PublicKey(&first.Key.(*rsa.PrivateKey).PublicKey)
	bubble(t, d, func(t *testing.T, ask func(string) int) {
		signed := func(changes map[string]any) string { return "Bearer " + sign(t, first, jose.RS256, claims(changes)) }
		unsigned := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims(nil)) + "."
		parts := strings.Split(good(t, first), ".")
		for name, test := range map[string]struct {
			authorization string
			want          int
		}{
			"good":                        {signed(nil), 200},
			"good, by another name":       {"bearer  " + good(t, first), 200},
			"good, one of two audiences":  {signed(map[string]any{"aud": []string{"x", audience}}), 200},
			"no header":                   {"", 401},
			"no bearer":                   {"Basic dXNlcjpwYXNzd29yZA==", 401},
			"no token":                    {"Bearer", 401},
			"no JWT":                      {"Bearer abc", 401},
			"wrong audience":              {signed(map[string]any{"aud": "https://other.example"}), 401},
			"no audience":                 {signed(map[string]any{"aud": nil}), 401},
			"wrong appid":                 {signed(map[string]any{"appid": "00000004-0000-0ff1-ce00-000000000001"}), 401},
			"no appid":                    {signed(map[string]any{"appid": nil}), 401},
			"an appid that is no text":    {signed(map[string]any{"appid": 4}), 401},
			"wrong issuer":                {signed(map[string]any{"iss": "https://sts.windows.net/other/"}), 401},
			"no issuer":                   {signed(map[string]any{"iss": nil}), 401},
			"expired":                     {signed(map[string]any{"exp": time.Now().Add(-time.Minute).Unix()}), 401},
			"no expiry":                   {signed(map[string]any{"exp": nil}), 401},
			"not yet valid":               {signed(map[string]any{"nbf": time.Now().Add(time.Hour).Unix()}), 401},
			"algorithm none":              {"Bearer " + unsigned, 401},
			"signed with the public key":  {"Bearer " + sign(t, public, jose.HS256, claims(nil)), 401},
			"another algorithm":           {"Bearer " + sign(t, first, jose.PS256, claims(nil)), 401},
			"the payload was changed":     {"Bearer " + parts[0] + "." + base64.RawURLEncoding.EncodeToString(claims(map[string]any{"x": 1})) + "." + parts[2], 401},
			"the signature was taken off": {"Bearer " + parts[0] + "." + parts[1] + ".", 401},
		} {
			time.Sleep(time.Minute) // so that keys may be fetched
			if got := ask(test.authorization); got != test.want {
				t.Errorf("%s is answered %d, want %d", name, got, test.want)
			}
		}
		if got := ask("Bearer " + good(t, named(second, "first"))); got == 200 {
			t.Error("a token by another key of the same name passes")
		}
	})
}

// TestRotation changes the keys of the directory.
func TestRotation(t *testing.T) {
	d := new(directory)
	d.set(0, first.Public())
	bubble(t, d, func(t *testing.T, ask func(string) int) {
		step := func(what, token string, want int) {
			t.Helper()
			if got := ask("Bearer " + token); got != want {
				t.Errorf("%s: %d, want %d", what, got, want)
			}
		}
		step("the first key", good(t, first), 200)
		step("the first key again", good(t, first), 200)
		if n := d.fetched(); n != 1 {
			t.Errorf("the keys were fetched %d times, want once", n)
		}
		d.set(0, first.Public(), second.Public())
		step("a new key, a moment after", good(t, second), 503)
		time.Sleep(11 * time.Second)
		step("a new key", good(t, second), 200)
		step("the old key, which is still there", good(t, first), 200)

		d.set(0, second.Public())
		time.Sleep(59 * time.Minute)
		step("the key that was withdrawn, within an hour", good(t, first), 200)
		time.Sleep(2 * time.Minute)
		step("the key that was withdrawn", good(t, first), 401)
		step("the key that stays", good(t, second), 200)
	})
}

// TestWithdrawnAtOnce withdraws a key, and a token with another one comes first: it makes the keys be fetched.
func TestWithdrawnAtOnce(t *testing.T) {
	d := new(directory)
	d.set(0, first.Public())
	bubble(t, d, func(t *testing.T, ask func(string) int) {
		if got := ask("Bearer " + good(t, first)); got != 200 {
			t.Fatal(got)
		}
		d.set(0, second.Public())
		time.Sleep(time.Minute)
		old := good(t, first)
		if got := ask("Bearer " + good(t, second)); got != 200 {
			t.Errorf("the new key: %d", got)
		}
		time.Sleep(time.Minute)
		if got := ask("Bearer " + old); got != 401 {
			t.Errorf("the key that was rotated away: %d, want 401", got)
		}
	})
}

// TestDirectoryDown lets the directory fail. Nothing can be decided, until it is back.
func TestDirectoryDown(t *testing.T) {
	d := new(directory)
	bubble(t, d, func(t *testing.T, ask func(string) int) {
		for status, keys := range map[int][]jose.JSONWebKey{500: {first.Public()}, 404: {first.Public()}, 200: nil} {
			d.set(status, keys...)
			if got := ask("Bearer " + good(t, first)); got != 503 {
				t.Errorf("a directory that answers %d and %d keys: %d, want 503", status, len(keys), got)
			}
		}
		d.set(0, first.Public())
		if got := ask("Bearer " + good(t, first)); got != 200 {
			t.Errorf("when the directory is back: %d", got)
		}
		d.set(500)
		if got := ask("Bearer " + good(t, first)); got != 200 {
			t.Errorf("with keys that are known: %d", got)
		}
	})
}

// TestFlood sends many tokens with keys that nobody knows. The directory must be left alone.
func TestFlood(t *testing.T) {
	d := new(directory)
	d.set(0, first.Public())
	bubble(t, d, func(t *testing.T, ask func(string) int) {
		forged := []string{}
		for n := range 20 {
			forged = append(forged, "Bearer "+good(t, named(second, fmt.Sprint("forged", n))))
		}
		for n := range 600 {
			if got := ask(forged[n%len(forged)]); got == 200 {
				t.Fatal("a forged token passes")
			}
			if got := ask("Bearer " + good(t, first)); got != 200 {
				t.Fatalf("beside forged tokens the right one is answered %d", got)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if n := d.fetched(); n > 7 {
			t.Errorf("in a minute the keys were fetched %d times", n)
		}
	})
}

// TestConfig leaves out one required setting of a verifier at a time.
func TestConfig(t *testing.T) {
	for _, c := range []callbacktoken.Config{
		{}, {Issuer: issuer, Keys: "x"}, {Audience: audience, Keys: "x"}, {Audience: audience, Issuer: issuer},
	} {
		if verify, err := callbacktoken.New(c); err == nil || verify != nil {
			t.Errorf("%+v makes a verifier", c)
		}
	}
}
