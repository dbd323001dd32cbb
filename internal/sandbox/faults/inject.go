// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package faults

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// loginPage is what a client gets that a proxy sends to a sign-in form.
const loginPage = `<!DOCTYPE html>
<html lang="en">
<head><title>Sign in</title></head>
<body><h1>Sign in</h1><form action="/users/sign_in" method="post"><input name="login"><input name="password" type="password"></form></body>
</html>
`

// Inject makes a handler in which the rules in force take effect; system tells from a path which system it belongs to.
func (s *Set) Inject(system func(path string) string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rule, found := s.choose(system(r.URL.Path), r)
		if !found {
			next.ServeHTTP(w, r)
			return
		}
		if rule.Fault != Late && !Wait(r, rule.Delay) {
			return
		}
		switch rule.Fault {
		case Delay:
			next.ServeHTTP(w, r)
		case Meanwhile:
			rule.Do()
			next.ServeHTTP(w, r)
		case Late:
			answer := &unsent{header: http.Header{}}
			next.ServeHTTP(answer, r)
			if Wait(r, rule.Delay) {
				answer.send(w, answer.body.Bytes())
			}
		case Cut:
			answer := &unsent{header: http.Header{}}
			next.ServeHTTP(answer, r)
			answer.header.Del("Content-Length")
			answer.send(w, answer.body.Bytes()[:answer.body.Len()/2])
		case Flood:
			flood(w)
		case ResetBefore:
			reset(w)
		case ResetAfter:
			next.ServeHTTP(&unsent{header: http.Header{}}, r)
			reset(w)
		case Truncate:
			answer := &unsent{header: http.Header{}}
			next.ServeHTTP(answer, r)
			answer.sendHalf(w)
		case HTML:
			rule.answer(w, http.StatusOK, "text/html; charset=utf-8", loginPage)
		case Redirect:
			rule.answer(w, http.StatusFound, "text/html; charset=utf-8", "<html><body>You are being redirected.</body></html>")
		case Status:
			status := cmp.Or(rule.Status, http.StatusInternalServerError)
			body := fmt.Sprintf(`{"message":"%d %s"}`, status, http.StatusText(status))
			contentType := "text/plain"
			if json.Valid([]byte(cmp.Or(rule.Body, body))) {
				contentType = "application/json"
			}
			rule.answer(w, status, contentType, body)
		}
	})
}

// answer sends the rule's own answer, with these defaults.
func (r Rule) answer(w http.ResponseWriter, status int, contentType, body string) {
	w.Header().Set("Content-Type", contentType)
	for name, value := range r.Headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(cmp.Or(r.Status, status))
	_, _ = w.Write([]byte(cmp.Or(r.Body, body)))
}

// Wait waits for d of real time, or until the client has gone away: then it returns false.
func Wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// reset ends the connection with a TCP reset. Where the connection can't be taken over (HTTP/2), the stream is aborted instead.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	plain := conn
	if wrapped, isTLS := conn.(interface{ NetConn() net.Conn }); isTLS {
		plain = wrapped.NetConn()
	}
	if tcp, isTCP := plain.(*net.TCPConn); isTCP {
		_ = tcp.SetLinger(0) // unsent data is thrown away and the peer gets a RST
	}
	_ = plain.Close()
}

// unsent is an answer that is kept from the network.
type unsent struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (u *unsent) Header() http.Header { return u.header }

func (u *unsent) WriteHeader(status int) {
	if u.status == 0 {
		u.status = status
	}
}

func (u *unsent) Write(b []byte) (int, error) {
	u.WriteHeader(http.StatusOK)
	return u.body.Write(b)
}

// send sends the answer with this body.
func (u *unsent) send(w http.ResponseWriter, body []byte) {
	for name, values := range u.header {
		w.Header()[name] = values
	}
	w.WriteHeader(cmp.Or(u.status, http.StatusOK))
	_, _ = w.Write(body)
}

// sendHalf sends the answer with half of its body. The server closes the connection behind it, since the declared length isn't reached.
func (u *unsent) sendHalf(w http.ResponseWriter) {
	if u.body.Len() > 0 {
		u.header.Set("Content-Length", strconv.Itoa(u.body.Len()))
	}
	u.send(w, u.body.Bytes()[:u.body.Len()/2])
}

// flood sends one long JSON text, until it is whole or nobody reads on.
func flood(w http.ResponseWriter) {
	const size, chunk = 64 << 20, 1 << 20
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(size+2))
	text := bytes.Repeat([]byte("A"), chunk)
	_, err := w.Write([]byte(`"`))
	for sent := 0; sent < size && err == nil; sent += chunk {
		_, err = w.Write(text)
	}
	if err == nil {
		_, _ = w.Write([]byte(`"`))
	}
}
