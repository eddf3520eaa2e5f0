package report

import (
	"os"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/fsm/conformance"
)

// TestRulesPage looks for the names of the rules in the file to which SARIF links.
func TestRulesPage(t *testing.T) {
	_, file, _ := strings.Cut(rulesPage, "/blob/main/")
	source, err := os.ReadFile("../../../../../" + file)
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range conformance.Rules() {
		if !strings.Contains(string(source), `"`+string(rule)+`"`) {
			t.Errorf("%s does not define the rule %s", file, rule)
		}
	}
}
