package conformance

import (
	"io"
	"iter"
	"sync"
	"time"

	"github.com/avinvite/avinvite/fsm/recording"
	"github.com/avinvite/avinvite/transitions"
)

// Follower judges a recording that goes on without end, in bounded memory. It returns one verdict on each invitation,
// some time after the end of the invitation, and then forgets the invitation. Set the fields before the first call; the
// zero value is ready for use.
//
// An invitation ends with its completed event, or when the service refuses to start it. Any event that comes before the
// verdict is judged with the others, as a [Checker] judges it.
//
// An item about an invitation that is forgotten begins no invitation and changes no verdict. [Follower.PassedOver] counts
// it under "late". At least the last 65,536 forgotten invitations are recognised. An invitation that was refused at the
// start is not recognised, because an application may ask again with the same operationId.
type Follower struct {
	// Grace is the time from the end of an invitation to its verdict. It is measured by the times in the recording if
	// there are any, and otherwise by the clock.
	Grace time.Duration

	// Limit is the greatest number of open invitations that are kept, and also of ended ones whose grace has not passed;
	// zero or less stands for DefaultLimit. If there are more open ones, the verdict on the oldest is yielded as it stands,
	// with Forgotten set. If there are more ended ones, the verdict on the one that ended first is yielded before its grace
	// has passed.
	Limit int

	lock    sync.Mutex
	checker Checker
	began   time.Time
	ends    map[transitions.Invitation][]transitions.State
}

// DefaultLimit is the Limit of a Follower that sets none. With it, the invitations take some 60 MB at most.
const DefaultLimit = 100_000

// yielded is a verdict or a fault.
type yielded struct {
	verdict Verdict
	err     error
}

// Read reads a recording to its end, in any of the forms that [recording.Items] reads, and yields each verdict as soon as
// it is due, and each fault when it is met. Another recording may be read after it, such as the next file of a log. At
// the end of the last one, [Follower.Rest] has the verdicts that are left.
//
// A verdict is also yielded while a call of r.Read waits. If the loop ends early, a goroutine stays in r.Read until that
// call returns.
func (f *Follower) Read(r io.Reader) iter.Seq2[Verdict, error] {
	return func(yield func(Verdict, error) bool) {
		out, stop := make(chan yielded), make(chan struct{})
		defer close(stop)
		send := func(t yielded) bool {
			select {
			case out <- t:
				return true
			case <-stop:
				return false
			}
		}
		go func() {
			defer close(out)
			for item, err := range recording.Items(r) { // recording.Map waits for whole blocks of a pipe
				a := prepare(item, err)
				if err != nil {
					if !send(yielded{err: err}) {
						return
					}
					continue
				}
				for _, v := range f.take(&a) {
					if !send(yielded{verdict: v}) {
						return
					}
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		}()
		tick := time.NewTicker(min(max(f.Grace/10, 10*time.Millisecond), time.Second))
		defer tick.Stop()
		for {
			select {
			case t, more := <-out:
				if !more || !yield(t.verdict, t.err) {
					return
				}
			case <-tick.C:
				for _, v := range f.due() {
					if !yield(v, nil) {
						return
					}
				}
			}
		}
	}
}

// take judges an item, and returns the verdicts that are due.
func (f *Follower) take(a *arrival) []Verdict {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.begin()
	f.checker.take(a)
	return f.collect()
}

// due returns the verdicts that are due.
func (f *Follower) due() []Verdict {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.begin()
	return f.collect()
}

func (f *Follower) begin() {
	if f.checker.ages == nil {
		f.began, f.ends = time.Now(), map[transitions.Invitation][]transitions.State{}
		f.checker.ages = &ages{clock: f.clock}
	}
}

// clock returns the last time in the recording or, if it has no times, the time now.
func (f *Follower) clock() int64 {
	if !f.checker.last.IsZero() {
		return f.checker.last.UnixNano()
	}
	return f.began.Add(time.Since(f.began)).UnixNano() // does not follow a clock that is set
}

// collect forgets the invitations whose verdicts are due, and returns these verdicts.
func (f *Follower) collect() (verdicts []Verdict) {
	c, a := &f.checker, f.checker.ages
	limit := f.Limit
	if limit <= 0 {
		limit = DefaultLimit
	}
	if a.open.length <= limit && a.ended.first == 0 {
		return nil
	}
	now := a.clock()
	for linked := false; ; {
		n, forgotten := a.ended.first-1, false
		switch {
		case a.open.length > limit:
			n, forgotten = a.open.first-1, true
		case a.ended.length > limit:
		case n < 0 || now-f.end(n, now) < int64(f.Grace):
			return verdicts
		}
		if !linked {
			c.link() // and judge again what is first
			c.sweep(now - int64(f.Grace))
			linked = true
			continue
		}
		v := c.verdict(n, f.ends)
		v.Forgotten = forgotten
		c.forget(n, v.Refused)
		verdicts = append(verdicts, v)
	}
}

// end returns when an invitation has ended. Times may begin only behind items without times, and be earlier than the
// clock: then the grace begins anew.
func (f *Follower) end(n int32, now int64) int64 {
	end := &f.checker.ages.places.at(n).end
	*end = min(*end, now)
	return *end
}

// Rest yields the verdicts on the invitations that are left: those that have ended, and then those that are open, the
// oldest first. Call it when reading has ended.
func (f *Follower) Rest() iter.Seq[Verdict] {
	return func(yield func(Verdict) bool) {
		f.lock.Lock()
		defer f.lock.Unlock()
		f.begin()
		f.checker.link()
		a := f.checker.ages
		for _, first := range []int32{a.ended.first, a.open.first} {
			for n := first; n != 0; n = a.places.at(n - 1).next {
				if !yield(f.checker.verdict(n-1, f.ends)) {
					return
				}
			}
		}
	}
}

// PassedOver returns the numbers of items that are not judged: those of [Checker.PassedOver], and under "late" the items
// about invitations that are forgotten.
func (f *Follower) PassedOver() map[string]int {
	f.lock.Lock()
	defer f.lock.Unlock()
	return f.checker.PassedOver()
}
