package mockinvent

// Switches answer the questions that the API's documentation leaves open. The zero value is what it says, or else what
// is most plausible.
type Switches struct {
	// NoPaginationHeaders leaves out the pagination headers.
	NoPaginationHeaders bool
	// CountOfPage makes pagination-count the rows of this page, not of all pages.
	CountOfPage bool
	// MaxTake makes pages smaller than asked for, which pagination-take announces; 0 is no limit but the documented one.
	MaxTake int
	// NotFoundPastEnd answers a page past the end with 404, not with an empty array. The first page is never past it.
	NotFoundPastEnd bool
	// IgnorePage is a service without paging: every page is the whole list, without pagination headers.
	IgnorePage bool
	// RequestsPerMinute is how many requests are answered before 429 begins; 0 is no limit. The minute begins with its
	// first request.
	RequestsPerMinute int
	// RetryAfter adds a Retry-After header to that 429: the seconds until the minute is over.
	RetryAfter bool
	// ForeignStatus is the status for an organization that exists but that the key may not read; 0 means 404.
	ForeignStatus int
}
