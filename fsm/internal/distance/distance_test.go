package distance_test

import (
	"testing"

	"github.com/avinvite/avinvite/fsm/internal/distance"
)

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"busy", "busy", 0}, {"buzy", "busy", 1}, {"bsy", "busy", 1},
		{"busyy", "busy", 1}, {"kitten", "sitting", 3}, {"fialure", "failure", 2},
	} {
		if got := distance.Of(test.a, test.b); got != test.want {
			t.Errorf("Of(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}
