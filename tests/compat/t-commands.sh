#!/bin/sh
# Fixed scenarios of tkt-format(5): what is expected, and that tickets.sh and tkt agree on it.
# shellcheck disable=SC2086 # $ID is one word
# shellcheck source=tests/compat/lib-compat.sh
. "$(dirname "$0")/lib-compat.sh"

HEAD=$(printf 'status\tid\tslug\ttitle\tkind\tpriority\tupdated_at')
ID=20260601-120000-first-thing

usage_and_unknown() {
	start
	says 0
	file_has "$out" 'create --title'
	cp "$out" usage
	says 0 help
	same usage "$out"
	says 0 --help x
	same usage "$out"
	says 0 -h
	same usage "$out"
	says 1 frobnicate
	empty "$out"
	head -n -1 "$err" >head
	same usage head
	is "$(tail -n 1 "$err")" 'error: unknown command: frobnicate'
}
t 'usage goes to standard output, and before the error for an unknown command' usage_and_unknown

nothing_there() {
	start
	says 0 list
	is "$(cat "$out")" "$HEAD"
	says 1 doctor
	is "$(cat "$err")" "doctor: missing directory: work-items/open
doctor: missing directory: work-items/pending
doctor: missing directory: work-items/closed
doctor: 3 error(s)"
	both_error 'work item not found: x' show x
	both_error 'work item not found: x' comment x
	each missing work-items
}
t 'without a root lists are empty and nothing is made' nothing_there

create_writes() {
	start
	says 0 create --title 'First  Thing!' --label ' a , b ,, c d'
	is "$(cat "$out")" $ID
	is "$(cat tkt/work-items/open/$ID/item.md)" "---
id: $ID
slug: first-thing
title: First  Thing!
status: open
kind: task
priority: P2
labels: [a, b, c d]
created_at: 2026-06-01T12:00:00Z
updated_at: 2026-06-01T12:00:00Z
assignee: null
legacy_ticket: null
---

## Background

Created by tickets.sh.

## Acceptance criteria

- TBD"
	is "$(cat tkt/work-items/open/$ID/thread.md)" "<!-- event: create author: tickets.sh at: 2026-06-01T12:00:00Z -->

## Created

Created by tickets.sh create.

---"
	empty tkt/work-items/open/$ID/artifacts/.gitkeep
	is "$(ls -A tkt/work-items/open)" $ID
	says 0 doctor
	is "$(cat "$out")" 'doctor: ok'
}
t 'create writes the three files of a ticket' create_writes

create_ids() {
	start
	says 0 create --title 'First thing'
	says 0 create --title other --slug 'FIRST/thing'
	is "$(cat "$out")" $ID-2
	says 0 status $ID-2 closed
	says 0 create --title 'first thing'
	is "$(cat "$out")" $ID-3
	says 0 create --title '日本語'
	is "$(cat "$out")" 20260601-120000-item
	long=$(printf '%0150d' 7)
	says 0 create --title x --slug "$long"
	is "$(cat "$out")" "20260601-120000-$long"
	too_long=$(printf '%0185d' 7)
	both_error "'20260601-120000-$too_long' is longer than an id may be" create --title x --slug "$too_long"
	both_error 'create requires --title' create
	both_error 'create requires --title' create --title ''
	both_error '--title requires a value' create --title
	both_error 'unknown create argument: First' create First
	both_error 'invalid title: a
id: b' create --title 'a
id: b'
	no_doctor
}
t 'an id is free in all three directories, and a slug is never cut' create_ids

verbatim() {
	start
	n=0
	for title in '$(id) `id` $HOME \n \\ %s' '-n' '"quoted" it'\''s' 'a: b # c' 'é 日本 🙂' '*' '[WIP] x' '@bob'; do
		n=$((n + 1))
		says 0 create --title "$title" --slug s$n --kind "$title" --priority "$title" --label "$title"
		is "$(sed -n 's/^title: //p' tkt/work-items/open/*-s$n/item.md)" "$title"
		says 0 show s$n
		is "$(head -n 1 "$out")" "# $title"
		is "$(tkt -C tkt show s$n --json=title | jq -r .data.ticket.title)" "$title"
	done
	says 0 list
	lines "$out" 9
	says 0 doctor
	no_doctor # a kind is a word to tkt
}
t 'titles stand in the file as they were given, and tkt reads them back' verbatim

# An item.md as no tool writes it, in both roots.
by_hand() {
	each sh -c 'mkdir -p work-items/open/hand/artifacts && : >work-items/open/hand/thread.md &&
		printf -- "$1" >work-items/open/hand/item.md' sh "$1"
}
reading() {
	start
	no_doctor
	by_hand '---\ntitle:\v\f\r \tone\ntitle: two\n slug: no\nslugs: no\nslug:s\nkind : x\n# status: x\nstatus:open\nid: i: # j\n---\npriority: P1\n'
	says 0 list
	is "$(tail -n +2 "$out")" "$(printf 'open\ti: # j\ts\tone\t\t\t')"
	says 0 show 'i: # j'
	cp tkt/work-items/open/hand/item.md before
	says 0 status s pending
	is "$(diff before tkt/work-items/pending/hand/item.md)" "9c9
< status:open
---
> status: pending"
	each rm -r work-items/pending/hand
	# no end, no last newline; each line of the key is set
	by_hand '---\nid: a\nslug: b\nupdated_at: x\nupdated_at:\nstatus: x'
	says 0 status a open
	is "$(cat tkt/work-items/open/hand/item.md)" '---
id: a
slug: b
updated_at: 2026-06-01T12:00:00Z
updated_at: 2026-06-01T12:00:00Z
status: open'
	# no frontmatter to a plain line reader
	for start in '---\r' ' ---' '\357\273\277---' '' '---x'; do
		by_hand "$start\\nid: a\\nstatus: open\\n---\\n"
		both_error 'work item not found: a' show a
		says 0 list
		is "$(tail -n +2 "$out")" "$(printf '\t\t\t\t\t\t')"
		says 1 doctor
		file_has "$err" 'doctor: item.md missing frontmatter opener: work-items/open/hand/item.md'
	done
	by_hand '---\n---\nid: a\n---\n'
	both_error 'work item not found: a' show a
}
t 'the frontmatter is what a plain line reader sees' reading

listing() {
	start
	says 0 create --title b
	says 0 create --title a
	says 0 create --title c
	says 0 status a closed
	says 0 status c pending
	says 0 list
	is "$(cut -f 1,3 "$out" | tail -n +2)" "open	b"
	says 0 list --status all
	is "$(cut -f 1,3 "$out" | tail -n +2)" "open	b
pending	c
closed	a"
	says 0 list --status open --status closed
	lines "$out" 2
	both_error 'invalid status: done' list --status done
	both_error '--status requires a value' list --status
	both_error 'unknown list argument: b' list b
	# values are the file's own, whatever the directory says
	each mv work-items/open/20260601-120000-b work-items/closed/
	says 0 list --status closed
	is "$(cut -f 1,3 "$out" | tail -n +2)" "closed	a
open	b"
	no_doctor
}
t 'list goes by status and name, and shows what stands in the files' listing

showing() {
	start
	says 0 create --title 'First thing'
	says 0 show first-thing
	is "$(head -n 8 "$out")" "# First thing

Path: work-items/open/$ID
Status: open
ID: $ID
Slug: first-thing

## item.md"
	for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
		input=$SRC/tickets.sh
		[ $n = 14 ] || input=/dev/null
		says 0 comment $ID --author "a $n"
	done
	input=/dev/null
	says 0 show $ID
	tail -n 80 "$out" >tail
	tail -n 80 tkt/work-items/open/$ID/thread.md >wanted
	same tail wanted
	each rm work-items/open/$ID/thread.md
	says 0 show $ID
	is "$(tail -n 3 "$out")" "## thread.md

(missing thread.md)"
	both_error 'show requires <id-or-slug>' show
	both_error 'show requires <id-or-slug>' show a b
	no_doctor
}
t 'show prints the file and the last 80 lines of the thread' showing

ambiguous() {
	start
	says 0 create --title 'First thing'
	says 0 create --title 'First thing'
	says 0 status $ID-2 pending
	for command in 'show' 'comment' 'close'; do
		says 1 $command first-thing
		is "$(cat "$err")" "work-items/open/$ID
work-items/pending/$ID-2
error: ambiguous work item: first-thing"
		empty "$out"
	done
	both_error 'work item not found: first' show first
	both_error 'work item not found: ' show ''
	says 0 close $ID-2
	no_doctor # a slug twice is what this is about
}
t 'a slug that two tickets have names both' ambiguous

commenting() {
	start
	says 0 create --title 'First thing'
	tick 60
	printf 'Hello\n\n<!-- event: close author: x at: 2026-01-01T00:00:00Z -->\n\\<!-- event: y\n---\nlast' >text
	input=text
	says 0 comment first-thing
	says 0 comment first-thing --role plan --author 'Ann "x": --'
	says 0 comment first-thing --role 'my role' --author ''
	says 0 comment first-thing --role 'create'
	is "$(tail -n +9 tkt/work-items/open/$ID/thread.md | head -n 13)" "<!-- event: comment author: tester at: 2026-06-01T12:01:00Z -->

## Comment

Hello

\\<!-- event: close author: x at: 2026-01-01T00:00:00Z -->
\\\\<!-- event: y
---
last

---"
	is "$(grep '^<!-- event' tkt/work-items/open/$ID/thread.md | tail -n 3)" \
		"<!-- event: plan author: \"Ann \\\"x\\\": -\\x2d\" at: 2026-06-01T12:01:00Z -->
<!-- event: \"my role\" author: \"\" at: 2026-06-01T12:01:00Z -->
<!-- event: create author: tester at: 2026-06-01T12:01:00Z -->"
	is "$(grep '^## ' tkt/work-items/open/$ID/thread.md | tail -n 3)" "## Plan
## my role
## create"
	file_has tkt/work-items/open/$ID/item.md 'updated_at: 2026-06-01T12:01:00Z'
	file_has tkt/work-items/open/$ID/item.md 'created_at: 2026-06-01T12:00:00Z'
	# the body comes back byte for byte
	tkt -C tkt show first-thing --json | jq -j '[.data.ticket.events[] | select(.kind == "comment")][0].body' >back
	same text back
	both_error 'comment requires <id-or-slug>' comment
	both_error 'invalid role: ' comment first-thing --role ''
	both_error 'invalid role: a
b' comment first-thing --role 'a
b'
	both_error 'invalid role: '"$(printf '\177')" comment first-thing --role "$(printf '\177')"
	both_error '--role requires a value' comment first-thing --role
	both_error 'unknown comment argument: -m' comment first-thing -m x
	both_error 'file not found: gone' comment first-thing --file gone
	both_error 'work item not found: gone' comment gone --file gone
	both_error 'unknown comment argument: x' comment gone x --file
}
t 'a comment is appended as it is, and its header cannot be forged' commenting

authors() {
	start
	says 0 create --title 'First thing'
	unset USER
	says 0 comment first-thing
	USER=
	export USER
	says 0 comment first-thing
	USER='Bob B'
	says 0 close first-thing
	is "$(grep '^<!-- event' tkt/work-items/closed/$ID/thread.md | sed 1d)" \
		"<!-- event: comment author: unknown at: 2026-06-01T12:00:00Z -->
<!-- event: comment author: unknown at: 2026-06-01T12:00:00Z -->
<!-- event: close author: \"Bob B\" at: 2026-06-01T12:00:00Z status: closed -->"
}
t 'the author is USER, else unknown' authors

reviewing() {
	start
	says 0 create --title 'First thing'
	each sh -c 'printf "looks good\n" >good.md'
	says 0 review first-thing --approve --file good.md
	says 0 review first-thing --approve --request-changes --author x
	is "$(tail -n +9 tkt/work-items/open/$ID/thread.md)" "<!-- event: review author: tester at: 2026-06-01T12:00:00Z status: approve -->

## Review: approve

looks good


---

<!-- event: review author: x at: 2026-06-01T12:00:00Z status: request_changes -->

## Review: request changes



---"
	both_error 'review requires <id-or-slug>' review
	both_error 'review requires --approve or --request-changes' review first-thing
	both_error 'review requires --approve or --request-changes' review gone
}
t 'a review says what it came to' reviewing

moving() {
	start
	says 0 create --title 'First thing'
	cp tkt/work-items/open/$ID/item.md before
	tick 60
	says 0 status first-thing pending
	diff_lines 2 before tkt/work-items/pending/$ID/item.md
	lines tkt/work-items/pending/$ID/thread.md 7
	says 0 status $ID pending
	says 0 status $ID open
	each mkdir work-items/closed/$ID
	both_error "target already exists: work-items/closed/$ID" status $ID closed
	both_error "target already exists: work-items/closed/$ID" close $ID
	each rmdir work-items/closed/$ID
	both_error 'status requires <id-or-slug> <open|pending|closed>' status $ID
	both_error 'status requires <id-or-slug> <open|pending|closed>' status $ID open x
	both_error 'invalid status: all' status $ID all
	# the directory keeps its name, whatever the id says
	each mv work-items/open/$ID work-items/open/other-name
	says 0 status $ID closed
	each exists work-items/closed/other-name/item.md
	each rm -r work-items/closed
	no_doctor
	both_error "work item not found: $ID" status $ID closed
}
t 'status moves the directory and changes two lines' moving

closing() {
	start
	says 0 create --title 'First thing'
	says 0 create --title 'Second'
	says 0 create --title 'Third'
	both_error 'file not found: gone' close first-thing --file gone
	each exists work-items/open/$ID
	printf 'long\n<!-- event: z\n' >script/why.md
	cp script/why.md tkt/why.md
	says 0 close first-thing --resolution no --file why.md
	same script/why.md tkt/work-items/closed/$ID/resolution.md
	is "$(tail -n +9 tkt/work-items/closed/$ID/thread.md)" "<!-- event: close author: tester at: 2026-06-01T12:00:00Z status: closed -->

## Closed

long
\\<!-- event: z


---"
	says 0 close second --resolution 'two
lines'
	is "$(cat tkt/work-items/closed/*-second/resolution.md)" 'two
lines'
	says 0 close third --resolution '' --file ''
	is "$(cat tkt/work-items/closed/*-third/resolution.md)" 'Closed.'
	says 0 close third --resolution again
	is "$(cat tkt/work-items/closed/*-third/resolution.md)" 'again'
	says 0 doctor
	both_error 'close requires <id-or-slug>' close
	both_error '--resolution requires a value' close third --resolution
	both_error 'unknown close argument: done' close third 'done'
}
t 'close moves, keeps the resolution, and adds one event' closing

doctoring() {
	start
	no_doctor
	for title in a b c d e; do
		says 0 create --title $title
	done
	says 0 create --title a
	each sh -c '
		cd work-items/open
		rm *-b/item.md *-c/thread.md
		rm -r *-d/artifacts
		sed -i 1d *-e/item.md
		sed -i "/^kind:/d; s/^priority:.*/priority:  /" *-d/item.md
		mv *-c c
		cp -R c ../closed/c
		cd ../..
		echo "- see [tickets/old.md]" >TODO.md
		mkdir tickets
		: >tickets/x.review.md
		: >tickets/a.md
	'
	says 1 doctor x
	is "$(cat "$err")" 'error: doctor takes no arguments'
	says 1 doctor
	empty "$out"
	p=work-items/open/20260601-120000
	is "$(cat "$err")" "doctor: missing item.md: $p-b
doctor: missing artifacts/: $p-d
doctor: missing required field 'kind': $p-d/item.md
doctor: missing required field 'priority': $p-d/item.md
doctor: item.md missing frontmatter opener: $p-e/item.md
$(for f in id slug title status kind priority labels created_at updated_at assignee legacy_ticket; do
		echo "doctor: missing required field '$f': $p-e/item.md"
	done)
doctor: status mismatch: $p-e/item.md has '' under 'open'
doctor: missing thread.md: work-items/open/c
doctor: directory id mismatch: work-items/open/c has id 20260601-120000-c
doctor: missing thread.md: work-items/closed/c
doctor: directory id mismatch: work-items/closed/c has id 20260601-120000-c
doctor: status mismatch: work-items/closed/c/item.md has 'open' under 'closed'
doctor: duplicate id: 20260601-120000-c
doctor: duplicate slug: a
doctor: duplicate slug: c
doctor: TODO.md still references legacy tickets/*.md
doctor: legacy ticket file remains: tickets/a.md
doctor: legacy ticket file remains: tickets/x.review.md
doctor: legacy ticket file remains: tickets/x.review.md
doctor: 29 error(s)"
}
t 'doctor says what it finds, in its order' doctoring

torn() {
	start
	says 0 create --title 'First thing'
	each sh -c "printf 'torn' >>work-items/open/$ID/thread.md; printf 'no newline' >>work-items/open/$ID/item.md"
	says 0 comment first-thing
	file_has tkt/work-items/open/$ID/thread.md 'torn'
	is "$(grep -c '^<!-- event' tkt/work-items/open/$ID/thread.md)" 2
	is "$(tail -c 10 tkt/work-items/open/$ID/item.md)" 'no newline'
	each rm work-items/open/"$ID"/thread.md
	says 0 comment first-thing
	is "$(head -c 12 tkt/work-items/open/"$ID"/thread.md)" '<!-- event: '
	no_doctor
}
t 'a torn thread and a missing one take the next event' torn

links() {
	start
	no_doctor
	says 0 create --title 'First thing'
	says 0 create --title 'Second'
	each sh -c "
		mkdir outside
		cp -R work-items/open/$ID outside/ticket
		ln -s ../../outside/ticket work-items/open/linked
		mv work-items/open/$ID/thread.md outside/thread.md
		ln -s ../../../outside/thread.md work-items/open/$ID/thread.md
		ln work-items/open/*-second/thread.md outside/hard"
	says 0 list
	lines "$out" 3
	both_error "not a plain file: work-items/open/$ID/thread.md" comment "$ID"
	both_error "not a plain file: work-items/open/$ID/thread.md" close "$ID"
	both_error 'not a plain file: work-items/open/20260601-120000-second/thread.md' comment second
	each mv work-items/closed closed
	each ln -s ../closed work-items/closed
	both_error 'not a directory: work-items/closed' status second closed
	both_error 'not a directory: work-items/closed' create --title x
	both_error 'not a directory: work-items/closed' comment second
	says 0 list --status all
	lines tkt/outside/thread.md 7
}
t 'nothing is written through a link' links

clocks() {
	start
	for time in 2026-02-29T00:00:00Z 2026-06-31T00:00:00Z x 2026-06-01T24:00:00Z '2026-06-01T12:00:00+01:00'; do
		TKT_NOW=$time
		both_error "TKT_NOW is '$time', not like 2026-01-02T03:04:05Z" create --title x
	done
	TKT_NOW=2024-02-29T23:59:59Z
	says 0 create --title x
	is "$(cat "$out")" 20240229-235959-x
	TKT_NOW=2012-02-29T00:00:00Z
	says 0 create --title x
	TKT_NOW=2000-02-29T00:00:00Z
	says 0 create --title x
	TKT_NOW=2100-02-29T00:00:00Z
	both_error "TKT_NOW is '$TKT_NOW', not like 2026-01-02T03:04:05Z" create --title x
	no_doctor # one slug thrice
	unset TKT_NOW
	id=$(cd tkt && dialect create --title now)
	like "$id" "^$(date -u +%Y%m%d)-[0-9]{6}-now\$"
	id=$(cd script && script create --title now)
	like "$id" "^$(date -u +%Y%m%d)-[0-9]{6}-now\$"
}
t 'TKT_NOW replaces the clock, and a wrong one is refused' clocks

roots() {
	start
	each mkdir -p deep/sub
	(
		for WORK_ITEMS_DIR in deep/wi/ './-x' '-x y/z=1' "$PWD/abs"; do
			export WORK_ITEMS_DIR
			case $WORK_ITEMS_DIR in
			/*) (cd script && script create --title 'First thing' && cd ../tkt && dialect show first-thing) ;;
			*)
				says 0 create --title 'First thing'
				says 0 comment first-thing
				says 0 show first-thing
				file_has "$out" "Path: $WORK_ITEMS_DIR/open/$ID"
				says 0 close first-thing
				says 0 doctor
				;;
			esac
		done
	)
	# no search upwards
	says 0 create --title 'First thing'
	(cd tkt/deep/sub && must_fail 1 dialect show first-thing)
	(cd script/deep/sub && must_fail 1 script show first-thing)
}
t 'WORK_ITEMS_DIR is taken relative to the working directory, with no search upwards' roots

standard_output_full() {
	start
	says 0 create --title 'First thing'
	[ -w /dev/full ] || skip 'no /dev/full'
	(cd tkt && must_no dialect list)
	(cd script && must_no script list)
}
must_no() {
	code=0
	"$@" >/dev/full 2>/dev/null || code=$?
	is "$code" 1 "$* on a full disk"
}
t 'a full disk under standard output is an error' standard_output_full

done_testing
