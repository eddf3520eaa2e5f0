package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
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
