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
// shell has not expanded. others is the number of files in the folders that are not read.
func find(args []string) (found []input, others int) {
	for _, arg := range args {
		info, err := os.Stat(arg)
		switch {
		case arg == "-" || err == nil && !info.IsDir():
			found = append(found, input{name: arg})
		case err == nil:
			f := folder{seen: map[string]bool{}}
			f.find(arg)
			found, others = append(found, f.found...), others+f.others
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
	return found, others
}

// extensions are the ends of the names of recordings in a folder.
var extensions = []string{".json", ".jsonl", ".ndjson", ".har", ".gz"}

// folder finds recordings in a folder.
type folder struct {
	found  []input
	others int             // files that are no recordings by their names
	seen   map[string]bool // the folders, by their real paths: a link may lead back
}

// read finds the recordings in a folder and the folders below it, in the order of their names. It follows symbolic links.
func (f *folder) read(path string) error {
	if real, err := filepath.EvalSymlinks(path); err != nil || f.seen[real] {
		return err
	} else {
		f.seen[real] = true
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		path := filepath.Join(path, entry.Name())
		info, err := os.Stat(path)
		switch {
		case err == nil && info.IsDir():
			if err = f.read(path); err == nil {
				continue
			}
		case !slices.Contains(extensions, filepath.Ext(path)), err == nil && !info.Mode().IsRegular():
			f.others++
			continue
		}
		f.found = append(f.found, input{name: path, listed: true, err: reason(err)})
	}
	return nil
}

// reason returns an error without the name of the file.
func reason(err error) error {
	if in := new(fs.PathError); errors.As(err, &in) {
		return in.Err
	}
	return err
}

// find finds the recordings in the folder that an argument names.
func (f *folder) find(root string) {
	before := len(f.found)
	if err := f.read(root); err != nil {
		f.found = append(f.found, input{name: root, err: reason(err)})
	} else if len(f.found) == before {
		err := fmt.Errorf("no recording in the folder: no file ends in %s", strings.Join(extensions, ", "))
		f.found = append(f.found, input{name: root, err: err})
	}
}
