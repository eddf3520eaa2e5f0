package page

import (
	"bytes"
	"encoding/json"
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

// mostUnread is the number of parts that a page names as unread.
const mostUnread = 1000

// reported is the report on recordings as a page, which End writes.
type reported struct {
	w     io.Writer
	parts parts
	limits
	found   blocks // the invitations with findings
	others  blocks
	next    int // the number of the next invitation
	unread  []Unread
	version string
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
	return &reported{w: w, parts: p, limits: limits{256 << 10, 2 << 20, 100_000, 32 << 20}, version: version}, err
}

func (r *reported) Recording(recording report.Recording) {
	for v := range recording.Verdicts() {
		to := &r.others
		if len(v.Findings) > 0 {
			to = &r.found
		}
		if err := to.add(Line{r.next, report.NewInvitation(recording.Name, v)}, r.limits); err != nil {
			r.miss(recording, err)
		}
		r.next++
	}
	for _, err := range recording.Unread {
		r.miss(recording, err)
	}
}

func (r *reported) miss(recording report.Recording, err error) {
	if len(r.unread) < mostUnread {
		r.unread = append(r.unread, Unread{report.Title(recording.Name), report.ErrorText(err)})
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
	text, _ := json.Marshal(summary{t, r.next - shown, r.unread, r.version}) // a summary has a form in JSON
	write(element(`type="application/json" id="summary"`, text, false))
	write(r.parts.after)
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
