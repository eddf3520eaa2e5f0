package main

import (
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
Print the version of the module from which the command was built, the revision
of its source as far as the build recorded it, and the Go release.`,
		Example:           "  avinvite version",
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			info, ok := debug.ReadBuildInfo()
			if !ok {
				return fmt.Errorf("the build recorded no version; build with modules")
			}
			return write(command, []byte(describe(info)))
		},
	}
}

// describe is what a build recorded of its source. A module that was built inside its repository has the version
// (devel), or one that is made from the revision.
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

// version is that of a released command; empty for one under development.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return ""
}
