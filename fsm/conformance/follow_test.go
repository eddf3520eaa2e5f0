package conformance_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/fsm/conformance"
)

// TestFollower has recordings followed that are written while time passes: the time of a bubble of package synctest. A
// line of a script is one of these:
//
//	HREF TYPE [MEMBER=VALUE...]  writes a document with an event, as the scripts of TestScripts have it
//	raw TEXT                     writes a line
//	wait SECONDS                 lets time pass
//	next                         ends the recording, and begins the next one
//	> TEXT                       wants this verdict, fault or number of items that are passed over, now and not before
//
// The verdicts at the end begin with "rest".
func TestFollower(t *testing.T) {
	for _, test := range []struct {
		name     string
		follower *conformance.Follower
		script   string
	}{
		{"told when the grace has passed, and late events count", &conformance.Follower{Grace: 10 * time.Second}, `
			/a started
			/b started
			/b completed status=Success
			wait 9
			/b updated state=Connecting
			wait 2
			> /b Connected violates
			/b updated state=Connecting
			/b started
			/a completed status=Success
			wait 11
			> /a Connected conforms
			> 2 late`},
		{"an event in the grace does not lengthen it", &conformance.Follower{Grace: 10 * time.Second}, `
			/a completed status=Success
			wait 6
			/a completed status=Success
			wait 5
			> /a Connected conforms`},
		{"open at the end", &conformance.Follower{Grace: time.Second}, `
			/b started
			/a started
			/b updated state=Connecting
			/c completed status=Success
			> rest /c Connected conforms
			> rest /b open incomplete
			> rest /a open incomplete`},
		{"no grace", &conformance.Follower{}, `
			/a completed status=Success
			> /a Connected conforms
			/a completed status=Success
			> 1 late`},
		{"a completion that cannot be read is an end", &conformance.Follower{}, `
			/a completed
			> /a open deviates
			/a completed status=Success
			> 1 late`},
		{"beyond the limit the oldest is forgotten", &conformance.Follower{Grace: time.Hour, Limit: 2}, `
			/a started
			/b started
			/a updated state=Connecting
			/c completed status=Success
			/d started
			> /a open incomplete, forgotten
			/a completed status=Success
			> 1 late
			> rest /c Connected conforms
			> rest /b open incomplete
			> rest /d open incomplete`},
		{"the limit cuts a grace short", &conformance.Follower{Grace: time.Hour, Limit: 2}, `
			/a completed status=Success
			/b started
			/b completed status=Success
			/c completed status=Success
			> /a Connected conforms
			> rest /b Connected conforms
			> rest /c Connected conforms`},
		{"by an operationId alone", &conformance.Follower{}, `
			- started operationId=7
			- completed operationId=7 status=Success
			> 7 Connected conforms
			- updated operationId=7
			/a updated operationId=7
			> 2 late`},
		{"an operationId is used again", &conformance.Follower{}, `
			/a completed operationId=7 status=Success
			> /a7 Connected conforms
			- updated operationId=7
			/b started operationId=7
			- completed operationId=7 status=Success
			> /b7 Connected conforms
			> 1 late`},
		{"parts that join", &conformance.Follower{}, `
			- started operationId=7
			- started operationId=8
			/a updated operationId=7 state=Connecting
			/a updated operationId=8 state=Connecting
			- completed operationId=8 status=Success
			> /a7 Connected deviates
			/a completed operationId=7 status=Success
			- updated operationId=8
			- updated operationId=7
			/b completed operationId=8 status=Success
			> /b8 Connected conforms
			> 3 late`},
		{"a part that has ended joins", &conformance.Follower{Grace: time.Second}, `
			/a started
			- completed operationId=7 status=Success
			/a updated operationId=7 state=Connecting
			wait 2
			> /a7 Connected violates`},
		{"a fault", &conformance.Follower{}, `
			/a started
			raw {"sender":7}
			> eventchannel: document 2, byte 117, /sender: a number, want an array of senders
			/a completed status=Success
			> /a Connected conforms`},
		{"the next recording goes on", &conformance.Follower{}, `
			/a started
			next
			/a completed status=Success
			> /a Connected conforms
			next
			/a updated state=Connecting
			> 1 late`},
	} {
		t.Run(test.name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { follow(t, test.follower, test.script) }) })
	}
}

func follow(t *testing.T, f *conformance.Follower, script string) {
	var lock sync.Mutex
	var told []string
	begin := func() (out *io.PipeWriter, ended chan bool) {
		in, out := io.Pipe()
		ended = make(chan bool)
		go func() {
			defer close(ended)
			for v, err := range f.Read(in) {
				lock.Lock()
				told = append(told, ending(v, err))
				lock.Unlock()
			}
		}()
		return out, ended
	}
	out, ended := begin()
	defer func() {
		_ = out.Close()
		<-ended
	}()
	var want []string
	compare := func(before string) {
		synctest.Wait()
		lock.Lock()
		defer lock.Unlock()
		if diff := cmp.Diff(want, told); diff != "" {
			t.Fatalf("before %q (-want +got):\n%s", before, diff)
		}
	}
	var rest []string
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		word, text, _ := strings.Cut(line, " ")
		switch word {
		case "":
			continue
		case ">":
			if strings.HasPrefix(text, "rest") || strings.HasSuffix(text, "late") {
				rest = append(rest, text)
			} else {
				want = append(want, text)
			}
			continue
		}
		compare(line)
		switch word {
		case "wait":
			seconds, err := time.ParseDuration(text + "s")
			if err != nil {
				t.Fatal(err)
			}
			<-time.After(seconds)
		case "next":
			_ = out.Close()
			<-ended
			out, ended = begin()
		case "raw":
			_, _ = io.WriteString(out, text+"\n")
		default:
			r := new(recorded)
			r.do(t, strings.Fields("event "+line))
			_, _ = io.WriteString(out, r.text(t)+"\n")
		}
	}
	compare("the end")
	var got []string
	if late := f.PassedOver()["late"]; late > 0 {
		got = append(got, fmt.Sprint(late, " late"))
	}
	for v := range f.Rest() {
		got = append(got, "rest "+ending(v, nil))
	}
	if diff := cmp.Diff(rest, got); diff != "" {
		t.Fatalf("at the end (-want +got):\n%s", diff)
	}
}

// ending tells how an invitation has ended.
func ending(v conformance.Verdict, err error) string {
	if err != nil {
		return err.Error()
	}
	outcome := v.Outcome.String()
	switch {
	case v.Refused:
		outcome = "refused"
	case v.Outcome == 0:
		outcome = "open"
	}
	text := fmt.Sprintf("%s %s %v", v.Href+v.OperationID, outcome, v.Result)
	if v.Forgotten {
		text += ", forgotten"
	}
	return text
}

// TestFollowerHAR follows HARs, in which the grace passes by their times.
func TestFollowerHAR(t *testing.T) {
	const start = "https://pool.example/communication/startAudio"
	// The links of many invitations that are forgotten, among which those of two that are open stay.
	links, linked := "poll 1\nevent /a updated state=Connecting direction=Outgoing link=cancel,/hang/a\n", []string(nil)
	for n := range 300 {
		links += fmt.Sprintf("poll %d\nevent /i%d updated state=Connecting direction=Outgoing link=cancel,/hang/%[2]d\n"+
			"event /i%[2]d completed status=Success\n", n+2, n)
		linked = append(linked, fmt.Sprintf("https://pool.example/i%d Connected conforms", n))
		if n == 200 {
			links += "event /b updated state=Connecting direction=Outgoing link=cancel,/hang/b\n"
		}
	}
	links += `post 400 https://pool.example/hang/a 418
		post 401 https://pool.example/hang/7 418
		post 402 https://pool.example/hang/b 418`
	for _, test := range []struct {
		name   string
		script string
		want   []string
	}{
		{"links of open invitations stay", links, append(linked, "https://pool.example/a open deviates", "https://pool.example/b open deviates")},
		{"by the times", `
			poll 1
			event /a completed status=Success
			poll 10
			event /b completed status=Success
			poll 11
			event /a updated state=Connecting
			poll 25
			event /c started
			poll 26
			event /a updated state=Connecting`,
			[]string{
				"https://pool.example/a Connected violates", "https://pool.example/b Connected conforms",
				"https://pool.example/c open incomplete", "1 late",
			}},
		{"the first entry has no time", `
			raw {"request":{"method":"GET","url":"https://pool.example/applications/1/events?ack=1"},"response":{"status":200,"content":{"mimeType":"application/json","text":"{\"sender\":[{\"events\":[{\"link\":{\"rel\":\"audioVideoInvitation\",\"href\":\"/a\"},\"type\":\"completed\",\"status\":\"Success\"}]}]}"}}}
			poll 1
			event /b completed status=Success
			poll 20
			event /c started
			poll 21
			event /b updated state=Connecting`,
			[]string{
				"eventchannel: document 1, byte 19, /log/entries/0/startedDateTime: \"\", want a time from 1971 to 2200 as RFC 3339 " +
					"has it; taken for unknown",
				"https://pool.example/a Connected conforms", "https://pool.example/b Connected conforms",
				"https://pool.example/c open incomplete", "1 late",
			}},
		{"requests that wait for links are judged first", `
			post 3 https://pool.example/hang/up 418
			poll 1
			event /a updated state=Connecting direction=Outgoing link=cancel,/hang/up
			poll 4
			event /a completed status=Success
			poll 30
			event /b started`,
			[]string{"https://pool.example/a Connected deviates", "https://pool.example/b open incomplete"}},
		{"a refusal, and another try with the same operationId", `
			post 1 ` + start + ` 403 body={"operationId":"7"} answer=Forbidden/None
			poll 20
			event /b started
			post 30 ` + start + ` 201 body={"operationId":"7"} location=/a
			poll 31
			event /a started operationId=7
			poll 32
			event /a completed status=Success operationId=7
			poll 50
			event /b updated state=Connecting
			post 51 https://pool.example/a/cancel 404
			post 52 ` + start + ` 201 body={"operationId":"7"}`,
			[]string{
				"7 refused conforms", "https://pool.example/a7 Connected conforms", "https://pool.example/b open incomplete", "2 late",
			}},
		{"a challenge, and another try at once", `
			post 1 ` + start + ` 401 body={"operationId":"7"}
			post 2 ` + start + ` 201 body={"operationId":"7"} location=/a
			poll 20
			event /a started operationId=7
			poll 32
			event /a updated state=Connecting operationId=7`,
			[]string{"https://pool.example/a7 open incomplete"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := new(recorded)
			for line := range strings.Lines(test.script) {
				r.do(t, strings.Fields(line))
			}
			f := conformance.Follower{Grace: 10 * time.Second}
			var got []string
			for v, err := range f.Read(strings.NewReader(r.text(t))) {
				got = append(got, ending(v, err))
			}
			for v := range f.Rest() {
				got = append(got, ending(v, nil))
			}
			if late := f.PassedOver()["late"]; late > 0 {
				got = append(got, fmt.Sprint(late, " late"))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestFollowerAgrees wants the verdicts of a Checker from a Follower with a long grace, and of each invitation one verdict
// from others.
func TestFollowerAgrees(t *testing.T) {
	seeds := 300
	if long() {
		seeds = 10_000
	}
	for seed := range uint64(seeds) {
		r := rand.New(rand.NewPCG(seed, 18))
		var lives []*plainLife
		for n := range 1 + r.IntN(6) {
			lives = append(lives, &plainLife{
				href: fmt.Sprintf("https://pool.example/audioVideoInvitations/%d", n), incoming: r.IntN(2) == 0,
			})
		}
		form := []string{"lines", "concatenated", "array", "HAR"}[r.IntN(4)]
		text := written(t, r, redeliver(r, imagine(r, lives)), form)
		want, err := conformance.Check(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []*conformance.Follower{{Grace: 1000 * time.Hour}, {Grace: time.Second}, {Grace: time.Second, Limit: 1}, {}} {
			var got []conformance.Verdict
			for v, err := range f.Read(strings.NewReader(text)) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, v)
			}
			got = slices.AppendSeq(got, f.Rest())
			byHref := func(a, b conformance.Verdict) int { return strings.Compare(a.Href, b.Href) }
			slices.SortFunc(got, byHref)
			slices.SortFunc(want, byHref)
			if len(got) != len(want) {
				t.Errorf("seed %d, %s, grace %v: %d verdicts, want %d", seed, form, f.Grace, len(got), len(want))
			} else if f.Grace > time.Hour {
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("seed %d, %s (-checker +follower):\n%s", seed, form, diff)
				}
			}
		}
		if t.Failed() {
			return
		}
	}
}

// TestFollowerStops ends a loop in the middle of a recording, and then takes what is left.
func TestFollowerStops(t *testing.T) {
	f := conformance.Follower{Limit: 10}
	told := 0
	for _, err := range f.Read(&calls{until: 1000}) {
		if err != nil {
			t.Fatal(err)
		}
		if told++; told == 100 {
			break
		}
	}
	for range f.Rest() {
		told++
	}
	if told < 100 || told > 110 {
		t.Errorf("%d verdicts, want 100 and at most 10", told)
	}
}

// TestFollowerMemory follows a minute of 100 calls a second, in the long form an hour, with one call in ten that never ends.
// The memory in use at the end is that in use after a third.
func TestFollowerMemory(t *testing.T) {
	const second = 100 // calls
	seconds := 60
	if long() {
		seconds = 3600
	}
	synctest.Test(t, func(t *testing.T) {
		f := conformance.Follower{Grace: 2 * time.Second, Limit: 250}
		in, out := io.Pipe()
		var third, end uint64
		go func() {
			var b []byte
			for s := range seconds {
				for n := s * second; n < (s+1)*second; n++ {
					for step := range callSteps {
						if n%10 != 7 || step < callSteps-1 {
							b = appendCall(b, n, step)
						}
					}
				}
				_, _ = out.Write(b)
				b = b[:0]
				<-time.After(time.Second)
				switch s {
				case seconds / 3:
					third = heap()
				case seconds - 1:
					end = heap()
				}
			}
			_ = out.Close()
		}()
		told, forgotten := 0, 0
		for v, err := range f.Read(in) {
			if err != nil {
				t.Fatal(err)
			}
			told++
			if v.Forgotten {
				forgotten++
			}
		}
		rest := 0
		for range f.Rest() {
			rest++
		}
		if told+rest != seconds*second || rest > 500 {
			t.Errorf("%d verdicts and %d left, want %d in all, and at most 500 left", told, rest, seconds*second)
		}
		if end > third+third/4+1<<20 {
			t.Errorf("%d bytes in use at the end, and %d after a third", end, third)
		}
		if testing.Verbose() {
			fmt.Printf("%d verdicts, %d of them forgotten, %d left, %d bytes after a third, %d at the end\n", told, forgotten, rest, third, end)
		}
	})
}
