package recording

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// gzipMagic begins every gzip file: RFC 1952.
const gzipMagic = "\x1f\x8b"

// Unpack returns the text of a recording: the input itself, or its unpacked text if it is gzip. The texts of several
// gzip members in sequence are joined. If the gzip header is incomplete or damaged, the error is a *[FormError]; any
// other error is from reading the input.
func Unpack(in io.Reader) (io.Reader, error) {
	buffered := bufio.NewReaderSize(in, beginning)
	magic, err := buffered.Peek(len(gzipMagic))
	if len(magic) == 0 && err != nil && err != io.EOF {
		return nil, err
	}
	if string(magic) != gzipMagic {
		return buffered, nil
	}
	z, err := gzip.NewReader(buffered)
	switch {
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return nil, &FormError{Is: fmt.Sprintf("begins like gzip, but has no whole header: %v", err)}
	case err != nil:
		return nil, err
	}
	z.Multistream(false)
	return &unpacker{z, buffered}, nil
}

// Packed reports whether in begins with the two bytes of gzip. It consumes these two bytes, so a caller that reads on
// must seek back.
func Packed(in io.Reader) bool {
	var magic [len(gzipMagic)]byte
	_, err := io.ReadFull(in, magic[:])
	return err == nil && string(magic[:]) == gzipMagic
}

// unpacker reads gzip members. Package gzip reads several as well, but takes a few bytes behind the last one for a
// member that is cut short.
type unpacker struct {
	member *gzip.Reader
	in     *bufio.Reader
}

var errCut = errors.New("the gzip data are cut short")

func (u *unpacker) Read(p []byte) (int, error) {
	n, err := u.member.Read(p)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = errCut
	case err == io.EOF:
		err = u.next()
	case err != nil && !errors.Is(err, io.EOF):
		if errors.Is(err, gzip.ErrChecksum) {
			err = fmt.Errorf("the gzip data are damaged: %w", err)
		}
	}
	return n, err
}

// next goes on with the next member.
func (u *unpacker) next() error {
	behind, err := u.in.Peek(len(gzipMagic))
	switch {
	case len(behind) == 0:
		return err // the end, or an error of the input
	case string(behind) != gzipMagic:
		return errors.New("bytes behind the gzip data that are not gzip; everything before them is read")
	}
	switch err := u.member.Reset(u.in); {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errCut
	case err != nil:
		return fmt.Errorf("behind the gzip data something begins like gzip: %w", err)
	}
	u.member.Multistream(false)
	return nil
}
