package main

import (
	"runtime/debug"
	"testing"
)

func TestDescribe(t *testing.T) {
	info := &debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: "v1.2.3"}}
	if got, want := describe(info), "avinvite v1.2.3\ngo1.26.8\n"; got != want {
		t.Errorf("describe of a module = %q, want %q", got, want)
	}
	info.Settings = []debug.BuildSetting{
		{Key: "vcs.revision", Value: "0123abc"}, {Key: "vcs.time", Value: "2026-11-30T15:00:00Z"}, {Key: "vcs.modified", Value: "true"},
	}
	want := "avinvite v1.2.3\nrevision 0123abc of 2026-11-30T15:00:00Z, modified\ngo1.26.8\n"
	if got := describe(info); got != want {
		t.Errorf("describe of a repository = %q, want %q", got, want)
	}
}
