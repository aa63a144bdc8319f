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
	file_has work-items/closed/"$id"/item.md 'labels: [late]'
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

# Git keeps a moved ticket apart, as untracked files, and cannot put them back over others of the same name.
stashed() { # [other]
	start
	on one
	tkt close first-thing -m 'Done here.' >/dev/null
	tkt label first-thing +late >/dev/null
	git stash -q -u
	on two
	tkt close first-thing -m 'Done there.' >/dev/null
	tkt comment first-thing -m 'A word.' >/dev/null
	commit
	if [ "${1:-}" ]; then
		tkt comment first-thing -m 'Not yet.' >/dev/null
		git stash -q
		git stash pop -q 'stash@{1}' >git.log 2>&1 && fail 'git put it back'
	else
		git stash pop -q >git.log 2>&1 && fail 'git put it back'
	fi
	rm git.log
	tkt doctor --fix >"$out" || fail 'not mended'
	git add -A
	is "$(tkt doctor)" 'doctor: ok (1 ticket)'
	said work-items/closed/"$id"/thread.md 'Done here.'
	said work-items/closed/"$id"/thread.md 'Done there.'
	said work-items/closed/"$id"/thread.md 'A word.'
	file_lacks work-items/closed/"$id"/thread.md 'Not yet.'
}
t 'a stash that git put back by half comes back' stashed
t 'another stash stays where it is' stashed other

# Tickets that a script made in one second have the same thread: git takes one for the other.
imported() {
	new_repo
	drivers
	for n in 1 2 3 4; do tickets_sh create --title "Import $n" >/dev/null; done
	commit
	base=$(git rev-parse HEAD)
}
comments() {
	for n in 1 2 3 4; do tkt comment "import-$n" -m "About $n." >/dev/null; done
}
# No event: the threads stay the same byte for byte. Git pairs them in the order of their paths.
moves() {
	for n in 1 3; do tickets_sh status "import-$n" closed; done
	for n in 2 4; do tickets_sh status "import-$n" pending; done
	git add -A
}
astray() { # is something wrong at all?
	grep -q -x -F -e 'About 2.' work-items/*/*-import-2/thread.md && fail 'git guessed right'
	must_fail 1 tkt doctor
	file_has "$out" 'T098'
}
at_home() {
	for n in 1 2 3 4; do said "$(echo work-items/*/*-import-"$n"/thread.md)" "About $n."; done
	tkt doctor >"$out" || fail 'not mended'
	file_lacks "$out" 'T098'
}
mended() {
	tkt doctor --fix >"$out" || fail 'not mended'
	git add -A
	at_home
	git commit -q --no-edit --allow-empty -m 'Mended'
	at_home
}
alike() { # HOW
	imported
	log=$PWD/git.log
	on one
	case $1 in stash*) ;; *) comments && commit ;; esac
	on two
	moves
	git commit -q -m 'Moved'
	case $1 in
	merge) git merge -q --no-edit one ;;
	squash) git merge -q --squash one ;;
	later) git merge -q --no-edit one && git commit -q --allow-empty -m 'Else' ;;
	committed) git merge -q --squash one && git commit -q -m 'Squashed' ;;
	pick) git cherry-pick one ;;
	picked-again)
		git cherry-pick one
		git branch -q -D one
		git commit -q --allow-empty -m 'Else'
		;;
	rebase) git switch -q one && git rebase -q two ;;
	rebase-elsewhere)
		git worktree add -q ../linked HEAD~1 && git switch -q --detach
		cd ../linked && git rebase -q two one
		;;
	moves-rebased)
		git switch -q one
		tick 60
		tkt label import-1 +late >/dev/null
		commit
		git switch -q two
		git rebase -q one
		;;
	stash | stash-kept)
		git switch -q one
		tick 60
		comments
		git add -A
		git stash -q
		git switch -q two
		case $1 in *kept) git stash apply -q ;; *) git stash pop -q ;; esac
		;;
	esac >"$log" 2>&1 || :
	rm "$log"
	astray
	mended
}
t 'what a merge gave to another ticket goes home' alike merge
t 'also when other commits followed' alike later
t 'what a squash gave to another ticket goes home' alike squash
t 'also when it is committed' alike committed
t 'what a rebase gave to another ticket goes home' alike rebase
t 'also in another work tree than where it was written' alike rebase-elsewhere
t 'so it does where the moves were rebased' alike moves-rebased
t 'what a cherry-pick gave to another ticket goes home' alike pick
t 'also when its branch is gone and other commits followed' alike picked-again
t 'what a stash gave to another ticket goes home' alike stash
t 'also when it is still there' alike stash-kept

# Nothing of it was ever HEAD in this clone.
fetched() {
	imported
	on one
	comments
	commit
	git switch -q main
	git clone -q . ../other
	cd ../other || exit
	drivers
	git switch -q -c two
	moves
	git commit -q -m 'Moved'
	git cherry-pick origin/one >git.log 2>&1
	rm git.log
	astray
	# The branch goes on, and is merged at last.
	mended
	git merge -q --no-edit origin/one >git.log 2>&1
	rm git.log
	mended
}
t 'what was picked from a branch that was only fetched goes home' fetched

each_engine() {
	alike rebase
	is "$(TKT_GIT=program tkt doctor)" "$(TKT_GIT=library tkt doctor)"
	git reset -q --hard HEAD~1
	is "$(TKT_GIT=program tkt doctor 2>&1)" "$(TKT_GIT=library tkt doctor 2>&1)"
	must_fail 1 env TKT_GIT=program tkt doctor
	file_has "$out" 'T098'
	must_fail 1 tkt doctor --fix --dry-run
	file_has "$out" 'went back to it'
	must_fail 1 tkt doctor
	TKT_GIT=program tkt doctor --fix >"$out" || fail 'not mended'
	at_home
}
t 'both engines say the same of it, and a dry run touches nothing' each_engine

# --- item.md -----------------------------------------------------------------------------------

body() { # ID WORD: a line at the end of the body
	printf '\n%s\n' "$2" >>"$(echo work-items/*/*"$1"/item.md)"
}
# So short that git does not know the file again after the move: the ticket lies in two directories.
short_item() {
	printf -- '---\nid: %s\nslug: %s\ntitle: T\nstatus: open\nkind: task\npriority: P2\nlabels: []\n' "$1" "$1"
	printf 'created_at: %s\nupdated_at: %s\nassignee: null\nlegacy_ticket: null\n---\n\nOld.\n' "$2" "$2"
}
two_bodies() { # HOW
	new_repo
	drivers
	id=short
	mkdir -p work-items/open/$id/artifacts
	short_item $id 2026-06-01T12:00:00Z >work-items/open/$id/item.md
	printf '<!-- event: create author: ann at: 2026-06-01T12:00:00Z -->\n\n## Created\n\nT\n\n---\n' \
		>work-items/open/$id/thread.md
	touch work-items/open/$id/artifacts/.gitkeep
	commit
	base=$(git rev-parse HEAD)
	on one
	for n in 1 2 3 4 5 6 7 8 9; do body $id "A new line $n of one."; done
	tkt label $id +one >/dev/null
	commit
	on two
	tkt status $id pending >/dev/null
	tkt set $id title='A title that was changed on branch two' kind=bug priority=P0 assignee=ann scope=lib \
		references+=file:lib/a.c references+=file:lib/b.c references+=file:lib/c.c risk_flags+=data >/dev/null
	commit
	case $1 in
	stash*)
		git switch -q one
		git reset -q --soft "$base"
		git stash -q
		git switch -q two
		git stash pop
		;;
	rebase*) git rebase one ;;
	*) git merge --no-edit one ;;
	esac >git.log 2>&1 && fail 'git knew it again'
	rm git.log
	[ -d work-items/open/$id ] && [ -d work-items/pending/$id ] || fail 'not in two directories'
	case $1 in *added) git add -A ;; esac
	tkt doctor --fix >"$out" || fail 'not mended'
	git add -A
	file_has work-items/pending/$id/item.md 'A new line 9 of one.'
	file_has work-items/pending/$id/item.md 'title: A title that was changed'
	file_has work-items/pending/$id/item.md 'labels: [one]'
	is "$(ls work-items/pending/$id/artifacts)" ''
	is "$(tkt doctor)" 'doctor: ok (1 ticket)'
}
t 'what one side wrote into the body of a ticket that the other one moved is merged' two_bodies merge
t 'also when git add came first' two_bodies merge-added
t 'so it is in a rebase' two_bodies rebase
t 'and after git add, too' two_bodies rebase-added
t 'and when a stash is put back' two_bodies stash

# Tickets of a script have bodies that are alike, too: one is written to, and moved, another one is new.
two_tickets() {
	new_repo
	drivers
	tickets_sh create --title 'Import 1' >/dev/null
	commit
	base=$(git rev-parse HEAD)
	on one
	body import-1 'A word of one.'
	commit
	on two
	tickets_sh create --title 'Import 2' >/dev/null
	new=$(echo work-items/open/*-import-2)
	# As git leaves it when it takes the new ticket for the old one, moved.
	git add -A
	git commit -q -m 'New'
	git merge -q --no-commit one >/dev/null 2>&1 || :
	old=$(echo work-items/open/*-import-1)
	{
		echo '<<<<<<< ours'
		cat "$new"/item.md
		echo '||||||| base'
		git show "$base:$old"/item.md
		echo '======='
		git show "one:$old"/item.md
		echo '>>>>>>> theirs'
	} >conflict
	git show "$base:$old"/item.md >"$old"/item.md
	mv conflict "$new"/item.md
	must_fail 1 tkt doctor
	file_has "$out" 'T022'
	file_has "$out" 'T098'
	tkt doctor --fix >"$out" || fail 'not mended'
	file_has "$old"/item.md 'A word of one.'
	is "$(git diff HEAD --name-only -- "$new")" ''
	# Who wrote into it meanwhile keeps his words.
	git show "$base:$old"/item.md >"$old"/item.md
	body import-1 'Mine.'
	tkt doctor >"$out" || fail 'a person may write'
}
t 'a conflict of two tickets is taken apart' two_tickets

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

# Not git, but a person: the comment was meant for the other ticket.
by_hand() {
	imported
	tick 60
	tkt comment import-1 -m 'A word.' >/dev/null
	commit
	from=$(echo work-items/open/*-import-1/thread.md)
	to=$(echo work-items/open/*-import-2/thread.md)
	cp "$from" "$to"
	git show "$base:$to" >"$from"
	git add -A
	is "$(tkt doctor)" 'doctor: ok (4 tickets)'
	git commit -q -m 'This was about 2'
	is "$(tkt doctor)" 'doctor: ok (4 tickets)'
	# Also when both become one commit, elsewhere.
	git switch -q -c squashed "$base"
	git commit -q --allow-empty -m 'Else'
	git merge -q --squash main >/dev/null
	git commit -q -m 'All of it'
	is "$(tkt doctor)" 'doctor: ok (4 tickets)'
}
t 'what a person takes to another ticket stays there' by_hand

# The same words, author and second, but two events.
twice() {
	imported
	on one
	tkt label import-1 +late >/dev/null
	commit
	git switch -q -c two "$base"
	tkt label import-2 +late >/dev/null
	is "$(tkt doctor)" 'doctor: ok (4 tickets)'
	commit
	is "$(tkt doctor)" 'doctor: ok (4 tickets)'
	git switch -q -c three "$base"
	git merge -q --no-edit one two
	is "$(tkt doctor)" 'doctor: ok (4 tickets)'
	git switch -q one
	git rebase -q two
	is "$(tkt doctor)" 'doctor: ok (4 tickets)'
	is "$(grep -l '^labels: .late.' work-items/*/*/item.md | wc -l | tr -d ' ')" 2
}
t 'two events that are alike are nobody'"'"'s loss' twice

# Two tickets of one title in one second are told apart by the first line of their threads.
same_title() {
	new_repo
	tkt create 'One thing' >/dev/null
	tkt create 'One thing' >/dev/null 2>&1
	is "$(grep -c ' slug: one-thing-2 -->' work-items/open/*-2/thread.md)" 1
	! cmp -s work-items/open/*-one-thing/thread.md work-items/open/*-one-thing-2/thread.md || fail 'the same bytes'
}
t 'tickets that tkt makes have threads of their own' same_title

done_testing
