// Command generate writes tables.go of package codes from the two catalogue files beside it.
package main

import (
	"log"
	"os"

	"github.com/avinvite/avinvite/codes/internal/catalogue"
)

func main() {
	log.SetFlags(0)
	rows, err := os.ReadFile("catalogue.csv")
	if err != nil {
		log.Fatal(err)
	}
	reasons, err := os.ReadFile("reasons.csv")
	if err != nil {
		log.Fatal(err)
	}
	out, err := catalogue.Render(rows, reasons)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("tables.go", out, 0o644); err != nil {
		log.Fatal(err)
	}
}
