#!/bin/sh
# What a merge lost or gave to another ticket although no file shows it: doctor knows it from the commits, and --fix
# puts it right. What somebody took out on purpose stays out.
. "$(dirname "$0")/lib.sh"
need git

TKT_FSYNC=off
TKT_INDEX=off
export TKT_FSYNC TKT_INDEX

drivers() {
	git config merge.tkt-item.driver 'tkt merge-item %O %A %B %P'
	git config merge.tkt-thread.driver 'tkt merge-thread %O %A %B %P'
}
start() {
	new_repo
	drivers
	id=$(tkt create 'First thing')
	commit
	base=$(git rev-parse HEAD)
}
on() {
	git switch -q -c "$1" "$base"
	tick 60
}
said() { # FILE WORD: once in it, and in no other thread
	is "$(grep -c -x -F -e "$2" "$1")" 1 "$2 in $1"
	is "$(cat work-items/*/*/thread.md | grep -c -x -F -e "$2")" 1 "$2 in all threads"
}

# Two branches at once: git runs no driver then, and leaves the side that did not move the ticket in its index alone.
octopus() { # [add]
	start
	on one
	tkt close first-thing -m 'Done.' >/dev/null
	commit
	on two
	tkt comment first-thing -m 'Too late?' >/dev/null
	tkt label first-thing +late >/dev/null
	commit
	git switch -q main
	git merge -q --no-edit one two >git.log 2>&1 && fail 'the octopus merged it'
	rm git.log
	[ -z "$(git ls-files -u)" ] && fail 'nothing is unresolved'
	[ -z "${1:-}" ] || git add -A
	must_fail 1 tkt doctor
	file_has "$out" "T098: the merge lost the 'comment' event"
	tkt doctor --fix >"$out" || fail 'not mended'
	git add -A
	git commit -q --no-edit
	is "$(tkt doctor)" 'doctor: ok (1 ticket)'
	said work-items/closed/"$id"/thread.md 'Too late?'
	said work-items/closed/"$id"/thread.md 'Done.'
	[ "${1:-}" ] || file_has work-items/closed/"$id"/item.md 'labels: [late]'
}
t 'what an octopus merge leaves in the index alone comes back' octopus
t 'so do the events when git add came first' octopus add

# A comment that quotes the beginning of a conflict, and a real conflict behind it.
quoted() {
	start
	printf '<<<<<<< HEAD\nquoted\n=======\n' | tkt comment first-thing --file - >/dev/null
	commit
	base=$(git rev-parse HEAD)
	for n in one two; do
		on "$n"
		tkt comment first-thing -m "Said on $n." >/dev/null
		commit
	done
	git switch -q main
	git merge -q --no-edit one two >git.log 2>&1 && fail 'the octopus merged it'
	rm git.log
	cp work-items/open/"$id"/thread.md marked
	echo 'A word by hand.' >>work-items/open/"$id"/thread.md
	tkt doctor --fix >"$out" && fail 'the word by hand is gone'
	mv marked work-items/open/"$id"/thread.md
	tkt doctor --fix >"$out" || fail 'not mended'
	said work-items/open/"$id"/thread.md 'Said on one.'
	said work-items/open/"$id"/thread.md 'Said on two.'
	said work-items/open/"$id"/thread.md 'quoted'
	! grep -q '^>>>>>>>' work-items/open/"$id"/thread.md || fail 'a marker is left'
}
t 'a thread whose comments quote markers is merged anew from the commits' quoted

tickets_sh() {
	[ -e ../tickets.sh ] || ln -s "$TKT" ../tickets.sh
	../tickets.sh "$@"
}
# Tickets that a script made in one second have the same thread: git takes one for the other.
alike() { # HOW
	new_repo
	drivers
	for n in 1 2 3 4; do tickets_sh create --title "Import $n" >/dev/null; done
	commit
	base=$(git rev-parse HEAD)
	on one
	for n in 1 2 3 4; do tkt comment "import-$n" -m "About $n." >/dev/null; done
	commit
	on two
	# No event: the threads stay the same byte for byte. Git pairs them in the order of their paths.
	for n in 1 3; do tickets_sh status "import-$n" closed; done
	for n in 2 4; do tickets_sh status "import-$n" pending; done
	git add -A
	git commit -q -m 'Moved'
	case $1 in
	merge) git merge -q --no-edit one >git.log 2>&1 || : ;;
	squash) git merge -q --squash one >git.log 2>&1 || : ;;
	esac
	rm git.log
	tkt doctor --fix >"$out" || :
	git add -A
	tkt doctor >"$out" || fail 'not mended'
	for n in 1 2 3 4; do said "$(echo work-items/*/*-import-"$n"/thread.md)" "About $n."; done
}
t 'what a merge gave to another ticket goes home' alike merge
t 'what a squash gave to another ticket goes home' alike squash

# --- nothing to complain of ---

on_purpose() {
	start
	tkt comment first-thing -m 'A secret.' >/dev/null
	commit
	base=$(git rev-parse HEAD)
	on one
	tkt comment first-thing -m 'Said on one.' >/dev/null
	commit
	on two
	n=$(grep -n '^<!-- event: comment' work-items/open/"$id"/thread.md | cut -d : -f 1)
	sed -i "$((n - 1)),\$d" work-items/open/"$id"/thread.md
	commit
	git merge -q --no-commit one >/dev/null 2>&1 || fail 'no clean merge'
	n=$(grep -n '^A secret' work-items/open/"$id"/thread.md | cut -d : -f 1)
	[ -z "$n" ] || sed -i "$((n - 4)),$((n + 2))d" work-items/open/"$id"/thread.md
	git add -A
	git commit -q -m 'Merge one'
	file_lacks work-items/open/"$id"/thread.md secret
	is "$(tkt doctor)" 'doctor: ok (1 ticket)'
	# And a word that is mended after the merge.
	sed -i 's/^Said on one/Said on 1/' work-items/open/"$id"/thread.md
	is "$(tkt doctor)" 'doctor: ok (1 ticket)'
}
t 'an event that a side took out, and one that was edited since, are nobody'"'"'s loss' on_purpose

nothing_wanted() {
	start
	on one
	tkt comment first-thing -m 'Said on one.' >/dev/null
	commit
	on two
	git commit -q --allow-empty -m 'Else'
	git merge -q --no-edit -s ours one
	is "$(tkt doctor)" 'doctor: ok (1 ticket)'
	# What a rebase leaves behind is no rebase.
	git rev-parse one >.git/REBASE_HEAD
	is "$(tkt doctor)" 'doctor: ok (1 ticket)'
	rm .git/REBASE_HEAD
	git merge -q --squash one >/dev/null 2>&1 || :
	git checkout -q HEAD -- work-items
	is "$(tkt doctor)" 'doctor: ok (1 ticket)'
}
t 'git merge -s ours wants nothing of the other side; what is given up is not missed' nothing_wanted

done_testing
