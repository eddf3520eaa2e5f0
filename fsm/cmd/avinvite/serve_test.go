package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/fsm/service"
)

// curlMain is as much of curl as the scripts need, so that they run where there is no curl. internal/tools/check runs the
// session of serve.txtar with the real one.
func curlMain() {
	method, body, format := "GET", "", ""
	var urls []string
	for args := os.Args[1:]; len(args) > 0; args = args[1:] {
		switch arg := args[0]; arg {
		case "-s":
		case "-w":
			format, args = args[1], args[1:]
		case "--json":
			method, body, args = "POST", args[1], args[1:]
		default:
			before, after, many := strings.Cut(arg, "[1-3]")
			if !many {
				urls = append(urls, arg)
				continue
			}
			for _, n := range []string{"1", "2", "3"} {
				urls = append(urls, before+n+after)
			}
		}
	}
	for _, url := range urls {
		curl(method, url, body, format)
	}
}

func curl(method, url, body, format string) {
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(7)
	}
	if _, err := io.Copy(os.Stdout, answer.Body); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(18)
	}
	fmt.Print(strings.NewReplacer("%{http_code}", answer.Status[:3], `\n`, "\n").Replace(format))
}

// TestServeOwn has listeners that other machines reach, and listeners that they do not reach.
func TestServeOwn(t *testing.T) {
	for listen, want := range map[string]struct {
		address string
		remote  bool
	}{
		"127.0.0.1:0": {"127.0.0.1", false}, "localhost:0": {"127.0.0.1", false}, "[::1]:0": {"::1", false},
		":0": {"::", true}, "0.0.0.0:0": {"0.0.0.0", true}, "pool.example:0": {"192.0.2.1", true},
	} {
		var c service.Config
		own(&c, listen, &net.TCPAddr{IP: net.ParseIP(want.address)})
		host, _, _ := net.SplitHostPort(listen)
		if c.Remote != want.remote || c.Hosts[0] != host || len(c.Hosts) < 2 {
			t.Errorf("%s: reached by others %t under the names %q, want %t under %q and the name of this machine", listen, c.Remote, c.Hosts, want.remote, host)
		}
	}
}
