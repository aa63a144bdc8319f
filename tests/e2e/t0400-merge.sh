#!/bin/sh
# tkt merge-item and tkt merge-thread, as git runs them: branches that merge, and clones that meet.
. "$(dirname "$0")/lib.sh"
need git jq python3

TKT_FSYNC=off
export TKT_FSYNC

drivers() {
	git config merge.tkt-item.driver 'tkt merge-item %O %A %B %P'
	git config merge.tkt-thread.driver 'tkt merge-thread %O %A %B %P'
}
# A repository with one ticket that somebody has worked on, so that its files are recognised after a move.
with_ticket() {
	new_repo
	drivers
	id=$(printf 'What it is about.\n\nOne paragraph.\n\nAnother paragraph.\n' | tkt create 'First thing' -l ui -F -)
	{
		printf 'A first look: it is larger than it seems, and older.\n'
		for i in 1 2 3 4 5 6 7 8; do printf 'Place %s: the parser forgets the last line of what it reads.\n' "$i"; done
	} | tkt comment first-thing --file - >/dev/null
	tkt comment first-thing -m 'The cause is in the parser, which forgets the last line.' >/dev/null
	commit 'The ticket'
	open=work-items/open/$id
	closed=work-items/closed/$id
}
# events FILE: how many
events() { grep -c '^<!-- event:' "$1"; }

lgtm() {
	with_ticket
	git switch -q -c other
	tkt comment first-thing -m LGTM --author ann >/dev/null
	commit
	git switch -q main
	tkt comment first-thing -m LGTM --author bob >/dev/null
	commit
	git merge -q other
	is "$(grep -c '^LGTM$' "$open/thread.md")" 2
	is "$(events "$open/thread.md")" 5
	is "$(git status --porcelain)" ''
}
t 'two branches that both say LGTM merge to two whole events' lgtm

all_fields() {
	with_ticket
	git switch -q -c other
	tick 60
	tkt label first-thing +theirs -ui >/dev/null
	tkt assign first-thing ann >/dev/null
	tkt comment first-thing -m 'From the other side' >/dev/null
	commit
	git switch -q main
	tick 60
	tkt label first-thing +mine >/dev/null
	tkt set first-thing priority=P0 >/dev/null
	tkt status first-thing pending >/dev/null
	tkt comment first-thing -m 'From this side' >/dev/null
	commit
	git merge -q other >"$out" 2>&1 || fail 'no clean merge'
	item=work-items/pending/$id/item.md
	file_has "$item" 'labels: [mine, theirs]'
	file_has "$item" 'assignee: ann'
	file_has "$item" 'priority: P0'
	file_has "$item" 'status: pending'
	file_has "$item" "updated_at: $TKT_NOW"
	file_has "work-items/pending/$id/thread.md" 'From the other side'
	file_has "work-items/pending/$id/thread.md" 'From this side'
	missing "$open"
}
t 'what two branches changed of one ticket is all there, in the directory of the new status' all_fields

close_and_edit() {
	with_ticket
	git switch -q -c other
	tkt comment first-thing -m 'Still thinking' --author ann >/dev/null
	tkt label first-thing +more >/dev/null
	commit
	git switch -q main
	tick 60
	tkt close first-thing -m Done >/dev/null
	commit
	git merge -q other >"$out" 2>&1 || fail 'no clean merge'
	missing "$open"
	file_has "$closed/thread.md" 'Still thinking'
	file_has "$closed/thread.md" Done
	file_has "$closed/item.md" 'labels: [ui, more]'
	file_has "$closed/item.md" 'status: closed'
}
t 'a comment on one side follows the ticket that the other side closed' close_and_edit

# git knows a moved file again by half of its text; a thread of one event is too short for that.
short_and_closed() {
	new_repo
	drivers
	tkt create 'Short one' >/dev/null
	commit
	git switch -q -c other
	tkt comment short-one -m 'Too late?' --author ann >/dev/null
	commit
	git switch -q main
	tick 60
	tkt close short-one -m 'Done, and more has been said here than before.' >/dev/null
	commit
	git switch -q -c again
	git merge -q -X find-renames=20 other >"$out" 2>&1 || fail 'not known again with find-renames=20'
	missing "work-items/open/$(ls work-items/closed)"
	git switch -q main
	run git merge -q other
	is "$status" 1
	git add -A
	exit_is 0 tkt doctor --fix
	git add -A
	git commit -q -m Merged
	is "$(find work-items -name item.md | wc -l)" 1
	is "$(grep -r -c 'Too late?' work-items/closed/*/thread.md)" 1
	is "$(grep -c '^Done, and more' work-items/closed/*/thread.md)" 1
}
t 'a thread too short to be known again after a move is brought home by doctor --fix' short_and_closed

two_moves() {
	with_ticket
	git switch -q -c other
	tick 60
	tkt status first-thing pending -m 'I wait for an answer' >/dev/null
	commit
	git switch -q main
	tick 60
	tkt close first-thing -m 'Done meanwhile' >/dev/null
	commit
	run git merge -q other
	is "$status" 1
	git add -A
	exit_is 0 tkt doctor --fix
	git add -A
	git commit -q -m Merged
	missing "$open"
	missing "work-items/pending/$id"
	file_has "$closed/item.md" 'status: closed'
	file_has "$closed/thread.md" 'I wait for an answer'
	file_has "$closed/thread.md" 'Done meanwhile'
}
t 'two different moves end in one ticket, with the later status' two_moves

# git takes what is most alike for the moved file, also when it belongs to another ticket.
taken_for_another() {
	new_repo
	drivers
	for n in one two; do
		tkt create "Thing $n" >/dev/null
		for i in 1 2 3 4; do tkt comment "thing-$n" -m 'What an import writes into every ticket.' >/dev/null; done
	done
	commit
	git switch -q -c other
	printf 'A long word, %s,\n' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 | tkt close thing-one --file - >/dev/null
	tkt status thing-two pending >/dev/null
	commit
	git switch -q main
	tkt comment thing-one -m 'About the first' >/dev/null
	commit
	run git merge -q other
	file_lacks "$(echo work-items/closed/*one/thread.md)" 'About the first'
	is "$status" 1 'a comment went to another ticket in silence'
	file_has "$out" CONFLICT
	# nothing is lost: both threads are there, between markers
	file_has "$(echo work-items/pending/*two/thread.md)" '<<<<<<< ours'
	file_has "$(echo work-items/pending/*two/thread.md)" 'About the first'
	must_fail 1 tkt doctor
	file_has "$out" T022
	tkt doctor --fix >"$out" 2>&1 || :
	git add -A work-items
	exit_is 0 tkt doctor
	git commit -q -m Merged
	is "$(grep -c 'About the first' work-items/closed/*one/thread.md)" 1
	file_lacks "$(echo work-items/pending/*two/thread.md)" 'About the first'
	is "$(grep -c '^<!-- event:' work-items/closed/*one/thread.md)" 4
	is "$(grep -c '^<!-- event:' work-items/pending/*two/thread.md)" 3 # of copies one stays: T055
	for n in one two; do is "$(grep -c "^Thing $n\$" work-items/*/*"$n"/thread.md)" 1; done
}
t 'a comment that git would move to another ticket is reported, and doctor --fix brings it home' taken_for_another

rebase() {
	with_ticket
	git switch -q -c other
	for i in 1 2 3; do
		tick 60
		tkt comment first-thing -m "Theirs $i" --author ann >/dev/null
		tkt label first-thing +"theirs$i" >/dev/null
		commit "Theirs $i"
	done
	git switch -q main
	for i in 1 2; do
		tick 7
		tkt comment first-thing -m "Mine $i" >/dev/null
		tkt label first-thing +"mine$i" >/dev/null
		commit "Mine $i"
	done
	git switch -q other
	git rebase -q main >"$out" 2>&1 || fail 'no clean rebase'
	is "$(events "$open/thread.md")" "$((3 + 5 + 5))" # a label is an event too
	is "$(git rev-list --count main..other)" 3
	is "$(git status --porcelain)" ''
	for i in 'Theirs 1' 'Theirs 2' 'Theirs 3' 'Mine 1' 'Mine 2'; do
		is "$(grep -c "^$i\$" "$open/thread.md")" 1
	done
}
t 'a branch is rebased commit by commit, and every event stays once' rebase

pick_and_stash() {
	with_ticket
	git switch -q -c other
	tkt comment first-thing -m 'Theirs one' --author ann >/dev/null
	commit 'One'
	tick 60
	tkt comment first-thing -m 'Theirs two' --author ann >/dev/null
	commit 'Two'
	git switch -q main
	tkt comment first-thing -m 'Mine' >/dev/null
	commit 'Mine'
	git cherry-pick other >"$out" 2>&1 || fail 'no clean cherry-pick'
	file_has "$open/thread.md" 'Theirs two'
	file_has "$open/thread.md" 'Mine'
	git merge -q other >"$out" 2>&1 || fail 'no clean merge'
	for i in 'Theirs one' 'Theirs two' 'Mine'; do
		is "$(grep -c "^$i\$" "$open/thread.md")" 1 "$i"
	done
	tkt comment first-thing -m 'Stashed' >/dev/null
	git stash -q
	tick 60
	tkt comment first-thing -m 'Committed' >/dev/null
	commit
	git stash pop -q >"$out" 2>&1 || fail 'no clean stash pop'
	is "$(grep -c '^Stashed$' "$open/thread.md")" 1
	is "$(grep -c '^Committed$' "$open/thread.md")" 1
	commit
}
t 'cherry-pick, a merge after it, and stash pop keep every event once' pick_and_stash

squash() {
	with_ticket
	git switch -q -c other
	tkt comment first-thing -m 'Theirs one' --author ann >/dev/null
	commit
	tick 60
	tkt comment first-thing -m 'Theirs two' --author ann >/dev/null
	commit
	git switch -q main
	tkt comment first-thing -m 'Mine' >/dev/null
	commit
	git merge -q --squash other >"$out" 2>&1 || fail 'no clean squash'
	commit 'Squashed'
	git switch -q other
	tkt comment first-thing -m 'Theirs three' --author ann >/dev/null
	commit
	git switch -q main
	git merge -q other >"$out" 2>&1 || fail 'no clean merge after the squash'
	for i in 'Theirs one' 'Theirs two' 'Theirs three' 'Mine'; do
		is "$(grep -c "^$i\$" "$open/thread.md")" 1 "$i"
	done
}
t 'a branch that was squashed once merges again, and nothing is doubled' squash

# The octopus strategy knows no drivers: it gives up, and leaves everything as it was.
octopus() {
	with_ticket
	second=$(tkt create 'Second thing')
	commit
	for b in one two three; do
		git switch -q -c "$b" main
		tkt comment first-thing -m "From $b" --author "$b" >/dev/null
		[ "$b" != three ] || tkt comment second-thing -m "From $b" >/dev/null
		commit
	done
	git switch -q main
	run git merge -q one two three
	[ "$status" != 0 ] || fail 'an octopus that merges the same file: this test is old'
	git merge --abort 2>/dev/null || git reset -q --hard
	is "$(events "$open/thread.md")" 3
	for b in one two three; do
		git merge -q "$b" >"$out" 2>&1 || fail "no clean merge of $b"
	done
	for b in one two three; do
		is "$(grep -c "^From $b\$" "$open/thread.md")" 1
	done
	file_has "work-items/open/$second/thread.md" 'From three'
}
t 'an octopus gives up unharmed, and one branch after the other merges' octopus

without() {
	with_ticket
	git config --unset merge.tkt-item.driver
	git config --unset merge.tkt-thread.driver
	git switch -q -c other
	tkt comment first-thing -m LGTM --author ann >/dev/null
	commit
	git switch -q main
	tkt comment first-thing -m LGTM --author bob >/dev/null
	commit
	run git merge -q other
	is "$status" 1
	file_has "$open/thread.md" '<<<<<<< HEAD'
	must_fail 1 tkt doctor
	file_has "$out" T022
	# nothing is lost: the drivers can still be registered
	drivers
	git checkout -q --merge -- "$open/thread.md"
	is "$(grep -c '^LGTM$' "$open/thread.md")" 2
	commit Merged
}
t 'without the drivers git reports a conflict, which the drivers still solve afterwards' without

# git would take ours without a word for a conflict when the program of a driver is not found.
not_found() {
	with_ticket
	for kind in item thread; do
		git config "merge.tkt-$kind.driver" \
			"if command -v tkt >/dev/null; then tkt merge-$kind %O %A %B %P; else git merge-file %A %O %B; fi"
	done
	git switch -q -c other
	tkt comment first-thing -m Theirs --author ann >/dev/null
	commit
	git switch -q main
	tkt comment first-thing -m Mine --author bob >/dev/null
	commit
	status=0
	PATH=/usr/bin:/bin git merge -q other >"$out" 2>&1 || status=$?
	is "$status" 1
	file_has "$open/thread.md" '<<<<<<<'
	file_has "$open/thread.md" Theirs
	git merge --abort
	git merge -q other >"$out" 2>&1 || fail 'no clean merge'
	is "$(grep -c -x -e Theirs -e Mine "$open/thread.md")" 2
}
t 'a driver with a way out leaves an ordinary conflict where tkt is not installed' not_found

true_conflict() {
	with_ticket
	git switch -q -c other
	tick 60
	tkt set first-thing title='Their title' >/dev/null
	tkt label first-thing +theirs >/dev/null
	commit
	git switch -q main
	tick 60
	tkt set first-thing title='My title' >/dev/null
	commit
	run git merge -q other
	is "$status" 1
	is "$(sed -n '/^<<</,/^>>>/p' "$open/item.md")" '<<<<<<< ours
title: My title
=======
title: Their title
>>>>>>> theirs'
	file_has "$open/item.md" 'labels: [ui, theirs]'
	is "$(git diff --name-only --diff-filter=U)" "$open/item.md"
	must_fail 1 tkt doctor
	file_has "$out" T022
	file_has "$out" "item.md:4"
	run tkt show "$id"
	[ "$status" != 0 ] || fail 'a ticket with markers is shown'
	file_has "$err" 'item.md'
	sed -i -e '/^<<<<<<< /d' -e '/^=======/,/^>>>>>>> /d' "$open/item.md"
	commit Merged
	is "$(tkt list --format tsv first | sed -n 2p | cut -f4)" 'My title'
}
t 'two titles stand between markers around that line only, and doctor names the place' true_conflict

by_hand() {
	printf 'a\nb\nc\n' >o
	printf 'A\nb\nc\n' >a
	printf 'a\nb\nC\n' >b
	quietly tkt merge-item o a b work-items/open/x/item.md
	is "$(cat a)" 'A
b
C'
	printf 'a\nX\nc\n' >a
	printf 'a\nY\nc\n' >b
	must_fail 1 tkt merge-item o a b some/item.md
	file_has "$err" 'some/item.md'
	empty "$out"
	file_has a '<<<<<<< ours'
	# no base: both made it
	printf 'x\n' >a
	printf 'x\n' >b
	quietly tkt merge-thread none a b
	is "$(cat a)" x
	# what cannot be done leaves ours as it was, and never a status that git takes for a crash
	must_fail 3 tkt merge-item o a none some/item.md
	must_fail 2 tkt merge-item o a
	mkdir d
	must_fail 5 tkt merge-item o a d
	is "$(cat a)" x
	printf 'y\n' >b
	ln -s a l
	run tkt merge-item o l b
	[ "$status" != 0 ] && [ "$status" -le 128 ] || fail "status $status for a link"
	is "$(cat a)" x
	is "$(find . -name 'file-*')" ''
	exit_is 1 tkt --json merge-item none a b p
	is "$(jq -c .data "$out")" '{"path":"p","conflicts":["the text"]}'
	/usr/bin/python3 "$SRC/tests/e2e/json_check.py" "$SRC/man/schema" "$out" || fail 'not what the schema says'
}
t 'the drivers run by hand: statuses, a missing base, and failures that change nothing' by_hand

# The work tree can hold a program of any name; the drivers run none.
planted() {
	with_ticket
	printf '#!/bin/sh\necho planted >>"%s/ran"\nexit 1\n' "$PWD" >git
	cp git git-merge-file
	cp git diff3
	chmod +x git git-merge-file diff3
	printf 'x\n' >o
	printf 'y\n' >a
	printf 'z\n' >b
	PATH=.:$PATH run tkt merge-item o a b p
	is "$status" 1
	missing ran
}
t 'a git that lies in the work tree is not run' planted

# Against git's own merge of texts, on files that differ in different lines.
against_git() {
	python3 - "$TKT" <<-'END'
		import os, random, subprocess, sys
		tkt = sys.argv[1]
		seed = int(os.environ.get("TKT_SEED") or 7)
		rng = random.Random(seed)
		rounds = 2000 if os.environ.get("TKT_LONG") else 100
		number = 0
		def fresh():
		    global number
		    number += 1
		    return "line %d\n" % number
		def edit(lines, rate):
		    out = []
		    for line in lines:
		        what = rng.random()
		        if what < rate:
		            out += [fresh() for _ in range(rng.randrange(3))]
		            continue
		        out.append(line)
		        if what < 2 * rate:
		            out.append(fresh())
		    if rng.random() < 0.1 and out:
		        out[-1] = out[-1].rstrip("\n")
		    return out
		def put(name, lines):
		    with open(name, "w") as f:
		        f.write("".join(lines))
		clean = 0
		for n in range(rounds):
		    base = [fresh() for _ in range(rng.randrange(60))]
		    put("o", base)
		    put("a", edit(base, 0.05))
		    put("b", edit(base, 0.05))
		    git = subprocess.run(["git", "merge-file", "-p", "-q", "-L", "ours", "-L", "base", "-L", "theirs",
		                          "a", "o", "b"], capture_output=True)
		    ours = subprocess.run([tkt, "merge-item", "o", "a", "b"], capture_output=True)
		    got = open("a", "rb").read()
		    assert (git.returncode == 0) == (ours.returncode == 0), (seed, n, git.returncode, ours.returncode)
		    clean += git.returncode == 0
		    if git.returncode == 0:
		        assert git.stdout == got, (seed, n)
		    else:
		        # the same words, whatever the markers enclose
		        marks = (b"<<<<<<<", b"=======", b">>>>>>>")
		        x = set(l for l in git.stdout.split(b"\n") if not l.startswith(marks))
		        y = set(l for l in got.split(b"\n") if not l.startswith(marks))
		        assert x == y, (seed, n)
		assert rounds / 5 < clean < rounds * 4 / 5, clean
	END
}
t 'texts merge as git merge-file merges them' against_git

# --- clones ---

# A number below $1, in $r.
random() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	r=$((seed / 65536 % $1))
}
# One change of a ticket, by what the clone sees; every text is one of a kind.
change() {
	random "$TICKETS"
	ref=ticket-$r
	tick 1
	random 9
	case $r in
	0 | 1 | 2 | 3)
		token=$((token + 1))
		tkt comment "$ref" -m "token $token." --author "$1" >/dev/null
		;;
	4) tkt label "$ref" "+l-$1-$token" >/dev/null ;;
	5) tkt label "$ref" -shared >/dev/null ;;
	6) tkt status "$ref" pending >/dev/null ;;
	7) tkt close "$ref" >/dev/null 2>&1 || : ;;
	8) tkt status "$ref" open >/dev/null ;;
	esac
	commit "$1 changes $ref" || : # nothing to change is no change
}
# What is left when git has merged: two directories of one ticket are for doctor.
settle() {
	git add -A
	[ -z "$(git grep -l '^<<<<<<< ' -- work-items)" ] || fail "markers: $(git grep -n '^<<<<<<< ' -- work-items)"
	tkt doctor --fix >"$out" 2>&1 || fail "doctor cannot heal it"
	git add -A
	git commit -q -m Merged
	healed=$((healed + 1))
}
meet() { # CLONE: takes what the others have, and gives its own
	git fetch -q
	case $way in
	merge)
		git merge -q --no-edit origin/main >"$out" 2>&1 || settle
		;;
	rebase)
		git rebase -q origin/main >"$out" 2>&1 || while [ -d .git/rebase-merge ]; do
			git add -A
			[ -z "$(git grep -l '^<<<<<<< ' -- work-items)" ] || fail "markers: $(git grep -n '^<<<<<<< ' -- work-items)"
			tkt doctor --fix >"$out" 2>&1 || fail "doctor cannot heal it"
			git add -A
			healed=$((healed + 1))
			if git diff --cached --quiet; then git rebase --skip >"$out" 2>&1 || :; else
				GIT_EDITOR=true git rebase --continue >"$out" 2>&1 || :; fi
		done
		;;
	esac
	tkt doctor >"$out" 2>&1 || tkt doctor --fix >"$out" 2>&1 || fail "doctor finds more than it can heal"
	[ -z "$(git status --porcelain)" ] || { commit Healed; healed=$((healed + 1)); }
	git push -q origin HEAD:main
}
clones() { # HOW ROUNDS
	way=$1 seed=${TKT_SEED:-1} token=0 healed=0 TICKETS=3
	new_repo one
	cd one
	for n in 0 1 2; do
		tick 61
		for i in 1 2 3 4; do echo "What ticket $n is about, in line $i."; done |
			tkt create "Ticket $n" -l shared -F - >/dev/null
		for i in 1 2 3; do
			tick 7
			tkt comment "ticket-$n" -m "Word $i of ticket $n, long enough to be known again after a move." >/dev/null
		done
	done
	commit
	cd ..
	git clone -q --bare one hub.git
	rm -rf one
	for c in one two three four five; do
		git clone -q hub.git "$c"
		(cd "$c" && drivers && tkt init >/dev/null)
	done
	n=0
	while [ "$n" -lt "$2" ]; do
		n=$((n + 1))
		random 5
		c=$(echo one two three four five | cut -d' ' -f$((r + 1)))
		cd "$c"
		change "$c"
		random 3
		[ "$r" != 0 ] || meet
		cd ..
	done
	for c in one two three four five; do (cd "$c" && meet && echo "$healed" >../healed); healed=$(cat healed); done
	for c in one two three four five; do (cd "$c" && git pull -q --ff-only); done
	for c in two three four five; do
		is "$(git -C "$c" rev-parse 'HEAD^{tree}')" "$(git -C one rev-parse 'HEAD^{tree}')"
	done
	cd one
	is "$(find work-items -name item.md | wc -l)" "$TICKETS"
	n=0
	while [ "$n" -lt "$token" ]; do
		n=$((n + 1))
		is "$(cat work-items/*/*/thread.md | grep -c "^token $n\\.\$")" 1 "token $n"
	done
	exit_is 0 tkt doctor
	cd ..
	echo "# seed ${TKT_SEED:-1}: $token comments, doctor --fix $healed times"
}
rounds=40
[ -z "${TKT_LONG:-}" ] || rounds=600
t 'five clones that merge through a bare repository lose nothing, double nothing and agree' clones merge "$rounds"
t 'five clones that rebase lose nothing, double nothing and agree' clones rebase "$rounds"

done_testing
