module github.com/avinvite/avinvite/fsm/client/callbacktoken

go 1.26

replace github.com/avinvite/avinvite => ../../..

require (
	github.com/avinvite/avinvite v0.0.0-00010101000000-000000000000
	github.com/coreos/go-oidc/v3 v3.21.0
	github.com/go-jose/go-jose/v4 v4.1.4
	go.uber.org/goleak v1.3.0
)

require (
	github.com/go-json-experiment/json v1.27.2 // indirect
	golang.org/x/oauth2 v0.36.0 // indirect
)
