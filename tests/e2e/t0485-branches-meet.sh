#!/bin/sh
# Branches that meet: moves against edits, moves against moves, new files, one id made twice, tickets that look alike;
# by merge, rebase, squash, cherry-pick, revert, stash and octopus; with the drivers and without. Whatever git makes of
# it, `tkt doctor --fix`, `git add -A work-items` and `git commit` end it with one ticket that has every event.
. "$(dirname "$0")/lib.sh"
need git

TKT_FSYNC=off
TKT_INDEX=off
export TKT_FSYNC TKT_INDEX

drivers() {
	[ "${plain:-}" ] || git config merge.tkt-item.driver 'tkt merge-item %O %A %B %P'
	[ "${plain:-}" ] || git config merge.tkt-thread.driver 'tkt merge-thread %O %A %B %P'
}
ticket() { # TITLE: $id
	id=$(tkt create "$@" --body 'What it is about.' 2>/dev/null)
}
start() {
	new_repo
	drivers
	ticket 'First thing'
	tkt comment first-thing -m 'The cause is in the parser, which forgets the last line.' >/dev/null
	commit 'The ticket'
	base=$(git rev-parse HEAD)
}
# on BRANCH: from the first commit on
on() {
	git switch -q -c "$1" "$base"
	tick 60
}
# What a person does when git stops. As long as git does not know that a conflict is ended, doctor says so.
mend() {
	tkt doctor --fix >"$out" 2>&1 || :
	git add -A work-items
	tkt doctor >"$out" 2>&1 || fail 'doctor --fix leaves something'
}
settle() {
	mend
	git diff --cached --quiet || git commit -q --no-edit || git commit -q -m Settled
}
# meet HOW BRANCH…: brings the branches into the one that is checked out.
meet() {
	how=$1
	shift
	case $how in
	merge) for b; do git merge -q --no-edit "$b" || settle; done ;;
	ours | theirs) for b; do git merge -q --no-edit -X "$how" "$b" || settle; done ;;
	octopus) git merge -q --no-edit "$@" || { [ -z "$(git ls-files -u)" ] || settle; } ;;
	squash) for b; do
		git merge -q --squash "$b" || :
		settle
	done ;;
	pick) for b; do git cherry-pick "$b" || settle; done ;;
	rebase)
		git rebase -q "$1" || while [ -d .git/rebase-merge ]; do
			mend
			if git diff --cached --quiet; then git rebase --skip || :; else GIT_EDITOR=true git rebase --continue || :; fi
		done
		;;
	stash)
		git diff --quiet HEAD 2>/dev/null || fail 'not clean'
		git reset -q --soft "$base"
		git stash -q
		git merge -q --ff-only "$1"
		git stash pop -q || { settle; git stash drop -q; }
		;;
	esac >git.log 2>&1
	tkt doctor >"$out" 2>&1 || settle
	[ -z "$(git status --porcelain -- work-items)" ] || commit Settled
}
# One ticket, with these words, each once in its thread; nothing is left between markers.
one_ticket() { # STATUS WORD…
	is "$(cd work-items && find . -name item.md)" "./$1/$id/item.md"
	dir=work-items/$1/$id
	shift
	for word; do
		is "$(grep -c -F -x -e "$word" "$dir/thread.md")" 1 "$word in $dir/thread.md"
	done
	! grep -r -n -E '^[<>]{7,} ' work-items || fail 'markers are left'
	is "$(git status --porcelain -- work-items)" ''
}

two_moves() { # HOW
	start
	on one
	tkt status first-thing pending -m 'I wait.' >/dev/null
	commit
	on two
	tick 60
	tkt close first-thing -m 'Done.' >/dev/null
	commit
	meet "$1" one
	one_ticket closed 'I wait.' 'Done.'
	file_has "$dir/item.md" 'status: closed'
	file_has "$dir/resolution.md" 'Done.'
}
move_and_edit() { # HOW
	start
	on one
	tkt comment first-thing -m 'Too late?' --author ann >/dev/null
	tkt set first-thing priority=P0 >/dev/null
	tkt label first-thing +late >/dev/null
	commit
	on two
	tick 60
	printf 'A long word, %s.\n' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 | tkt close first-thing --file - >/dev/null
	commit
	meet "$1" one
	one_ticket closed 'Too late?' 'A long word, 7.'
	file_has "$dir/item.md" 'priority: P0'
	file_has "$dir/item.md" 'labels: [late]'
	file_has "$dir/item.md" 'status: closed'
}
move_and_file() { # HOW
	start
	echo log >run.log
	on one
	tkt attach first-thing run.log >/dev/null
	commit
	on two
	tkt close first-thing -m 'Done.' >/dev/null
	commit
	meet "$1" one
	one_ticket closed 'Done.'
	is "$(cat "$dir/artifacts/run.log")" log
	is "$(grep -c 'artifact: run.log' "$dir/thread.md")" 1
}
two_resolutions() { # HOW
	start
	on one
	tkt close first-thing -m 'Fixed in the parser.' >/dev/null
	commit
	on two
	tkt close first-thing -m 'Cannot be seen any more.' >/dev/null
	commit
	git branch -q second
	meet "$1" one
	one_ticket closed 'Fixed in the parser.' 'Cannot be seen any more.'
	is "$(cat "$dir/resolution.md")" 'Cannot be seen any more.

Fixed in the parser.'
	git switch -q -c again one
	meet "$1" second
	is "$(cat "$dir/resolution.md")" 'Cannot be seen any more.

Fixed in the parser.'
}
same_resolution() { # HOW
	start
	on one
	tkt close first-thing -m 'Done.' --author ann >/dev/null
	commit
	on two
	tkt close first-thing -m 'Done.' --author bob >/dev/null
	commit
	meet "$1" one
	is "$(cat work-items/closed/"$id"/resolution.md)" 'Done.'
	is "$(grep -c '^Done\.$' work-items/closed/"$id"/thread.md)" 2
}
# Two clones make one id in one second.
twins() { # HOW
	start
	for n in one two; do
		git switch -q -c "$n" "$base"
		at 2026-06-02T00:00:00Z
		ticket 'A twin' --author "$n" --label "$n"
		tick 5
		tkt comment a-twin -m "Said on $n" >/dev/null
		commit
	done
	meet "$1" one
	is "$(find work-items -name item.md | wc -l)" 2
	dir=work-items/open/$id
	for n in one two; do is "$(grep -c -x "Said on $n" "$dir/thread.md")" 1; done
	is "$(grep -c '^<!-- event: create' "$dir/thread.md")" 2
	like "$(grep '^labels:' "$dir/item.md")" '\[(one, two|two, one)\]'
	id=$(ls work-items/open | grep first)
}
# Tickets made from one template, which git takes for each other when many of them move.
alike() { # HOW
	new_repo
	drivers
	for n in 1 2 3 4 5 6; do
		${script:-tkt} create --title "Import $n" >/dev/null 2>&1
		for i in a an every; do tkt comment "import-$n" -m "What an import writes into $i ticket." --author import >/dev/null; done
	done
	commit
	base=$(git rev-parse HEAD)
	on one
	for n in 1 2 3 4 5 6; do
		tick 7
		tkt comment "import-$n" -m "About $n." --author ann >/dev/null
		tkt set "import-$n" scope="part/$n" >/dev/null
	done
	commit
	on two
	for n in 1 2 3 4 5 6; do
		tick 7
		case $n in
		1 | 4) printf "Long word $n, %s.\n" 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 |
			tkt close "import-$n" --file - >/dev/null ;;
		2 | 5) tkt status "import-$n" pending -m "Waits $n." >/dev/null ;;
		3) tkt close "import-$n" -m "Done $n." >/dev/null ;;
		esac
	done
	commit
	meet "$1" one
	is "$(find work-items -name item.md | wc -l)" 6
	for n in 1 2 3 4 5 6; do
		dir=$(echo work-items/*/*-import-"$n")
		is "$(grep -c -x "About $n\." "$dir/thread.md")" 1 "About $n"
		is "$(cat work-items/*/*/thread.md | grep -c -x "About $n\.")" 1 "About $n"
		is "$(grep -c -x "Import $n" "$dir/thread.md")" 1 "the beginning of $n"
		file_has "$dir/item.md" "scope: part/$n"
		file_has "$dir/item.md" "title: Import $n"
	done
}
for how in merge rebase squash pick stash octopus ours theirs; do
	t "tickets that look alike: $how" alike "$how"
	t "two different moves: $how" two_moves "$how"
	t "a move against edits that git does not follow: $how" move_and_edit "$how"
	t "a move against a new artifact: $how" move_and_file "$how"
	t "two resolutions are both said: $how" two_resolutions "$how"
	t "one resolution is said once: $how" same_resolution "$how"
	t "one id made twice: $how" twins "$how"
done
# --- what git does around a driver ---

odd_place() {
	dir="it's \"odd\" \$(touch ran) ; -x"
	mkdir -p -- "./$dir"
	git init -q -b main
	(cd -- "./$dir" && tkt init >/dev/null)
	drivers
	cd -- "./$dir"
	ticket 'First thing'
	commit
	base=$(git rev-parse HEAD)
	for n in one two; do
		on "$n"
		tkt comment first-thing -m "Said on $n" --author "$n" >/dev/null
		commit
	done
	git merge -q one >git.log 2>&1 || fail 'no clean merge'
	rm git.log
	one_ticket open 'Said on one' 'Said on two'
	is "$(find ../ -name ran)" ''
}
t 'a root whose path holds quotes, blanks and a command' odd_place

# Two merge bases, which git merges first: they conflict, and no marker of that comes through.
crossed() { # STYLE
	start
	git config merge.conflictStyle "$1"
	for n in one two; do
		on "$n"
		tkt set first-thing title="Title of $n" >/dev/null
		tkt comment first-thing -m "Said on $n" --author "$n" >/dev/null
		commit
	done
	git branch -q one0 one
	git switch -q one
	git merge -q two >/dev/null 2>&1 || :
	sed -i -e '/^<<<<<<< /d' -e '/^=======/,/^>>>>>>> /d' work-items/open/"$id"/item.md
	commit
	git switch -q two
	git merge -q one0 >/dev/null 2>&1 || :
	sed -i -e '/^<<<<<<< /,/^=======/d' -e '/^>>>>>>> /d' work-items/open/"$id"/item.md
	commit
	is "$(git merge-base --all one two | wc -l)" 2
	tkt comment first-thing -m 'And more' >/dev/null
	commit
	git merge -q one >"$out" 2>&1 || fail 'no clean merge'
	one_ticket open 'Said on one' 'Said on two' 'And more'
	is "$(grep -c '^title: Title of one$' "$dir/item.md")" 1
}
for style in merge diff3 zdiff3; do
	t "branches that crossed, their bases in conflict: $style" crossed "$style"
done

in_memory() {
	start
	for n in one two; do
		on "$n"
		tkt comment first-thing -m "Said on $n" --author "$n" >/dev/null
		commit
	done
	git switch -q --detach "$base"
	git merge-tree --write-tree one two >tree || fail 'no clean merge'
	git show "$(head -n 1 tree):work-items/open/$id/thread.md" >thread
	is "$(grep -c '^Said on' thread)" 2
	is "$(git status --porcelain -- work-items)" ''
}
t 'git merge-tree merges in memory' in_memory

# Taking the close back: the ticket is open again, and what was said since then stays.
reverted() {
	start
	tick 60
	tkt close first-thing -m 'Done.' >/dev/null
	commit 'Close it'
	close=$(git rev-parse HEAD)
	tkt comment first-thing -m 'Is it?' >/dev/null
	commit
	git revert --no-edit "$close" >git.log 2>&1 || { settle; git revert --continue >>git.log 2>&1 || :; }
	tkt doctor >"$out" 2>&1 || settle
	rm -f git.log
	one_ticket open 'Is it?'
	file_has "$dir/item.md" 'status: open'
	missing "$dir/resolution.md"
}
t 'a close is reverted after somebody commented' reverted

plain=yes
for how in merge rebase squash pick; do
	t "two different moves, without drivers: $how" two_moves "$how"
	t "a move against edits that git does not follow, without drivers: $how" move_and_edit "$how"
	t "a move against a new artifact, without drivers: $how" move_and_file "$how"
	t "two resolutions are both said, without drivers: $how" two_resolutions "$how"
done
plain=

done_testing
