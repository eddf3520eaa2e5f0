// Command goccy is the program of github.com/goccy/go-json.
package main

import (
	"github.com/goccy/go-json"

	"github.com/avinvite/avinvite/fsm/internal/bench/extract"
)

func main() { extract.Main(extract.Structs(json.Unmarshal)) }
