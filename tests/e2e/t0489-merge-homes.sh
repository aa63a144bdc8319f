#!/bin/sh
# Where doctor looks for an event that came to stand in the wrong ticket, and what it takes for sure. What git does by
# chance is made by hand here: the files are as they were seen after such merges.
. "$(dirname "$0")/lib.sh"
need git

TKT_FSYNC=off
TKT_INDEX=off
export TKT_FSYNC TKT_INDEX

imported() {
	new_repo
	for n in 1 2 3; do tickets_sh create --title "Import $n" >/dev/null; done
	commit
	base=$(git rev-parse HEAD)
}
thread() { # N: the thread of import-N
	echo work-items/*/*-import-"$1"/thread.md
}
word() { # N WORD
	tkt comment "import-$1" -m "$2" >/dev/null
}
also_in() { # FROM TO: the last event of one ticket, in another one too
	{
		echo
		sed -n '/^<!-- event: comment/,$p' "$(thread "$1")"
	} >>"$(thread "$2")"
}
silent() {
	tkt doctor >"$out" || fail 'there is nothing to complain of'
	file_lacks "$out" 'T098'
}
told() {
	must_fail 1 tkt doctor
	file_has "$out" 'T098'
}

# A commit that is there already, in other words, is picked again: the right ticket has the event, and now another one.
picked_again() {
	imported
	tick 60
	word 1 'A word.'
	commit
	git clone -q . ../theirs
	(
		cd ../theirs || exit
		git switch -q -c other "$base"
		cp "$(thread 1)" before
		git show origin/main:"$(thread 1)" >"$(thread 1)"
		also_in 1 2
		mv before "$(thread 1)"
		tick 60
		tkt label import-2 +late >/dev/null
		git commit -q -a -m 'As git makes it'
	)
	git fetch -q ../theirs other
	git cherry-pick FETCH_HEAD >/dev/null 2>&1
	told
	tkt doctor --fix >"$out"
	is "$(grep -l 'A word.' work-items/*/*/thread.md)" "$(thread 1)"
	git commit -q -a -m 'Mended'
	silent
}
t 'what a copied commit puts into a second ticket goes out' picked_again

# The same, but the clock stood still: then two events may be alike.
same_second() {
	imported
	word 1 'A word.'
	commit
	word 2 'A word.'
	commit
	silent
	git switch -q -c other "$base"
	git commit -q --allow-empty -m 'Else'
	git cherry-pick main~1 main >/dev/null 2>&1
	git branch -q -D main
	silent
	is "$(grep -l 'A word.' work-items/*/*/thread.md | wc -l | tr -d ' ')" 2
}
t 'what was written to two tickets in one second stays in both' same_second

# Nothing of it was HEAD before it was merged.
fetched_merge() {
	imported
	git clone -q . ../other
	tick 60
	git switch -q -c one
	word 1 'A word.'
	commit
	cd ../other || exit
	git switch -q -c two
	git commit -q --allow-empty -m 'Else'
	git fetch -q
	git merge -q --no-ff --no-commit origin/one
	also_in 1 2
	git show "$base:$(thread 1)" >"$(thread 1)"
	git commit -q -a -m 'Merge, as git makes it'
	git commit -q --allow-empty -m 'And on'
	told
	tkt doctor --fix >"$out"
	is "$(grep -l 'A word.' work-items/*/*/thread.md)" "$(thread 1)"
	git commit -q -a -m 'Mended'
	silent
}
t 'what a merge brought in was there before it' fetched_merge

# Tickets that have nothing in common: git moves a whole text only between files that are alike.
not_alike() {
	imported
	tick 60
	for n in 4 5; do tickets_sh create --title "Import $n" >/dev/null; done
	commit
	git switch -q -c one
	tick 60
	word 1 'A word.'
	commit
	git switch -q main
	git commit -q --allow-empty -m 'Else'
	git merge -q --squash one >/dev/null
	also_in 1 4
	git checkout -q HEAD -- "$(thread 1)"
	git commit -q -a -m 'By hand'
	silent
}
t 'only of tickets that begin alike' not_alike

# A commit is being rebased, and an event that is there already came into another ticket.
rebased() { # INTO [lost]
	new_repo
	for n in 1 2 3; do
		tkt create "Import $n" >/dev/null
		tick 60
	done
	commit
	base=$(git rev-parse HEAD)
	git switch -q -c mine
	tkt label import-2 +late >/dev/null
	commit
	git switch -q main
	tick 60
	word 1 'A word.'
	tkt label import-3 +late >/dev/null
	commit
	git switch -q mine
	GIT_SEQUENCE_EDITOR='sed -i s/^pick/edit/' git rebase -q -i main >/dev/null 2>&1
	git rev-parse -q --verify REBASE_HEAD >/dev/null || git rev-parse ORIG_HEAD >.git/REBASE_HEAD
	also_in 1 "$1"
	[ -z "${2:-}" ] || git show "$base:$(thread 1)" >"$(thread 1)"
	told
	tkt doctor --fix >"$out"
	is "$(grep -l 'A word.' work-items/*/*/thread.md)" "$(thread 1)"
	is "$(git status --porcelain)" ''
	git rebase --continue >/dev/null 2>&1
	silent
}
t 'while a commit is rebased that changed the ticket, it goes out of it' rebased 2
t 'also out of one that only others changed' rebased 3
t 'and comes back where it is missing now' rebased 2 lost

# A conflict within a conflict, of two tickets.
nested() {
	imported
	tick 60
	git switch -q -c one
	tkt set import-1 scope=lib >/dev/null
	word 2 'A word of one.'
	commit
	git switch -q -c two "$base"
	tkt set import-2 scope=cmd >/dev/null
	word 2 'A word of two.'
	commit
	git merge -q --no-commit one >/dev/null 2>&1 || :
	a=$(echo work-items/open/*-import-1) b=$(echo work-items/open/*-import-2)
	{
		printf '<<<<<<< ours\n<<<<<<< ours\n'
		git show "two:$b/item.md"
		echo '||||||| base'
		git show "$base:$a/item.md"
		echo '======='
		git show "one:$a/item.md"
		printf '>>>>>>> theirs\n=======\n'
		git show "one:$b/item.md"
		echo '>>>>>>> theirs'
	} >"$b"/item.md
	git show "$base:$a/item.md" >"$a"/item.md
	{
		printf '<<<<<<< ours\n<<<<<<< ours\n'
		git show "two:$b/thread.md"
		echo '======='
		cat "$(thread 1)"
		printf '>>>>>>> theirs\n=======\n'
		git show "one:$b/thread.md"
		echo '>>>>>>> theirs'
	} >thread
	mv thread "$b"/thread.md
	must_fail 1 tkt doctor
	file_has "$out" 'T022'
	tkt doctor --fix >"$out" || fail 'not mended'
	file_has "$a"/item.md 'scope: lib'
	file_has "$b"/item.md 'scope: cmd'
	file_has "$b"/thread.md 'A word of one.'
	file_has "$b"/thread.md 'A word of two.'
	is "$(grep -l 'scope: cmd' work-items/*/*/item.md)" "$b/item.md"
	git add -A
	git commit -q -m 'Merged'
	silent
}
t 'conflicts of two tickets, nested, are taken apart from the commits' nested

# Two words for one body, in a conflict that stands in another ticket: it goes where it belongs, and a person decides.
contradiction() {
	imported
	new=$(echo work-items/open/*-import-2) old=$(echo work-items/open/*-import-1)
	{
		echo '<<<<<<< ours'
		sed '$a Mine.' "$old"/item.md
		echo '||||||| base'
		cat "$old"/item.md
		echo '======='
		cat "$new"/item.md
		echo '>>>>>>> theirs'
	} >conflict
	echo 'Yours.' >>"$old"/item.md
	mv conflict "$new"/item.md
	must_fail 1 tkt doctor --fix
	is "$(git diff --name-only)" "$old/item.md"
	file_has "$old"/item.md 'Mine.'
	file_has "$old"/item.md 'Yours.'
	grep -q '^<<<<<<<' "$old"/item.md || fail 'nobody was asked'
	: >../no_doctor
	git checkout -q -- work-items
}
t 'a contradiction goes to the ticket that it is about' contradiction

done_testing
