#!/bin/sh
# tkt doctor --fix: what it joins, and that no word of anybody is lost on the way.
. "$(dirname "$0")/lib.sh"

id=20260101-000001-alpha
base() {
	cp -r "$SRC/tests/golden/doctor/base/work-items" .
	root=work-items
}
event() { # FILE KIND AUTHOR TIME HEADING BODY [MORE]
	printf '\n<!-- event: %s author: %s at: %s%s -->\n\n## %s\n\n%s\n\n---\n' "$2" "$3" "$4" "${7:-}" "$5" "$6" >>"$1"
}
set_key() { sed -i "s/^$1: .*/$1: $2/" "$3"; }
# As git leaves it when one branch closed the ticket and the other set it aside.
split() {
	base
	cp -r $root/open/$id $root/pending/$id
	mv $root/open/$id $root/closed/$id
	set_key status pending $root/pending/$id/item.md
	set_key updated_at 2026-01-03T00:00:00Z $root/pending/$id/item.md
	event $root/pending/$id/thread.md status_changed bob 2026-01-03T00:00:00Z 'Status changed' 'Waits for the vendor.' \
		' from: open to: pending'
	set_key status closed $root/closed/$id/item.md
	set_key updated_at 2026-01-04T00:00:00Z $root/closed/$id/item.md
	echo 'All done.' >$root/closed/$id/resolution.md
	event $root/closed/$id/thread.md close ada 2026-01-04T00:00:00Z Closed 'All done.' ' status: closed'
}

joined() {
	split
	event $root/pending/$id/thread.md comment bob 2026-01-05T00:00:00Z Comment 'Said later, on the other branch.'
	must_fail 3 tkt show $id
	must_fail 1 tkt doctor
	file_has "$out" "closed/$id: error T005: the ticket lies in pending/ and in closed/"
	file_has "$out" '(3 tickets)'
	exit_is 0 tkt doctor --fix
	missing $root/pending/$id
	for word in 'Created.' 'Waits for the vendor.' 'All done.' 'Said later'; do
		file_has $root/closed/$id/thread.md "$word"
	done
	is "$(grep -c '^<!-- event:' $root/closed/$id/thread.md)" 4 'events'
	is "$(sed -n 's/^status: //p' $root/closed/$id/item.md)" closed
	is "$(ls -A $root/closed/$id/artifacts)" .gitkeep
	exit_is 0 tkt show $id
}
t 'a ticket in two status directories is joined: all events, the latest status' joined

by_time() {
	split
	event $root/pending/$id/thread.md reopened bob 2026-01-06T00:00:00Z Reopened 'Not done after all.' ' from: closed to: pending'
	exit_is 0 tkt doctor --fix
	missing $root/closed/$id
	is "$(sed -n 's/^status: //p' $root/pending/$id/item.md)" pending
	is "$(sed -n 's/^updated_at: //p' $root/pending/$id/item.md)" 2026-01-04T00:00:00Z
	# A ticket that was opened again keeps the resolution that it had.
	file_has $root/pending/$id/resolution.md 'All done.'
}
t 'the later transition wins, whichever directory it points to' by_time

keeps_other() {
	split
	set_key title 'A title that only one side has' $root/pending/$id/item.md
	echo one >$root/pending/$id/artifacts/run.log
	echo two >$root/closed/$id/artifacts/run.log
	mkdir $root/pending/$id/artifacts/more
	echo three >$root/pending/$id/artifacts/more/deep.txt
	exit_is 0 tkt doctor --fix
	file_has "$out" "artifacts/item-pending-"
	# As a quotation: git would take a copy for the moved file.
	file_has "$(echo $root/closed/$id/artifacts/item-pending-*.md)" '> title: A title that only one side has'
	is "$(cat $root/closed/$id/artifacts/run.log)" two
	is "$(cat $root/closed/$id/artifacts/run-2.log)" one
	is "$(cat $root/closed/$id/artifacts/more/deep.txt)" three
	missing $root/pending/$id
}
renumbered() { # two clones joined the same two before, each its own way round
	split
	mkdir -p $root/open/$id $root/pending/$id/artifacts $root/closed/$id/artifacts
	rmdir $root/open/$id
	echo one >$root/pending/$id/artifacts/run.log
	echo two >$root/pending/$id/artifacts/run-2.log
	echo two >$root/closed/$id/artifacts/run.log
	echo one >$root/closed/$id/artifacts/run-2.log
	exit_is 0 tkt doctor --fix
	is "$(cat $root/closed/$id/artifacts/run*)" "one
two"
}
t 'artifacts that are there under another number are not taken over again' renumbered

t 'where the two item.md differ, the other one is kept as an artifact, and so are both logs' keeps_other

# Every clone must give the same answer, whatever it looks at first.
tie() {
	split
	sed -i 's/at: 2026-01-04/at: 2026-01-03/' $root/closed/$id/thread.md
	set_key updated_at 2026-01-05T00:00:00Z $root/pending/$id/item.md
	exit_is 0 tkt doctor --fix
	missing $root/pending/$id
	is "$(sed -n 's/^status: //p' $root/closed/$id/item.md)" closed
	file_has $root/closed/$id/thread.md 'Waits for the vendor.'
}
t 'of two transitions of the same second the one that leads further wins' tie

# Opened again on one side, and moved on: the latest transition leads to a directory that is not there.
elsewhere() {
	split
	event $root/pending/$id/thread.md reopened bob 2026-01-07T00:00:00Z Reopened 'To be looked at.' ' from: closed to: open'
	set_key updated_at 2026-01-04T00:00:00Z $root/pending/$id/item.md
	exit_is 0 tkt doctor --fix
	missing $root/closed/$id
	file_has $root/pending/$id/thread.md 'To be looked at.'
	file_has $root/pending/$id/thread.md 'All done.'
}
t 'a latest transition to a directory that is not there counts for the copy that knows of it' elsewhere

silent() {
	split
	cp $root/closed/$id/thread.md $root/pending/$id/thread.md
	sed -i -e 's/ event: close / event: note /' -e 's/ event: status_changed / event: note /' $root/*/$id/thread.md
	set_key updated_at 2026-01-04T00:00:00Z $root/pending/$id/item.md
	set_key status pending $root/closed/$id/item.md
	exit_is 0 tkt doctor --fix
	missing $root/closed/$id
	is "$(sed -n 's/^status: //p' $root/pending/$id/item.md)" pending
	event $root/pending/$id/thread.md comment bob 2026-01-08T00:00:00Z Comment 'Still there.'
}
t 'threads without a transition: what both item.md say, where the times are equal' silent

# Fields that only one side changed, as its events say; the other side took a label away.
fields() {
	split
	set_key priority P0 $root/pending/$id/item.md
	set_key labels '[ui, new]' $root/pending/$id/item.md
	set_key labels '[]' $root/closed/$id/item.md
	event $root/pending/$id/thread.md field_changed bob 2026-01-03T00:00:01Z 'Field changed' '' ' field: priority from: P2 to: P0'
	event $root/pending/$id/thread.md field_changed bob 2026-01-03T00:00:02Z 'Field changed' '' \
		' field: labels from: ui to: "ui, new"'
	event $root/closed/$id/thread.md field_changed ada 2026-01-03T00:00:03Z 'Field changed' '' ' field: labels from: ui'
	exit_is 0 tkt doctor --fix
	is "$(sed -n 's/^priority: //p' $root/closed/$id/item.md)" P0
	is "$(sed -n 's/^labels: //p' $root/closed/$id/item.md)" '[new]'
	is "$(ls -A $root/closed/$id/artifacts)" .gitkeep
}
t 'what the events of one side say it changed is merged, and no copy is left' fields

# Two threads and two items as plain git leaves them.
markers() {
	base
	sed -i '/^updated_at/c\
<<<<<<< HEAD\
updated_at: 2026-01-03T00:00:00Z\
=======\
updated_at: 2026-01-04T00:00:00Z\
>>>>>>> other' $root/open/$id/item.md
	{
		echo '<<<<<<< HEAD'
		printf '\n<!-- event: comment author: ann at: 2026-01-03T00:00:00Z -->\n\n## Comment\n\nLGTM\n\n---\n'
		echo =======
		printf '\n<!-- event: comment author: bob at: 2026-01-04T00:00:00Z -->\n\n## Comment\n\nLGTM\n\n---\n'
		echo '>>>>>>> other'
	} >>$root/open/$id/thread.md
	exit_is 0 tkt doctor --fix
	is "$(grep -c '^LGTM$' $root/open/$id/thread.md)" 2
	is "$(sed -n 's/^updated_at: //p' $root/open/$id/item.md)" 2026-01-04T00:00:00Z
	[ "$(grep -r -c -e '^<<<' -e '^>>>' $root/open/$id | grep -v -c ':0$')" = 0 ] || fail 'markers are left'
}
t 'conflicts with one right answer are mended: two comments, two times' markers

# A line that only looks like a marker makes it unsure what git wrote: then nothing is touched.
quoted() {
	no_doctor
	base
	{
		printf '\n<!-- event: comment author: ann at: 2026-01-03T00:00:00Z -->\n\n## Comment\n\nIt says:\n\n'
		printf '<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> other\n\n---\n'
	} >>$root/open/$id/thread.md
	cp $root/open/$id/thread.md before
	must_fail 1 tkt doctor --fix
	same before $root/open/$id/thread.md
	{
		echo '<<<<<<< HEAD'
		printf '\n<!-- event: comment author: ann at: 2026-01-04T00:00:00Z -->\n\n## Comment\n\n<<<<<<< what\n\n---\n'
		echo =======
		printf '\n<!-- event: comment author: bob at: 2026-01-04T00:00:00Z -->\n\n## Comment\n\nLGTM\n\n---\n'
		echo '>>>>>>> other'
	} >>$root/open/$id/thread.md
	cp $root/open/$id/thread.md before
	must_fail 1 tkt doctor --fix
	same before $root/open/$id/thread.md
}
t 'a conflict that a comment quotes stays as it is' quoted

three() {
	split
	cp -r $root/pending/$id $root/open/$id
	set_key status open $root/open/$id/item.md
	event $root/open/$id/thread.md comment eve 2026-01-02T00:00:00Z Comment 'From a third branch.'
	exit_is 0 tkt doctor --fix
	missing $root/open/$id
	missing $root/pending/$id
	is "$(grep -c '^<!-- event:' $root/closed/$id/thread.md)" 4 'events'
	file_has $root/closed/$id/thread.md 'From a third branch.'
}
t 'even three directories become one' three

one_second() {
	split
	# Two fields changed in one second on two branches: same time, author, kind and (no) body.
	printf '\n<!-- event: field_changed author: ada at: 2026-01-02T00:00:00Z field: kind -->\n\n## Field changed\n\n\n\n---\n' \
		>>$root/pending/$id/thread.md
	printf '\n<!-- event: field_changed author: ada at: 2026-01-02T00:00:00Z field: title -->\n\n## Field changed\n\n\n\n---\n' \
		>>$root/closed/$id/thread.md
	exit_is 0 tkt doctor --fix
	cp $root/closed/$id/thread.md all
	file_has all 'field: kind'
	file_has all 'field: title'
}
t 'an event is never lost because another one looks like it' one_second

git_orphan() {
	new_repo
	new=$(tkt create 'Needs a log')
	commit
	git checkout -q -b logs
	echo log >work-items/open/"$new"/artifacts/run.log
	commit 'Add a log'
	git checkout -q main
	tick 60
	tkt close "$new" -m 'Done.' >/dev/null
	commit 'Close it'
	git -c merge.directoryRenames=false merge -q --no-edit logs
	exists work-items/open/"$new"/artifacts/run.log
	must_fail 1 tkt doctor
	file_has "$out" "open/$new: error T007"
	exit_is 0 tkt doctor --fix
	exists work-items/closed/"$new"/artifacts/run.log
	missing work-items/open/"$new"
	commit 'Bring the log home'
}
t 'an artifact that a merge left behind comes home' git_orphan

nested() {
	base
	mkdir -p $root/closed/$id/artifacts
	echo log >$root/closed/$id/artifacts/run.log
	mv $root/open/$id $root/closed/$id
	exit_is 0 tkt doctor --fix
	exists $root/closed/$id/item.md
	missing $root/closed/$id/$id
	is "$(sed -n 's/^status: //p' $root/closed/$id/item.md)" closed
	is "$(cat $root/closed/$id/artifacts/run.log)" log
}
t 'a ticket that mv nested moves up, with what lay there' nested

nested_in_split() {
	split
	mv $root/closed/20260101-000003-gamma $root/pending/$id/
	run tkt doctor --fix --dry-run
	sed -n 's/^would fix //p' "$out" >promised
	exit_is 0 tkt doctor --fix
	sed -n 's/^fixed //p' "$out" >done
	same promised done
	exists $root/pending/20260101-000003-gamma/item.md
	exists $root/closed/$id/item.md
	missing $root/pending/$id
}
t 'a ticket nested in one half of a split one moves up first, and then the halves are joined' nested_in_split

nested_taken() {
	no_doctor
	base
	cp -r $root/open/$id inner
	mv inner $root/open/$id/$id
	must_fail 1 tkt doctor --fix
	file_lacks "$out" 'fixed '
	exists $root/open/$id/$id/item.md
}
t 'a nested ticket whose id is taken stays where it is' nested_taken

thread_lost() {
	base
	sed -i '/^assignee/i created_by: eve' $root/open/$id/item.md
	rm $root/open/$id/thread.md
	exit_is 0 tkt doctor --fix
	file_has $root/open/$id/thread.md '<!-- event: migration author: eve at: 2026-01-01T00:00:00Z -->'
	sed -i '/^created_at/d' $root/open/$id/item.md
	rm $root/open/$id/thread.md
	must_fail 1 tkt doctor --fix
	missing $root/open/$id/thread.md
	tkt create other >/dev/null
	git init -q .
	no_doctor
}
t 'a lost thread begins anew with what item.md knows, or not at all' thread_lost

all_at_once() {
	base
	rm -r $root/open/$id/artifacts $root/closed/20260101-000003-gamma/resolution.md
	set_key status closed $root/open/$id/item.md
	# shellcheck disable=SC2016
	sed -i '$d' $root/open/$id/thread.md
	rm $root/pending/20260101-000002-beta/thread.md
	run tkt --json doctor --dry-run
	jq -c '.data.fixed' "$out" >promised
	exit_is 0 tkt --json doctor --fix
	jq -c '.data.fixed' "$out" >done
	same promised done
	is "$(jq '.data.fixed | length' "$out")" 5
	is "$(jq '.data.findings | length' "$out")" 0
}
t 'all of one tree in one go, as the dry run said' all_at_once

other_files() {
	base
	set_key status closed $root/open/$id/item.md
	sed -i 's/^labels: .*/&   # mine/; s/^kind: .*/kind:    task/' $root/open/$id/item.md
	cp $root/open/$id/item.md before
	exit_is 0 tkt doctor --fix
	diff_lines 1 before $root/open/$id/item.md
}
t 'mending the status changes that line and no other byte' other_files

read_only() {
	no_doctor
	base
	set_key status closed $root/open/$id/item.md
	must_fail 1 tkt doctor
	must_fail 1 tkt doctor --fix --dry-run
	must_fail 1 tkt doctor --dry-run
	missing $root/.tkt
}
t 'looking makes no file, not even a lock' read_only

some() {
	base
	set_key status closed $root/open/$id/item.md
	rm -r $root/pending/20260101-000002-beta/artifacts
	exit_is 0 tkt doctor 20260101-000003-gamma
	is "$(cat "$out")" 'doctor: ok (1 ticket)'
	must_fail 1 tkt doctor beta
	file_lacks "$out" T032
	exit_is 0 tkt doctor --fix alpha
	must_fail 1 tkt doctor
	file_has "$out" T004
	exit_is 0 tkt doctor --fix
	must_fail 3 tkt doctor nobody
}
t 'with REFs only those tickets are looked at and mended' some

some_circle() {
	no_doctor
	base
	sed -i '/^legacy_ticket/a blocked_by: [20260101-000002-beta]' $root/open/$id/item.md
	sed -i "/^legacy_ticket/a blocked_by: [$id]" $root/pending/20260101-000002-beta/item.md
	must_fail 1 tkt doctor beta
	file_has "$out" "'$id' waits for '20260101-000002-beta' waits for '$id'"
}
t 'a circle shows from any ticket in it' some_circle

journal_alive() {
	base
	mkdir -p $root/.tkt/tmp
	echo '*' >$root/.tkt/.gitignore
	echo half >$root/.tkt/journal
	: >$root/.tkt/lock
	flock $root/.tkt/lock sh -c "$TKT doctor" >answer
	is "$(cat answer)" 'doctor: ok (3 tickets)'
	must_fail 1 tkt doctor
	exit_is 0 tkt doctor --fix
	missing $root/.tkt/journal
}
t 'the journal of a writer at work is no finding, one that nobody holds is' journal_alive

done_testing
