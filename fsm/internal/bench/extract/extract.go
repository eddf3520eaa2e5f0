// Package extract is shared by the programs that find the last state and the reason of each invitation in a recording.
// Each program uses another library, and links only that.
package extract

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Last is the last state and the reason of an invitation in a recording.
type Last struct{ State, Code, Subcode string }

// Rel is the relation of an invitation.
const Rel = "ms:rtc:saas:audioVideoInvitation"

// Reader reads a form of recordings, and takes each event about an invitation into found.
type Reader func(form string, in io.Reader, found map[string]Last) error

// Main reads a file, and prints the number of invitations in it. The first argument is the form of the file, and the
// second its name. With a third argument, Main prints each invitation.
func Main(read Reader) {
	found := map[string]Last{}
	err := func() error {
		if len(os.Args) < 3 {
			return fmt.Errorf("want the arguments FORM FILE [all]")
		}
		file, err := os.Open(os.Args[2])
		if err != nil {
			return err
		}
		defer file.Close()
		return read(os.Args[1], file, found)
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if len(os.Args) > 3 {
		fmt.Print(List(found))
		return
	}
	fmt.Println(len(found))
}

// List returns a line for each invitation, sorted: the last part of the path of its href, the state and the reason.
func List(found map[string]Last) string {
	var lines []string
	for href, l := range found {
		path, _, _ := strings.Cut(href, "?")
		lines = append(lines, strings.TrimSpace(path[strings.LastIndexByte(path, '/')+1:]+" "+l.State+" "+l.Code+" "+l.Subcode)+"\n")
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// Lines calls each for each line.
func Lines(in io.Reader, each func(line []byte) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 1<<20), 1<<20)
	for lines.Scan() {
		if err := each(lines.Bytes()); err != nil {
			return err
		}
	}
	return lines.Err()
}

// document is an event document as far as it is wanted.
type document struct {
	Sender []struct {
		Events []struct {
			Link struct {
				Rel  string `json:"rel"`
				Href string `json:"href"`
			} `json:"link"`
			Embedded struct {
				Invitation *struct {
					State string `json:"state"`
				} `json:"ms:rtc:saas:audioVideoInvitation"`
			} `json:"_embedded"`
			Reason *struct {
				Code    string `json:"code"`
				Subcode string `json:"subcode"`
			} `json:"reason"`
		} `json:"events"`
	} `json:"sender"`
}

func (d *document) take(found map[string]Last) {
	for _, s := range d.Sender {
		for n := range s.Events {
			e, l := &s.Events[n], Last{}
			if e.Link.Rel != Rel {
				continue
			}
			if e.Embedded.Invitation != nil {
				l.State = e.Embedded.Invitation.State
			}
			if e.Reason != nil {
				l.Code, l.Subcode = e.Reason.Code, e.Reason.Subcode
			}
			found[e.Link.Href] = l
		}
	}
}

// archive is a HAR as far as it is wanted.
type archive struct {
	Log struct {
		Entries []struct {
			Request struct {
				PostData struct {
					Text string `json:"text"`
				} `json:"postData"`
			} `json:"request"`
		} `json:"entries"`
	} `json:"log"`
}

// Structs returns a reader that uses a function such as json.Unmarshal, which fills structs.
func Structs(unmarshal func([]byte, any) error) Reader {
	one := func(text []byte, found map[string]Last) error {
		var d document
		err := unmarshal(text, &d)
		d.take(found)
		return err
	}
	return func(form string, in io.Reader, found map[string]Last) error {
		if form == "lines" {
			return Lines(in, func(line []byte) error { return one(line, found) })
		}
		text, err := io.ReadAll(in)
		if err != nil {
			return err
		}
		switch form {
		case "array":
			var all []document
			err = unmarshal(text, &all)
			for n := range all {
				all[n].take(found)
			}
		case "har":
			var a archive
			if err = unmarshal(text, &a); err != nil {
				return err
			}
			for _, e := range a.Log.Entries {
				if err = one([]byte(e.Request.PostData.Text), found); err != nil {
					return err
				}
			}
		default:
			err = one(text, found)
		}
		return err
	}
}
