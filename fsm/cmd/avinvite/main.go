// Command avinvite judges recorded traffic about audio/video invitations of the Trusted Application API, and shows
// their life as tables and graphs.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
)

const usage = `usage: avinvite COMMAND [ARGUMENT...]

  catalogue  print the codes, subcodes and reasons for people or programs
  check      judge the invitations in a recording
  explain    say what is known of a reason, a code or an HTTP status
  generate   write a made-up recording
  graph      print the states and events for a drawing tool or a state-machine library
  table      print the edges with basis and source, or every cell

avinvite COMMAND -h tells more.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	command := ""
	if len(args) > 0 {
		command = args[0]
	}
	switch command {
	case "catalogue":
		return runCatalogue(args[1:], stdout, stderr)
	case "check":
		return runCheck(ctx, args[1:], stdin, stdout, stderr)
	case "explain":
		return runExplain(args[1:], stdout, stderr)
	case "generate":
		return runGenerate(args[1:], stdout, stderr)
	case "graph":
		return runGraph(args[1:], stdout, stderr)
	case "table":
		return runTable(args[1:], stdout, stderr)
	case "help", "-h", "-help", "--help":
		fmt.Fprint(stdout, usage)
		return 0
	case "":
		fmt.Fprint(stderr, usage)
	default:
		fmt.Fprintf(stderr, "avinvite: unknown command %q\n%s", command, usage)
	}
	return 2
}
