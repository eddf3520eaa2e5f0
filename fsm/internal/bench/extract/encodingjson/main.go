// Command encodingjson is the program of encoding/json.
package main

import (
	"encoding/json"

	"github.com/avinvite/avinvite/fsm/internal/bench/extract"
)

func main() { extract.Main(extract.Structs(json.Unmarshal)) }
