package catalogue_test

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/codes/internal/catalogue"
)

// document is the part of catalogue.json that other sources say too.
type document struct {
	Asynchronous []struct{ Code, Subcode, Reason string }
	Synchronous  []struct {
		Error, Subcode, Description string
		HTTP                        json.Number
	}
	Generic []struct {
		Name, Error, OtherError, Subcode, Description, Basis string
		HTTP                                                 json.Number
	}
	Reasons []struct {
		Code, Subcode            string
		Directions               []string
		Basis, Actor, ActorBasis string
	}
	Codes, Subcodes []struct {
		Token, OtherToken, Text, TextSource string
		Page                                bool
		HTTP                                json.Number
	}
}

func rendered(t *testing.T) (d document) {
	t.Helper()
	files, err := catalogue.Render(catalogue.Sources)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(files[1].Content, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestPage compares every code and every row, word by word, with the two tables of the specification, of which
// testdata/page.txt is a copy to the letter. The asynchronous rows are a table for each code of the list.
func TestPage(t *testing.T) {
	data, err := os.ReadFile("testdata/page.txt")
	if err != nil {
		t.Fatal(err)
	}
	var codes, async, sync []string
	table := -1
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		cells := strings.Split(strings.TrimSuffix(line, " |"), " | ")
		for i := range cells {
			cells[i] = strings.Trim(cells[i], " |")
		}
		switch {
		case strings.HasPrefix(line, "- "):
			codes = append(codes, line[2:])
		case line == "Subcode | Reason |":
			table++
		case !strings.HasSuffix(line, "|") || strings.HasPrefix(line, "--") || cells[0] == "Error":
		case len(cells) <= 2:
			async = append(async, codes[table]+"/"+strings.Join(append(cells, "")[:2], ": "))
		default:
			sync = append(sync, strings.Join(append(cells, "")[:4], " "))
		}
	}
	var gotCodes, gotAsync, gotSync []string
	d := rendered(t)
	for _, c := range d.Codes {
		if c.Page {
			gotCodes = append(gotCodes, c.Token)
		}
	}
	for _, a := range d.Asynchronous {
		gotAsync = append(gotAsync, a.Code+"/"+a.Subcode+": "+a.Reason)
	}
	for _, s := range d.Synchronous {
		gotSync = append(gotSync, strings.Join([]string{s.Error, s.HTTP.String(), s.Subcode, s.Description}, " "))
	}
	if diff := gocmp.Diff([][]string{codes, async, sync}, [][]string{gotCodes, gotAsync, gotSync}); diff != "" {
		t.Errorf("codes, asynchronous and synchronous rows (-page +catalogue):\n%s", diff)
	}
	if len(codes) != 11 || len(async) != 63 || len(sync) != 10 {
		t.Errorf("testdata/page.txt has %d codes and %d and %d rows, want 11, 63 and 10", len(codes), len(async), len(sync))
	}
}

// TestPublished compares the text of every code, subcode and generic error with published.csv.
func TestPublished(t *testing.T) {
	got := map[string]string{}
	d := rendered(t)
	for _, c := range d.Codes {
		if c.Text != "" {
			got["code "+c.Token] = c.Text + " " + c.TextSource
		}
	}
	for _, s := range d.Subcodes {
		if s.Text != "" {
			got["subcode "+s.Token] = s.Text + " " + s.TextSource
		}
	}
	for _, g := range d.Generic {
		if g.Description != "" {
			got["generic error "+g.Name] = g.Description + " UCWA/GenericSynchronousErrors.md"
		}
	}
	want := map[string]string{}
	for _, f := range readCSV(t, "published.csv") {
		want[f[0]+" "+f[1]] = f[2] + " " + f[3]
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-published.csv +catalogue):\n%s", diff)
	}
	if len(want) != 20+81+17 {
		t.Errorf("published.csv has %d words, want 20 codes, 81 subcodes and 17 generic errors", len(want))
	}
}

// TestDirections compares the direction and the actor of every reason, and the basis of both, with
// testdata/directions.csv: a table that was made of all sources at once, apart from reasons.csv. Its evidence is D for the
// documentation, W for the wire and I for an inference; where direction and actor differ, they are named.
func TestDirections(t *testing.T) {
	type fact struct{ Directions, Basis, Actor, ActorBasis string }
	want := map[string]fact{}
	for _, f := range readCSV(t, "testdata/directions.csv") {
		fits := map[string]string{"in": "Incoming", "out": "Outgoing", "both": "Incoming Outgoing"}
		direction := fits[regexp.MustCompile(`\w+`).FindString(f[1])]
		if strings.Contains(f[1], "in after") || strings.Contains(f[1], "in is possible") {
			direction = fits["both"]
		}
		var who []string
		for _, a := range []string{"local", "remote", "service"} {
			if strings.Contains(f[2], a) {
				who = append(who, a)
			}
		}
		actor := strings.Join(who, " or ")
		switch {
		case f[2] == "unknown":
			actor = "unknown"
		case strings.Contains(f[2], "another endpoint"):
			actor = "other endpoint"
		}
		evidence := func(of string) string {
			if regexp.MustCompile(`^I$|I\([^)]*` + of).MatchString(f[3]) {
				return "Inferred"
			}
			return "Stated"
		}
		code := ""
		for pair := range strings.FieldsFuncSeq(f[0], func(r rune) bool { return strings.ContainsRune(",; ", r) }) {
			if c, s, ok := strings.Cut(pair, "/"); ok {
				code, pair = c, s
			}
			want[code+"/"+pair] = fact{direction, evidence("dir"), actor, evidence("actor")}
		}
	}
	got := map[string]fact{}
	for _, r := range rendered(t).Reasons {
		got[r.Code+"/"+r.Subcode] = fact{strings.Join(r.Directions, " "), r.Basis, r.Actor, r.ActorBasis}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-directions.csv +catalogue):\n%s", diff)
	}
	if len(want) != 57 {
		t.Errorf("testdata/directions.csv has %d pairs, want 57", len(want))
	}
}

// TestGeneric compares the status, the code, the subcode and the basis of every generic error, and the status of every
// code, with two tables of another origin. testdata/generic.csv has the errors of UCWA/GenericSynchronousErrors.md, joined
// with the statuses that other pages give; (I) marks an inference. testdata/statuses.csv is the table of
// UCWA/ErrorsAndInformationalMessages.md: each status has an error with its code alone.
func TestGeneric(t *testing.T) {
	d := rendered(t)
	published := map[string]string{} // the statuses by the code as the page spells it
	for _, f := range readCSV(t, "testdata/statuses.csv") {
		published[strings.Fields(f[1])[0]] = f[0]
	}
	status, spelling := map[string]string{}, map[string]string{} // by the code as the catalogue spells it
	for _, c := range d.Codes {
		spelling[c.Token] = c.OtherToken
		if http := published[cmp.Or(c.OtherToken, c.Token)]; http != "" && http != "none" {
			status[c.Token] = http
		}
		if c.HTTP.String() != status[c.Token] {
			t.Errorf("%s has the status %q, want %q", c.Token, c.HTTP, status[c.Token])
		}
	}
	want := map[string]string{
		"CallbackChannelError: 500 ServiceFailure/CallbackChannelError": "Stated", // of UCWA/decline_ref.md
		"NormalizationFailed: 400 BadRequest/NormalizationFailed":       "Stated", // of UCWA/addPhoneAudio_ref.md
	}
	alone := map[string]bool{} // the codes that stand alone in an error that is Stated
	for _, f := range readCSV(t, "testdata/generic.csv") {
		name := strings.Trim(f[0], "()")
		code, subcode, _ := strings.Cut(f[3], " / ")
		basis := "Stated"
		if strings.Contains(f[2], "(I)") {
			basis = "Inferred"
		}
		// A subcode in parentheses is one possibility beside None.
		if possible := strings.Trim(subcode, "()"); possible != subcode {
			want[name+": "+status[code]+" "+code+"/"+possible] = "Inferred"
			subcode = ""
		}
		subcode = cmp.Or(subcode, "None")
		want[name+": "+status[code]+" "+code+"/"+subcode] = basis
		alone[code] = alone[code] || subcode == "None" && basis == "Stated"
		if http := regexp.MustCompile(`^\d+`).FindString(f[2]); http != status[code] {
			t.Errorf("testdata/generic.csv has %s with the status %q, statuses.csv has %q", code, http, status[code])
		}
		// A second status has a code of its own, which nothing says.
		if second := regexp.MustCompile(`\((\d+)`).FindStringSubmatch(f[2]); second != nil {
			for code, http := range status {
				if http == second[1] {
					want[name+": "+http+" "+code+"/"+subcode] = "Inferred"
				}
			}
		}
	}
	for code, http := range status {
		if !alone[code] {
			want[code+": "+http+" "+code+"/None"] = "Stated"
		}
	}
	got := map[string]string{}
	for _, g := range d.Generic {
		got[g.Name+": "+g.HTTP.String()+" "+g.Error+"/"+g.Subcode] = g.Basis
		if g.OtherError != spelling[g.Error] {
			t.Errorf("%s: %s is also spelled %q, want %q", g.Name, g.Error, g.OtherError, spelling[g.Error])
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-testdata +catalogue):\n%s", diff)
	}
}

// TestSubcodes counts the subcodes that all pages have together: the 87 of UCWA/reportMediaDiagnostics_ref.md, in its
// order, and PromptsStopped of the vendor's fixtures.
func TestSubcodes(t *testing.T) {
	const list = "None, Timeout, UnsupportedMediaType, DeserializationFailure, AnonymousNotAllowed, InviteesOnly, " +
		"AlreadyExists, AnotherOperationPending, APIVersionNotSupported, NormalizationFailed, " +
		"ProvisioningDataUnavailable, ApplicationNotFound, TooManyApplications, InactiveApplicationExpired, " +
		"UserAgentNotAllowed, LimitExceeded, OperationNotSupported, NoDelegatesConfigured, NoTeamMembersConfigured, " +
		"MakeMeAvailableRequired, LisServiceUnavailable, NoLocationFound, TooManyContacts, MigrationInProgress, " +
		"TooManyGroups, TooManyOnlineMeetings, ThreadIdAlreadyExists, DoNotDisturb, ConnectedElsewhere, Missed, " +
		"MediaFallback, FederationRequired, Canceled, Declined, Forwarded, Transferred, Replaced, EscalationFailed, " +
		"InsufficientBandwidth, RepliedWithOtherModality, DestinationNotFound, DialoutNotAllowed, Unreachable, " +
		"MediaEncryptionNotSupported, MediaEncryptionRequired, MediaEncryptionMismatch, Unavailable, " +
		"TooManyParticipants, TooManyLobbyParticipants, Busy, AttendeeNotAllowed, Demoted, MediaFailure, " +
		"InvalidMediaDescription, Removed, TemporarilyUnavailable, ModalityNotSupported, NotAllowed, Ejected, Denied, " +
		"Ended, ParameterValidationFailure, SessionSwitched, DerivedConversation, Redirected, Expired, NotAcceptable, " +
		"NewContentSharer, PhoneNumberConflict, IPv6NotSupported, PGetReplaced, PstnCallFailed, TransferDeclined, " +
		"TransferTargetDeclined, CallbackUriUnreachable, ConversationNotFound, AutoAccepted, TooManyConversations, " +
		"MediaNegotiationFailure, MediaNegotiationTimeOut, CallTerminated, MaxEventCountReached, CallbackChannelError, " +
		"InvalidExchangeServerVersion, UnprocessableEntity, ExchangeTimeout, CannotRedirect, PromptsStopped"
	want := strings.Split(list, ", ")
	var got []string
	for _, s := range rendered(t).Subcodes {
		got = append(got, s.Token)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := gocmp.Diff(want, got); diff != "" || len(want) != 88 {
		t.Errorf("%d subcodes, want 88 (-want +got):\n%s", len(got), diff)
	}
}

// readCSV returns the records of a file of this folder below its header.
func readCSV(t *testing.T, name string) [][]string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records[1:]
}
