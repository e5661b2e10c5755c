package jsonvalue

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// These types tell the decoder to turn a JSON value into something else. A map of objects does so too: it holds the
// objects of an array by their ids. A value of these types is one of the type without the mark, so each equals that too.
type (
	// FingerprintType is a string's fingerprint: sha256: and the first 16 hex digits of the SHA-256 of its canonical JSON.
	FingerprintType struct{ basetypes.StringType }

	// LinesType is a list of a string's lines.
	LinesType struct{ basetypes.ListType }

	// LeavesType is a map from the JSON Pointer of every leaf of a free-form value to the leaf's canonical JSON; a string
	// is its fingerprint, unless it is revealed.
	LeavesType struct {
		basetypes.MapType
		// OfOtherFields makes it the leaves of all fields that the model does not have, for a field of the root object. In
		// the Pointers, an element of a map by id stands by its key.
		OfOtherFields bool
	}
)

// Lines returns the type.
func Lines() LinesType {
	return LinesType{basetypes.ListType{ElemType: basetypes.StringType{}}}
}

// Leaves returns the type.
func Leaves() LeavesType {
	return LeavesType{MapType: basetypes.MapType{ElemType: basetypes.StringType{}}}
}

// OtherFields returns the type.
func OtherFields() LeavesType {
	return LeavesType{MapType: Leaves().MapType, OfOtherFields: true}
}

// Equal implements [attr.Type].
func (t FingerprintType) Equal(other attr.Type) bool {
	_, same := other.(FingerprintType)
	return same || t.StringType.Equal(other)
}

// Equal implements [attr.Type].
func (t LinesType) Equal(other attr.Type) bool {
	_, same := other.(LinesType)
	return same || t.ListType.Equal(other)
}

// Equal implements [attr.Type].
func (t LeavesType) Equal(other attr.Type) bool {
	_, same := other.(LeavesType)
	return same || t.MapType.Equal(other)
}
