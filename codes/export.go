package codes

import _ "embed"

// A program that asks for neither of these texts does not carry it: the linker leaves them out.

//go:embed catalogue.json
var catalogueJSON string

//go:embed CATALOGUE.md
var catalogueMarkdown string

// JSON returns the whole catalogue as an object: asynchronous and synchronous are the specification's rows in its
// order, reasons what is known of each pair, codes and subcodes the words of [Codes], [OtherCodes], [Subcodes] and
// [OtherSubcodes].
func JSON() string { return catalogueJSON }

// Markdown returns the catalogue as a page for people, with an anchor per reason such as remotefailure-busy.
func Markdown() string { return catalogueMarkdown }
