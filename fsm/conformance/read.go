package conformance

import (
	"errors"
	"fmt"
	"io"

	"github.com/avinvite/avinvite/fsm/recording"
)

// Check reads a recording to its end and returns a verdict for each invitation, in the order of their first items. The
// error joins the faults of the parts that cannot be read, as in [Checker.Read]; the verdicts are about all other
// parts.
func Check(r io.Reader) ([]Verdict, error) {
	var c Checker
	err := c.Read(r)
	var verdicts []Verdict
	for v := range c.Verdicts() {
		verdicts = append(verdicts, v)
	}
	return verdicts, err
}

// Read adds all items of a recording, in any of the forms that [recording.Items] reads. It continues after a fault
// where that is possible, and judges every item that can be read. The error joins the first hundred faults and counts
// the others; each fault has one of the types that recording.Items yields.
//
// The entries of a HAR may be in any order.
func (c *Checker) Read(r io.Reader) error {
	var unread unread
	for a := range recording.Map(r, prepare) {
		if a.err != nil {
			unread.add(a.err)
			continue
		}
		c.take(&a)
	}
	return unread.join()
}

// unread is the faults of a recording: the first of them, and the number of the others.
type unread struct {
	errs []error
	more int
}

// maxErrors is how many faults an error names.
const maxErrors = 100

func (u *unread) add(err error) {
	if len(u.errs) < maxErrors {
		u.errs = append(u.errs, err)
	} else {
		u.more++
	}
}

func (u *unread) join() error {
	if u.more > 0 {
		return errors.Join(append(u.errs, fmt.Errorf("%d more that cannot be read", u.more))...)
	}
	return errors.Join(u.errs...)
}
