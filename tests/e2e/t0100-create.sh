#!/bin/sh
# tkt create: what a new ticket looks like, and what is refused.
. "$(dirname "$0")/lib.sh"

plain() {
	new_root
	exit_is 0 tkt create 'Fix the login page'
	is "$(cat "$out")" 20260601-120000-fix-the-login-page
	empty "$err"
	item=work-items/open/20260601-120000-fix-the-login-page/item.md
	is "$(sed -n 2,12p "$item")" "id: 20260601-120000-fix-the-login-page
slug: fix-the-login-page
title: Fix the login page
status: open
kind: task
priority: P2
labels: []
created_at: 2026-06-01T12:00:00Z
updated_at: 2026-06-01T12:00:00Z
assignee: null
legacy_ticket: null"
	exists work-items/open/20260601-120000-fix-the-login-page/artifacts/.gitkeep
	file_has work-items/open/20260601-120000-fix-the-login-page/thread.md 'event: create author: "Test Author"'
}
t 'create makes item.md, thread.md and artifacts/, and prints the id alone' plain

every_option() {
	new_root
	first=$(tkt create 'First thing')
	tkt create 'Second thing' -k bug -p P1 -l 'ui, auth' -l big -a alice --parent "$first" \
		--blocked-by "$first" --related "$first" --scope src/login --error 'boom: it fell' \
		--warning careful --reference file:src/a.c:12 --set estimate=3h30m --body 'The body.' --slug short >id
	is "$(cat id)" 20260601-120000-short
	tkt --json show short >shown
	is "$(jq -c '.data.ticket | [.kind,.priority,.labels,.assignee,.scope,.errors,.warnings,.references,.estimate]' shown)" \
		'["bug","P1",["ui","auth","big"],"alice","src/login",["boom: it fell"],["careful"],["file:src/a.c:12"],"3h30m"]'
	is "$(jq -r '.data.ticket | .parent + .blocked_by[0] + .related[0]' shown)" "$first$first$first"
	has "$(jq -r .data.ticket.body shown)" 'The body.'
	is "$(jq -r .data.ticket.blocked shown)" true
}
t 'create takes every field by an option' every_option

same_second() {
	new_root
	tkt create 'Same name' >one
	tkt create 'Same name' --slug same-name >two
	tkt new 'Same name' >three
	is "$(cat one two three)" "20260601-120000-same-name
20260601-120000-same-name-2
20260601-120000-same-name-3"
	no_doctor # three tickets of one slug are a finding
}
t 'tickets of the same name in the same second get ids of their own' same_second

idempotent() {
	new_root
	tkt create 'Nightly build is red' --idempotency-key nightly-1 >one
	tick 60
	tkt create 'Nightly build is red' --idempotency-key nightly-1 >two
	same one two
	is "$(tkt list --format ids | wc -l)" 1
	is "$(tkt create 'Nightly build is red' --idempotency-key nightly-1 --json | jq .data.replayed)" true
	tkt create 'Nightly build is red again' --idempotency-key nightly-2 >/dev/null
	is "$(tkt list --format ids | wc -l)" 2
}
t 'the same idempotency key makes one ticket' idempotent

bodies() {
	new_root
	printf '## Notes\n\nFrom a file.\n' >notes.md
	id=$(tkt create 'With a file' --body-file notes.md)
	file_has "work-items/open/$id/item.md" 'From a file.'
	id=$(printf 'From a pipe.\n' | tkt create 'With a pipe' --body-file -)
	file_has "work-items/open/$id/item.md" 'From a pipe.'
	must_fail 2 tkt create 'With both' --body x --body-file notes.md
	must_fail 3 tkt create 'No such file' --body-file nope.md
	file_has "$err" nope.md
	is "$(tkt list --format ids | wc -l)" 2
}
t 'the body comes from an option, a file or standard input' bodies

with_editor() {
	new_root
	cat >editor <<-'END'
		#!/bin/sh
		sed -i '1s/.*/# Written in the editor/' "$1"
		sed -i '2s/.*/\n## Why\n\nBecause./' "$1"
	END
	chmod +x editor
	id=$(EDITOR="$PWD/editor" GIT_EDITOR='' tkt create --edit)
	is "$id" 20260601-120000-written-in-the-editor
	file_has "work-items/open/$id/item.md" 'Because.'
	file_lacks "work-items/open/$id/item.md" 'Everything below'
	is "$(ls work-items/.tkt | grep -c '^text-' || :)" 0
}
t 'create --edit takes title and text from the editor' with_editor

refused() {
	new_root
	must_fail 2 tkt create
	file_has "$err" 'needs a title'
	must_fail 2 tkt create one two
	file_has "$err" 'quotes'
	must_fail 2 tkt create A -p P9
	file_has "$err" 'P0 P1'
	must_fail 5 tkt create 'two
lines'
	must_fail 3 tkt create 'A fine title' --blocked-by nothing
	file_has "$err" "'nothing'"
	must_fail 3 tkt create 'A fine title' --parent nothing
	is "$(tkt list --format ids)" ''
	is "$(find work-items/open -mindepth 1 -name '2*' | wc -l)" 0
}
t 'what is no ticket is refused, and nothing is left behind' refused

no_root() {
	must_fail 3 tkt create 'Nowhere to be'
	file_has "$err" 'tkt init'
	is "$(ls)" ''
}
t 'without a root create says how to make one' no_root

done_testing
