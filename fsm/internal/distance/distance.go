// Package distance measures how much a misspelt name differs from a known one.
package distance

// Of returns Levenshtein's distance: how many bytes must be inserted, deleted or replaced to turn a into b. It takes time
// in proportion to the product of the lengths.
func Of(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
