package main

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// command is one of avinvite's. What it accepts, its help and its completion by a shell come from here.
type command struct {
	name     string
	does     string // in a few words, for lists
	operands string // as the usage line shows them
	about    string // paragraphs of the help, in lines of 80 columns
	examples string // a line each
	exit     string // what its statuses mean, if they mean more than those of others

	// setup defines the flags and answers what to do once they have been read. The usage of a flag begins with the name of
	// its value in backquotes, if it has one.
	setup func(*flag.FlagSet) func(*call) int

	files bool            // the operands are files
	words func() []string // or these
}

// call is one run of a command.
type call struct {
	command        string
	args           []string // the operands
	stdin          io.Reader
	stdout, stderr io.Writer
}

// fail says why the command cannot do its work and answers the status.
func (c *call) fail(format string, args ...any) int {
	fmt.Fprintf(c.stderr, "%s: %s\n", strings.TrimSpace("avinvite "+c.command), fmt.Sprintf(format, args...))
	return statusFailed
}

// print writes what the command has to say.
func (c *call) print(out []byte) int {
	_, err := c.stdout.Write(out)
	return c.wrote(err)
}

// wrote answers the status after writing. If a reader of the standard output has had enough, no write returns: the
// runtime ends the command then, as the signal for that would.
func (c *call) wrote(err error) int {
	if err != nil {
		return c.fail("%v", err)
	}
	return statusOK
}

// run reads the flags, which may also stand behind operands, and does the work.
func (k *command) run(c *call, args []string) int {
	c.command = k.name
	flags := flag.NewFlagSet(k.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	work := k.setup(flags)
	for len(args) > 0 {
		err := flags.Parse(args)
		// The package has no type for this error.
		unknown, isUnknown := strings.CutPrefix(fmt.Sprint(err), "flag provided but not defined: ")
		switch {
		case errors.Is(err, flag.ErrHelp):
			return c.print(k.help())
		case isUnknown:
			var names []string
			flags.VisitAll(func(f *flag.Flag) { names = append(names, "-"+f.Name) })
			return c.fail("unknown flag %.40s%s; avinvite %s -h lists all", unknown, suggestion(unknown, names), k.name)
		case err != nil:
			return c.fail("%v", err)
		}
		rest := flags.Args()
		if read := len(args) - len(rest); read > 0 && args[read-1] == "--" {
			c.args = append(c.args, rest...)
			break
		}
		if len(rest) > 0 {
			c.args = append(c.args, rest[0])
			rest = rest[1:]
		}
		args = rest
	}
	if k.operands == "" && len(c.args) > 0 {
		return c.fail("unexpected argument %.40q; avinvite %s -h tells more", c.args[0], k.name)
	}
	return work(c)
}

// flags is the command's flags by their names.
func (k *command) flags() (all []*flag.Flag) {
	flags := flag.NewFlagSet(k.name, flag.ContinueOnError)
	k.setup(flags)
	flags.VisitAll(func(f *flag.Flag) { all = append(all, f) })
	return all
}

const exitPlain = `
Exit status: 0; 2 if the arguments make no sense, or the output cannot be
written.
`

// help is what -h prints.
func (k *command) help() []byte {
	var b bytes.Buffer
	usage := []string{"avinvite", k.name}
	var names []string
	longest := 0
	for _, f := range k.flags() {
		value, _ := describe(f)
		name := strings.TrimSpace("-" + f.Name + " " + value)
		usage = append(usage, "["+name+"]")
		names = append(names, name)
		longest = max(longest, len(name))
	}
	wrapWords(&b, 0, 7, "usage:", append(usage, strings.Fields(k.operands)...))
	fmt.Fprintf(&b, "\n%s", strings.TrimLeft(k.about, "\n"))
	for n, f := range k.flags() {
		if n == 0 {
			fmt.Fprintln(&b)
		}
		_, does := describe(f)
		wrap(&b, 2, longest+4, names[n], does)
	}
	fmt.Fprintf(&b, "\nExamples:\n\n")
	for example := range strings.Lines(strings.TrimLeft(k.examples, "\n")) {
		fmt.Fprintf(&b, "  %s", example)
	}
	fmt.Fprintf(&b, "\n%s", strings.TrimLeft(cmp.Or(k.exit, exitPlain), "\n"))
	return b.Bytes()
}

// overview is the help on all commands.
func overview() string {
	var b bytes.Buffer
	b.WriteString("usage: avinvite COMMAND [ARGUMENT...]\n\n")
	for _, k := range commands() {
		wrap(&b, 2, 14, k.name, k.does)
	}
	b.WriteString("\navinvite COMMAND -h tells more, with examples.\n")
	return b.String()
}

// suggestion asks whether one of the known names was meant, if one is near.
func suggestion(name string, known []string) string {
	if near := nearest(name, known); len(near) > 0 {
		return "; did you mean " + near[0] + "?"
	}
	return ""
}

// oneOf is a flag that takes one of several words, whatever their case.
type oneOf struct {
	value string
	of    []string
}

// choose defines such a flag. Its value is the first of the words if it is not given.
func choose(flags *flag.FlagSet, name, usage string, of ...string) *string {
	o := &oneOf{of[0], of}
	flags.Var(o, name, usage)
	return &o.value
}

func (o *oneOf) String() string { return o.value }

func (o *oneOf) Set(word string) error {
	n := slices.IndexFunc(o.of, func(known string) bool { return strings.EqualFold(known, word) })
	if n < 0 {
		last := len(o.of) - 1
		return fmt.Errorf("want %s or %s", strings.Join(o.of[:last], ", "), o.of[last])
	}
	o.value = o.of[n]
	return nil
}
