package fleet

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// user is the only user of embedded servers.
const user = "fleet"

// embed starts servers in this process: one without a port, or a cluster on the loopback interface that takes nobody who
// does not know its password.
func embed(scheme, dir string, count int) (servers []*server.Server, password string, err error) {
	if dir == "" || scheme != "embed" && scheme != "embed3" {
		return nil, "", fmt.Errorf("fleet: %.50q, want embed:DIR, embed3:DIR or a nats:// URL", scheme+":"+dir)
	}
	ports, err := freePorts(count)
	if err != nil {
		return nil, "", fmt.Errorf("fleet: embedded servers: %w", err)
	}
	password = rand.Text()
	for n := range count {
		o := &server.Options{
			ServerName: "fleet-" + strconv.Itoa(n+1), StoreDir: dir, JetStream: true, SyncAlways: true, NoSigs: true,
			Username: user, Password: password, DontListen: true,
		}
		if count > 1 {
			o.StoreDir = filepath.Join(dir, strconv.Itoa(n+1))
			o.DontListen, o.Host, o.Port = false, "127.0.0.1", server.RANDOM_PORT // routes wait for the listener
			o.Cluster = server.ClusterOpts{Name: "fleet", Host: "127.0.0.1", Port: ports[n], Username: user, Password: password}
			for _, port := range ports {
				if port != ports[n] {
					o.Routes = append(o.Routes, &url.URL{Scheme: "nats-route", User: url.UserPassword(user, password), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port))})
				}
			}
		}
		var s *server.Server
		if err = os.MkdirAll(o.StoreDir, 0o700); err == nil {
			s, err = server.NewServer(o)
		}
		if err != nil {
			shutdown(servers)
			return nil, "", fmt.Errorf("fleet: embedded servers: %w", err)
		}
		servers = append(servers, s)
		s.Start()
	}
	for _, s := range servers {
		if !s.ReadyForConnections(10 * time.Second) {
			shutdown(servers)
			return nil, "", fmt.Errorf("fleet: the embedded server %s did not start within 10 s on %s", s.Name(), dir)
		}
	}
	return servers, password, nil
}

// shutdown ends servers, and returns when they have ended.
func shutdown(servers []*server.Server) {
	for _, s := range servers {
		s.Shutdown()
	}
	for _, s := range servers {
		s.WaitForShutdown()
	}
}

// freePorts returns ports of the loopback interface that nobody listens on.
func freePorts(count int) (ports []int, err error) {
	for range count {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
