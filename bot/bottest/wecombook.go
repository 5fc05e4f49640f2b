package bottest

import "strconv"

// Login lets the next auth/getuserinfo with this code name the member;
// userid "" stands for somebody who is no member.
func (f *WeCom) Login(code, userid string) { f.set(func() { f.logins[code] = userid }) }

// Media keeps a file under a media id.
func (f *WeCom) Media(id string, content []byte) { f.set(func() { f.media[id] = content }) }

func (f *WeCom) login(code string) answer {
	user, ok := f.logins[code]
	if !ok {
		return refuse(40029, "invalid code")
	}
	delete(f.logins, code)
	if user == "" {
		return answer{"openid": "oOUTSIDER", "external_userid": "wmOUTSIDER"}
	}
	return answer{"userid": user}
}

func (f *WeCom) getMedia(id string) ([]byte, answer) {
	if content, ok := f.media[id]; ok {
		return content, nil
	}
	return nil, refuse(40007, "invalid media_id")
}

func (f *WeCom) allowScope() answer {
	if len(f.parents) == 0 {
		return refuse(65022, "no permission of school contact")
	}
	return answer{"allow_scope": map[string]any{"students": map[string]any{"userid": []string{"S001"}}, "departments": map[string]any{"partyid": []int{7, 8}}}}
}

func (f *WeCom) agent(id string) answer {
	if id != strconv.Itoa(f.AgentID) {
		return refuse(301002, "agentid not match the token")
	}
	users := []any{}
	for _, m := range f.members {
		if !m.hidden {
			users = append(users, map[string]any{"userid": m.id})
		}
	}
	return answer{"agentid": f.AgentID, "name": "归校", "close": 0, "allow_userinfos": map[string]any{"user": users},
		"allow_partys": map[string]any{"partyid": []int{}}, "allow_tags": map[string]any{"tagid": []int{}}}
}
