package eventchannel

import "fmt"

// Limits bound what a document may cost. A zero stands for the default, which is far beyond what services send.
type Limits struct {
	Depth    int   // of arrays and objects within each other; 100 by default, 10,000 at most
	Document int64 // in bytes; 64 MiB by default
	String   int64 // in bytes, as it is written; 4 MiB by default
	Events   int   // in a document, about whatever; 100,000 by default
}

// LimitError is an input over one of the [Limits].
type LimitError struct {
	What          string // document, string, depth, events
	Actual, Limit int64  // of a document or a string that is not read to its end, Actual is the least that it has
}

// Error says what is over which limit, and by how much it is known to be.
func (e *LimitError) Error() string {
	switch e.What {
	case "depth":
		return fmt.Sprintf("%d arrays and objects within each other, want at most %d", e.Actual, e.Limit)
	case "events":
		return fmt.Sprintf("%d events in a document, want at most %d", e.Actual, e.Limit)
	}
	return fmt.Sprintf("a %s of %d bytes or more, want at most %d", e.What, e.Actual, e.Limit)
}
