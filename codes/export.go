package codes

import _ "embed"

// The linker leaves both texts out of a program that does not call JSON or Markdown.

//go:embed catalogue.json
var catalogueJSON string

//go:embed CATALOGUE.md
var catalogueMarkdown string

// JSON returns the whole catalogue as an object, which catalogue.schema.json describes. Its member schema is the version
// of that description, avinvite.catalogue/1. Its members asynchronous and synchronous are the specification's rows in
// its order; reasons are the facts about each pair; generic are the errors of [GenericErrors]; codes and subcodes are the
// words of [Codes], [OtherCodes], [Subcodes] and [OtherSubcodes]. The repository's folder codes/internal/tools generates
// constants of Python and of TypeScript from it.
func JSON() string { return catalogueJSON }

// Markdown returns the catalogue as a page for people, with an anchor per reason such as remotefailure-busy.
func Markdown() string { return catalogueMarkdown }
