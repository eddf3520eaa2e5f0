package codes

import _ "embed" // the catalogue's files

//go:embed catalogue.csv
var catalogueCSV string

//go:embed catalogue.json
var catalogueJSON string

//go:embed CATALOGUE.md
var catalogueMarkdown string

// CSV returns the catalogue's source: the specification's 63 asynchronous and 10 synchronous rows to the letter, below
// a header. A program that asks for none of the three forms does not carry them.
func CSV() string { return catalogueCSV }

// JSON returns the whole catalogue as an object: asynchronous and synchronous are the specification's rows in its order,
// reasons what is known of each pair, codes and subcodes all that are published, those of other resources included.
func JSON() string { return catalogueJSON }

// Markdown returns the catalogue as a page for people, with an anchor per reason such as remotefailure-busy.
func Markdown() string { return catalogueMarkdown }
