package provider

import (
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Each rule is used by an attribute's validator, and where an environment variable takes the attribute's place. Its error
// completes the sentence "… cannot be used: …", and quotes nothing that can be a secret.

// parseKey wants visible ASCII characters, because a header carries the key: servers trim or refuse others.
func parseKey(text string) (string, error) {
	characters := []rune(text)
	for i, character := range characters {
		if character <= ' ' || character > '~' {
			return "", fmt.Errorf("its character %d of %d is %s; a key consists of visible ASCII characters", i+1, len(characters), characterKind(character))
		}
	}
	return text, nil
}

func characterKind(character rune) string {
	switch {
	case character == '\n', character == '\r':
		return "a line break"
	case character == '\uFEFF':
		return "a byte order mark"
	case character == '\u00A0', character == '\u2007', character == '\u202F':
		return "a no-break space"
	case unicode.IsSpace(character):
		return "white space"
	case character >= '\u200B' && character <= '\u200D', character == '\u2060':
		return "a zero-width space or joiner"
	case unicode.In(character, unicode.Quotation_Mark):
		return "a typographic quotation mark, as editors type it"
	case unicode.IsControl(character):
		return "a control character"
	default:
		return "not ASCII"
	}
}

// parseID wants what can be a segment of a request's path. The API's ids have no documented form, so all that is refused
// is what could lead elsewhere. The text is not quoted: it can be a key in the wrong place.
func parseID(text string) (string, error) {
	const longest = 256 // far more than any id has: a file's content instead of an id is a mistake
	isRefused := func(r rune) bool { return strings.ContainsRune(`/\?#%`, r) || unicode.IsControl(r) }
	if len(text) > longest {
		return "", fmt.Errorf("an id has at most %d bytes, and it has %d", longest, len(text))
	}
	if i := strings.IndexFunc(text, isRefused); i >= 0 {
		character, _ := utf8.DecodeRuneInString(text[i:])
		return "", fmt.Errorf("it has a %q, and an id has none of / \\ ? # %% and no control character", character)
	}
	if text == "." || text == ".." {
		return "", fmt.Errorf("%q is not an id", text)
	}
	return text, nil
}

// anyText is the rule for a text that can be anything but empty.
func anyText(text string) (string, error) {
	return text, nil
}

// parseDuration wants a duration that is neither too short for any request nor absurd.
func parseDuration(text string) (time.Duration, error) {
	const shortest, longest = time.Second, 24 * time.Hour
	duration, err := time.ParseDuration(text)
	if err != nil || duration < shortest || duration > longest {
		return 0, errors.New("it is not a duration from 1s to 24h, written as 30s or 2m")
	}
	return duration, nil
}

func parseRetries(number *big.Float) (int, error) {
	return parseWhole(number, 0, 10)
}

func parseRequestsPerMinute(number *big.Float) (int, error) {
	return parseWhole(number, 1, 100_000)
}

func parseWhole(number *big.Float, least, most int64) (int, error) {
	whole, accuracy := number.Int64()
	if accuracy != big.Exact || whole < least || whole > most {
		return 0, fmt.Errorf("%s is not a whole number from %d to %d", number.Text('g', 20), least, most)
	}
	return int(whole), nil
}

// parseCertificates adds certificates to the system's.
func parseCertificates(text string) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM([]byte(strings.TrimPrefix(text, "\uFEFF"))) {
		return nil, errors.New("it holds no certificate in PEM; give the certificate's text, as file() reads it, not its path")
	}
	return pool, nil
}
