#!/bin/sh
# tkt drift: each entry appears for exactly its cause, and goes when that is mended.
. "$(dirname "$0")/lib.sh"

tab=$(printf '\t')
id=20260601-120000-login

one() {
	new_repo
	tkt create 'Login page' --slug login -b 'Text.' >/dev/null
	git add -A
	git commit -q -m 'Tickets'
	key=$(tkt show login --json=key | jq -r .data.ticket.key)
}
# A commit that changes code.
work() { # MESSAGE [FILE]
	tick 60
	echo "$TKT_NOW" >>"${2:-code.c}"
	git add "${2:-code.c}"
	git commit -q -m "$1"
}
tickets() { # what changed in work-items, committed
	git add -A work-items
	git diff --cached --quiet || git commit -q -m 'Tickets'
}
# The section and the first two fields that name it.
drift() {
	run tkt drift "$@"
	cut -f "${fields:-1,3}" "$out"
}
none() {
	run tkt drift "$@"
	empty "$out"
	is "$status" 0
}

nothing() {
	one
	none
	work "Fix it, $key"
	tkt close login -m 'Done.' >/dev/null
	tickets
	none
	is "$(tkt drift --json | jq -c '.data | [.total, .state, .main, .reason]')" '[0,"known",true,null]'
}
t 'where both say the same there is nothing to tell' nothing

unmerged() {
	one
	git checkout -q -b side
	work "Login, $key"
	git checkout -q main
	none
	tick 60
	tkt close login -m 'Done.' >/dev/null
	tickets
	sha=$(git rev-parse side)
	is "$(fields=1,3,5 drift)" "closed${tab}$id${tab}$sha"
	must_fail 1 tkt drift
	is "$(tkt drift --json | jq -c '.data.closed[0] | [.id, .linked, (.commits | length), .commits[0].subject]')" "[\"$id\",1,1,\"Login, $key\"]"
	is "$(TKT_GIT=program drift)" "closed${tab}$id"
	is "$(TKT_INDEX=off drift)" "closed${tab}$id"
	git merge -q --no-edit side
	none
}
t 'closed, but its commits are not on the main branch' unmerged

behind() {
	one
	git checkout -q -b side
	work "Half of it, $key"
	git checkout -q main
	git merge -q --no-ff --no-edit side
	tick 60
	tkt close login -m 'Done.' >/dev/null
	tickets
	none
	git checkout -q side
	work "Unlike $key this is another thing"
	git checkout -q main
	is "$(drift | grep -c closed)" 0
	git checkout -q side
	work "The other half

Refs: $key"
	git checkout -q main
	is "$(fields=1,3,5 drift | grep closed)" "closed${tab}$id${tab}$(git rev-parse side)"
	# A squash leaves the commits of the branch behind, and nothing with them.
	tick 60
	git merge -q --squash side
	git commit -q -m "The other half

Refs: $key"
	none
}
t 'what stayed behind when part was merged; a squash leaves nothing behind' behind

by_branch() {
	one
	git checkout -q -b "$key-login"
	work 'No name in it'
	git checkout -q main
	none
	tick 60
	tkt close login -m 'Done.' >/dev/null
	tickets
	is "$(drift)" "closed${tab}$id"
	git merge -q --no-ff --no-edit "$key-login"
	none
}
t 'the branch of a ticket counts as its commits' by_branch

by_hand() {
	one
	git checkout -q -b side
	work 'Nothing'
	git checkout -q main
	tkt link login side >/dev/null
	tick 60
	tkt close login -m 'Done.' >/dev/null
	tickets
	is "$(drift)" "closed${tab}$id"
	tkt unlink login side >/dev/null
	tickets
	is "$(drift | cut -f 1)" nameless
}
t 'a link by hand counts, and goes with unlink' by_hand

open() {
	one
	git checkout -q -b side
	work "Fixes: $key" a.c
	git checkout -q main
	none
	git merge -q --no-edit side
	is "$(fields=1,3,5,6 drift)" "merged${tab}$id${tab}closes${tab}$(git rev-parse side)"
	is "$(TKT_GIT=program drift)" "merged${tab}$id"
	tick 60
	tkt link --apply >/dev/null
	tickets
	none
	# Opened again afterwards: somebody knows.
	tick 60
	tkt reopen login >/dev/null
	tickets
	none
	work "Closes $key again" b.c
	is "$(drift)" "merged${tab}$id"
	tick 60
	tkt close login -m 'Done.' >/dev/null
	tickets
	none
	# Closed by hand and opened again: the commit does not know better.
	tick 60
	tkt reopen login >/dev/null
	tickets
	none
}
t 'a commit on the main branch closes it, and it is open' open

only_named() {
	one
	work "See $key"
	none
	git checkout -q -b other
	work "Fixes $key"
	git checkout -q main
	none
}
t 'a mention closes nothing, and neither does another branch' only_named

branch_merged() {
	one
	git checkout -q -b "$key"
	work 'Part'
	git checkout -q main
	tick 60
	git merge -q --no-ff --no-edit "$key"
	is "$(fields=1,3,5 drift)" "merged${tab}$id${tab}branch"
	work "More, $key"
	none
	tick 60
	git checkout -q "$key"
	git merge -q main
	work 'Part two'
	git checkout -q main
	git merge -q --no-ff --no-edit "$key"
	is "$(drift)" "merged${tab}$id"
	git checkout -q -b elsewhere
	work "Not yet there, $key"
	git checkout -q main
	none
}
t 'its branch was merged, and nothing came since' branch_merged

idle() {
	one
	tkt status login pending >/dev/null
	tickets
	none
	tick 86000
	none
	tick 400
	is "$(fields=1,3,5,6 drift)" "idle${tab}$id${tab}pending${tab}2026-06-01T12:00:00Z"
	is "$(tkt drift --json | jq -c '.data.idle[0] | [.reason, .since]')" '["pending","2026-06-01T12:00:00Z"]'
	git checkout -q -b side
	work "Begun, $key"
	none
	git checkout -q main
	git branch -q -D side
	is "$(drift)" "idle${tab}$id"
	tkt status login open >/dev/null
	tickets
	none
	tkt set login started_at=2026-06-01T12:00:00Z >/dev/null
	tickets
	tick 90000
	is "$(fields=1,3,5 drift)" "idle${tab}$id${tab}started"
	tkt close login -m 'Done.' >/dev/null
	tickets
	none
}
t 'in progress for more than a day, with no commit' idle

nameless() {
	one
	work 'No name'
	sha=$(git rev-parse HEAD)
	is "$(fields=1,2,4,5 drift)" "nameless${tab}$sha${tab}Test Author${tab}No name"
	is "$(TKT_GIT=program drift | cut -f 1)" nameless
	tkt link login HEAD >/dev/null
	tickets
	none
	tkt comment login -m x >/dev/null
	tickets # changes nothing but tickets
	none
	git commit -q --allow-empty -m 'Nothing at all'
	none
	# Both inside and outside.
	tkt comment login -m y >/dev/null
	git add -A
	work 'Both'
	is "$(drift | cut -f 1)" nameless
	git commit -q --amend -m "Both, $key"
	none
	# Merges need no name; what they merge does.
	git checkout -q -b side
	work 'On the side' side.c
	git checkout -q main
	git merge -q --no-ff -m 'Merge' side
	is "$(fields=1,5 drift)" "nameless${tab}On the side"
	# Old ones are nobody's business.
	tick 2600000
	none
	is "$(fields=1,5 drift --since 40d)" "nameless${tab}On the side"
	is "$(fields=1,5 drift --since 2026-06-01)" "nameless${tab}On the side"
	must_fail 2 tkt drift --since yesterday
	# Only HEAD and local branches.
	git checkout -q --detach
	work 'Detached'
	is "$(fields=1,5 drift)" "nameless${tab}Detached"
	git update-ref refs/remotes/origin/theirs HEAD
	git checkout -q main
	none
}
t 'commits of late that change code and name no ticket' nameless

below() {
	git init -q -b main .
	mkdir -p a/b
	(cd a/b && tkt init >/dev/null && tkt create 'Login page' --slug login >/dev/null)
	git add -A
	git commit -q -m 'Tickets'
	cd a/b
	none
	work 'Beside' x.c
	is "$(fields=5 drift)" Beside
	git reset -q --hard HEAD~1
	none
	work 'Above' ../y.c
	is "$(fields=5 drift)" Above
	git reset -q --hard HEAD~1
	tkt comment login -m x >/dev/null
	git add -A
	git commit -q -m 'Comment'
	none
}
t 'a root below the top: what lies beside it is outside' below

vain() {
	one
	work 'Fix TKT-0000000'
	sha=$(git rev-parse HEAD)
	is "$(fields=1,2,4 drift)" "vain${tab}$sha${tab}TKT-0000000"
	is "$(tkt drift --json | jq -c '.data.vain[0] | [.name, .ambiguous, .subject]')" '["TKT-0000000",false,"Fix TKT-0000000"]'
	git commit -q --amend -m "See $key"
	none
	work 'Something

Refs: whatever'
	is "$(drift | cut -f 1)" nameless 'a word in Refs: may be anything'
}
t 'a reference that claims to be a ticket and is none' vain

query() {
	one
	tkt create 'Other thing' --slug other --label x >/dev/null
	tkt status login pending >/dev/null
	tkt status other pending >/dev/null
	tickets
	work 'No name'
	tick 90000
	is "$(drift | sort | cut -f 1 | uniq -c | tr -s ' ')" ' 2 idle
 1 nameless'
	is "$(drift label:x)" "idle${tab}20260601-120000-other"
	is "$(drift -label:x)" "idle${tab}$id"
	none label:nothing
	must_fail 2 tkt drift 'nosuch:field'
	file_has "$err" nosuch
}
t 'a query picks tickets, and leaves out commits' query

unknown() {
	one
	tkt status login pending >/dev/null
	tickets
	work 'No name'
	tick 90000
	run env TKT_GIT=none tkt drift
	is "$status" 6
	empty "$out"
	file_has "$err" unknown
	run env TKT_GIT=none tkt drift --json
	is "$status" 6
	is "$(jq -c '.data | [.state, (.reason | length > 0), .total]' "$out")" '["unknown",true,0]'
	git clone -q --depth 1 "file://$PWD" ../shallow
	cd ../shallow
	git config user.name x
	run tkt drift
	is "$status" 6
	empty "$out"
	file_has "$err" shallow
	work 'New one'
	must_fail 1 tkt drift
	is "$(cut -f 1,5 "$out")" "nameless${tab}New one" # what the cut commit changed nobody knows
}
t 'where history ends early nothing is said to be missing' unknown

no_repository() {
	new_root
	tkt create 'Alone' >/dev/null
	must_fail 6 tkt drift
	file_has "$err" unknown
	git init -q -b main .
	run tkt drift
	is "$status" 0
	empty "$out"
	empty "$err"
}
t 'without a repository everything is unknown; an empty one has no drift' no_repository

no_main() {
	one
	git checkout -q -b side
	git branch -q -D main
	work "Fixes $key"
	run tkt drift
	is "$status" 6
	empty "$out"
	file_has "$err" tkt.mainBranch
	is "$(tkt drift --json | jq -c '.data | [.main, .state]')" '[false,"known"]'
	git config tkt.mainBranch sied
	run tkt drift
	file_has "$err" "no branch 'sied'"
	git config tkt.mainBranch side
	is "$(drift)" "merged${tab}$id"
}
t 'without a main branch it says so, and how to name one' no_main

remotes_only() {
	one
	git checkout -q -b side
	work "Fixes $key"
	git checkout -q main
	git clone -q "$PWD" ../ci
	git clone -q -o github "$PWD" ../other
	git merge -q side
	for clone in ci other; do
		cd "../$clone"
		git checkout -q --detach
		git branch -q -D main
		none
		git fetch -q
		git checkout -q --detach "$(git remote)/main"
		is "$(drift)" "merged${tab}$id"
		is "$(TKT_GIT=program drift)" "merged${tab}$id"
	done
}
t 'a detached checkout with remote branches only, whatever the remote is called' remotes_only

hostile() {
	one
	esc=$(printf '\033')
	rlo=$(printf '\342\200\256')
	tick 60
	echo x >code.c
	git add code.c
	GIT_AUTHOR_NAME="Eve${esc}[31m" git commit -q -m "Red ${esc}[31m ${rlo} TKT-0000000"
	echo y >code.c
	git add code.c
	GIT_AUTHOR_NAME="Eve${esc}[31m" git commit -q -m "Red ${esc}]0;x ${rlo}	tab"
	sed -i "s/^title: .*/title: red ${esc}[31m${rlo}/; s/^status: .*/status: pending/" work-items/open/$id/item.md
	git mv work-items/open/$id work-items/pending/
	commit 'Moved'
	tick 90000
	git branch -- "a${rlo}b" 2>/dev/null || :
	is "$(drift | cut -f 1 | tr '\n' ' ')" 'idle nameless vain '
	! grep -q "$esc\|$rlo" "$out" || fail 'came through'
	is "$(awk -F '\t' '$1 == "nameless" { print NF }' "$out")" 5
	need script
	TERM=xterm script -qec 'stty cols 80; tkt drift' /dev/null </dev/null | tr -d '\r' | sed 's/\x1b\[[0-9;]*[mK]//g' >"$out.screen"
	! grep -q "$esc\|$rlo" "$out.screen" || fail 'came to the terminal'
	file_has "$out.screen" 'In progress, with no commit (1)'
	file_has "$out.screen" 'Commits that name a ticket in vain (1)'
	file_has "$out.screen" 'pending, '
	rm "$out.screen"
	must_fail 2 tkt drift --since "$esc"
	! grep -q "$esc" "$err" || fail 'came to standard error'
}
t 'what commits and tickets say is only shown' hostile

many() {
	one
	for n in $(seq 15); do work "Commit $n"; done
	run tkt drift
	lines "$out" 15
	is "$(head -n 1 "$out" | cut -f 5)" 'Commit 15' 'the newest first'
	need script
	TERM=xterm script -qec 'stty cols 80; tkt drift' /dev/null </dev/null >"$out.screen" || :
	file_has "$out.screen" 'and 5 more'
	rm "$out.screen"
	head=$(git rev-parse HEAD)
	for n in $(seq 100); do echo "create refs/heads/b$n $head"; done | git update-ref --stdin
	run tkt drift
	lines "$out" 15
}
t 'many are counted, and each is told once however many branches have it' many

valid() {
	one
	tkt create 'Pending one' --slug waits >/dev/null
	tkt status waits pending >/dev/null
	tkt create 'Left behind' --slug left >/dev/null
	tkt close left -m x >/dev/null
	tickets
	git checkout -q -b left
	work 'Behind'
	git checkout -q main
	work "Fixes $key"
	work 'Fixes TKT-0000000'
	work 'None'
	tick 90000
	mkdir docs
	run tkt drift --json
	cp "$out" docs/1
	is "$(jq -c '.data | [(.closed, .merged, .idle, .nameless, .vain) | length]' docs/1)" '[1,1,1,1,1]'
	run env TKT_GIT=none tkt drift --json
	cp "$out" docs/2
	/usr/bin/python3 "$SRC/tests/e2e/json_check.py" "$SRC/man/schema" docs/* || fail 'a document is not what its schema says'
	rm -r docs
}
t 'JSON is what its schema says' valid

done_testing
