#!/bin/sh
# tkt drift: what came to the main branch by another way (picked, squashed), and what was taken back there.
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
	run tkt drift
	cut -f "${fields:-1,3}" "$out"
}
none() {
	run tkt drift
	empty "$out"
	is "$status" 0
}

backport() {
	one
	git branch release/1.0
	work "Do not crash

Fixes: $key" crash.c
	fix=$(git rev-parse HEAD)
	tkt close login -m 'Fixed.' >/dev/null
	tickets
	none
	git checkout -q release/1.0
	tick 600
	git cherry-pick "$fix" >/dev/null
	git checkout -q main
	none
	# By its author's time; and where that was lost, by what -x writes.
	git checkout -q release/1.0
	tick 60
	git commit -q --amend --reset-author -m "Do not crash

Fixes: $key"
	git checkout -q main
	is "$(drift)" "closed${tab}$id"
	git checkout -q release/1.0
	git commit -q --amend -m "Do not crash

Fixes: $key

(cherry picked from commit $fix)"
	git checkout -q main
	none
}
t 'a copy of a merged commit on a release branch did not stay behind' backport

squashed() {
	one
	git checkout -q -b "$key-login"
	work 'Half' a.c
	work 'Other half' b.c
	tick 60
	tkt close login -m 'Done.' >/dev/null
	tickets
	git checkout -q main
	none
	tick 60
	git merge -q --squash "$key-login"
	git commit -q -m "Login page, $key"
	none
	# Nor where the squash names nothing.
	git commit -q --amend -m 'Login page (#12)'
	is "$(fields=1,5 drift)" "nameless${tab}Login page (#12)"
	is "$(TKT_GIT=program drift | cut -f 1)" nameless
	# But what came after it, on a branch that knows that the ticket is closed.
	git checkout -q -b "$key-more"
	work 'More' c.c
	git checkout -q main
	is "$(drift | cut -f 1)" 'closed
nameless'
}
t 'a branch that closed its ticket and was squashed did not stay behind' squashed

reverted() {
	one
	work "Faster

Fixes: $key"
	is "$(drift)" "merged${tab}$id"
	git revert --no-edit HEAD >/dev/null
	none
	is "$(tkt link --apply --dry-run --json | jq -c '.data.skipped[0].reason')" '"the commit was reverted"'
	none
	# The revert is reverted: it is there again.
	git revert --no-edit HEAD >/dev/null
	is "$(drift)" "merged${tab}$id"
	is "$(tkt link --apply --dry-run --json | jq -c '[.data.skipped, (.data.closed | length)]')" '[[],1]'
	# Of a merge all that it brought.
	git reset -q --hard HEAD~3
	git checkout -q -b side
	work "Fixes: $key" a.c
	git checkout -q main
	work "Beside, $key" b.c
	git merge -q --no-ff --no-edit side
	is "$(drift)" "merged${tab}$id"
	is "$(TKT_GIT=program drift)" "merged${tab}$id"
	git revert --no-edit -m 1 HEAD >/dev/null
	none
	TKT_GIT=program none
	# A revert elsewhere takes nothing back here; one of what names no ticket names none.
	git reset -q --hard HEAD~1
	git checkout -q -b elsewhere
	git revert --no-edit -m 1 HEAD >/dev/null
	git checkout -q main
	is "$(drift)" "merged${tab}$id"
	work 'No name' c.c
	git revert --no-edit HEAD >/dev/null
	is "$(drift | cut -f 1)" 'merged
nameless
nameless'
}
t 'what was reverted closes nothing, and a revert needs no name' reverted

done_testing
