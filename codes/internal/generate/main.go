// Command generate writes the generated files of package codes from the sources beside them.
package main

import (
	"log"
	"os"

	"github.com/avinvite/avinvite/codes/internal/catalogue"
)

func main() {
	log.SetFlags(0)
	var sources [len(catalogue.Sources)][]byte
	for i, name := range catalogue.Sources {
		data, err := os.ReadFile(name)
		if err != nil {
			log.Fatal(err)
		}
		sources[i] = data
	}
	files, err := catalogue.Render(sources[0], sources[1], sources[2])
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range files {
		if err := os.WriteFile(f.Name, f.Content, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
