package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"time"
)

// row is one line of a table: a name and a sample for each column, nil where it has none.
type row struct {
	name    string
	samples []sample
}

// settings say how long to measure.
type settings struct {
	rounds int           // the median is of so many
	sample time.Duration // each sample takes at least so long
	runs   int           // of a process
	large  int           // bytes of a recording that processes read
}

// measure takes the samples of all rows in interleaved rounds, so that other work of the computer disturbs all alike. It
// returns for each row and column the median time of one operation in nanoseconds, and the median of its ratio to the
// first row that has the column.
func (set settings) measure(rows []row) (times, ratios [][]float64, err error) {
	times, ratios = make([][]float64, len(rows)), make([][]float64, len(rows))
	for n := range rows {
		times[n], ratios[n] = make([]float64, len(rows[n].samples)), make([]float64, len(rows[n].samples))
	}
	for column := range rows[0].samples {
		var in []int // the rows that have the column
		sizes, seen, relative := map[int]int{}, map[int][]float64{}, map[int][]float64{}
		for n, r := range rows {
			if r.samples[column] != nil {
				in = append(in, n)
				if sizes[n], err = set.size(r.samples[column]); err != nil {
					return nil, nil, fmt.Errorf("%s: %w", r.name, err)
				}
			}
		}
		for range set.rounds {
			now := map[int]float64{}
			for _, k := range rand.Perm(len(in)) {
				n := in[k]
				done, took := rows[n].samples[column](sizes[n])
				if done != sizes[n] {
					return nil, nil, fmt.Errorf("%s: %d of %d came out right", rows[n].name, done, sizes[n])
				}
				now[n] = float64(took.Nanoseconds()) / float64(sizes[n])
			}
			for n, ns := range now {
				seen[n] = append(seen[n], ns)
				relative[n] = append(relative[n], ns/now[in[0]])
			}
		}
		for _, n := range in {
			times[n][column], ratios[n][column] = median(seen[n]), median(relative[n])
		}
	}
	return times, ratios, nil
}

// size returns how many operations a sample needs to take long enough. The shortest of three takes decides, so that an
// interruption does not pass for work: few operations would then share the cost of setting up the sample.
func (set settings) size(s sample) (int, error) {
	for n := 1; ; n *= 2 {
		shortest := time.Duration(math.MaxInt64)
		for range 3 {
			done, took := s(n)
			if done != n {
				return 0, fmt.Errorf("%d of %d came out right", done, n)
			}
			shortest = min(shortest, took)
		}
		if shortest >= set.sample/2 {
			return 2 * n, nil
		}
	}
}

func median(list []float64) float64 {
	slices.Sort(list)
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

// onAllCores returns a sample of which every core takes a part at the same time. Its time is that of the slowest core.
func onAllCores(one sample) sample {
	return func(n int) (done int, took time.Duration) {
		cores := runtime.GOMAXPROCS(0)
		dones := make([]int, cores)
		var wg sync.WaitGroup
		start := time.Now()
		for core := range cores {
			part := n / cores
			if core < n%cores {
				part++
			}
			wg.Go(func() { dones[core], _ = one(part) })
		}
		wg.Wait()
		took = time.Since(start)
		for _, d := range dones {
			done += d
		}
		return done, took
	}
}

// memory returns the allocations and the allocated bytes of one operation of a sample, as the mean of n operations.
func memory(s sample, n int) (allocations, bytes float64) {
	s(n)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s(n)
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / float64(n), float64(after.TotalAlloc-before.TotalAlloc) / float64(n)
}

// allocations returns the allocations of one operation of a sample. The set-up of the sample is spread over so many
// operations that it does not show.
func allocations(s sample) float64 {
	count, _ := memory(s, 10_000)
	return count
}
