package eventchannel

import "fmt"

// Limits bound the memory and time that a document may cost. A zero field means the default, which is far above any
// document that services send.
type Limits struct {
	Depth    int   // nested arrays and objects; 100 by default, 10,000 at most
	Document int64 // in bytes; 64 MiB by default
	String   int64 // in bytes, with its escapes; 4 MiB by default
	Events   int   // in a document, about any resource; 100,000 by default
}

// LimitError reports an input over one of the [Limits].
type LimitError struct {
	What          string // one of "document", "string", "depth" and "events"
	Actual, Limit int64  // Actual is a lower bound if the document or the string was not read to its end
}

// Error names the limit and the size that was seen.
func (e *LimitError) Error() string {
	switch e.What {
	case "depth":
		return fmt.Sprintf("%d nested arrays and objects, want at most %d", e.Actual, e.Limit)
	case "events":
		return fmt.Sprintf("%d events in a document, want at most %d", e.Actual, e.Limit)
	}
	return fmt.Sprintf("a %s of %d bytes or more, want at most %d", e.What, e.Actual, e.Limit)
}
