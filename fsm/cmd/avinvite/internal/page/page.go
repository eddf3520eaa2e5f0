// Package page writes what a person looks at in a browser: the verdicts on recordings as ladders and states, an explorer
// of the relation, and the catalogue of reasons.
//
// A page is one HTML file. It needs no network, and a content security policy with the hashes of its script and its style
// allows nothing else. All that it knows about the protocol is data that Go enumerates: see model.go. A page with more
// than 256 KB of verdicts packs them with gzip and base64. It holds at most 100,000 invitations and 32 MB of packed
// verdicts, those with findings first, and shows how many it leaves out.
package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

//go:embed page.html page.css js
var files embed.FS

// scripts are the parts of the page's script, in their order.
var scripts = []string{"dom", "data", "hash", "figure", "ladder", "states", "list", "report", "explore", "reasons", "drop", "main"}

// Explore writes the page without verdicts.
func Explore(w io.Writer) error {
	p, err := newParts("explore", "")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, p.before+p.after)
	return err
}

// Drop writes the page that judges the recordings that a person drops on it. program is the WebAssembly module of the
// judge, and worker the script that runs it.
func Drop(w io.Writer, worker string, program []byte) error {
	p, err := newParts("drop", " 'wasm-unsafe-eval'; worker-src blob:")
	if err != nil {
		return err
	}
	if strings.Contains(strings.ToLower(worker), "</script") {
		return fmt.Errorf("page: the script of the worker has </script, which would end its element")
	}
	_, err = fmt.Fprintf(w, "%s<script type=\"text/plain\" id=\"worker\">\n%s</script>\n%s%s",
		p.before, worker, element(`type="application/wasm" id="program"`, program, true), p.after)
	return err
}

// parts are the page before and after its verdicts.
type parts struct{ before, after string }

// newParts returns a kind of page. The policy is appended to the sources of scripts.
func newParts(kind, policy string) (parts, error) {
	m, err := newModel()
	if err != nil {
		return parts{}, err
	}
	text, err := json.Marshal(m)
	if err != nil {
		return parts{}, fmt.Errorf("page: the model: %w", err)
	}
	// An embedded file that cannot be read is one that does not exist.
	var missing error
	read := func(name string) string {
		text, err := files.ReadFile(name)
		missing = errors.Join(missing, err)
		return string(text)
	}
	var script strings.Builder
	script.WriteString("\"use strict\";\n(() => {\n")
	for _, name := range scripts {
		script.WriteString(read("js/" + name + ".js"))
	}
	script.WriteString("})();\n")
	style := read("page.css")
	page := strings.NewReplacer(
		"{{kind}}", kind,
		"{{policy}}", fmt.Sprintf("default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src %s; script-src %s%s",
			hash(style), hash(script.String()), policy),
		"{{style}}", style,
		"{{script}}", script.String(),
		"{{model}}", element(`type="application/json" id="model"`, text, true),
	).Replace(read("page.html"))
	before, after, _ := strings.Cut(page, "{{verdicts}}\n")
	return parts{before, after}, missing
}

// hash is a text as a source of a content security policy.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// element returns a data element with a text, packed if asked for. The text must not have the character <, which Go's
// JSON escapes.
func element(attributes string, text []byte, packed bool) string {
	if packed {
		attributes += ` data-packed="gzip"`
		text = pack(text)
	}
	return "<script " + attributes + ">" + string(text) + "</script>\n"
}

// pack returns bytes in gzip and base64.
func pack(text []byte) []byte {
	var b bytes.Buffer
	// A buffer takes everything, so the writers cannot fail.
	encoder := base64.NewEncoder(base64.StdEncoding, &b)
	w, _ := gzip.NewWriterLevel(encoder, gzip.BestCompression)
	_, _ = w.Write(text)
	_ = w.Close()
	_ = encoder.Close()
	return b.Bytes()
}
