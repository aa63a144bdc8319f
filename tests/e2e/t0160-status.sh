#!/bin/sh
# tkt status, close, reopen.
. "$(dirname "$0")/lib.sh"

tab=$(printf '\t')

some() {
	new_root
	id=$(tkt create 'First thing')
	b=$(tkt create 'Second thing' --blocked-by first-thing)
	tick 60
}
events() { tkt history "$1" --json | jq -r '.data.events[].kind' | tr '\n' ' '; }

closes() {
	some
	cp "work-items/open/$id/item.md" before
	exit_is 0 tkt close first-thing -m 'Fixed.' --commit 1a2b3c4
	is "$(sed -n 1p "$out")" "$id${tab}status${tab}open${tab}closed"
	is "$(wc -l <"$out")" 1
	missing "work-items/open/$id"
	is "$(cat "work-items/closed/$id/resolution.md")" Fixed.
	diff_lines 2 before "work-items/closed/$id/item.md"
	has "$(events "$id")" 'create close'
	is "$(tkt history "$id" --json | jq -r '.data.events[-1].attrs | .status + " " + .commit')" 'closed 1a2b3c4'
}
t 'close moves the ticket, writes the resolution, and in a pipe reads no other ticket' closes

default_text() {
	some
	tkt close first-thing </dev/null >/dev/null
	is "$(cat "work-items/closed/$id/resolution.md")" Closed.
	printf 'Long story.\n' >why.md
	tkt close second-thing --file why.md >/dev/null
	is "$(cat "work-items/closed/$b/resolution.md")" 'Long story.'
}
t 'close needs no text, and does not eat standard input' default_text

loop() {
	some
	tkt list --format ids | while read -r ref; do tkt close "$ref" >/dev/null; done
	is "$(tkt list --format ids)" ''
}
t 'close works in a loop that reads the ids from standard input' loop

twice() {
	some
	tkt close first-thing >/dev/null
	must_fail 4 tkt close first-thing
	file_has "$err" 'closed already'
	must_fail 4 tkt reopen second-thing
	exit_is 0 tkt status second-thing open
	empty "$out"
}
t 'closing what is closed is a conflict; status where it is already is no change' twice

all_or_nothing() {
	some
	must_fail 3 tkt close first-thing nothing
	tkt close second-thing >/dev/null
	must_fail 4 tkt close first-thing second-thing
	exists "work-items/open/$id"
	tkt reopen second-thing >/dev/null
	exit_is 0 tkt close first-thing second-thing -m 'Both.'
	is "$(ls work-items/closed | wc -l)" 2
}
t 'close of several tickets closes all or none' all_or_nothing

statuses() {
	some
	exit_is 0 tkt status first-thing pending -m 'Waits for the API.'
	is "$(cat "$out")" "$id${tab}status${tab}open${tab}pending"
	exists "work-items/pending/$id"
	file_has "work-items/pending/$id/item.md" 'status: pending'
	file_has "work-items/pending/$id/thread.md" 'Waits for the API.'
	tkt status first-thing second-thing open >/dev/null
	exists "work-items/open/$id"
	is "$(events "$id")" 'create status_changed status_changed '
	must_fail 2 tkt status first-thing done
	file_has "$err" 'open, pending or closed'
	must_fail 2 tkt status first-thing
}
t 'status moves a ticket, with an event' statuses

reopens() {
	some
	tkt close first-thing >/dev/null
	exit_is 0 tkt reopen first-thing -m 'It is back.'
	is "$(cat "$out")" "$id${tab}status${tab}closed${tab}open"
	is "$(events "$id")" 'create close reopened '
	exists "work-items/open/$id"
}
t 'reopen brings a closed ticket back' reopens

revs() {
	some
	rev=$(tkt show "$id" --json=rev | jq -r .data.ticket.rev)
	tkt set first-thing priority=P0 >/dev/null
	must_fail 4 tkt close first-thing --if-rev "$rev"
	exists "work-items/open/$id"
}
t 'close --if-rev refuses when somebody was faster' revs

json() {
	some
	tkt close first-thing --json >a
	is "$(jq -c '[.kind, .data.changes, .data.unblocked]' a)" "[\"ticket.changed\",[{\"field\":\"status\",\"from\":\"open\",\"to\":\"closed\"}],[\"$b\"]]"
	is "$(jq -r .data.path a)" "work-items/closed/$id"
}
t 'close --json tells the changes and what is free now' json

not_allowed() {
	some
	printf 'prefix: TKT\nboard:\n  settings: {allow_reopen: false}\n' >work-items/config.yml
	tkt close first-thing >/dev/null
	must_fail 4 tkt reopen first-thing
	file_has "$err" allow_reopen
}
t 'where config.yml does not allow to reopen, reopen says so' not_allowed

done_testing
