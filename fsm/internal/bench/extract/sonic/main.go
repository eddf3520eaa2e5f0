// Command sonic is the program of github.com/bytedance/sonic.
package main

import (
	"github.com/bytedance/sonic"

	"github.com/avinvite/avinvite/fsm/internal/bench/extract"
)

func main() { extract.Main(extract.Structs(sonic.Unmarshal)) }
