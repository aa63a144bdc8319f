#!/bin/sh
# The index changes how fast an answer comes, never the answer: lists, rows and names with and without it.
. "$(dirname "$0")/lib.sh"

some() {
	new_root
	at 2026-05-01T12:00:00Z
	first=$(tkt create 'First thing' -k bug -p P1 -l ui,tui -a alice)
	tkt create 'Übergang prüfen' -p P0 -l ui >/dev/null
	second=$(tkt create 'Second thing' -k spike -l 'two words')
	TKT_AUTHOR='Zoe Z' tkt comment second-thing -m 'what Zoe says of the kraken' >/dev/null
	TKT_AUTHOR=max tkt comment first-thing -m 'the kraken again' >/dev/null
	at 2026-06-01T12:00:00Z
	TKT_AUTHOR=max tkt create 'Waiting thing' -p P3 >/dev/null
	tkt create 'Done thing' -l ui >/dev/null
	tkt set waiting-thing "blocked_by=$first" "parent=$second" scope=lib/ui due=2026-06-09 estimate=3h number=7 >/dev/null
	tkt set done-thing "blocked_by=$first,$second" "parent=$second" aliases=old,older >/dev/null
	tkt status waiting-thing pending >/dev/null
	TKT_AUTHOR='Zoe Z' tkt close done-thing -m 'done by Zoe' >/dev/null
	tkt index rebuild >/dev/null 2>&1
	exists work-items/.tkt/index.sqlite
}

# Standard output, errors and status of both routes.
both() {
	run tkt "$@"
	both_status=$status
	cp "$out" with.out
	cp "$err" with.err
	TKT_INDEX=off
	export TKT_INDEX
	run tkt "$@"
	unset TKT_INDEX
	is "$both_status" "$status" "the status of $*"
	same with.out "$out"
	same with.err "$err"
}

queries() {
	some
	for query in '' kraken 'author:max' 'author:zo*' '-author:max' 'author:max status:closed' 'author:max OR label:ui' \
		'author:max kraken' '-author:max kraken' 'author:max -kraken' 'label:ui kraken' 'is:blocked author:max' \
		'is:ready author:zo*' 'text:kraken author:max' '(text:kraken OR title:done) author:*' 'author:nobody' \
		'NOT (author:max OR kraken)' 'parent:second-thing author:*' 'blocked_by:first-thing author:*' \
		'due:<=2026-06-09 author:*' 'estimate:>=3h author:*' 'number:7 author:*' 'has:due,scope author:*' \
		'no:labels author:*' 'scope:lib author:*' 'author:tester' 'updated:<40d author:*' 'priority:<=P1 author:*' \
		'id:done-thing author:*' "key:TKT-$(printf %s "$first" | git hash-object --stdin | cut -c1-5) author:*" \
		'title:"über" author:*' 'column:pending author:*' 'status:all author:*'; do
		both list "$query"
		both list --status all "$query"
		both list --json --status all "$query"
		both list --format ids --sort updated:desc --limit 2 --status all "$query"
	done
	is "$(tkt list --format ids --status all author:max | wc -l)" 2
	is "$(tkt list --format ids --status all 'author:zo*' kraken | wc -l)" 1
}
t 'a list is the same bytes with and without the index' queries

reverse() {
	some
	for ref in first-thing second-thing waiting-thing done-thing; do
		both show "$ref" --json
		both show "$ref"
	done
	tkt show second-thing --json >shown
	file_has shown done-thing
}
t 'children and what a ticket blocks are the same with and without the index' reverse

names() {
	some
	for id in "$first" "$second"; do
		hex=$(printf %s "$id" | git hash-object --stdin)
		for n in 4 5 7 12 40; do
			key=TKT-$(printf %s "$hex" | cut -c"1-$n")
			is "$(tkt show "$key" --json | jq -r .data.ticket.id)" "$id"
			both show "$key"
			both show "$(printf %s "$key" | tr 'T' 't')"
		done
	done
	for ref in TKT-0000000 TKT-123 first-thing second TKT-7 old older 2026 zzzz TKT- TKT-zzzz; do
		both show "$ref"
	done
	# A slug goes before a key, also one that looks like it.
	mkdir work-items/open/20260601-120000-tkt-beef
	printf -- '---\nid: 20260601-120000-tkt-beef\nslug: tkt-beef\ntitle: Odd\n---\n' >work-items/open/20260601-120000-tkt-beef/item.md
	both show tkt-beef
	both show TKT-beef
	no_doctor
}
t 'a key, slug or number means the same with and without the index' names

bad() {
	some
	mkdir -p work-items/open/broken work-items/pending/halved work-items/closed/halved work-items/open/empty
	echo 'no frontmatter' >work-items/open/broken/item.md
	cp "work-items/open/$first/item.md" work-items/pending/halved
	cp "work-items/open/$first/item.md" work-items/closed/halved
	for query in '' 'author:max' '-author:max' 'author:* -label:ui' 'label:ui kraken'; do
		both list "$query"
		both list --status closed "$query"
		both list --json --status all "$query"
	done
	tkt list author:max >/dev/null 2>said || true
	file_has said broken
	file_has said halved
	no_doctor
}
t 'tickets that cannot be read are reported the same with and without the index' bad

changes() {
	some
	for i in 1 2 3; do
		TKT_AUTHOR=max tkt comment second-thing -m "word number $i" >/dev/null
		both list author:max
		sed -i "s/^assignee: .*/assignee: walker$i/" "work-items/open/$first/item.md"
		both list "assignee:walker$i author:*"
		is "$(tkt list --format ids "assignee:walker$i" 'author:*')" "$first"
	done
	mv "work-items/open/$second" work-items/pending/
	both list 'author:max status:pending'
	rm -r "work-items/pending/$second"
	both list 'author:max'
	cp -r "work-items/open/$first" work-items/open/another
	both list 'author:max'
	both show another
	no_doctor
}
t 'what changes behind its back is seen at once' changes

gone() {
	some
	tkt list author:max >wanted
	for how in ': >' 'rm -f' 'head -c 5000 /dev/urandom >' 'truncate -s 4096'; do
		tkt index rebuild >/dev/null 2>&1
		eval "$how work-items/.tkt/index.sqlite"
		exit_is 0 tkt list author:max
		same wanted "$out"
		empty "$err"
		both show "TKT-$(printf %s "$first" | git hash-object --stdin | cut -c1-7)"
	done
}
t 'an index that is damaged or gone changes no answer' gone

done_testing
