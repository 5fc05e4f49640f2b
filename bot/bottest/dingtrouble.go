package bottest

import (
	"fmt"
	"net/http"
	"strings"
)

// counts says whether a failed call is charged: all are but those refused for
// their rate, and those that are done all the same are charged on the way.
func (x Failure) counts() bool {
	return !x.lost && !strings.Contains(x.name, "QpsLimit") && x.code != 90018 && x.code != 90002
}

// spoil answers as the failure says, and says whether it did.
func (f *DingTalk) spoil(w http.ResponseWriter, r *http.Request, name string, x Failure) bool {
	reply := func(status int, body string) {
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
	switch {
	case x.hang:
		f.hanging <- name
		select {
		case <-r.Context().Done():
		case <-f.closed:
		}
	case x.name != "":
		reply(x.status, fmt.Sprintf(`{"code":%q,"message":"told to fail","requestid":"5E3F6A2C-0000"}`, x.name))
	case x.status == http.StatusFound:
		http.Redirect(w, r, f.Files+"/elsewhere", x.status)
	case x.status != 0:
		http.Error(w, "upstream", x.status)
	case x.garbage:
		fmt.Fprint(w, "<html>busy</html>")
	case x.body != "":
		reply(http.StatusOK, x.body)
	case x.code != 0:
		reply(http.StatusOK, fmt.Sprintf(`{"errcode":%d,"errmsg":"told to fail","request_id":"15r7y"}`, x.code))
	default:
		return false
	}
	return true
}
