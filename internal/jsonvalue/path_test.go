package jsonvalue_test

import (
	"strings"
	"testing"
)

func TestIgnoreAndReveal(t *testing.T) {
	t.Parallel()
	const free = `{"free":{"a":"x","b":{"c":["y",{"*":"z"},[]]},"":"e","a/b~":"s"},"object":{"free":"x","name":"n"},"new":"v","rows":[{"id":"1","new":"w"}]}`
	tests := []struct{ name, ignored, revealed, document, field, want string }{
		{"a string", "id", "", `{"id":"x"}`, "id", `null`},
		{"lines", "lines", "", `{"lines":"x"}`, "lines", `null`},
		{"a fingerprint", "key", "", `{"key":"x"}`, "key", `null`},
		{"strings", "texts", "", `{"texts":["x"]}`, "texts", `null`},
		{"an object", "object", "", `{"object":{}}`, "object", `null`},
		{"a list of objects", "objects", "", `{"objects":[{}]}`, "objects", `[]`},
		{"a map by id", "rows", "", `{"rows":[{}]}`, "rows", `{}`},
		{"a field of an object", "object.name", "", free, "object", `{"free":{"":"«x»"},"name":null}`},
		{"a field of elements", "objects.name", "", `{"objects":[{"name":"x"},{}]}`, "objects", `[{"free":null,"name":null},{"free":null,"name":null}]`},
		{"a wrong type, and below", "object rows.segment", "", `{"object":7,"rows":[{"segment":{"id":7}}]}`, "object", `null`},
		{"a path below an ignored one", "object.name object object.free/x rows.name rows", "", `{"object":{"name":"x"}}`, "object", `null`},
		{"other fields below", "object rows", "", `{"object":{"new":1},"rows":[{"new":1}]}`, "other_fields", `null`},

		{"a free-form value", "free", "", free, "free", `null`},
		{"parts", "free/b free/a~1b~0", "", free, "free", `{"/":"«e»","/a":"«x»"}`},
		{"the member of no name", "free/", "", free, "free", `{"/a":"«x»","/a~1b~0":"«s»","/b/c/0":"«y»","/b/c/1/*":"«z»","/b/c/2":"[]"}`},
		{"segments are whole, and some match nothing", "free/ free/A free/b/c/00 free/a/x free/b/c/3", "", free, "free", `{"/a":"«x»","/a~1b~0":"«s»","/b/c/0":"«y»","/b/c/1/*":"«z»","/b/c/2":"[]"}`},
		{"indexes do not shift", "free/b/c/0 free/a free/ free/a~1b~0", "", free, "free", `{"/b/c/1/*":"«z»","/b/c/2":"[]"}`},
		{"what loses all", "free/b/c/* free/a free/", "", free, "free", `{"/a~1b~0":"«s»"}`},
		{"all that a value has", "free/*", "", free, "free", `null`},
		{"a * that is meant", "free/a free/ free/a~1b~0 free/b/c/1/~2 free/~2", "", free, "free", `{"/b/c/0":"«y»","/b/c/2":"[]"}`},
		{"a * for any", "free/*/c/*/* free/* ", "", `{"free":[1]}`, "free", `null`},
		{"a part of a scalar", "object.free/x object.free/*", "", free, "object", `{"free":{"":"«x»"},"name":"n"}`},
		{"other fields", "other_fields", "", free, "other_fields", `null`},
		{"parts of other fields", "other_fields/rows/*/new", "", free, "other_fields", `{"/new":"«v»"}`},

		{"revealed", "", "free", free, "free", `{"/":"e","/a":"x","/a~1b~0":"s","/b/c/0":"y","/b/c/1/*":"z","/b/c/2":"[]"}`},
		{"a revealed part", "", "free/b/c/*/~2 free/a~1b~0", free, "free", `{"/":"«e»","/a":"«x»","/a~1b~0":"s","/b/c/0":"«y»","/b/c/1/*":"z","/b/c/2":"[]"}`},
		{"revealed and ignored", "free/b", "free/b free/a", free, "free", `{"/":"«e»","/a":"x","/a~1b~0":"«s»"}`},
		{"a revealed scalar", "", "object.free", free, "object", `{"free":{"":"x"},"name":"n"}`},
		{"revealed other fields", "", "other_fields/rows/1", free, "other_fields", `{"/new":"«v»","/rows/1/new":"w"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			decoder := ignoring(t, strings.Fields(test.ignored)...)
			for _, path := range strings.Fields(test.revealed) {
				if err := decoder.Reveal(path); err != nil {
					t.Fatal(err)
				}
			}
			if got, want := show(field(t, decoder, test.document, test.field)), withFingerprints(test.want); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestPathErrors(t *testing.T) {
	t.Parallel()
	const (
		root     = "free, id, key, lines, object, objects, other_fields, rows, texts"
		rows     = "created_at, free, id, name, position, segment"
		noPart   = ": only free-form values have parts after a /"
		noReveal = ": only free-form values can be revealed"
		escape   = "a ~ stands before 0, 1 or 2 only: ~0 is ~, ~1 is /, ~2 is *"
	)
	tests := []struct{ path, ignore, reveal string }{ // an empty error is none
		{"", "it names no field; there are " + root, "it names no field; there are " + root},
		{"new", "there is no new; there are " + root, "there is no new; there are " + root},
		{"rows.new", "there is no rows.new; there are " + rows, "there is no rows.new; there are " + rows},
		{"rows.a.name", "there is no rows.a; there are " + rows, "there is no rows.a; there are " + rows},
		{"rows.", "there is no rows.; there are " + rows, "there is no rows.; there are " + rows},
		{"id.name", "id is a string: nothing is below it", "id is a string: nothing is below it"},
		{"texts.0", "texts is an array: nothing is below it", "texts is an array: nothing is below it"},
		{"free.a", "free is a free-form value: what is below it follows a /", "free is a free-form value: what is below it follows a /"},
		{"updated_at", "updated_at is always left out", "updated_at is always left out"},
		{"rows.updated_at/x", "rows.updated_at is always left out", "rows.updated_at is always left out"},
		{"object.count", "object.count is always left out", "object.count is always left out"},
		{"id/x", "id is a string" + noPart, "id is a string" + noReveal},
		{"/free", "it names no field; there are " + root, "it names no field; there are " + root},
		{"object/free", "object is an object with free, name" + noPart, "object is an object with free, name" + noReveal},
		{"rows", "", "rows is a map of objects with " + rows + noReveal},
		{"objects", "", "objects is a list of objects with free, name" + noReveal},
		{"key", "", "key is a string" + noReveal},
		{"free/~", escape, escape},
		{"free/a/~3", escape, escape},
		{"free/~0~1~2//nothing", "", ""},
		{"other_fields/rows", "", ""},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			t.Parallel()
			ignore, reveal := settings(t).Ignore(test.path), settings(t).Reveal(test.path)
			if got := errorText(ignore); got != test.ignore {
				t.Errorf("ignored:\n got %s\nwant %s", got, test.ignore)
			}
			if got := errorText(reveal); got != test.reveal {
				t.Errorf("revealed:\n got %s\nwant %s", got, test.reveal)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
