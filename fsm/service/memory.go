package service

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
)

// InMemory serves a handler on connections in memory, and returns a client whose requests all go to the handler,
// whatever their host. Nothing waits for a network, so a test can run the handler and the client in a bubble of
// [testing/synctest], whose clock takes no real time. stop ends the connections, and waits for their goroutines; it must
// be called.
func InMemory(h http.Handler) (client *http.Client, stop func()) {
	l := &listener{connections: make(chan net.Conn), closed: make(chan struct{})}
	var serving sync.WaitGroup
	server := &http.Server{Handler: h, ConnState: func(_ net.Conn, is http.ConnState) {
		if is == http.StateNew {
			serving.Add(1)
		} else if is == http.StateClosed {
			serving.Done()
		}
	}}
	serving.Go(func() { _ = server.Serve(l) }) // it ends when stop closes the listener
	transport := &http.Transport{DialContext: l.dial, MaxIdleConnsPerHost: 100}
	return &http.Client{Transport: transport}, func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		serving.Wait()
	}
}

// listener is a net.Listener whose connections are pipes.
type listener struct {
	connections chan net.Conn
	once        sync.Once
	closed      chan struct{}
}

var errClosed = errors.New("service: the server in memory is stopped")

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.connections:
		return c, nil
	case <-l.closed:
		return nil, errClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "memory"} }

func (l *listener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.connections <- server:
		return client, nil
	case <-l.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
