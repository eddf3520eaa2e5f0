package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// input is a recording that an argument names.
type input struct {
	name   string
	listed bool  // found in a folder or by a pattern
	err    error // of finding it
}

// find returns the recordings that the arguments name: files, - for the standard input, folders, and patterns that the
// shell has not expanded.
func find(args []string) (found []input) {
	for _, arg := range args {
		info, err := os.Stat(arg)
		switch {
		case arg == "-" || err == nil && !info.IsDir():
			found = append(found, input{name: arg})
		case err == nil:
			found = append(found, folder(arg)...)
		case strings.ContainsAny(arg, "*?["):
			files, badPattern := filepath.Glob(arg)
			if badPattern != nil || len(files) == 0 {
				err = errors.New("no file matches the pattern")
				if badPattern != nil {
					err = badPattern
				}
				found = append(found, input{name: arg, err: err})
			}
			for _, file := range files {
				found = append(found, input{name: file, listed: true})
			}
		default:
			found = append(found, input{name: arg, err: errors.Unwrap(err)})
		}
	}
	return found
}

// extensions are the ends of the names of recordings in a folder.
var extensions = []string{".json", ".jsonl", ".ndjson", ".har", ".gz"}

// folder returns the recordings in a folder and the folders below it, in the order of their names.
func folder(root string) (found []input) {
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			found = append(found, input{name: path, listed: true, err: errors.Unwrap(err)})
		case entry.Type().IsRegular() && slices.Contains(extensions, filepath.Ext(path)):
			found = append(found, input{name: path, listed: true})
		}
		return nil
	})
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("no recording in the folder: no file ends in %s", strings.Join(extensions, ", "))
	}
	if err != nil {
		found = append(found, input{name: root, err: err})
	}
	return found
}
