package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/avinvite/avinvite/transitions"
)

// oneOf is the value of a flag that takes one of several words, in any case of letters.
type oneOf struct {
	value string
	kind  string // of words, as the help shows it
	of    []string
}

// choose defines such a flag, with the completion of its words. Without the flag, the value is byDefault.
func choose(command *cobra.Command, name, kind, usage, byDefault string, of ...string) *string {
	o := &oneOf{byDefault, kind, of}
	command.Flags().Var(o, name, usage)
	complete := completeAny(func() []string { return of })
	if err := command.RegisterFlagCompletionFunc(name, complete); err != nil {
		panic(err) // the flag has just been defined
	}
	return &o.value
}

func (o *oneOf) String() string { return o.value }

func (o *oneOf) Type() string { return o.kind }

func (o *oneOf) Set(word string) error {
	n := slices.IndexFunc(o.of, func(known string) bool { return strings.EqualFold(known, word) })
	if n < 0 {
		return errors.New("want " + or(o.of))
	}
	o.value = o.of[n]
	return nil
}

// chooseDirection defines a flag that takes a direction.
func chooseDirection(command *cobra.Command, usage string) func() transitions.Direction {
	direction := choose(command, "direction", "DIRECTION", usage, "outgoing", "outgoing", "incoming")
	return func() transitions.Direction {
		if *direction == "incoming" {
			return transitions.Incoming
		}
		return transitions.Outgoing
	}
}

// completeAny completes names in any case of letters. A completion keeps the letters as typed, because bash drops one that
// begins otherwise.
func completeAny(names func() []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var found []cobra.Completion
		for _, name := range names() {
			if len(name) >= len(typed) && strings.EqualFold(name[:len(typed)], typed) {
				found = append(found, typed+name[len(typed):])
			}
		}
		return found, cobra.ShellCompDirectiveNoFileComp
	}
}

// flagError returns the error of a flag with the right way to write the flag.
func flagError(command *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		invalid *pflag.InvalidValueError
		number  *strconv.NumError
	)
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(command, unknown)
	case errors.As(err, &invalid):
		cause := invalid.Unwrap()
		if errors.As(cause, &number) {
			cause = fmt.Errorf("want a whole number, 0 or more: %w", number.Err)
		}
		return fmt.Errorf("invalid value %.40q for flag --%s: %w", invalid.GetValue(), invalid.GetFlag().Name, cause)
	}
	return err
}

func unknownFlag(command *cobra.Command, unknown *pflag.NotExistError) error {
	written, single := "--"+unknown.GetSpecifiedName(), unknown.GetSpecifiedShortnames()
	name, _, _ := strings.Cut(single, "=")
	if single != "" {
		written = "-" + name
	}
	var known []string
	long := ""
	command.Flags().VisitAll(func(f *pflag.Flag) {
		known = append(known, "--"+f.Name)
		// pflag reports a group of letters without the short flags that precede the unknown letter.
		if name != "" && f.Name == f.Shorthand+name {
			long = f.Name
		}
	})
	if long != "" {
		return fmt.Errorf("unknown flag -%s; a long flag has two dashes: --%[1]s", long)
	}
	near := ""
	if len(name) != 1 { // every short word is near a letter
		near = meant(nearest("--"+strings.TrimLeft(written, "-"), known))
	}
	return fmt.Errorf("unknown flag %.40s%s; %s -h lists all", written, near, command.CommandPath())
}

// meant returns the question whether the first of the names was meant; "" if there are none.
func meant(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "; did you mean " + names[0] + "?"
}

// or joins words as in "text, json or sarif".
func or(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
