// Command generate writes the generated files of package codes from the CSV files of internal/catalogue.
package main

import (
	"log"
	"os"

	"github.com/avinvite/avinvite/codes/internal/catalogue"
)

func main() {
	log.SetFlags(0)
	files, err := catalogue.Render(catalogue.Sources)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range files {
		if err := os.WriteFile(f.Name, f.Content, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
