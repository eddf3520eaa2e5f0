package main

import (
	"bytes"
	"flag"
	"fmt"
	"strings"
)

// completionCommand is a function because it tells of all commands, itself included.
func completionCommand() *command {
	shells := map[string]func(*bytes.Buffer){"bash": completeBash, "zsh": completeZsh, "fish": completeFish}
	return &command{
		name:     "completion",
		does:     "print what makes a shell complete commands, flags and names",
		operands: "SHELL",
		about: `
Print a script that makes a shell complete avinvite's commands, flags and
arguments. A SHELL is bash (4 or later), zsh or fish.
`,
		examples: `
source <(avinvite completion bash)  in ~/.bashrc
source <(avinvite completion zsh)   in ~/.zshrc, behind compinit
avinvite completion fish | source   in ~/.config/fish/config.fish
`,
		setup: func(*flag.FlagSet) func(*call) int {
			return func(c *call) int {
				if len(c.args) != 1 || shells[c.args[0]] == nil {
					return c.fail("want bash, zsh or fish")
				}
				var b bytes.Buffer
				shells[c.args[0]](&b)
				return c.print(b.Bytes())
			}
		},
		words: func() []string { return []string{"bash", "zsh", "fish"} },
	}
}

// names is those of the commands.
func names() (all []string) {
	for _, k := range commands() {
		all = append(all, k.name)
	}
	return all
}

// values is the words that a flag takes; none if it takes others, or no value at all.
func values(f *flag.Flag) []string {
	if o, ok := f.Value.(*oneOf); ok {
		return o.of
	}
	return nil
}

// describe is the name of a flag's value, empty if it takes none, and what the flag does.
func describe(f *flag.Flag) (value, does string) {
	value, does = flag.UnquoteUsage(f)
	return value, strings.TrimPrefix(does, value+" ")
}

// quote makes a text one word of any of the three shells.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func completeBash(b *bytes.Buffer) {
	fmt.Fprintf(b, `# Completion of avinvite in bash.
_avinvite() {
  local current=${COMP_WORDS[COMP_CWORD]} words=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words=%s
  else
    case "${COMP_WORDS[1]} ${COMP_WORDS[COMP_CWORD-1]}" in
`, quote(strings.Join(append(names(), "help"), " ")))
	fmt.Fprintf(b, "    'help '*) words=%s ;;\n", quote(strings.Join(names(), " ")))
	for _, k := range commands() {
		for _, f := range k.flags() {
			if value, _ := describe(f); value != "" {
				fmt.Fprintf(b, "    %s) words=%s ;;\n", quote(k.name+" -"+f.Name), quote(strings.Join(values(f), " ")))
			}
		}
	}
	b.WriteString("    *)\n      case \"${COMP_WORDS[1]} $current\" in\n")
	for _, k := range commands() {
		flags := []string{"-h"}
		for _, f := range k.flags() {
			flags = append(flags, "-"+f.Name)
		}
		fmt.Fprintf(b, "      %s*) words=%s ;;\n", quote(k.name+" -"), quote(strings.Join(flags, " ")))
		switch {
		case k.files:
			fmt.Fprintf(b, "      %s*)\n        compopt -o filenames 2>/dev/null\n"+
				"        mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n        return ;;\n", quote(k.name+" "))
		case k.words != nil:
			fmt.Fprintf(b, "      %s*) words=%s ;;\n", quote(k.name+" "), quote(strings.Join(k.words(), " ")))
		}
	}
	b.WriteString(`      esac ;;
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _avinvite avinvite
`)
}

func completeZsh(b *bytes.Buffer) {
	b.WriteString("#compdef avinvite\n# Completion of avinvite in zsh.\n_avinvite() {\n  local -a commands=(\n")
	for _, k := range commands() {
		fmt.Fprintf(b, "    %s\n", quote(k.name+":"+k.does))
	}
	b.WriteString(`    'help:tell of the commands'
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
  help) _describe command commands ;;
`)
	for _, k := range commands() {
		fmt.Fprintf(b, "  %s) _arguments '-h[tell more]'", k.name)
		for _, f := range k.flags() {
			value, does := describe(f)
			if value != "" {
				value = fmt.Sprintf(":%s:(%s)", value, strings.Join(values(f), " "))
			}
			fmt.Fprintf(b, " %s", quote("-"+f.Name+"["+does+"]"+value))
		}
		switch {
		case k.files:
			b.WriteString(" '*:FILE:_files'")
		case k.words != nil:
			fmt.Fprintf(b, " %s", quote("*:NAME:("+strings.Join(k.words(), " ")+")"))
		}
		b.WriteString(" ;;\n")
	}
	b.WriteString("  esac\n}\ncompdef _avinvite avinvite\n")
}

func completeFish(b *bytes.Buffer) {
	b.WriteString("# Completion of avinvite in fish.\ncomplete -c avinvite -f\n")
	for _, k := range commands() {
		fmt.Fprintf(b, "complete -c avinvite -n __fish_use_subcommand -a %s -d %s\n", k.name, quote(k.does))
	}
	b.WriteString("complete -c avinvite -n __fish_use_subcommand -a help -d 'tell of the commands'\n")
	fmt.Fprintf(b, "complete -c avinvite -n '__fish_seen_subcommand_from help' -a %s\n", quote(strings.Join(names(), " ")))
	for _, k := range commands() {
		when := "complete -c avinvite -n " + quote("__fish_seen_subcommand_from "+k.name)
		for _, f := range k.flags() {
			value, does := describe(f)
			fmt.Fprintf(b, "%s -o %s -d %s", when, f.Name, quote(does))
			if value != "" {
				fmt.Fprintf(b, " -x -a %s", quote(strings.Join(values(f), " ")))
			}
			b.WriteString("\n")
		}
		switch {
		case k.files:
			fmt.Fprintf(b, "%s -F\n", when)
		case k.words != nil:
			fmt.Fprintf(b, "%s -a %s\n", when, quote(strings.Join(k.words(), " ")))
		}
	}
}
