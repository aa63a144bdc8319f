#!/bin/sh
# Tickets that a script made in one second can be taken for each other by git, and doctor takes back what git gave to the
# wrong one (t0487). Here is what it must leave alone: what a person took to another ticket, whatever git did besides.
. "$(dirname "$0")/lib.sh"
need git

TKT_FSYNC=off
TKT_INDEX=off
export TKT_FSYNC TKT_INDEX

thread() { echo work-items/*/*-import-"$1"/thread.md; }
# Three tickets of one thread; the first has a comment, in a commit of its own.
commented() {
	new_repo
	git config merge.tkt-item.driver 'tkt merge-item %O %A %B %P'
	git config merge.tkt-thread.driver 'tkt merge-thread %O %A %B %P'
	for n in 1 2 3; do tickets_sh create --title "Import $n" >/dev/null; done
	commit 'Made'
	base=$(git rev-parse HEAD)
	tick 60
	tkt comment import-1 -m 'A word.' >/dev/null
	commit 'A word'
	tick 60
}
take() { # FROM TO: the comment, which is the last event, by hand
	cp "$(thread "$2")" kept
	cp "$(thread "$1")" "$(thread "$2")"
	mv kept "$(thread "$1")"
}
fine() {
	tkt doctor >"$out" || fail "$(cat "$out")"
	file_lacks "$out" T098
	is "$(TKT_GIT=program tkt doctor)" "$(cat "$out")"
}
in_ticket() { is "$(grep -l -x -F -e 'A word.' work-items/*/*/thread.md)" "$(thread "$1")"; }

closed_besides() {
	commented
	take 1 2
	tkt close import-1 -m 'Was about 2.' >/dev/null
	fine
	commit 'This was about 2; 1 is done'
	fine
}
t 'a person may take an event away and close its ticket' closed_besides

amended() { # HOW
	commented
	take 1 2
	case $1 in
	amend) git commit -q -a --amend --no-edit ;;
	soft) git reset -q --soft "$base" && git add -A && git commit -q -m 'A word about 2' ;;
	esac
	fine
	git switch -q -c two "$base"
	git commit -q --allow-empty -m 'Else'
	git cherry-pick main >/dev/null 2>&1
	fine
	in_ticket 2
}
t 'and amend the commit that had it elsewhere' amended amend
t 'or make it anew' amended soft

on_and_on() {
	commented
	take 1 2
	commit 'This was about 2'
	take 2 3
	tkt status import-1 pending >/dev/null
	tkt status import-3 pending >/dev/null
	fine
	commit 'No, about 3'
	fine
	in_ticket 3
}
t 'and take it on to a third one' on_and_on

# HEAD of this clone never was where it was written.
picked() {
	commented
	git branch old "$base"
	git clone -q -b old . ../picked
	cd ../picked || exit
	git commit -q --allow-empty -m 'Else'
	git cherry-pick origin/main >/dev/null 2>&1
	take 1 2
	fine
	commit 'This was about 2'
	fine
	in_ticket 2
}
t 'also where it came by a cherry-pick' picked

# That work tree's log of HEAD knows nothing of what was before.
elsewhere() { # HOW
	commented
	git branch with "$(git rev-parse HEAD)"
	take 1 2
	commit 'This was about 2'
	taken=$(git rev-parse HEAD)
	case $1 in
	new) git worktree add -q -b three ../linked "$taken" ;;
	*) git worktree add -q -b three ../linked with ;;
	esac
	cd ../linked || exit
	if [ "$1" = again ]; then
		git merge -q --ff-only main
		fine
		git revert --no-edit "$taken" >/dev/null
		git revert --no-edit HEAD~1 >/dev/null
		git revert --no-edit HEAD~1 >/dev/null
		git revert --no-edit HEAD >/dev/null
	fi
	fine
	in_ticket 2
}
t 'also in a new work tree' elsewhere new

# Two branches have it in different tickets, and this one has copies of both.
at_odds() {
	commented
	git switch -q -c other "$base"
	git commit -q --allow-empty -m 'Else'
	tkt comment import-3 -m 'Other.' >/dev/null
	git commit -q --allow-empty -m 'More'
	git merge -q --squash main >/dev/null
	take 1 2
	commit 'A word about 2'
	word=$(git rev-parse HEAD)
	git switch -q --detach "$base"
	git commit -q --allow-empty -m 'Mine'
	git worktree add -q --detach ../at-odds HEAD
	cd ../at-odds || exit
	git cherry-pick "$word" >/dev/null
	fine
	in_ticket 2
}
t 'where branches are at odds nobody knows' at_odds

# The same ticket, with its events, under another id.
copied() {
	commented
	tkt label import-1 +late >/dev/null
	commit 'Late'
	git switch -q -c two
	from=$(dirname "$(thread 1)")
	cp -r "$from" work-items/open/20260601-120000-again
	sed -i -e 's/^id: .*/id: 20260601-120000-again/' -e 's/^slug: .*/slug: again/' \
		work-items/open/20260601-120000-again/item.md
	commit 'Again'
	git switch -q main
	git clone -q . ../copied
	cd ../copied || exit
	git commit -q --allow-empty -m 'Else'
	git cherry-pick origin/two >/dev/null
	git update-ref -d refs/remotes/origin/two
	fine
}
t 'a ticket that was copied keeps the events' copied

# The wrong place is what a side of the merge has: the merge is looked at first, and not taken apart by turns.
by_turns() {
	commented
	for n in 2 3; do tkt comment "import-$n" -m "Word $n." >/dev/null; done
	commit 'More words'
	git switch -q -c two "$base"
	for n in 1 3; do tickets_sh status "import-$n" closed; done
	tickets_sh status import-2 pending
	commit 'Moved'
	git switch -q main
	git rebase -q two >/dev/null 2>&1 || :
	grep -q -x -F -e 'Word 2.' "$(thread 2)" && fail 'git guessed right'
	git switch -q -c three two
	tick 60
	tkt comment import-2 -m 'Besides.' >/dev/null
	commit 'Besides'
	git merge -q --no-edit --no-commit main >/dev/null 2>&1 || fail 'not merged'
	tkt doctor --fix >"$out" || fail "$(cat "$out")"
	tkt doctor --fix >"$out" || fail "$(cat "$out")"
	file_lacks "$out" T098
	commit 'Merged'
	must_fail 1 tkt doctor
	tkt doctor --fix >"$out" || fail "$(cat "$out")"
	fine
	for n in 2 3; do grep -q -x -F -e "Word $n." "$(thread $n)" || fail "$n is not at home"; done
}
t 'what a merge needs is not sent to and fro' by_turns

done_testing
