package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/export"
	"github.com/avinvite/avinvite/transitions/suite"
)

// sums is the name of the file with the SHA-256 of all vectors, in the form of sha256sum.
const sums = "SHA256SUMS"

// vectorFile is a file of vectors. The small ones of a server are checked in, the others are known by their sums.
type vectorFile struct {
	spec suite.Spec
	core suite.Core
	k    uint
}

func (f vectorFile) name() string {
	name := f.spec.Mode.Role() + "-" + strings.ToLower(f.spec.Direction.String())
	if f.spec.Inputs != suite.Representatives {
		name += fmt.Sprintf("-k%d", f.k)
	}
	return name + ".jsonl"
}

func (f vectorFile) checkedIn() bool {
	return f.spec.Inputs == suite.Representatives && f.spec.Mode == suite.Step
}

func (f vectorFile) write(w io.Writer) error {
	m, err := suite.New(f.spec)
	if err != nil {
		return err
	}
	return m.Suite(f.core, f.k).WriteVectors(w, fmt.Sprintf("%x", sha256.Sum256(export.Table())))
}

// vectorFiles lists the files: for k = 0 and 1 by configurations, and for k = 0 by representatives.
func vectorFiles() (files []vectorFile) {
	for _, mode := range []suite.Mode{suite.Step, suite.Observe} {
		sees := suite.SeesState | suite.SeesOffers
		if mode == suite.Step {
			sees |= suite.SeesVerdict
		}
		for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
			spec := suite.Spec{Direction: d, Mode: mode, Sees: sees}
			small := spec
			small.Inputs = suite.Representatives
			files = append(files,
				vectorFile{small, suite.States, 0}, vectorFile{spec, suite.Configurations, 0},
				vectorFile{spec, suite.Configurations, 1})
		}
	}
	return files
}

// writeVectors writes the files that are checked in, and the sums of all.
func writeVectors(dir string) error {
	var list bytes.Buffer
	for _, f := range vectorFiles() {
		var content bytes.Buffer
		sum := sha256.New()
		to := io.Writer(sum)
		if f.checkedIn() {
			to = io.MultiWriter(sum, &content)
		}
		if err := f.write(to); err != nil {
			return err
		}
		if f.checkedIn() {
			if err := os.WriteFile(filepath.Join(dir, f.name()), content.Bytes(), 0o644); err != nil {
				return err
			}
		}
		list.WriteString(sumLine(sum, f))
	}
	return os.WriteFile(filepath.Join(dir, sums), list.Bytes(), 0o644)
}

func sumLine(sum hash.Hash, f vectorFile) string {
	return fmt.Sprintf("%x  %s\n", sum.Sum(nil), f.name())
}
