// Command example runs a fleet: three servers and three replicas as processes of this machine. It posts the documents of
// many invitations to them, kills a server in the middle, compares the verdicts of the fleet with those of one machine, and
// prints a table of figures. The first row is one program that keeps the invitations in its memory.
//
//	go run ./example
//	go run ./example -invitations 20000 -replicas 1,2,4,8
//	go run ./example -url nats://a:4222,nats://b:4222,nats://c:4222
//
// With -url it uses the servers of a cluster that is running, and kills none.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/fleet"
	"github.com/avinvite/avinvite/fsm/fleet/internal/trial"
)

func main() {
	trial.Main()
	log.SetFlags(0)
	invitations := flag.Int("invitations", 1000, "how many invitations the documents are about")
	counts := flag.String("replicas", "3", "how many replicas run; each of several numbers gives a row")
	url := flag.String("url", "", "use the cluster at this URL, instead of three servers on this machine")
	workers := flag.Int("workers", 16, "how many documents are posted at a time")
	kill := flag.Bool("kill", true, "kill a server in the middle")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *invitations, *counts, *url, *workers, *kill); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, invitations int, counts, url string, workers int, kill bool) error {
	storm, err := trial.Storm(invitations, 1)
	if err != nil {
		return err
	}
	one, err := storm.Judge()
	if err != nil {
		return err
	}
	var want conformance.Summary
	for v := range one.Verdicts() {
		want.Add("", v)
	}
	fmt.Printf("%d deliveries about %d invitations, each document at least twice and out of order\n\n", len(storm), invitations)
	fmt.Println("          deliveries/s   p50 ms   p99 ms   CPU µs a delivery    memory MB         disk bytes")
	fmt.Println("                                           replicas  servers  replica  server  an invitation")
	if err := measure(ctx, storm, invitations, 0, "", workers, false, nil); err != nil {
		return err
	}
	for count := range strings.SplitSeq(counts, ",") {
		n, err := strconv.Atoi(count)
		if err != nil || n < 1 {
			return fmt.Errorf("-replicas %q, want numbers such as 1,2,4", counts)
		}
		if err := measure(ctx, storm, invitations, n, url, workers, kill, &want); err != nil {
			return err
		}
	}
	return nil
}

// measure posts the storm to so many replicas, 0 for the single machine, and prints a row.
func measure(
	ctx context.Context, storm trial.Deliveries, invitations, count int, url string, workers int, kill bool, want *conformance.Summary,
) (err error) {
	var cluster *trial.Cluster
	name := "one machine"
	if count > 0 {
		name = fmt.Sprint(count, " replicas")
		if url == "" {
			dir, err := os.MkdirTemp("", "fleet")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			if cluster, err = trial.NewCluster(ctx, dir); err != nil {
				return err
			}
			defer cluster.Close()
			url = cluster.URL()
		}
	}
	var replicas []*trial.Process
	var addresses []string
	defer func() {
		for _, p := range replicas {
			p.Kill()
		}
	}()
	for range max(1, count) {
		p, err := trial.Start(ctx, trial.Role{Replica: &trial.Replica{URL: url}})
		if err != nil {
			return err
		}
		replicas, addresses = append(replicas, p), append(addresses, p.Address)
	}

	began := time.Now()
	killed := make(chan error, 1)
	var progress atomic.Int64
	posting, posted := context.WithCancel(ctx)
	defer posted()
	go func() {
		var err error
		if kill && cluster != nil {
			if err = trial.Until(posting, func() bool { return int(progress.Load()) > len(storm)/3 }); err == nil {
				cluster.Kill(0)
				err = trial.Until(posting, func() bool { return int(progress.Load()) > len(storm)*2/3 })
				err = errors.Join(err, cluster.Start(ctx, 0))
			}
		}
		killed <- err
	}()
	latencies, err := storm.Post(ctx, workers, &progress, addresses...)
	took := time.Since(began)
	if err != nil {
		return err
	}
	if err := <-killed; err != nil {
		return err
	}

	agrees, disk := "", int64(0)
	if count > 0 {
		if agrees, err = judge(ctx, url, want); err != nil {
			return err
		}
	}
	var used, servers trial.Usage
	for _, p := range replicas {
		used = used.Add(p.Stop())
	}
	if cluster != nil {
		disk = cluster.Disk() / int64(invitations)
		for _, u := range cluster.Close() {
			servers = servers.Add(u)
		}
	}
	each := func(d time.Duration) int64 { return d.Microseconds() / int64(len(latencies)) }
	milliseconds := func(percent int) float64 { return trial.Percentile(latencies, percent).Seconds() * 1000 }
	fmt.Printf("%-12s %9.0f %8.1f %8.1f %10d %8d %8d %7d %14d   %s\n", name, float64(len(latencies))/took.Seconds(), milliseconds(50),
		milliseconds(99), each(used.CPU), each(servers.CPU), used.Memory>>20, servers.Memory>>20, disk, agrees)
	return nil
}

// judge compares the summary of the fleet's verdicts with that of one machine.
func judge(ctx context.Context, url string, want *conformance.Summary) (string, error) {
	f, err := fleet.Open(ctx, url, fleet.Config{})
	if err != nil {
		return "", err
	}
	defer f.Close()
	var got conformance.Summary
	for v, err := range f.Verdicts(ctx) {
		if err != nil {
			return "", err
		}
		got.Add("", v)
	}
	one := *want
	got.Slowest, got.Pending, one.Slowest, one.Pending = nil, nil, nil, nil // times differ
	if g, w := fmt.Sprint(got), fmt.Sprint(one); g != w {
		return "", fmt.Errorf("the verdicts of the fleet are\n%s\nwant those of one machine,\n%s", g, w)
	}
	return fmt.Sprintf("%d verdicts as on one machine", got.Invitations), nil
}
