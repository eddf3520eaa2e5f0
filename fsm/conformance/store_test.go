package conformance

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestNames gives invitations names of every form and length, and finds each by its own.
func TestNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const guid = "74cb7404-e0a2-47d5-a2d4-eb0376a47dbf"
		end := rapid.OneOf(
			rapid.StringMatching(`[a-z0-9/]{0,90}[a-z0-9]`), rapid.Just(guid), rapid.Just(strings.ToUpper(guid)),
			rapid.Just(strings.ReplaceAll(guid, "-", "+")), rapid.Just(guid[:35]), rapid.Just("-"+guid[:35]), rapid.Just(guid[:35]+"g"),
		)
		var c store
		names := rapid.SliceOfNDistinct(end, 1, 50, strings.ToLower).Draw(t, "names")
		for n, name := range names {
			if found, _ := c.find("https://pool.example/"+name, name); int(found) != n {
				t.Fatalf("%q is invitation %d, want %d", name, found, n)
			}
			c.setName(int32(n), nameTo, []byte(strings.Repeat(name, n)), []byte(name))
		}
		for n, name := range names {
			href := "https://pool.example/" + name
			byHref, isHref := c.known(href)
			byOperation, changed := c.find("", name)
			if !isHref || int(byHref) != n || int(byOperation) != n || changed {
				t.Errorf("%q is invitation %d by its href and %d by its operationId, want %d", name, byHref, byOperation, n)
			}
			for k, want := range []string{href, name, strings.Repeat(name, n+1), ""} {
				if got := c.copyOf(int32(n), kind(k)); got != want {
					t.Errorf("name %d of invitation %d is %q, want %q", k, n, got, want)
				}
			}
		}
	})
}

// TestFind finds invitations with and without the short cut for operationIds, each of which one invitation alone has had.
func TestFind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var quick, slow store
		slow.moved = true
		for range 40 {
			href := rapid.SampledFrom([]string{"", "/i/a", "/I/A?x", "/%69/b", "/i/b"}).Draw(t, "href")
			operation := rapid.SampledFrom([]string{"", "o", "p"}).Draw(t, "operation")
			if href == "" && operation == "" {
				continue
			}
			n, changed := quick.find(href, operation)
			if m, other := slow.find(href, operation); n != m || changed != other {
				t.Fatalf("%q and %q are of invitation %d, changed %t; without the short cut of %d, %t", href, operation, n, changed, m, other)
			}
		}
	})
}

// TestChains writes to chains in turns, drops some, and reads all.
func TestChains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b blocks
		var chains [5]chain
		var want [5][]string
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				n, size := rapid.IntRange(0, 4).Draw(t, "chain"), rapid.IntRange(0, 200).Draw(t, "size")
				record := strings.Repeat(fmt.Sprint(len(want[n])), size)
				b.add(&chains[n], []byte(record))
				want[n] = append(want[n], record)
			},
			"drop": func(t *rapid.T) {
				n := rapid.IntRange(0, 4).Draw(t, "chain")
				b.drop(&chains[n])
				want[n] = nil
			},
			"": func(t *rapid.T) {
				for n := range chains {
					got := []string{}
					for record := range b.records(chains[n]) {
						got = append(got, string(record))
					}
					if strings.Join(got, "|") != strings.Join(want[n], "|") || len(got) != len(want[n]) {
						t.Fatalf("chain %d has %q, want %q", n, got, want[n])
					}
				}
			},
		})
	})
}

// TestIndex puts entries in and removes them, with so few hashes that many are equal.
func TestIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var x index
		hashes := map[int32]uint32{} // by invitation
		last := int32(0)
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				for range rapid.IntRange(1, 20).Draw(t, "entries") {
					hash := uint32(rapid.IntRange(0, 40).Draw(t, "hash")) * 106_000_000 // the last is near the end
					x.put(x.find(hash, func(int32) bool { return false }), hash, last)
					hashes[last] = hash
					last++
				}
			},
			"remove": func(t *rapid.T) {
				if last > 0 {
					n := rapid.Int32Range(0, last-1).Draw(t, "invitation")
					x.remove(hashes[n], n) // of one that is removed nothing more goes
					delete(hashes, n)
				}
			},
			"": func(t *rapid.T) {
				for n := range last {
					hash, in := hashes[n]
					if e := x.find(hash, func(k int32) bool { return k == n }); in != (e.invitation == n+1) {
						t.Fatalf("entry %d is %v, put %v", n, *e, in)
					}
				}
				if x.count != len(hashes) {
					t.Fatalf("%d entries, want %d", x.count, len(hashes))
				}
			},
		})
	})
}
