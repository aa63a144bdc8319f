#!/bin/sh
# tkt set, label, assign: fields of tickets.
. "$(dirname "$0")/lib.sh"

tab=$(printf '\t')

some() {
	new_root
	a=$(tkt create 'First thing' -l ui)
	b=$(tkt create 'Second thing')
	tick 60
}
field() { tkt show "$1" --json="$2" | jq -c ".data.ticket.$2"; }

sets() {
	some
	exit_is 0 tkt set first-thing priority=P0 kind=bug due=2026-07-01
	is "$(cat "$out")" "$a${tab}priority${tab}P2${tab}P0
$a${tab}kind${tab}task${tab}bug
$a${tab}due${tab}${tab}2026-07-01"
	is "$(field first-thing due)" '"2026-07-01"'
	tkt set first-thing due= >/dev/null
	is "$(field first-thing due)" null
	file_lacks "work-items/open/$a/item.md" 'due:'
}
t 'set changes fields and prints id, field, from, to' sets

lists() {
	some
	tkt set first-thing labels=x,y labels+=z >/dev/null
	is "$(field first-thing labels)" '["x","y","z"]'
	tkt set first-thing labels-=y >/dev/null
	is "$(field first-thing labels)" '["x","z"]'
	tkt set first-thing labels= >/dev/null
	is "$(field first-thing labels)" '[]'
}
t 'lists are set, added to and removed from' lists

no_change() {
	some
	cp "work-items/open/$a/item.md" before
	cp "work-items/open/$a/thread.md" thread
	exit_is 0 tkt set first-thing priority=P2
	empty "$out"
	same before "work-items/open/$a/item.md"
	same thread "work-items/open/$a/thread.md"
}
t 'what is so already changes nothing, not even updated_at' no_change

small_diff() {
	some
	cp "work-items/open/$a/item.md" before
	tkt set first-thing priority=P0 >/dev/null
	diff_lines 2 before "work-items/open/$a/item.md"
}
t 'one field and updated_at: a diff of two lines' small_diff

several() {
	some
	tkt set first-thing second-thing scope=src/x -m 'They belong together.' >/dev/null
	is "$(field first-thing scope)$(field second-thing scope)" '"src/x""src/x"'
	file_has "work-items/open/$b/thread.md" 'They belong together.'
	is "$(tkt set first-thing second-thing scope=src/y --json | jq -c '[.kind, .data.total, .data.tickets[1].changes]')" \
		'["ticket.changed.list",2,[{"field":"scope","from":"src/x","to":"src/y"}]]'
}
t 'set takes several REFs' several

all_or_nothing() {
	some
	must_fail 3 tkt set first-thing nothing second-thing priority=P0
	must_fail 5 tkt set first-thing second-thing priority=P9
	is "$(field first-thing priority)$(field second-thing priority)" '"P2""P2"'
	is "$(grep -h -c 'event:' work-items/open/*/thread.md | tr '\n' ' ')" '1 1 '
}
t 'all of several tickets are changed, or none' all_or_nothing

refused() {
	some
	must_fail 2 tkt set first-thing
	must_fail 2 tkt set priority=P1
	for pair in id=x status=closed created_at=2026-01-01T00:00:00Z; do
		must_fail 2 tkt set first-thing "$pair"
		file_has "$err" "${pair%%=*}"
	done
	must_fail 5 tkt set first-thing due=someday
	file_has "$err" due
	must_fail 3 tkt set first-thing blocked_by=nothing
}
t 'what set cannot change, or cannot be so, is refused by name' refused

labels() {
	some
	exit_is 0 tkt label first-thing +auth +b -ui
	is "$(cat "$out")" "$a${tab}labels${tab}ui${tab}auth, b"
	exit_is 0 tkt label first-thing second-thing -b +q
	is "$(field first-thing labels)$(field second-thing labels)" '["auth","q"]["q"]'
	tkt label first-thing +r,s -q, >/dev/null
	is "$(field first-thing labels)" '["auth","r","s"]'
	must_fail 2 tkt label first-thing +,
	must_fail 2 tkt label first-thing
	must_fail 2 tkt label first-thing plain
	must_fail 2 tkt label +x
}
t 'label adds with + and takes away with -, which is no option there' labels

assigns() {
	some
	exit_is 0 tkt assign first-thing 'Alice B'
	is "$(cat "$out")" "$a${tab}assignee${tab}${tab}Alice B"
	is "$(tkt history first-thing --json | jq -r '.data.events[-1].kind')" assigned
	tkt assign first-thing second-thing @me >/dev/null
	is "$(field first-thing assignee)$(field second-thing assignee)" '"Test Author""Test Author"'
	tkt assign first-thing --none >/dev/null
	is "$(field first-thing assignee)" null
	must_fail 2 tkt assign first-thing
}
t 'assign gives a ticket to somebody, to you, to nobody' assigns

revs() {
	some
	rev=$(field first-thing rev | tr -d '"')
	tkt set first-thing priority=P0 --if-rev "$rev" >/dev/null
	must_fail 4 tkt set first-thing priority=P1 --if-rev "$rev"
	must_fail 4 tkt label first-thing --if-rev "$rev" +x
	must_fail 4 tkt assign first-thing bob --if-rev "$rev"
	is "$(field first-thing priority)" '"P0"'
	is "$(tkt set first-thing priority=P3 --json | jq -r .data.rev)" "$(field first-thing rev | tr -d '"')"
}
t '--if-rev changes only what has not changed since' revs

quiet() {
	some
	quietly tkt -q set first-thing priority=P0
	quietly tkt set first-thing priority=P1 --quiet
}
t '-q says nothing' quiet

done_testing
