package main

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of the module and the revision of its source",
		Long: `
Print the version of the module, the revision of the source if the build
recorded it, and the release of Go.`,
		Example:           "  avinvite version",
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			info, ok := debug.ReadBuildInfo()
			if !ok {
				return errors.New("this build recorded no version: build the command as a module")
			}
			return write(command, []byte(describe(info)))
		},
	}
}

// describe returns what a build recorded about its source.
func describe(info *debug.BuildInfo) string {
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	var b strings.Builder
	fmt.Fprintf(&b, "avinvite %s\n", info.Main.Version)
	if revision := settings["vcs.revision"]; revision != "" {
		fmt.Fprintf(&b, "revision %s of %s", revision, settings["vcs.time"])
		if settings["vcs.modified"] == "true" {
			b.WriteString(", modified")
		}
		b.WriteByte('\n')
	}
	fmt.Fprintln(&b, info.GoVersion)
	return b.String()
}

// version returns the version of the module; "" if it was not built from a release or a repository.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return ""
}
