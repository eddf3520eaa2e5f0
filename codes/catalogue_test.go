package codes_test

import (
	"encoding"
	"encoding/json"
	"fmt"
	"iter"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/codes"
)

// Every word is on a page, and has a text exactly if the page of texts has it.
func TestPublished(t *testing.T) {
	for _, test := range []struct {
		documented bool
		codes      iter.Seq[codes.Code]
		subcodes   iter.Seq[codes.Subcode]
		count      [2]int
	}{
		{true, codes.Codes(), codes.Subcodes(), [2]int{11, 44}},
		{false, codes.OtherCodes(), codes.OtherSubcodes(), [2]int{10, 44}},
	} {
		var count [2]int
		for c := range test.codes {
			count[0]++
			pages, ok := c.Published()
			if !ok || c.Documented() != test.documented || strings.Contains(pages, "ErrorCode_ref") != (c.Text() != "") {
				t.Errorf("%s: published %v in %q, documented %v, %q", c, ok, pages, c.Documented(), c.Text())
			}
		}
		for s := range test.subcodes {
			count[1]++
			pages, ok := s.Published()
			if !ok || pages == "" || s.Documented() != test.documented ||
				strings.Contains(pages, "ErrorSubcode_ref") != (s.Text() != "") {
				t.Errorf("%s: published %v in %q, documented %v, %q", s, ok, pages, s.Documented(), s.Text())
			}
		}
		if count != test.count {
			t.Errorf("documented %v: %v codes and subcodes, want %v", test.documented, count, test.count)
		}
	}
	for _, other := range []codes.Code{"PreConditionFailed", "PreConditionRequired"} {
		want := strings.Replace(string(other), "C", "c", 1)
		if other.HTTP() != codes.Code(want).HTTP() || other.Text() != codes.Code(want).Text() || other.HTTP() == 0 {
			t.Errorf("%s is not known as %s", other, want)
		}
	}
	for _, unknown := range []string{"", "Sideways", "gone", "busy"} {
		c, s := codes.Code(unknown), codes.Subcode(unknown)
		if pages, ok := c.Published(); ok || pages+c.Text() != "" || c.Documented() || c.HTTP() != 0 {
			t.Errorf("Code(%q): published %v in %q, documented %v, HTTP %d", c, ok, pages, c.Documented(), c.HTTP())
		}
		if pages, ok := s.Published(); ok || pages+s.Text() != "" || s.Documented() {
			t.Errorf("Subcode(%q): published %v in %q, documented %v", s, ok, pages, s.Documented())
		}
	}
}

// The JSON has the rows and the words of the Go tables, and the Markdown has an anchor for every reason.
func TestForms(t *testing.T) {
	var c struct {
		Asynchronous []struct{ Code, Subcode, Reason string }
		Synchronous  []struct {
			Error, Subcode, Description string
			HTTP                        int
		}
		Generic []struct{ Name string }
		Reasons []struct{ Code, Subcode string }
		Codes   []struct {
			Token codes.Code
			HTTP  int
			Text  string
		}
		Subcodes []struct {
			Token codes.Subcode
			Text  string
		}
	}
	if err := json.Unmarshal([]byte(codes.JSON()), &c); err != nil {
		t.Fatal(err)
	}
	n := 0
	for row := range codes.Rows() {
		if got := c.Asynchronous[n]; got.Code+"/"+got.Subcode != row.Reason.String() || got.Reason != row.Text {
			t.Errorf("asynchronous row %d is %+v, want %+v", n+1, got, row)
		}
		n++
	}
	for s := range codes.SynchronousErrors() {
		got := c.Synchronous[s-1]
		if codes.Code(got.Error) != s.Code() || got.HTTP != s.HTTP() ||
			codes.Subcode(got.Subcode) != s.Subcode() || got.Description != s.Description() {
			t.Errorf("synchronous row %d is %+v, want %v", s, got, s)
		}
	}
	for _, code := range c.Codes {
		if code.HTTP != code.Token.HTTP() || code.Text != code.Token.Text() {
			t.Errorf("%+v, want %d and %q", code, code.Token.HTTP(), code.Token.Text())
		}
	}
	for _, subcode := range c.Subcodes {
		if subcode.Text != subcode.Token.Text() {
			t.Errorf("%+v, want %q", subcode, subcode.Token.Text())
		}
	}
	got := []int{len(c.Asynchronous), len(c.Synchronous), len(c.Generic), len(c.Reasons), len(c.Codes), len(c.Subcodes)}
	if diff := cmp.Diff([]int{63, 10, 29, 57, 21, 88}, got); diff != "" {
		t.Errorf("rows, synchronous rows, generic errors, reasons, codes, subcodes (-want +got):\n%s", diff)
	}
	for r := range codes.Reasons() {
		anchor := strings.ToLower(string(r.Code()) + "-" + string(r.Subcode()))
		page := codes.Markdown()
		if strings.Count(page, `<a id="`+anchor+`"></a>`) != 1 || !strings.Contains(page, "(#"+anchor+")") {
			t.Errorf("CATALOGUE.md has not one anchor %s and a link to it", anchor)
		}
	}
}

// text is the methods that every type with texts has.
type text interface {
	comparable
	fmt.Stringer
	encoding.TextMarshaler
}

// testText tries every value of the byte: the valid ones come back from their text, and no two have one; the others are
// refused and print themselves.
func testText[T text, P interface {
	*T
	encoding.TextUnmarshaler
}](t *testing.T, value func(uint8) T, valid func(uint8) bool) {
	t.Helper()
	seen := map[string]bool{}
	for i := range 256 {
		v := value(uint8(i))
		if seen[v.String()] || v.String() == "" {
			t.Errorf("%T(%d) is called %q, which is blank or another's", v, i, v)
		}
		seen[v.String()] = true
		data, err := v.MarshalText()
		if (err == nil) != valid(uint8(i)) {
			t.Errorf("%T(%d).MarshalText() error = %v, valid: %v", v, i, err, valid(uint8(i)))
		}
		if err != nil {
			if want := fmt.Sprintf("(%d)", i); !strings.HasSuffix(v.String(), want) {
				t.Errorf("%T(%d) is called %q, want the number in it", v, i, v)
			}
			continue
		}
		var back T
		if err := P(&back).UnmarshalText(data); err != nil || back != v {
			t.Errorf("%T: UnmarshalText(%q) = %v, %v, want %v", v, data, back, err, v)
		}
	}
	for _, wrong := range []string{"", "Sideways", "RemoteFailure/", "busy"} {
		var v T
		if err := P(&v).UnmarshalText([]byte(wrong)); err == nil || !strings.Contains(err.Error(), "want") {
			t.Errorf("%T: UnmarshalText(%q) error = %v, want one that says what was wanted", v, wrong, err)
		}
	}
}

func TestText(t *testing.T) {
	below := func(n int) func(uint8) bool { return func(i uint8) bool { return int(i) < n } }
	from1 := func(n uint8) func(uint8) bool { return func(i uint8) bool { return i >= 1 && i <= n } }
	testText(t, func(i uint8) codes.Direction { return codes.Direction(i) }, from1(2))
	testText(t, func(i uint8) codes.State { return codes.State(i) }, below(9))
	testText(t, func(i uint8) codes.Basis { return codes.Basis(i) }, from1(3))
	testText(t, func(i uint8) codes.Synchronous { return codes.Synchronous(i) }, from1(10))
	testText(t, func(i uint8) codes.Actor { return codes.Actor(i) }, below(16))
	testText(t, func(i uint8) codes.Match { return codes.Match(i) }, below(4))
	testText(t, func(i uint8) codes.Retry { return codes.Retry(i) }, below(4))
	testText(t, func(i uint8) codes.Reason { return codes.Reason(i) }, below(70))
}

// TestGoString: values printed with %#v are readable, and a body that has a JSON form is printed as JSON.
func TestGoString(t *testing.T) {
	message := "m"
	for _, tt := range []struct {
		v    any
		want string
	}{
		{&codes.Error{Code: "Gone", Message: &message}, `{"code":"Gone","message":"m"}`},
		{&codes.Error{}, `""`},
		{(*codes.Error)(nil), "no error body"},
		{codes.RemoteFailureBusy, "RemoteFailure/Busy"},
		{codes.Incoming, "Incoming"},
	} {
		if got := fmt.Sprintf("%#v", tt.v); got != tt.want {
			t.Errorf("%T prints as %s, want %s", tt.v, got, tt.want)
		}
	}
}

// TestDependencies lists the packages that a program gets with the catalogue: those of the standard library alone, and
// none of those that open a connection or start a process.
func TestDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if deps := strings.Fields(string(out)); !slices.Contains(deps, "log/slog") {
		t.Errorf("go list finds %v, want log/slog among them", deps)
	}
	banned := []string{"net", "net/http", "os/exec", "testing", "encoding/csv", "text/template"}
	for dep := range strings.FieldsSeq(string(out)) {
		first, _, _ := strings.Cut(dep, "/")
		standard := !strings.Contains(first, ".")
		if slices.Contains(banned, dep) || !standard && !strings.HasPrefix(dep, "github.com/avinvite/avinvite/codes") {
			t.Errorf("codes links %s", dep)
		}
	}
}
