package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/fsm/service"
)

func newServe() *cobra.Command {
	command := &cobra.Command{
		Use:   "serve",
		Short: "Simulate the service, to test a client",
		Long: `
Simulate a Trusted Application endpoint, so that a client in any language can
be tested although the live service is gone: discovery, outgoing and incoming
calls, the event channel by long poll or by webhook, the operations on an
invitation, and GET of it. It listens on this machine alone unless --listen says
otherwise, and runs until an interrupt.

Without a script the other party of each call acts at random, as --seed
determines. A script is a JSON object; every member may be left out:

  {"seed": 1, "idle": "180s", "away": "10m", "aggregate": "0s",
   "callback": "http://localhost:9000/hook",
   "incoming": [
    {"after": "2s", "from": "tel:+14255550100", "subject": "Help", "steps": [
     {"event": "started(Connecting)"},
     {"after": "30s", "event": "completed(Failed, RemoteFailure/Canceled)"}]}],
   "outgoing": [
    {"to": "sip:busy@*", "steps": [
     {"event": "started(Connecting)"},
     {"after": "1s", "event": "completed(Failed, RemoteFailure/Busy)"}],
     "on": {"cancel": [{"event": "completed(Failed, LocalFailure/Canceled)"}]}}],
   "faults": [
    {"fault": "lose", "on": "start", "chance": 0.1, "skip": 1, "times": 3}]}

Steps are the events of a call; "after" is the time since the previous event.
After an operation, its events in "on" replace the remaining steps. Some faults
strike any request, or those that "on" names: refuse, close, lose, cut, delay,
proxy. Others strike documents or events: resync, resume, merge, duplicate,
reorder, token, direction. go doc of fsm/service describes all members.

Requests may call the service by localhost, by an IP address, by the name of
this machine, or by the name in --listen. Other names need --host, because a
foreign site can make its own name resolve to this machine.

Callbacks may lead to this machine, unless --listen lets in other machines, and
to each HOST of --callback-host.

The real service does not have these two resources: POST /simulation/incoming
makes a call to the application (its body is an element of "incoming"), and
GET /simulation returns the true state of all calls, to compare with the state
that the client knows.

The recording is a HAR of all requests and answers, for avinvite check. It is
whole once the command has ended. Its size has no limit: watch the disk if the
service runs for long.

If the environment variable AVINVITE_TOKEN is set, each request must have its
value as a bearer token.`,
		Example: `  avinvite serve
  avinvite serve --script busy.json --recording session.har
  avinvite serve --listen :8080 --callback-host app.contoso.example`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	var c service.Config
	flags := command.Flags()
	listen := flags.String("listen", "127.0.0.1:8080", "listen on `ADDRESS`; port 0 takes a free one")
	script := flags.String("script", "", "play the script in `FILE`")
	seed := flags.Uint64("seed", 0, "begin the random choices with `N`, whatever the script says")
	to := flags.String("recording", "", "write a HAR of all requests and answers to `FILE`")
	flags.StringArrayVar(&c.Callbacks, "callback-host", nil, "let callbacks lead to `HOST`; can be repeated")
	flags.StringArrayVar(&c.Hosts, "host", nil, "let requests call the service by the name `HOST` as well; can be repeated")
	command.RunE = func(*cobra.Command, []string) (err error) {
		if *script != "" {
			if c.Script, err = readScript(*script); err != nil {
				return err
			}
		}
		if flags.Changed("seed") {
			c.Script.Seed = *seed
		}
		c.Token = os.Getenv("AVINVITE_TOKEN")
		listener, err := net.Listen("tcp", *listen)
		if err != nil {
			return err
		}
		if *to != "" {
			file, err := os.Create(*to)
			if err != nil {
				listener.Close()
				return err
			}
			out := bufio.NewWriter(file)
			c.Recording = out
			defer func() { err = errors.Join(err, out.Flush(), file.Close()) }()
		}
		own(&c, *listen, listener.Addr())
		ctx, stop := interrupts()
		defer stop()
		if err = serve(ctx, command, listener, c); err != nil && *script != "" {
			return fmt.Errorf("%s: %w", *script, err)
		}
		return err
	}
	return command
}

// own says by which names a listener is called, and whether other machines reach it.
func own(c *service.Config, listen string, address net.Addr) {
	tcp, is := address.(*net.TCPAddr)
	c.Remote = !is || !tcp.IP.IsLoopback()
	host, _, _ := net.SplitHostPort(listen) // net.Listen has taken it
	c.Hosts = append(c.Hosts, host)
	if name, err := os.Hostname(); err == nil {
		c.Hosts = append(c.Hosts, name)
	}
}

func readScript(name string) (service.Script, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return service.Script{}, err
	}
	script, err := service.ParseScript(text)
	if err != nil {
		return script, fmt.Errorf("%s: %w", name, err)
	}
	return script, nil
}

// serve serves until the context is done.
func serve(ctx context.Context, command *cobra.Command, listener net.Listener, c service.Config) error {
	s, err := service.New(c)
	if err != nil {
		listener.Close()
		return err
	}
	address := "http://" + listener.Addr().String()
	_, err = fmt.Fprintf(command.OutOrStdout(), `avinvite serve listens on %[1]s

  app=%[1]s%[2]s
  curl %[1]s/platformservice/discover      the way to the application
  curl --json '{"to": "sip:amanda@contoso.example"}' "$app/communication/audioVideoInvitations"
  curl "$app/events?ack=1"                            the events; then follow the link next
  curl -X POST %[1]s/simulation/incoming   let somebody call the application
  curl %[1]s/simulation                    the truth about all calls
`, address, service.ApplicationPath(service.DefaultEndpoint))
	if err != nil {
		listener.Close()
		return errors.Join(err, s.Close())
	}
	const patience = 10 * time.Second
	server := &http.Server{Handler: s, ReadHeaderTimeout: patience, IdleTimeout: 5 * time.Minute, MaxHeaderBytes: 64 << 10}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err = <-ended:
		return errors.Join(err, s.Close())
	case <-ctx.Done():
	}
	err = s.Close() // answers the polls that wait
	closing, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if server.Shutdown(closing) != nil {
		server.Close()
	}
	return err
}
