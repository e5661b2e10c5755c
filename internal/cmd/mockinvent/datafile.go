package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"sync"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// dataFile serves the mock with the data of a file, which it reads again when it changes.
type dataFile struct {
	path   string
	server *mockinvent.Server
	logger *log.Logger

	mu   sync.Mutex
	seen fileState
}

// fileState tells two versions of a file apart. Its zero value is a file that cannot be read.
type fileState struct {
	modified, size int64
}

func newDataFile(path string, logger *log.Logger) (*dataFile, error) {
	seen := stateOf(path)
	data, err := readData(path)
	if err != nil {
		return nil, err
	}
	return &dataFile{path: path, server: mockinvent.New(data), logger: logger, seen: seen}, nil
}

// ServeHTTP answers one request from what the file has now.
func (f *dataFile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.refresh()
	f.server.ServeHTTP(w, r)
}

// refresh reads the file if it changed. One that is wrong is reported once, because its state counts as seen.
func (f *dataFile) refresh() {
	f.mu.Lock()
	defer f.mu.Unlock()
	// The state is taken before the file is read: a change in between is another state at the next request.
	state := stateOf(f.path)
	if state == f.seen {
		return
	}
	f.seen = state
	data, err := readData(f.path)
	if err != nil {
		f.logger.Printf("%v; the data from before is served on", err)
		return
	}
	f.server.SetData(data)
}

func stateOf(path string) fileState {
	info, err := os.Stat(path)
	if err != nil {
		return fileState{}
	}
	return fileState{modified: info.ModTime().UnixNano(), size: info.Size()}
}

func readData(path string) (mockinvent.Data, error) {
	document, err := os.ReadFile(path)
	if err != nil {
		return mockinvent.Data{}, fmt.Errorf("read the data file: %w", err)
	}
	data, err := mockinvent.ParseData(document)
	if err != nil {
		return mockinvent.Data{}, fmt.Errorf("data file %s: %w", path, err)
	}
	return data, nil
}
