#!/bin/sh
# tkt related, tkt duplicates: ties first, then what is alike.
. "$(dirname "$0")/lib.sh"

tab=$(printf '\t')

some() {
	new_root
	tkt create 'Import of contacts' --slug epic -b 'Everything about importing contacts.' >/dev/null
	tkt create 'Import contacts from a CSV file' --slug csv --parent epic -b 'Columns are mapped by name; the importer reads the file line by line.' >/dev/null
	tkt create 'Import contacts from a vCard file' --slug vcard --parent epic --blocked-by csv -b 'Cards are mapped by name; the importer reads the file card by card.' >/dev/null
	tkt create 'Printer driver crashes' --slug printer --related csv -b 'Segmentation fault in the spooler.' >/dev/null
	tkt create 'CSV importer drops the last line of a file' --slug lastline -b 'The importer reads the file line by line and forgets the last line without a newline.' >/dev/null
	tkt create 'Colours of the calendar' --slug colours -b 'Blue is too dark.' >/dev/null
	tick
}
# "why slug" a line.
why() { run tkt related "$@"; sed 1d "$out" | cut -f 1,4 | sed "s/[0-9]*-[0-9]*-//"; }

ties() {
	some
	is "$(why csv | grep -v similar | sort)" "blocks${tab}vcard
parent${tab}epic
related${tab}printer"
	is "$(why epic | grep -v similar | sort)" "child${tab}csv
child${tab}vcard"
	is "$(why vcard | grep -v similar | sort)" "blocked_by${tab}csv
parent${tab}epic"
	is "$(why printer | sed -n 1p)" "related${tab}csv" 'whichever names the other'
	is "$(tkt related csv --json | jq -c '[.data.hits[] | select(.relations == ["parent"]) | .id]')" '["20260601-120000-epic"]'
	is "$(sed -n 1p "$out")" "why${tab}score${tab}key${tab}id${tab}status${tab}title"
}
t 'tied tickets come first, and say how they are tied' ties

similar() {
	some
	is "$(why csv | grep similar | sed -n 1p)" "similar${tab}lastline"
	is "$(why lastline | sed -n 1p)" "similar${tab}csv"
	[ "$(why csv -n 1 | grep -c similar)" = 1 ] || fail 'the limit counts similar ones'
	is "$(why csv -n 1 | grep -c -v similar)" 3
	lacks "$(why csv -n 0)" "similar${tab}csv"
	is "$(tkt related csv -n 1 --json | jq -c '[.data.id, (.data.total >= (.data.hits | length))]')" '["20260601-120000-csv",true]'
}
t 'then those that speak of the same' similar

alone() {
	new_root
	tkt create 'Only one' >/dev/null
	must_fail 1 tkt related only-one
	file_has "$err" "no ticket is related to 'only-one'"
	must_fail 1 tkt related only-one --json
	is "$(jq -c .data.hits "$out")" '[]'
	must_fail 3 tkt related nothing
	must_fail 2 tkt related
	exit_is 0 tkt duplicates
	file_has "$err" 'no two tickets'
	lines "$out" 1
}
t 'one alone has no relations and no duplicates' alone

twins() {
	some
	body='The importer reads the file line by line and forgets the last line without a newline.'
	tkt create 'CSV importer drops the last line of a file' --slug twin --force -b "$body" >/dev/null
	exit_is 0 tkt duplicates
	is "$(sed -n '2,$p' "$out" | cut -f 1,3,5,9 | sed 's/[0-9]*-[0-9]*-//g')" "1${tab}${tab}lastline${tab}twin"
	is "$(tkt duplicates --json | jq -c '[.data.total, .data.groups[0].pairs[0].link, (.data.groups[0].tickets | length), .data.left_out]')" '[1,null,2,0]'
	tkt set twin related+=lastline >/dev/null
	exit_is 0 tkt duplicates
	lines "$out" 1
	file_has "$err" '--all'
	is "$(tkt duplicates --json | jq -c '[.data.total, .data.left_out]')" '[0,1]'
	exit_is 0 tkt duplicates --all
	is "$(sed -n 2p "$out" | cut -f 3)" related
	tkt set twin related= parent=epic >/dev/null
	tkt set lastline parent=epic >/dev/null
	is "$(tkt duplicates --all --json | jq -c '[.data.groups[].pairs[] | select(.a | endswith("lastline")) | .link]')" '["same parent"]'
}
t 'two of a kind are a group; those with a link only with --all' twins

groups() {
	some
	for n in 1 2 3; do
		tkt create 'CSV importer drops the last line of a file' --slug "twin$n" --force \
			-b 'The importer reads the file line by line and forgets the last line without a newline.' >/dev/null
	done
	is "$(tkt duplicates --json | jq -c '[.data.total, (.data.groups[0].tickets | length)]')" '[1,4]'
	is "$(tkt duplicates --json | jq -c '[.data.groups[0].pairs[].score] | . == (sort | reverse)')" true
	for wrong in 0 1.5 -1 x nan 0.5x ''; do
		must_fail 2 tkt duplicates --threshold="$wrong"
	done
	exit_is 0 tkt duplicates --threshold 1
	need script
	TERM=xterm script -qec 'stty cols 80; tkt duplicates' /dev/null </dev/null | tr -d '\r' | sed 's/\x1b\[[0-9;]*[mK]//g' >screen
	like "$(sed -n 1p screen)" '^4 alike by [01]\.[0-9]{2}$'
	is "$(grep -c '^  TKT-' screen)" 4
	TERM=xterm script -qec 'stty cols 80; tkt related csv' /dev/null </dev/null | tr -d '\r' | sed 's/\x1b\[[0-9;]*[mK]//g' >screen
	like "$(sed -n 1p screen)" '^KEY +WHY +TITLE +STATUS$'
	like "$(cat screen)" '^TKT-[0-9a-f]{7}  parent +Import of contacts +open$'
}
t 'who is reached from one ticket is in its group' groups

done_testing
