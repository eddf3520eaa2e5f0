package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/report"
)

// limits are the limits of a page, so that every page can be opened.
type limits struct {
	plain int // bytes of all verdicts of a page that does not pack them
	block int // bytes of a block before packing
	most  int // invitations
	bytes int // of packed verdicts
}

const (
	blockBytes      = 2 << 20
	mostInvitations = 100_000
	mostUnread      = 1000 // parts that a page names
)

// reported is the report on recordings as a page, which End writes.
type reported struct {
	w     io.Writer
	parts parts
	limits
	found  blocks // the invitations with findings
	others blocks
	next   int // the number of the next invitation
	sum    summary
}

// Unread is a part of a recording that could not be read.
type Unread struct {
	File string `json:"file"`
	Text string `json:"text"`
}

// Line is an invitation on a page. N is its number in the order of the recordings.
type Line struct {
	N int `json:"n"`
	report.Invitation
}

// summary is what a page says about all invitations.
type summary struct {
	*report.Total
	LeftOut     int      `json:"leftOut,omitempty"` // the number of invitations that are chosen, but not on the page
	UnreadParts []Unread `json:"unread,omitempty"`  // the first ones
	Version     string   `json:"version,omitempty"`
}

// New returns a report that writes a page. The version of the command may be "".
func New(w io.Writer, version string) (report.Report, error) {
	p, err := newParts("report", "")
	return &reported{w: w, parts: p, limits: limits{256 << 10, blockBytes, mostInvitations, 32 << 20}, sum: summary{Version: version}}, err
}

func (r *reported) Recording(recording report.Recording) {
	for v := range recording.Verdicts() {
		to := &r.others
		if len(v.Findings) > 0 {
			to = &r.found
		}
		if err := to.add(Line{r.next, report.NewInvitation(recording, v)}, r.limits); err != nil {
			r.sum.miss(recording, err)
		}
		r.next++
	}
	r.sum.miss(recording, recording.Unread...)
}

// miss adds the parts of a recording that could not be read.
func (s *summary) miss(r report.Recording, unread ...error) {
	for _, err := range unread {
		if len(s.UnreadParts) < mostUnread {
			s.UnreadParts = append(s.UnreadParts, Unread{report.Title(r.Name), report.ErrorText(err)})
		}
	}
}

func (r *reported) End(t *report.Total, _ int) {
	write := func(text string) { _, _ = io.WriteString(r.w, text) }
	write(r.parts.before)
	packed := r.found.packed() || r.others.packed() || r.found.open.Len()+r.others.open.Len() > r.plain
	shown, size := 0, 0
	for _, blocks := range []*blocks{&r.found, &r.others} {
		blocks.close(packed)
		for _, b := range blocks.closed {
			if shown+b.invitations > r.most || size+len(b.text) > r.bytes {
				continue
			}
			shown, size = shown+b.invitations, size+len(b.text)
			write(b.text)
		}
	}
	r.sum.Total, r.sum.LeftOut = t, r.next-shown
	text, _ := json.Marshal(r.sum) // numbers and texts have a form in JSON
	write(element(`type="application/json" id="summary"`, text, false))
	write(r.parts.after)
}

// Judge posts the verdicts on recordings as lines that a page can show, those with findings first, and returns the summary
// of them all.
func Judge(recordings []report.Recording, post func(lines []byte)) (sum []byte, err error) {
	return judgeMost(mostInvitations, recordings, post)
}

// judgeMost is Judge for at most that many lines.
func judgeMost(most int, recordings []report.Recording, post func(lines []byte)) (sum []byte, err error) {
	s := summary{Total: report.NewTotal()}
	for n := range recordings {
		s.Add(&recordings[n])
		s.miss(recordings[n], recordings[n].Unread...)
	}
	var lines bytes.Buffer
	shown := 0
	for _, found := range []bool{true, false} {
		n := -1
		for _, r := range recordings {
			for v := range r.Verdicts() {
				n++
				switch {
				case found != (len(v.Findings) > 0):
					continue
				case shown == most:
					s.LeftOut++
					continue
				}
				text, err := json.Marshal(Line{n, report.NewInvitation(r, v)})
				if err != nil {
					return nil, fmt.Errorf("page: the verdict on %s: %w", v.Href, err)
				}
				lines.Write(append(text, '\n'))
				shown++
				if lines.Len() > blockBytes {
					post(lines.Bytes())
					lines.Reset()
				}
			}
		}
	}
	post(lines.Bytes())
	return json.Marshal(s)
}

// blocks collects invitations as lines of JSON, in blocks that are packed as they fill up.
type blocks struct {
	open        bytes.Buffer
	invitations int // in the open block
	closed      []block
	bytes       int // of all closed blocks
	total       int // of all invitations
}

// block is an element of the page.
type block struct {
	text        string
	invitations int
}

func (b *blocks) packed() bool { return len(b.closed) > 0 }

// add adds an invitation, unless the page could not show it in any case.
func (b *blocks) add(l Line, most limits) error {
	if b.total >= most.most || b.bytes > most.bytes {
		return nil
	}
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if b.open.Len() > 0 && b.open.Len()+len(text) > most.block {
		b.close(true)
	}
	b.open.Write(append(text, '\n'))
	b.invitations, b.total = b.invitations+1, b.total+1
	return nil
}

// close turns the open block into an element.
func (b *blocks) close(packed bool) {
	if b.invitations == 0 {
		return
	}
	text := element(`type="application/json" class="verdicts"`, b.open.Bytes(), packed)
	b.closed, b.bytes = append(b.closed, block{text, b.invitations}), b.bytes+len(text)
	b.open.Reset()
	b.invitations = 0
}
