package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// program is a program that reads a recording. All but avinvite find the last state and the reason of each invitation, and
// judge nothing.
type program struct {
	name, note string
	build      string                                     // its package
	arguments  func(form, file string, all bool) []string // for the binary, or a command and its own arguments
	command    string                                     // in place of a binary
	forms      []string                                   // nil for all
	noisy      bool                                       // its figures are shown from the least to the most
}

func plain(form, file string, all bool) []string {
	if all {
		return []string{form, file, "all"}
	}
	return []string{form, file}
}

const jqProgram = `.sender[]?.events[]? | select(.link.rel == "ms:rtc:saas:audioVideoInvitation") | ` +
	`[.link.href, ._embedded["ms:rtc:saas:audioVideoInvitation"].state, .reason.code, .reason.subcode] | @tsv`

const pythonProgram = `
import json, sys
form, file, found = sys.argv[1], sys.argv[2], {}
def take(d):
    for s in d.get("sender", []):
        for e in s.get("events", []):
            if e["link"]["rel"] == "ms:rtc:saas:audioVideoInvitation":
                i, r = e.get("_embedded", {}).get(e["link"]["rel"], {}), e.get("reason", {})
                found[e["link"]["href"]] = (i.get("state", ""), r.get("code", ""), r.get("subcode", ""))
with open(file, "rb") as f:
    if form == "lines":
        for line in f:
            take(json.loads(line))
    elif form == "array":
        for d in json.load(f):
            take(d)
    elif form == "har":
        for e in json.load(f)["log"]["entries"]:
            take(json.loads(e["request"]["postData"]["text"]))
    else:
        take(json.load(f))
if len(sys.argv) > 3:
    print("".join(sorted((h.split("?")[0].split("/")[-1] + " " + " ".join(v)).strip() + "\n" for h, v in found.items())), end="")
`

// programs are the rows of the table, the yardsticks of the targets by their names.
var programs = []program{
	{
		name: "avinvite check", build: "../../cmd/avinvite", arguments: func(_, file string, all bool) []string {
			if all {
				return []string{"check", "--format", "json", file}
			}
			return []string{"check", file}
		},
		note: "judges, and reports each invitation that did not connect; in flat memory",
	},
	{
		name: "a bare scan", build: "./extract/floor", arguments: plain,
		note: "the floor: reads, and checks brackets, strings and UTF-8; finds nothing",
	},
	{name: "encoding/json", build: "./extract/encodingjson", arguments: plain, note: "fills structs that name what is wanted"},
	{name: "goccy/go-json", build: "./extract/goccy", arguments: plain, noisy: true, note: "fills the same structs"},
	{name: "bytedance/sonic", build: "./extract/sonic", arguments: plain, noisy: true, note: "fills the same structs"},
	{name: "valyala/fastjson", build: "./extract/fastjson", arguments: plain, note: "a tree of each document"},
	{name: "minio/simdjson-go", build: "./extract/simdjson", arguments: plain, note: "only on a processor with AVX2; the whole file in memory"},
	{
		name: "jq", command: "jq", arguments: func(_, file string, _ bool) []string { return []string{"-r", jqProgram, file} },
		forms: []string{"lines", "document"}, note: "a program of its own language",
	},
	{
		name: "python3 json", command: "python3",
		arguments: func(form, file string, all bool) []string {
			return append([]string{"-c", pythonProgram}, plain(form, file, all)...)
		},
		note: "a script",
	},
}

// flaws are texts that are no event documents, each for another reason.
var flaws = []struct{ name, text string }{
	{"broken UTF-8", "{\"sender\":[],\"x\":\"\xff\"}"},
	{"control characters", "{\"sender\":[],\"x\":\"\x01\"}"},
	{"a name twice", `{"sender":[],"sender":[]}`},
	{"numbers such as 01", `{"sender":[],"x":01}`},
	{"brackets that do not match", `{"sender":[],"x":[{]}}`},
}

// accepts returns the flaws that a program passes over in silence.
func (w *workshop) accepts(p program) (names []string, err error) {
	file := filepath.Join(w.folder, "flaw")
	for _, flaw := range flaws {
		if err := os.WriteFile(file, []byte(flaw.text+"\n"), 0o600); err != nil {
			return nil, err
		}
		if exec.Command(w.binaries[p.name], p.arguments("document", file, false)...).Run() == nil {
			names = append(names, flaw.name)
		}
	}
	return names, nil
}

// recordingKinds are the columns of the table.
var recordingKinds = []struct {
	name, form string
	write      func(w *counter)
}{
	{"small documents of a webhook, one a line", "lines", func(w *counter) {
		for n := 0; w.more(); n++ {
			fmt.Fprintln(w, posting(n))
		}
	}},
	{"mixed lines, 1 event in 100", "lines", func(w *counter) {
		for n := 0; w.more(); n++ {
			fmt.Fprintln(w, `{"sender":[{"rel":"ms:rtc:saas:communication","events":[`+tenEvents(n)+`]}]}`)
		}
	}},
	{"an array of small documents", "array", func(w *counter) {
		for n := 0; w.more(); n++ {
			fmt.Fprint(w, []string{"[", ",\n"}[min(n, 1)], posting(n))
		}
		fmt.Fprintln(w, "]")
	}},
	{"a HAR of small documents", "har", func(w *counter) {
		fmt.Fprint(w, `{"log":{"version":"1.2","entries":[`)
		for n := 0; w.more(); n++ {
			text, _ := json.Marshal(posting(n)) // of a string, which cannot fail
			at := time.Date(2024, 5, 6, 0, 0, 0, n%1000*1e6, time.UTC).Add(time.Duration(n/1000) * time.Second)
			fmt.Fprintf(w, `%s{"startedDateTime":"%s","time":12,"request":{"method":"POST","url":"https://me.example/hook",`+
				`"headers":[{"name":"Content-Type","value":"application/json"}],"postData":{"mimeType":"application/json","text":%s}},`+
				`"response":{"status":200,"headers":[],"content":{"size":0,"mimeType":""}}}`, []string{"", ",\n"}[min(n, 1)],
				at.Format(time.RFC3339Nano), text)
		}
		fmt.Fprintln(w, "]}}")
	}},
	{"one document, 1 event in 100", "document", func(w *counter) {
		fmt.Fprint(w, `{"sender":[{"rel":"ms:rtc:saas:communication","events":[`)
		for n := 0; w.more(); n++ {
			fmt.Fprint(w, []string{"", ","}[min(n, 1)], tenEvents(n))
		}
		fmt.Fprintln(w, "]}]}")
	}},
}

// posting is a document of a webhook with an event. One invitation in ten is declined.
func posting(n int) string {
	state, rest := life(n)
	return webhookDocument(n, n/2, state, rest)
}

// life returns the state and the other members of an event. Two events are the life of an invitation.
func life(n int) (state, rest string) {
	switch {
	case n%20 == 1:
		return "Failed", declined
	case n%2 == 1:
		return "Connected", `"status":"Success","type":"completed"`
	}
	return "Connecting", `"type":"started"`
}

// tenEvents are ten events of a document; one in ten of these has one about an invitation among them.
func tenEvents(n int) string {
	events := make([]string, 10)
	for k := range events {
		events[k] = otherEvent(10*n + k)
	}
	if n%10 == 5 {
		state, rest := life(n / 10)
		events[5] = eventOf(n/20, state, rest)
	}
	return strings.Join(events, ",")
}

// counter writes up to a size.
type counter struct {
	io.Writer
	left int
}

func (c *counter) Write(p []byte) (int, error) {
	c.left -= len(p)
	return c.Writer.Write(p)
}

func (c *counter) more() bool { return c.left > 0 }

// workshop has the programs and the recordings in a folder.
type workshop struct {
	folder   string
	binaries map[string]string // by the names of the programs; none for one that is not installed
	files    []string          // of recordingKinds
}

// newWorkshop builds the programs and writes recordings of that size.
func newWorkshop(folder string, size int) (*workshop, error) {
	w := &workshop{folder: folder, binaries: map[string]string{}}
	for n, p := range programs {
		if p.command != "" {
			if path, err := exec.LookPath(p.command); err == nil {
				w.binaries[p.name] = path
			}
			continue
		}
		binary := filepath.Join(folder, fmt.Sprint("program", n))
		build := exec.Command("go", "build", "-o", binary, ".")
		build.Dir = p.build
		if out, err := build.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %w: %s", p.build, err, out)
		}
		w.binaries[p.name] = binary
	}
	for n, kind := range recordingKinds {
		file, err := os.Create(filepath.Join(folder, fmt.Sprint("recording", n)))
		if err != nil {
			return nil, err
		}
		out := bufio.NewWriter(file)
		kind.write(&counter{out, size})
		if err := out.Flush(); err != nil {
			return nil, err
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
		w.files = append(w.files, file.Name())
	}
	return w, nil
}

// cost is what one run of a program took.
type cost struct{ cpu, wall float64 } // in seconds

// run runs a program on the recording of that number with so many cores.
func (w *workshop) run(p program, kind, cores int, all bool) (output string, c cost, err error) {
	command := exec.Command(w.binaries[p.name], p.arguments(recordingKinds[kind].form, w.files[kind], all)...)
	command.Env = append(os.Environ(), fmt.Sprint("GOMAXPROCS=", cores))
	begin := time.Now()
	out, err := command.Output()
	c = cost{wall: time.Since(begin).Seconds()}
	if command.ProcessState != nil {
		c.cpu = (command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds()
	}
	return string(out), c, err
}

// reads reports whether a program is there and reads a form.
func (w *workshop) reads(p program, form string) bool {
	return w.binaries[p.name] != "" && (p.forms == nil || slices.Contains(p.forms, form))
}

// processes measures whole processes in turns.
func processes(set settings, out io.Writer) error {
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	w, err := newWorkshop(folder, set.large)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, `
## Processes

What whole processes take to read recordings of %.0f MB, in seconds of CPU time on one core: the median of %d runs in turns, and
from the least to the most where a program differs from run to run. Every program but avinvite only finds the last state and
the reason of each invitation. One invitation in ten is declined, and the others connect.

|`, float64(set.large)/1e6, set.runs)
	for _, kind := range recordingKinds {
		fmt.Fprintf(out, " | %s", kind.name)
	}
	fmt.Fprintf(out, " |\n|---%s|\n", strings.Repeat("|--:", len(recordingKinds)))
	cpu, wall := map[string][]float64{}, map[int][]float64{}
	cells := map[string][]string{}
	for kind := range recordingKinds {
		seen := map[string][]float64{}
		for range set.runs {
			for _, p := range programs {
				if !w.reads(p, recordingKinds[kind].form) {
					continue
				}
				_, c, err := w.run(p, kind, 1, false)
				if err != nil && p.name == "minio/simdjson-go" {
					continue // no AVX2
				} else if err != nil {
					return fmt.Errorf("%s on %s: %w", p.name, recordingKinds[kind].name, err)
				}
				seen[p.name] = append(seen[p.name], c.cpu)
				if p.name == programs[0].name {
					_, two, err := w.run(p, kind, max(2, runtime.NumCPU()), false)
					if err != nil {
						return err
					}
					wall[kind] = append(wall[kind], two.wall/c.wall, two.cpu/c.cpu)
				}
			}
		}
		for _, p := range programs {
			cell, typical := "", 0.0
			if all := seen[p.name]; len(all) > 0 {
				typical = median(all)
				cell = fmt.Sprintf("%.2f", typical)
				if p.noisy {
					cell += fmt.Sprintf(" (%.2f to %.2f)", all[0], all[len(all)-1])
				}
			}
			cpu[p.name], cells[p.name] = append(cpu[p.name], typical), append(cells[p.name], cell)
		}
	}
	for _, p := range programs {
		fmt.Fprintf(out, "| %s | %s |\n", p.name, strings.Join(cells[p.name], " | "))
	}
	fmt.Fprintln(out)
	for _, p := range programs {
		unchecked := "not there"
		if w.binaries[p.name] != "" {
			names, err := w.accepts(p)
			if err != nil {
				return err
			}
			if unchecked = "accepts no flaw that was tried"; names != nil {
				unchecked = "accepts " + strings.Join(names, ", ")
			}
		}
		fmt.Fprintf(out, "- %s: %s; %s\n", p.name, p.note, unchecked)
	}
	fmt.Fprint(out, "\n| `avinvite check` | beside | target | measured | met |\n|---|---|--:|--:|---|\n")
	line := func(what, beside string, limit, got float64) {
		answer := map[bool]string{true: "yes", false: "no"}[got <= limit]
		fmt.Fprintf(out, "| %s | %s | at most %.2f× | %.2f× | %s |\n", what, beside, limit, got, answer)
	}
	for kind, k := range recordingKinds {
		for _, yardstick := range []struct {
			name   string
			limits []float64 // by kind; 0 for none
		}{
			{"goccy/go-json", []float64{.85, .85, 0, .35, .3}}, {"valyala/fastjson", []float64{1, 1, 0, .35, .3}},
			{"encoding/json", []float64{0, 0, 0, 0, .3}}, {"bytedance/sonic", []float64{0, 0, 0, 0, .3}},
		} {
			if limit := yardstick.limits[kind]; limit > 0 {
				line(k.name, yardstick.name, limit, cpu[programs[0].name][kind]/cpu[yardstick.name][kind])
			}
		}
	}
	for kind, k := range recordingKinds {
		var time, work []float64
		for n, ratio := range wall[kind] {
			if n%2 == 0 {
				time = append(time, ratio)
			} else {
				work = append(work, ratio)
			}
		}
		if k.form == "lines" || k.form == "array" {
			line(k.name+", all cores: time", "one core", .7, median(time))
		} else {
			line(k.name+", all cores: CPU time", "one core", 1.1, median(work))
		}
	}
	return nil
}
