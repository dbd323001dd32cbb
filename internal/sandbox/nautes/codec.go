// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"
)

// A message is a struct whose exported fields all have a json tag. Its fields are text, truth values, pointers to messages, lists of text or of
// messages, and maps from text.

// encodeMessage writes a message as the server does: each field is there, in the order of declaration, whether it is set or not.
func encodeMessage(message any) []byte {
	var b bytes.Buffer
	encodeValue(&b, reflect.ValueOf(message))
	return b.Bytes()
}

func encodeValue(b *bytes.Buffer, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			b.WriteString("null")
			return
		}
		encodeValue(b, v.Elem())
	case reflect.Struct:
		separator := "{"
		for i := range v.NumField() {
			b.WriteString(separator)
			encodeScalar(b, fieldName(v.Type().Field(i)))
			b.WriteByte(':')
			encodeValue(b, v.Field(i))
			separator = ","
		}
		b.WriteByte('}')
	case reflect.Slice:
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			encodeValue(b, v.Index(i))
		}
		b.WriteByte(']')
	case reflect.Map:
		if v.IsNil() {
			b.WriteString("{}")
			return
		}
		encodeScalar(b, v.Interface())
	default:
		encodeScalar(b, v.Interface())
	}
}

func encodeScalar(b *bytes.Buffer, value any) {
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(fmt.Sprintf("an answer that is no JSON: %v", err))
	}
	b.Truncate(b.Len() - 1) // the line feed
}

func fieldName(f reflect.StructField) string { return f.Tag.Get("json") }

// bodyOf is what a request's body is read into: its field body, or all of it.
func bodyOf(request any) any {
	body := fieldNamed(reflect.ValueOf(request).Elem(), "body")
	if !body.IsValid() {
		return request
	}
	body.Set(reflect.New(body.Type().Elem()))
	return body.Interface()
}

// fieldNamed is the message's field of that name; the zero Value if it has none.
func fieldNamed(message reflect.Value, name string) reflect.Value {
	for i := range message.NumField() {
		if fieldName(message.Type().Field(i)) == name {
			return message.Field(i)
		}
	}
	return reflect.Value{}
}

// decodeMessage reads JSON into a message, by the rules of protobuf's JSON: names that the message doesn't have are skipped, null is as good as
// absence, no type is converted into another, and a name may be there only once.
func decodeMessage(data []byte, message any) error {
	r := &reader{data: data, decoder: json.NewDecoder(bytes.NewReader(data))}
	r.decoder.UseNumber()
	if !utf8.Valid(data) {
		return r.wrong("invalid UTF-8 detected")
	}
	if err := r.message(reflect.ValueOf(message).Elem()); err != nil {
		return err
	}
	if token, err := r.decoder.Token(); err != io.EOF {
		return r.wrong("unexpected token %v", token)
	}
	return nil
}

type reader struct {
	data    []byte
	decoder *json.Decoder
}

// wrong is an error at the place that was read last.
func (r *reader) wrong(format string, args ...any) error {
	read := r.data[:min(int(r.decoder.InputOffset()), len(r.data))]
	line, column := 1+bytes.Count(read, []byte("\n")), len(read)-bytes.LastIndexByte(read, '\n')
	return fmt.Errorf("proto: (line %d:%d): %s", line, column, fmt.Sprintf(format, args...))
}

func (r *reader) token() (json.Token, error) {
	token, err := r.decoder.Token()
	if err != nil {
		return nil, r.wrong("syntax error: %v", err)
	}
	return token, nil
}

// isNull consumes the next value if it is null.
func (r *reader) isNull() bool {
	rest := bytes.TrimLeft(r.data[r.decoder.InputOffset():], " \t\r\n,:")
	if !bytes.HasPrefix(rest, []byte("null")) {
		return false
	}
	_, err := r.decoder.Token()
	return err == nil
}

// open consumes the delimiter that must come next.
func (r *reader) open(delimiter json.Delim) error {
	token, err := r.token()
	if err == nil && token != delimiter {
		err = r.wrong("unexpected token %v", token)
	}
	return err
}

// members calls read for each member of an object after its name was read, until the object's end.
func (r *reader) members(read func(name string) error) error {
	if err := r.open('{'); err != nil {
		return err
	}
	for r.decoder.More() {
		token, err := r.token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // the decoder accepts nothing else
		if err := read(name); err != nil {
			return err
		}
	}
	_, err := r.token()
	return err
}

func (r *reader) message(into reflect.Value) error {
	seen := map[string]bool{}
	return r.members(func(name string) error {
		field := fieldNamed(into, name)
		if !field.IsValid() {
			var ignored json.RawMessage
			if err := r.decoder.Decode(&ignored); err != nil {
				return r.wrong("syntax error: %v", err)
			}
			return nil
		}
		if seen[name] {
			return r.wrong("duplicate field %q", name)
		}
		seen[name] = true
		if r.isNull() {
			return nil
		}
		return r.value(field)
	})
}

func (r *reader) value(into reflect.Value) error {
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return r.message(into.Elem())
	case reflect.Struct:
		return r.message(into)
	case reflect.Slice:
		if err := r.open('['); err != nil {
			return err
		}
		for r.decoder.More() {
			into.Set(reflect.Append(into, reflect.Zero(into.Type().Elem())))
			if err := r.value(into.Index(into.Len() - 1)); err != nil {
				return err
			}
		}
		_, err := r.token()
		return err
	case reflect.Map:
		into.Set(reflect.MakeMap(into.Type()))
		return r.members(func(name string) error {
			key, element := reflect.ValueOf(name), reflect.New(into.Type().Elem()).Elem()
			if into.MapIndex(key).IsValid() {
				return r.wrong("duplicate map key %q", name)
			}
			if err := r.value(element); err != nil {
				return err
			}
			into.SetMapIndex(key, element)
			return nil
		})
	case reflect.Interface: // a list in a map of the cluster's, of whatever
		return r.decoder.Decode(into.Addr().Interface())
	}
	token, err := r.token()
	if err != nil {
		return err
	}
	if value := reflect.ValueOf(token); value.IsValid() && value.Type() == into.Type() {
		into.Set(value)
		return nil
	}
	return r.wrong("invalid value for %s type: %v", strings.ToLower(into.Kind().String()), token)
}
