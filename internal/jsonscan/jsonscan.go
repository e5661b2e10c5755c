// Package jsonscan walks a JSON document that is already known to be valid, in
// one pass and without building a tree. The API client picks the rows of a page
// with it, the decoder turns a document into a Terraform value.
package jsonscan

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Kind is the JSON type of a value.
type Kind byte

// The JSON types, each named by the byte that its values begin with. A number
// begins with a minus sign or a digit, a boolean with t or f; [Scanner.Kind]
// folds these.
const (
	Null   Kind = 'n'
	Bool   Kind = 't'
	Number Kind = '0'
	String Kind = '"'
	Array  Kind = '['
	Object Kind = '{'
)

// String returns the kind with its article, as an error message needs it.
func (k Kind) String() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "a boolean"
	case Number:
		return "a number"
	case String:
		return "a string"
	case Array:
		return "an array"
	case Object:
		return "an object"
	default:
		return "nothing"
	}
}

// Scanner is a position in a JSON document. Its methods read the value at that
// position, move past it, and panic or return nonsense if the document is not
// valid JSON: whoever makes a Scanner has checked that with [json.Valid].
type Scanner struct {
	document []byte
	at       int
}

// New returns a Scanner at the beginning of a valid JSON document.
func New(document []byte) Scanner {
	return Scanner{document: document}
}

// Kind tells the type of the next value and does not move.
func (s *Scanner) Kind() Kind {
	s.space()
	switch c := s.document[s.at]; c {
	case 'f':
		return Bool
	case '-', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return Number
	default:
		return Kind(c)
	}
}

// Enter moves into an object or array. [Scanner.More] goes through it:
//
//	for s.Enter(); s.More(); {
//		key := s.Key() // in an object
//		…              // read the value
//	}
func (s *Scanner) Enter() {
	s.space()
	s.at++
}

// More tells whether the object or array has another member, and moves behind
// its end if not.
func (s *Scanner) More() bool {
	s.space()
	switch s.document[s.at] {
	case ',':
		s.at++
		return true
	case '}', ']':
		s.at++
		return false
	default:
		return true
	}
}

// Key reads the name of an object's member. The bytes may be the document's own.
func (s *Scanner) Key() []byte {
	key := s.Raw()
	s.space()
	s.at++ // the colon
	if isEscaped(key) {
		return []byte(unescape(key))
	}
	return key[1 : len(key)-1]
}

// Text reads a string.
func (s *Scanner) Text() string {
	text := s.Raw()
	if isEscaped(text) {
		return unescape(text)
	}
	return string(text[1 : len(text)-1])
}

// True reads a boolean.
func (s *Scanner) True() bool {
	return s.Raw()[0] == 't'
}

// Raw reads any value and returns its bytes in the document.
func (s *Scanner) Raw() []byte {
	s.space()
	start := s.at
	switch s.document[s.at] {
	case '"':
		s.string()
	case '{', '[':
		s.nested()
	default:
		s.scalar()
	}
	return s.document[start:s.at:s.at]
}

// Since returns the document's bytes from an earlier position to this one. The
// earlier one is a copy of the Scanner, made right after [Scanner.Kind].
func (s *Scanner) Since(earlier Scanner) []byte {
	return s.document[earlier.at:s.at:s.at]
}

// nested counts brackets instead of recursing: the nesting is the server's choice.
func (s *Scanner) nested() {
	for depth := 0; ; {
		switch s.document[s.at] {
		case '"':
			s.string()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		s.at++
		if depth == 0 {
			return
		}
	}
}

// string looks for the quote that is not escaped. Most strings have no escape, and
// [bytes.IndexByte] is fast on long ones.
func (s *Scanner) string() {
	s.at++
	quote := s.at + bytes.IndexByte(s.document[s.at:], '"')
	for {
		escape := bytes.IndexByte(s.document[s.at:quote], '\\')
		if escape < 0 {
			s.at = quote + 1
			return
		}
		s.at += escape + len(`\"`)
		if s.at > quote { // it was that quote which is escaped
			quote = s.at + bytes.IndexByte(s.document[s.at:], '"')
		}
	}
}

func (s *Scanner) scalar() {
	for s.at < len(s.document) {
		switch s.document[s.at] {
		case ',', '}', ']', ' ', '\t', '\r', '\n':
			return
		}
		s.at++
	}
}

func (s *Scanner) space() {
	for s.at < len(s.document) {
		switch s.document[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

func isEscaped(quoted []byte) bool {
	return bytes.IndexByte(quoted, '\\') >= 0
}

// unescape leaves the work to the libraries: strconv is faster and knows most of
// JSON's escapes as Go's, encoding/json knows all of them.
func unescape(quoted []byte) string {
	text, err := strconv.Unquote(string(quoted))
	if err != nil {
		_ = json.Unmarshal(quoted, &text) // valid by the Scanner's contract
	}
	return text
}
