#!/bin/sh
# tkt link, unlink, link --apply, and close --commit.
. "$(dirname "$0")/lib.sh"
need git jq

TKT_FSYNC=off
export TKT_FSYNC

tickets() {
	new_repo
	id=$(tkt create 'Login forgets the path')
	id2=$(tkt create 'Another thing')
	k=$(key "$id")
	k2=$(key "$id2")
	commit 'Write down what is to be done'
}
key() { tkt show "$1" --json | jq -r .data.ticket.key; }
change() {
	tick 60
	n=$((${n:-0} + 1))
	echo "$n" >"file$n"
	git add "file$n"
	git commit -q -m "$1"
	sha=$(git rev-parse HEAD)
}
of() { tkt commits "$1" --json | jq -r '.data.commits[] | .subject + ":" + .method'; }
status_of() { tkt show "$1" --json | jq -r .data.ticket.status; }
# last REF: kind and attributes of the last event.
last() { tkt history "$1" --json | jq -c '.data.events[-1] | [.kind, .attrs]'; }

by_hand() {
	tickets
	change 'One'
	one=$sha
	change 'Two'
	git tag v1
	tick 60
	exit_is 0 tkt link "$id" HEAD~1 v1
	is "$(of "$id")" 'One:manual
Two:manual'
	is "$(last "$id")" "[\"commit_linked\",{\"commit\":\"$sha\",\"method\":\"manual\"}]"
	cp "work-items/open/$id/thread.md" before
	exit_is 0 tkt link "$id" "$(echo "$one" | cut -c1-8)"
	same before "work-items/open/$id/thread.md"
	exit_is 0 tkt unlink "$id" v1
	is "$(last "$id")" "[\"commit_unlinked\",{\"commit\":\"$sha\"}]"
	is "$(of "$id")" 'One:manual'
	must_fail 1 tkt unlink "$id" v1
	file_has "$err" 'not linked'
	tkt link "$id" v1 >/dev/null
	is "$(of "$id")" 'One:manual
Two:manual'
}
t 'commits are linked and taken away by any name, once' by_hand

says() {
	tickets
	change 'One'
	exit_is 0 tkt link "$id" HEAD --json
	is "$(jq -c '[.kind, .data.key, .data.changes]' "$out")" \
		"[\"ticket.changed\",\"$k\",[{\"field\":\"commit\",\"from\":null,\"to\":\"$sha\"}]]"
	exit_is 0 tkt unlink "$id" HEAD
	is "$(cat "$out")" "$id	commit	$sha	"
}
t 'link says what it did' says

derived() {
	tickets
	change "fixes $k"
	change "also $k"
	tkt unlink "$id" HEAD~1 >/dev/null
	is "$(of "$id")" "also $k:message"
	tkt link "$id" HEAD >/dev/null
	is "$(of "$id")" "also $k:manual"
	git commit -q --amend -m "amended, $k"
	is "$(of "$id")" "also $k:manual
amended, $k:message"
}
t 'unlink also takes away what messages say' derived

all_or_nothing() {
	tickets
	change 'One'
	cp "work-items/open/$id/thread.md" before
	must_fail 3 tkt link "$id" HEAD nothing
	must_fail 3 tkt link "$id" 0123456789abcdef0123456789abcdef01234567
	for rev in --output=x -x '' 'HEAD
x'; do
		run tkt link "$id" -- HEAD "$rev"
		case $status in 2 | 5) ;; *) fail "status $status for '$rev'" ;; esac
		run tkt unlink "$id" -- "$rev"
		[ "$status" -gt 0 ] || fail "unlink takes '$rev'"
	done
	run tkt link "$id" 'HEAD:file1'
	[ "$status" = 5 ] || [ "$status" = 3 ] || fail "a file is no commit: $status"
	same before "work-items/open/$id/thread.md"
	missing x
	must_fail 2 tkt link "$id"
	must_fail 2 tkt link "$id" HEAD --dry-run
	must_fail 2 tkt link --apply "$id"
}
t 'one wrong commit and nothing is linked; an option is no revision' all_or_nothing

gone() {
	tickets
	change 'One'
	tkt link "$id" HEAD >/dev/null
	git commit -q --amend -m 'Another'
	is "$(of "$id")" 'One:manual'
	git reflog expire --expire=now --all
	git gc -q --prune=now
	is "$(tkt commits "$id" --json | jq -c '.data.commits[] | [.sha, .missing, .subject, .merged]')" "[\"$sha\",true,null,null]"
	exit_is 0 tkt unlink "$id" "$(echo "$sha" | cut -c1-9)"
	is "$(of "$id")" ''
}
t 'a linked commit that is gone is shown as missing, and can be taken away' gone

old_events() {
	tickets
	change 'One'
	change 'Two'
	short=$(git rev-parse HEAD | cut -c1-7)
	printf '\n<!-- event: commit_linked author: bob at: 2026-06-01T12:30:00Z commit: %s method: manual -->\n\n## x\n\n\n\n---\n' \
		"$short" >>"work-items/open/$id/thread.md"
	printf '\n<!-- event: commit_linked author: bob at: 2026-06-01T12:30:01Z commit: not-a-commit method: manual -->\n\n## x\n\n\n\n---\n' \
		>>"work-items/open/$id/thread.md"
	is "$(of "$id")" 'Two:manual'
	tick 3600
	tkt unlink "$id" HEAD >/dev/null
	is "$(of "$id")" ''
}
t 'abbreviated names of old events are understood' old_events

closing() {
	tickets
	change 'Do it'
	exit_is 0 tkt close "$id" --commit HEAD
	is "$(tkt history "$id" --json | jq -r '.data.events[-1].attrs.commit')" "$sha"
	is "$(of "$id")" 'Do it:manual'
	must_fail 3 tkt close "$id2" --commit nothing-like-it
	is "$(status_of "$id2")" open
	must_fail 3 tkt close "$id2" --commit 0123456789abcdef
	run tkt close "$id2" --commit=--all
	[ "$status" -gt 0 ] || fail 'an option is taken for a commit'
	is "$(status_of "$id2")" open
	TKT_GIT=none tkt close "$id2" --commit 1a2b3c4 >/dev/null
	is "$(tkt history "$id2" --json | jq -r '.data.events[-1].attrs.commit')" 1a2b3c4
	tkt reopen "$id2" >/dev/null
	mkdir ../plain
	cd ../plain
	new_root
	tkt create 'A thing' >/dev/null
	must_fail 5 tkt close a-thing --commit HEAD
	exit_is 0 tkt close a-thing --commit 1a2b3c4
}
t 'close --commit keeps the full name, and takes no wrong one' closing

applies() {
	tickets
	id3=$(tkt create 'Third' --blocked-by "$id")
	change "Do it

Fixes: $k"
	one=$sha
	change "Speaks of $k2"
	exit_is 0 tkt link --apply --dry-run --json
	is "$(jq -c '[.data.dry_run, .data.skipped, (.data.closed[] | [.id, .commit])]' "$out")" "[true,[],[\"$id\",\"$one\"]]"
	is "$(status_of "$id")" open
	tick 60
	exit_is 0 tkt link --apply --json
	is "$(jq -c '.data.closed[] | [.id, .unblocked]' "$out")" "[\"$id\",[\"$id3\"]]"
	is "$(status_of "$id") $(status_of "$id2")" 'closed open'
	is "$(cat "work-items/closed/$id/resolution.md")" "Fixed by $(echo "$one" | cut -c1-10) Do it"
	is "$(last "$id")" "[\"close\",{\"status\":\"closed\",\"commit\":\"$one\"}]"
	exit_is 0 tkt link --apply
	empty "$out"
	tick 60
	tkt reopen "$id" -m 'No' >/dev/null
	exit_is 0 tkt link --apply --json
	is "$(jq -c '[.data.closed, (.data.skipped[] | .id)]' "$out")" "[[],\"$id\"]"
	is "$(status_of "$id")" open
	change "Now really: closes $k"
	exit_is 0 tkt link --apply
	is "$(status_of "$id")" closed
}
t 'what main says it closes is closed once, and not again after a reopening' applies

not_yet() {
	tickets
	git switch -q -c side
	change "fixes $k"
	exit_is 0 tkt link --apply
	is "$(status_of "$id")" open
	tick 60
	tkt close "$id" >/dev/null
	tick 60
	tkt reopen "$id" >/dev/null
	git switch -q main 2>/dev/null || { git stash -q -u; git switch -q main; git stash pop -q; }
	git merge -q --ff-only side
	exit_is 0 tkt link --apply
	is "$(status_of "$id")" open
	change "Revert \"fixes $k2\"

This reverts commit $sha."
	exit_is 0 tkt link --apply
	is "$(status_of "$id2")" open
	change "closes $k2"
	tkt unlink "$id2" HEAD >/dev/null
	exit_is 0 tkt link --apply
	is "$(status_of "$id2")" open
}
t 'a branch closes nothing, nor what was reopened since, a revert, nor what was unlinked' not_yet

# A merge says nothing of closing; whoever wants it so says --merges.
merged_branches() {
	new_repo
	id=$(tkt create 'Login loops' --slug login)
	other=$(tkt create 'Something else' --slug other)
	commit 'Two tickets'
	tick
	git checkout -q -b "feature/$(tkt show "$id" --json=key | jq -r .data.ticket.key)-loops"
	echo 1 >code
	commit 'Work'
	git checkout -q main
	tick
	git merge -q --no-ff --no-edit -
	exit_is 0 tkt link --apply
	empty "$out"
	must_fail 2 tkt link --merges
	exit_is 0 tkt link --apply --merges
	lines "$out" 1
	is "$(status_of "$id") $(status_of "$other")" 'closed open'
	like "$(tkt show "$id" --json | jq -r .data.ticket.resolution)" "^Merged by [0-9a-f]{10} Merge branch 'feature/TKT-"
	exit_is 0 tkt link --apply --merges
	empty "$out"
}
t '--merges: the merge of a branch named after a ticket closes it, once' merged_branches

documents() {
	tickets
	change "fixes $k"
	mkdir docs
	tkt commits "$id" --json >docs/1
	tkt link --apply --dry-run --json >docs/2
	tkt link --apply --json >docs/3
	tick 60
	tkt reopen "$id" >/dev/null
	tkt link --apply --json >docs/4
	tkt link "$id2" HEAD --json >docs/5
	tkt commits "$id2" --json >docs/6
	tkt unlink "$id2" HEAD --json >docs/7
	exit_is 1 tkt unlink "$id2" HEAD --json
	cp "$out" docs/8
	exit_is 6 env TKT_GIT=none tkt commits "$id2" --json
	cp "$out" docs/9
	/usr/bin/python3 "$SRC/tests/e2e/json_check.py" "$SRC/man/schema" docs/* || fail 'a document is not what its schema says'
}
t 'every answer is what its schema says' documents

unknown_history() {
	tickets
	change "fixes $k"
	must_fail 6 env TKT_GIT=none tkt link --apply
	is "$(status_of "$id")" open
	git clone -q --depth 1 "file://$PWD" ../ci
	(
		cd ../ci
		must_fail 6 tkt link --apply
		file_has "$err" shallow
	)
	rm -rf ../ci
	git branch -q -m main topic
	must_fail 3 tkt link --apply
	file_has "$err" 'main branch'
	git config tkt.mainBranch topic
	exit_is 0 tkt link --apply
	is "$(status_of "$id")" closed
}
t 'where history or the main branch is unknown nothing is closed' unknown_history

done_testing
