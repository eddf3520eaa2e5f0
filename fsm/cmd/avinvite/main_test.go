package main

import (
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
)

var update = flag.Bool("update", false, "write the output that the scripts expect")

// long reports whether the long form of tests is asked for. Reading it in a test lets go test cache both forms.
func long() bool { return os.Getenv("AVINVITE_LONG") != "" }

// TestMain makes the test binary the command, or a testee, when a script runs it under that name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"avinvite": main, "testee": testeeMain, "curl": curlMain})
}

// TestScripts runs the command from outside. Beside the usual conditions and commands of a testscript there are
//
//	status N COMMAND...  the command must exit with that status
//	schema NAME FILE     each line of the file, which may be stdout, is an object that the schema allows
//	columns FILE [N]     no line of the file, which may be stdout, has more than N columns, 80 without N; a link is
//	                     not split, and does not count
//
// and $MODULE and $RECORDINGS are the folders of the module and of the recordings.
func TestScripts(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	schemas := map[string]*jsonschema.Schema{}
	for _, name := range []string{"check.schema.json", "test.schema.json", "../../../transitions/suite/vectors/schema.json"} {
		schema, err := jsonschema.NewCompiler().Compile(name)
		if err != nil {
			t.Fatal(err)
		}
		schemas[filepath.Base(name)] = schema
	}
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", "script"),
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("MODULE", root)
			env.Setenv("RECORDINGS", filepath.Join(root, "fsm", "cmd", "avinvite", "testdata", "recordings"))
			return nil
		},
		Condition: func(condition string) (bool, error) {
			if condition == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, errors.New("unknown condition")
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": func(ts *testscript.TestScript, _ bool, args []string) {
				want, err := strconv.Atoi(args[0])
				ts.Check(err)
				status := 0
				err = ts.Exec(args[1], args[2:]...)
				if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
					status = exit.ExitCode()
				} else {
					ts.Check(err)
				}
				if status != want {
					ts.Fatalf("status %d, want %d", status, want)
				}
			},
			"schema": func(ts *testscript.TestScript, _ bool, args []string) {
				for line := range strings.Lines(ts.ReadFile(args[1])) {
					object, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
					ts.Check(err)
					ts.Check(schemas[args[0]].Validate(object))
				}
			},
			"columns": func(ts *testscript.TestScript, _ bool, args []string) {
				limit := layout.Width
				if len(args) > 1 {
					n, err := strconv.Atoi(args[1])
					ts.Check(err)
					limit = n
				}
				for line := range strings.Lines(ts.ReadFile(args[0])) {
					if last := line[strings.LastIndexByte(line, ' ')+1:]; strings.Count(last, "/") > 2 {
						line = strings.TrimSuffix(line, last)
					}
					if n := layout.Columns(strings.TrimRight(line, "\r\n")); n > limit {
						ts.Fatalf("%d columns: %s", n, line)
					}
				}
			},
		},
	})
}

// fullDisk is a writer without room.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// TestFullDisk wants an error of every command that cannot write its output.
func TestFullDisk(t *testing.T) {
	for _, args := range []string{
		"help", "check -h", "catalogue", "check testdata/recordings", "check --format sarif testdata/recordings",
		"check --format html testdata/recordings", "completion bash", "explain Busy", "explore",
		"generate --invitations 1000000000", "generate --gzip", "graph", "table",
	} {
		var stderr strings.Builder
		status := run(strings.Fields(args), nil, fullDisk{}, &stderr)
		if status != statusFailed || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("avinvite %s on a full disk: status %d, stderr %q, want 2 and the reason", args, status, stderr.String())
		}
	}
	if status := run([]string{"help"}, nil, io.Discard, io.Discard); status != statusOK {
		t.Errorf("avinvite help: status %d, want 0", status)
	}
}
