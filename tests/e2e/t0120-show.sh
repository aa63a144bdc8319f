#!/bin/sh
# tkt show and tkt history.
. "$(dirname "$0")/lib.sh"

some() {
	new_root
	tkt create 'The login page' -k bug -p P1 -l ui --body 'It **forgets** the path.' >/dev/null
	tick 60
	tkt comment the-login-page -m 'Seen with Firefox.

    code' >/dev/null
	tick 60
	tkt set the-login-page priority=P0 >/dev/null
}

plain() {
	some
	exit_is 0 tkt show the-login-page
	is "$(sed -n 1,5p "$out" | sed 1d)" 'id: 20260601-120000-the-login-page
title: The login page
status: open
column: open'
	file_has "$out" 'It **forgets** the path.'
	file_has "$out" '--- 2026-06-01T12:01:00Z Test Author: comment'
	file_has "$out" '    code'
	file_has "$out" '--- 2026-06-01T12:02:00Z Test Author: priority: P1 → P0'
	file_lacks "$out" "$(printf '\033')"
}
t 'in a pipe show prints fields, the Markdown as written, and the events' plain

by_any_name() {
	some
	tkt show 20260601-120000-the-login-page >a
	key=$(tkt list --format keys)
	for ref in the-login-page "$key" "$(printf %s "$key" | tr '[:upper:]' '[:lower:]')" 20260601-12; do
		tkt show "$ref" >b
		same a b
	done
	tkt view "$key" >b
	same a b
	must_fail 3 tkt show no-such-ticket
	file_has "$err" no-such-ticket
	tkt create 'The login button' >/dev/null
	must_fail 3 tkt show 20260601
	is "$(grep -c 'TKT-' "$err")" 2 'the candidates are named'
	is "$(tkt show 20260601 --json | jq -r '.error.code, (.error.candidates | length)' | tr '\n' ' ')" 'ambiguous 2 '
}
t 'a ticket answers to its id, slug, key and a unique start of its id' by_any_name

some_events() {
	some
	exit_is 0 tkt show the-login-page --events 1
	file_has "$out" '2 earlier events'
	file_lacks "$out" Firefox
	file_has "$out" 'priority: P1'
	is "$(tkt show the-login-page --events 1 --json | jq '.data.ticket.events | length')" 1
	is "$(tkt show the-login-page --json | jq '.data.ticket.events | length')" 3
	must_fail 2 tkt show the-login-page --events some
}
t '--events N shows the last N events' some_events

raw() {
	some
	cat work-items/open/*/item.md work-items/open/*/thread.md >want
	tkt show --raw the-login-page >got
	same got want
}
t '--raw prints the files as they are' raw

several() {
	some
	tkt create 'Second thing' >/dev/null
	is "$(tkt show the-login-page second-thing | grep -c '^key: ')" 2
	is "$(tkt show second-thing the-login-page --json=slug | jq -c .data.tickets)" '[{"slug":"second-thing"},{"slug":"the-login-page"}]'
	must_fail 3 tkt show the-login-page nothing
	empty "$out"
}
t 'show takes several REFs, and shows all of them or none' several

links() {
	some
	tkt create 'A part' --parent the-login-page --blocked-by the-login-page >/dev/null
	tkt show the-login-page --json >a
	is "$(jq -r '.data.ticket | .children[0], .blocks[0]' a | sort -u)" 20260601-120200-a-part
	is "$(tkt show a-part --json | jq -c '.data.ticket | [.blocked, (.open_blockers | length)]')" '[true,1]'
	tkt close the-login-page >/dev/null
	is "$(tkt show a-part --json | jq -c '.data.ticket | [.blocked, (.open_blockers | length), (.blocked_by | length)]')" '[false,0,1]'
}
t 'links are shown from both ends, and a closed blocker blocks no more' links

closed() {
	some
	tkt close the-login-page -m 'Kept in the session.' >/dev/null
	is "$(tkt show the-login-page --json | jq -r '.data.ticket | .status, .resolution')" 'closed
Kept in the session.'
	file_has "work-items/closed/20260601-120000-the-login-page/resolution.md" 'Kept in the session.'
}
t 'a closed ticket shows its resolution' closed

history() {
	some
	exit_is 0 tkt history the-login-page
	is "$(cut -f 1,3,4 "$out" | tr '\t' '|')" 'at|kind|what
2026-06-01T12:00:00Z|create|created
2026-06-01T12:01:00Z|comment|comment
2026-06-01T12:02:00Z|field_changed|priority: P1 → P0'
	is "$(tkt history the-login-page --json | jq -c '[.kind, (.data.events | map(.kind))]')" '["history",["create","comment","field_changed"]]'
	is "$(tkt history the-login-page --json | jq -c '.data.events[2].attrs | [.field, .from, .to]')" '["priority","P1","P0"]'
	must_fail 2 tkt history
	must_fail 3 tkt history nothing
}
t 'history tells what happened, oldest first' history

unknown_keys() {
	some
	sed -i '/^legacy_ticket:/a\
x_tool: {a: 1, b: [x, y]}' work-items/open/*/item.md
	is "$(tkt show the-login-page --json | jq -c .data.ticket.extra)" '{"x_tool":{"a":1,"b":["x","y"]}}'
}
t 'keys that the format does not know are in extra' unknown_keys

done_testing
