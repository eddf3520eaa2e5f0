// Package trial runs servers and replicas of a fleet as processes, and posts the documents of many invitations to them.
// The tests and the example share it. Each process is the calling program itself, started again in a role.
package trial

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/fleet"
	"github.com/avinvite/avinvite/transitions"
)

// variable is the environment variable that has the role of a process, as JSON of a Role.
const variable = "FLEET_TRIAL_ROLE"

// Role is the role of a process: exactly one of its fields is set.
type Role struct {
	Server  *Server
	Replica *Replica
}

// Server is a NATS server with JetStream.
type Server struct {
	Name      string
	Dir       string   // of its data
	Client    int      // port for replicas
	Cluster   int      // port for other servers; 0 for a single server
	Routes    []string // to the other servers
	FileLimit uint64   // in bytes; a file cannot grow beyond it, as if the disk were full; 0 for none
}

// Replica is a program that takes the documents of webhooks under /events.
type Replica struct {
	URL     string        // of the servers; "" for a single machine, which keeps the invitations in its memory
	Listen  int           // port
	Copies  int           // of each invitation; 3 by default
	Lease   time.Duration // of a claim
	Timeout time.Duration // of a request
}

// Main runs the role of this process, and does not return if it has one. Call it first in main.
func Main() {
	text := os.Getenv(variable)
	if text == "" {
		return
	}
	var r Role
	err := json.Unmarshal([]byte(text), &r)
	go func() { // the process that has started this one is gone
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	if err == nil && r.Server != nil {
		err = r.Server.run()
	} else if err == nil {
		err = r.Replica.run()
	}
	if err != nil {
		log.Fatal(err)
	}
	os.Exit(0)
}

func (s *Server) run() error {
	if s.FileLimit > 0 {
		signal.Ignore(syscall.SIGXFSZ) // the write fails instead
		limit := syscall.Rlimit{Cur: s.FileLimit, Max: s.FileLimit}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			return err
		}
	}
	o := &server.Options{
		ServerName: s.Name, StoreDir: s.Dir, JetStream: true, SyncAlways: true, NoSigs: true, Host: "127.0.0.1", Port: s.Client,
	}
	if s.Cluster != 0 {
		o.Cluster = server.ClusterOpts{
			Name: "fleet", Host: "127.0.0.1", Port: s.Cluster, Advertise: "127.0.0.1:9", // the routes alone connect servers
		}
	}
	for _, route := range s.Routes {
		o.Routes = append(o.Routes, &url.URL{Scheme: "nats-route", Host: route})
	}
	n, err := server.NewServer(o)
	if err != nil {
		return err
	}
	n.Start()
	if !n.ReadyForConnections(20 * time.Second) {
		return errors.New("the server does not start")
	}
	fmt.Println("ready")
	ends := make(chan os.Signal, 1)
	signal.Notify(ends, syscall.SIGTERM)
	<-ends
	n.Shutdown()
	n.WaitForShutdown()
	return nil
}

func (r *Replica) run() error {
	var routes http.ServeMux
	var webhook *client.Webhook
	var err error
	if r.URL == "" {
		calls := client.Calls{Max: 1 << 20}
		webhook, err = client.NewWebhook(client.Unverified, func(r *http.Request, d *eventchannel.Document) error {
			_, err := calls.Add(r.Context(), d)
			return err
		})
	} else {
		var f *fleet.Fleet
		if f, err = fleet.Open(context.Background(), r.URL, fleet.Config{Replicas: cmp.Or(r.Copies, 3), Lease: r.Lease}); err != nil {
			return err
		}
		defer f.Close()
		webhook, err = f.Webhook(client.Unverified)
		routes.HandleFunc("GET /load", func(w http.ResponseWriter, r *http.Request) { load(w, r, f) })
		routes.HandleFunc("POST /accept", func(w http.ResponseWriter, r *http.Request) { accept(w, r, f) })
	}
	if err != nil {
		return err
	}
	webhook.Timeout = r.Timeout
	routes.Handle("POST /events", webhook)
	listener, err := net.Listen("tcp", local(r.Listen))
	if err != nil {
		return err
	}
	s := http.Server{Handler: &routes}
	go func() { _ = s.Serve(listener) }()
	fmt.Println("http://" + listener.Addr().String())
	ends := make(chan os.Signal, 1)
	signal.Notify(ends, syscall.SIGTERM)
	<-ends
	return s.Close()
}

// load answers with the numbers of the documents that the history of an invitation has.
func load(w http.ResponseWriter, r *http.Request, f *fleet.Fleet) {
	ctx, cancel := context.WithTimeout(r.Context(), 20*time.Second)
	defer cancel()
	h, err := f.Load(ctx, r.FormValue("key"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	numbers := []uint32{}
	for e := range h.Entries() {
		numbers = append(numbers, e.Number)
	}
	_ = json.NewEncoder(w).Encode(numbers)
}

// accept accepts an invitation by a POST to the URL in the parameter to.
func accept(w http.ResponseWriter, r *http.Request, f *fleet.Fleet) {
	ctx, cancel := context.WithTimeout(r.Context(), 60*time.Second)
	defer cancel()
	err := f.Do(ctx, r.FormValue("key"), transitions.OperationAccept, func(ctx context.Context) error {
		return post(ctx, r.FormValue("to"), nil)
	})
	switch {
	case errors.Is(err, fleet.ErrClaimed), errors.Is(err, fleet.ErrDone), errors.Is(err, fleet.ErrLate):
		http.Error(w, err.Error(), http.StatusConflict)
	case err != nil:
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	}
}

// Process is a running process.
type Process struct {
	Address string // of a replica, as a URL
	cmd     *exec.Cmd
	stdin   io.Closer
}

// Start starts a process, and returns when it is ready.
func Start(ctx context.Context, r Role) (*Process, error) {
	role, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &Process{cmd: exec.Command(self)}
	p.cmd.Env = append(os.Environ(), variable+"="+string(role))
	p.cmd.Stderr = os.Stderr
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = p.cmd.Process.Kill() })
	defer stop()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		p.Kill()
		return nil, fmt.Errorf("a process did not get ready: %w", errors.Join(err, context.Cause(ctx)))
	}
	p.Address = line[:len(line)-1]
	return p, nil
}

// Signal sends a signal, such as SIGSTOP.
func (p *Process) Signal(s os.Signal) error { return p.cmd.Process.Signal(s) }

// Kill ends the process by SIGKILL, and returns what it has used.
func (p *Process) Kill() Usage { return p.end(syscall.SIGKILL) }

// Stop ends the process by SIGTERM, and returns what it has used.
func (p *Process) Stop() Usage { return p.end(syscall.SIGTERM) }

func (p *Process) end(s os.Signal) Usage {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Signal(s)
		_ = p.cmd.Wait() // fails after a signal
		_ = p.stdin.Close()
	}
	u := Usage{CPU: p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()}
	if r, ok := p.cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.Memory = r.Maxrss << 10
	}
	return u
}

// Usage is what a process has used.
type Usage struct {
	CPU    time.Duration
	Memory int64 // in bytes, at its peak
}

// Add returns the CPU of both, and the greater memory.
func (u Usage) Add(v Usage) Usage { return Usage{u.CPU + v.CPU, max(u.Memory, v.Memory)} }

// Until polls until a condition holds, or ctx ends.
func Until(ctx context.Context, done func() bool) error {
	for !done() {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}
