package trial

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// Cluster is three servers. Each connection between two of them goes through a proxy, which can be cut.
type Cluster struct {
	Servers []*Process // nil after Kill
	Roles   []Server
	routes  [3][3]*Proxy
	used    []Usage // of servers that were killed
}

// NewCluster starts a cluster with its data in dir.
func NewCluster(ctx context.Context, dir string) (c *Cluster, err error) {
	c = &Cluster{Servers: make([]*Process, 3), used: make([]Usage, 3)}
	defer func() {
		if err != nil {
			c.Close()
		}
	}()
	ports, err := FreePorts(6)
	if err != nil {
		return c, err
	}
	for n := range 3 {
		role := Server{Name: "server-" + strconv.Itoa(n+1), Dir: filepath.Join(dir, strconv.Itoa(n+1)), Client: ports[n], Cluster: ports[3+n]}
		for m := range 3 {
			if m != n {
				if c.routes[n][m], err = NewProxy(local(ports[3+m])); err != nil {
					return c, err
				}
				role.Routes = append(role.Routes, c.routes[n][m].Address)
			}
		}
		c.Roles = append(c.Roles, role)
	}
	var starts sync.WaitGroup
	faults := make([]error, 3)
	for n := range 3 {
		starts.Go(func() { faults[n] = c.Start(ctx, n) })
	}
	starts.Wait()
	return c, errors.Join(faults...)
}

// URL returns the URL of all servers.
func (c *Cluster) URL() string {
	var urls []string
	for _, r := range c.Roles {
		urls = append(urls, "nats://"+local(r.Client))
	}
	return strings.Join(urls, ",")
}

// Start starts a server that is not running.
func (c *Cluster) Start(ctx context.Context, n int) (err error) {
	c.Servers[n], err = Start(ctx, Role{Server: &c.Roles[n]})
	return err
}

// Kill kills a server.
func (c *Cluster) Kill(n int) {
	if c.Servers[n] != nil {
		c.used[n] = c.used[n].Add(c.Servers[n].Kill())
		c.Servers[n] = nil
	}
}

// LimitFiles limits the size of each file of each server from its next start on, 0 for no limit.
func (c *Cluster) LimitFiles(bytes uint64) {
	for n := range c.Roles {
		c.Roles[n].FileLimit = bytes
	}
}

// Cut cuts a server off from the two others, or connects it again. Packets vanish; no connection is closed before Cut
// connects it again.
func (c *Cluster) Cut(n int, cut bool) {
	for m := range 3 {
		if m != n {
			c.routes[n][m].Cut(cut)
			c.routes[m][n].Cut(cut)
		}
	}
}

// Disk returns the size of the data of one server in bytes.
func (c *Cluster) Disk() (size int64) {
	_ = filepath.WalkDir(c.Roles[0].Dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if info, err := e.Info(); err == nil { // it may have been removed by now
			size += info.Size()
		}
		return nil
	})
	return size
}

// Close ends everything, and returns what each server has used.
func (c *Cluster) Close() []Usage {
	for n := range c.Servers {
		c.Kill(n)
	}
	for _, from := range c.routes {
		for _, p := range from {
			if p != nil {
				p.Close()
			}
		}
	}
	return c.used
}

func local(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// FreePorts returns ports of the loopback interface that nobody listens on.
func FreePorts(count int) (ports []int, err error) {
	for range count {
		l, err := net.Listen("tcp", local(0))
		if err != nil {
			return nil, err
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

// Direction is the direction of bytes through a proxy.
type Direction int

// The directions.
const (
	There Direction = iota // from the client to the target
	Back
)

// Proxy forwards connections to a target, in both directions, and can hold them.
type Proxy struct {
	Address string
	target  string
	listen  net.Listener

	mu    sync.Mutex
	moves *sync.Cond
	cut   bool
	held  [2]bool
	waits int               // connections whose bytes are held
	mark  []byte            // holds what comes back, once it has gone there
	conns map[net.Conn]bool // nil once the proxy is closed
}

// NewProxy starts a proxy.
func NewProxy(target string) (*Proxy, error) {
	l, err := net.Listen("tcp", local(0))
	if err != nil {
		return nil, err
	}
	p := &Proxy{Address: l.Addr().String(), target: target, listen: l, conns: map[net.Conn]bool{}}
	p.moves = sync.NewCond(&p.mu)
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			go p.connect(from)
		}
	}()
	return p, nil
}

func (p *Proxy) connect(from net.Conn) {
	defer from.Close()
	if !p.keep(from) || !p.pass(There, nil) {
		return
	}
	to, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer to.Close()
	if !p.keep(to) {
		return
	}
	go p.forward(from, to, Back)
	p.forward(to, from, There)
}

// forward copies until one side closes.
func (p *Proxy) forward(to, from net.Conn, d Direction) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if !p.pass(d, buffer[:n]) {
			return
		}
		if _, failed := to.Write(buffer[:n]); err != nil || failed != nil {
			return
		}
	}
}

// keep notes a connection, which Cut and Close close. It reports whether the proxy is open.
func (p *Proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conns == nil {
		_ = c.Close()
		return false
	}
	p.conns[c] = true
	return true
}

// pass waits while bytes are held, and reports whether they go on.
func (p *Proxy) pass(d Direction, b []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if d == There && p.mark != nil && bytes.Contains(b, p.mark) {
		p.mark, p.held[Back] = nil, true
		p.moves.Broadcast()
	}
	lost := false
	for p.conns != nil && (p.cut || p.held[d] && len(b) > 0) {
		lost = lost || p.cut
		p.waits++
		p.moves.Wait()
		p.waits--
	}
	return p.conns != nil && !lost
}

// Cut lets everything vanish from now on, or closes the connections of that time so that new ones are made.
func (p *Proxy) Cut(cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut = cut; !cut {
		for c := range p.conns {
			_ = c.Close()
		}
		clear(p.conns)
	}
	p.moves.Broadcast()
}

// Hold holds what goes in a direction, or lets it go on.
func (p *Proxy) Hold(d Direction, held bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held[d] = held
	p.moves.Broadcast()
}

// HoldBehind holds what comes back once bytes with the mark have gone there.
func (p *Proxy) HoldBehind(mark string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mark = []byte(mark)
}

// Waits reports whether bytes are held.
func (p *Proxy) Waits() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.waits > 0
}

// Held reports whether what goes in a direction is held.
func (p *Proxy) Held(d Direction) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.held[d]
}

// Close ends the proxy and its connections.
func (p *Proxy) Close() {
	_ = p.listen.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
	p.moves.Broadcast()
}
