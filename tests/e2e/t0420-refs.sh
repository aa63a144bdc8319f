#!/bin/sh
# tkt refs: the tickets that a text names, and those that it does not.
. "$(dirname "$0")/lib.sh"
need git jq python3 script

TKT_FSYNC=off
export TKT_FSYNC

# Two tickets: $a, $b with keys $ka, $kb; b has the slug "log-in" and the number 12.
two() {
	new_root
	a=$(tkt create 'First thing')
	b=$(tkt create 'Log in' --slug log-in)
	tkt set log-in number=12 >/dev/null
	ka=$(tkt --json show first-thing | jq -r .data.ticket.key)
	kb=$(tkt --json show log-in | jq -r .data.ticket.key)
}
# keys < text: "TKT-1 TKT-2"
keys() { tkt refs "$@" 2>>errors | cut -f1 | paste -sd ' '; }

every_way() {
	two
	printf '%s: do it\n' "$ka" | tkt refs >shown
	is "$(cat shown)" "$ka	$a	open	message	First thing"
	printf 'do it, fixes #12\n' | tkt refs - >shown
	is "$(cat shown)" "$kb	$b	open	keyword!	Log in"
	printf 'S\n\nRefs: log-in, %s\n' "$a" >text
	is "$(keys text)" "$kb $ka"
	is "$(echo 'TICKET: log-in' | keys)" "$kb"
	is "$(echo "TICKET-$(echo "$ka" | cut -c5-9)" | keys)" "$ka"
	is "$(echo "tkt-12-login, $(echo "$ka" | tr 'A-Z' 'a-z')" | keys)" "$kb $ka"
	is "$(echo "Merge branch 'TKT-12' into $ka" | tkt refs | cut -f1,4 | tr '\t\n' '  ')" "$kb merge $ka message "
	printf 'log-in\n#12 12\nxTKT-12 TKT-12x\n' | quietly tkt refs
	quietly tkt refs </dev/null
	tkt close log-in -m done >/dev/null
	is "$(echo TKT-12 | tkt refs | cut -f3)" closed
	empty errors
	rm errors text shown
}
t 'keys, numbers, slugs and ids are found in the ways that are written down' every_way

# Day and time are no accident; less than that is, and tkt commits does not count it.
beginnings() {
	two
	tick 86400
	c=$(tkt create 'Third thing')
	is "$(printf 'S\n\nTicket: %.18s\n' "$c" | tkt refs | cut -f2)" "$c"
	printf 'S\n\nTicket: %.14s\n' "$c" | tkt refs >shown 2>told
	empty shown
	file_has told "$(printf '%.14s' "$c")"
	printf 'S\n\nRefs: %.14s\n' "$c" | quietly tkt refs
	rm shown told
}
t 'the beginning of an id is a name from its time of day on' beginnings

once() {
	two
	printf 'TKT-12\n\nRefs: log-in\nFixes: %s\n' "$b" >text
	is "$(tkt refs text | wc -l)" 1
	is "$(tkt refs text | cut -f4)" trailer!
	is "$(tkt --json refs text | jq -c '.data.refs[] | [.name, .names, .line, .way, .closes]')" \
		"[\"TKT-12\",[\"TKT-12\",\"log-in\",\"$b\"],1,\"trailer\",true]"
	rm text
}
t 'a ticket with several names stands once' once

closing() {
	two
	printf 'S\n\n> fixes %s\n\nfixes TKT-12 and %s\n' "$ka" "$ka" >text
	is "$(keys text)" "$ka $kb"
	is "$(keys --closing text)" "$kb"
	printf 'Revert "fixes %s"\n' "$ka" >text
	empty_out() { tkt refs --closing text | grep . && fail 'a revert closes'; :; }
	empty_out
	rm text errors
}
t 'only what would be closed, on request' closing

unknown() {
	two
	printf 'TKT-9999999 and TKT-12\n\nTICKET: nothing-there\n\nRefs: whatever\nFixes: 54a4f0239f2e ("x: y")\n' >text
	run tkt refs text
	is "$status" 0
	is "$(cut -f1 "$out")" "$kb"
	file_has "$err" "line 1: no ticket 'TKT-9999999'"
	file_has "$err" "line 3: no ticket 'nothing-there'"
	lines "$err" 2
	exit_is 1 tkt refs --strict text
	exit_is 0 tkt refs --strict --closing text
	is "$(tkt --json refs text | jq -c '[.data.unknown[] | [.name, .line]]')" '[["TKT-9999999",1],["nothing-there",3]]'
	echo 'see https://other.example/TKT-9999999' | quietly tkt refs --strict
	rm text
}
t 'a name that claims to be a ticket and is none is told' unknown

ambiguous() {
	two
	tkt set first-thing number=12 >/dev/null
	no_doctor
	echo 'fixes #12' >text
	run tkt refs text
	is "$status" 0
	empty "$out"
	file_has "$err" "line 1: '12' names more than one ticket"
	file_has "$err" "$a"
	file_has "$err" "$b"
	exit_is 1 tkt refs --strict text
	is "$(tkt --json refs text | jq '.data.ambiguous[0].candidates | length')" 2
	printf 'S\n\nRefs: 2026\n' | quietly tkt refs --strict
	rm text
}
t 'a name of two tickets is told with both' ambiguous

many() {
	two
	{
		printf 'S\n\n'
		i=0
		while [ $i -lt 3000 ]; do
			i=$((i + 1))
			echo "TKT-77$i fixes #99$i"
		done
		printf '\nRefs: log-in, first-thing, %s, #12, %s\n' "$a" "$ka"
	} >text
	run tkt refs text
	is "$(cut -f1 "$out" | paste -sd ' ')" "$kb $ka"
	is "$(grep -c 'no ticket' "$err")" 3000
	rm text
}
t 'a text with thousands of names is read in no time' many

of_a_commit() {
	new_repo
	id=$(tkt create 'Log in' --slug log-in)
	commit 'Add it

Fixes: log-in'
	is "$(tkt refs --commit HEAD | cut -f2,4)" "$id	trailer!"
	is "$(TKT_GIT=program tkt refs -c HEAD | cut -f2)" "$id"
	must_fail 3 tkt refs --commit nothing
	must_fail 5 tkt refs --commit=--output=x
	missing x
	must_fail 2 tkt refs --commit HEAD text
}
t 'the message of a commit can be asked for' of_a_commit

hostile() {
	two
	tkt set log-in title="$(printf 'a \342\200\256 b')" >/dev/null 2>&1 || true
	printf 'TKT-12\0 TKT-12 \033[31m TICKET: a\033b \377\376 Fixes: $(touch x) `touch x`\n' >text
	run tkt refs text
	is "$(cut -f1 "$out")" "$kb"
	must_fail 1 grep -q "$(printf '\033')" "$out" "$err"
	missing x
	must_fail 3 tkt refs none
	must_fail 5 tkt refs .
	rm text
}
t 'any bytes will do' hostile

views() {
	two
	printf 'fixes TKT-12\n' >text
	script -qec "$TKT refs text" /dev/null >shown
	file_has shown KEY
	file_has shown keyword
	file_has shown closes
	file_has shown 'Log in'
	printf 'TKT-12 TKT-9999999\n' >text
	tkt --json refs text >a.json
	exit_is 0 /usr/bin/python3 "$SRC/tests/e2e/json_check.py" "$SRC/man/schema" a.json
	rm text shown a.json
}
t 'a terminal has a table, and the JSON is as its schema says' views

done_testing
