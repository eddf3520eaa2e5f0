package sqltest

import (
	"database/sql"
	"path/filepath"
	"slices"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// open returns a database in a file with a table of calls.
func open(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "calls.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	_, err = db.Exec(`CREATE TABLE calls (
		number INTEGER PRIMARY KEY, call TEXT NOT NULL, direction TEXT, state TEXT NOT NULL, reason TEXT NOT NULL)`)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// TestRows stores every configuration that either mode reaches, and the zero Invitation, and reads the same values back.
// The columns hold the texts.
func TestRows(t *testing.T) {
	db := open(t)
	calls := append(slices.Collect(transitions.Reachable(transitions.Incoming)), transitions.Invitation{})
	calls = slices.AppendSeq(calls, transitions.Reachable(transitions.Outgoing))
	for n, call := range calls {
		direction := sql.Null[transitions.Direction]{V: call.Direction(), Valid: call.Direction() != 0}
		_, err := db.Exec("INSERT INTO calls VALUES (?, ?, ?, ?, ?)", n, call, direction, call.State(), call.Reason())
		if err != nil {
			t.Fatalf("%v: %v", call, err)
		}
	}
	rows, err := db.Query("SELECT call, direction, state, reason, call || '', typeof(state) FROM calls ORDER BY number")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	read := 0
	for ; rows.Next(); read++ {
		var (
			call      transitions.Invitation
			direction sql.Null[transitions.Direction]
			state     transitions.State
			reason    codes.Reason
			text      string
			kind      string
		)
		if err := rows.Scan(&call, &direction, &state, &reason, &text, &kind); err != nil {
			t.Fatal(err)
		}
		want, err := calls[read].MarshalText()
		if err != nil || call != calls[read] || direction.V != call.Direction() || state != call.State() ||
			reason != call.Reason() || text != string(want) || kind != "text" {
			t.Errorf("row %d is %v, %v, %v, %v, the text %q and a %s, want %v", read, call, direction, state, reason, text, kind, calls[read])
		}
	}
	if err := rows.Err(); err != nil || read != len(calls) {
		t.Errorf("%d rows, %v, want %d", read, err, len(calls))
	}
}

// TestQueries finds rows by a value and by its text, and refuses a column of something else.
func TestQueries(t *testing.T) {
	db := open(t)
	busy, err := transitions.New(transitions.Outgoing).Step(transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("INSERT INTO calls VALUES (1, ?, ?, ?, ?)", busy, busy.Direction(), busy.State(), busy.Reason()); err != nil {
		t.Fatal(err)
	}
	for query, argument := range map[string]any{
		"SELECT call FROM calls WHERE call = ?":                                    busy,
		"SELECT call FROM calls WHERE reason = ?":                                  codes.RemoteFailureBusy,
		"SELECT call FROM calls WHERE state = ? AND reason LIKE 'RemoteFailure/%'": "Failed",
	} {
		var call transitions.Invitation
		if err := db.QueryRow(query, argument).Scan(&call); err != nil || call != busy {
			t.Errorf("%s: %v, %v, want %v", query, call, err, busy)
		}
	}
	for query, into := range map[string]any{
		"SELECT number FROM calls": new(transitions.Invitation),
		"SELECT reason FROM calls": new(transitions.State),
		"SELECT NULL":              new(codes.Reason),
		"SELECT 'Sideways'":        new(transitions.Direction),
	} {
		if err := db.QueryRow(query).Scan(into); err == nil {
			t.Errorf("%s into a %T gives %[2]v, want an error", query, into)
		}
	}
	call := busy
	if err := db.QueryRow("SELECT NULL").Scan(&call); err != nil || call != (transitions.Invitation{}) {
		t.Errorf("NULL is %v, %v, want the zero Invitation", call, err)
	}
	if _, err := db.Exec("INSERT INTO calls (direction) VALUES (?)", transitions.Direction(0)); err == nil {
		t.Error("a value that is no direction was stored")
	}
}
