#!/bin/sh
# tkt doctor and git: links to commits, the index, other branches. Each finding appears for its cause and goes when that is mended.
. "$(dirname "$0")/lib.sh"

tab=$(printf '\t')
id=20260601-120000-login

one() {
	new_repo
	tkt create 'Login page' --slug login -b 'Text.' >/dev/null
	commit 'Login'
}
# "FILE[:LINE]: LEVEL CODE" a line, without notes on how things are said.
found() { tkt doctor "$@" | sed -n 's/^\(.*: [a-z]* T[0-9]*\): .*/\1/p'; }
clean() { is "$(found "$@")" '' 'findings'; }

link_event() { # KIND COMMIT FILE
	printf '\n<!-- event: %s author: ann at: 2026-06-01T12:00:01Z commit: %s method: manual -->\n\n## %s\n\n.\n\n---\n' "$1" "$2" "$1" >>"$3"
}

dangling() {
	one
	thread=work-items/open/$id/thread.md
	gone=0123456789012345678901234567890123456789
	line=$(($(wc -l <$thread) + 2))
	link_event commit_linked $gone $thread
	is "$(found)" "open/$id/thread.md:$line: warning T090"
	is "$(found login)" "open/$id/thread.md:$line: warning T090"
	file_has $thread $gone
	exit_is 0 tkt doctor
	file_has "$out" "$gone"
	must_fail 1 tkt doctor --strict
	for engine in library program; do
		is "$(TKT_GIT=$engine tkt doctor | grep -c T090)" 1 $engine
	done
	link_event commit_unlinked $gone $thread
	clean
	link_event commit_linked "$(git rev-parse HEAD)" $thread
	clean
	link_event commit_linked "$(git rev-parse --short HEAD)" $thread
	clean
	link_event commit_linked "$(git rev-parse 'HEAD^{tree}')" $thread
	is "$(found | cut -d : -f 3)" ' warning T090' 'a tree is no commit'
	git checkout -q -- $thread
	link_event close $gone $thread
	is "$(found | cut -d : -f 3)" ' warning T090' 'on the event of a close too'
	git checkout -q -- $thread
	link_event commit_linked '"--output=x"' $thread
	is "$(found | cut -d : -f 3)" ' warning T090' 'not a name at all'
	git checkout -q -- $thread
	missing x
}
t 'a link to a commit that is nowhere is found, and goes with unlink' dangling

shallow() {
	one
	link_event commit_linked "$(git rev-parse HEAD~1)" work-items/open/$id/thread.md
	commit 'Linked'
	clean
	git clone -q --depth 1 "file://$PWD" ../shallow
	cd ../shallow
	is "$(found)" '.: info T097'
	tkt doctor >found
	file_has found '1 linked commit is not here: the clone is shallow'
	rm found
	exit_is 0 tkt doctor --strict
}
t 'a shallow clone cannot tell, and says so once' shallow

unknown() {
	one
	is "$(TKT_GIT=none found)" '.: info T097'
	exit_is 0 env TKT_GIT=none tkt doctor --strict
	cp .git/index saved
	printf 'noise' >.git/index
	is "$(found)" '.: info T097'
	mv saved .git/index
	clean
	must_fail 2 env TKT_GIT=nonsense tkt doctor
}
t 'what cannot be read is one note, never a failure and never silence' unknown

no_repository() {
	new_root
	tkt create 'Alone' >/dev/null
	clean
	is "$(found --all-refs)" '.: info T097'
	git init -q .
	clean
	clean --all-refs
}
t 'outside a repository there is nothing to say, unless branches were asked for' no_repository

half() {
	one
	tick 60
	git mv work-items/open/$id work-items/closed/
	git reset -q
	# Plainly not staged.
	mv work-items/closed/$id work-items/open/
	tkt close login -m 'Done.' >/dev/null
	clean
	clean login
	# Half of it: in two places.
	git add work-items/closed/$id
	is "$(found)" "closed/$id: warning T092"
	is "$(found login)" "closed/$id: warning T092"
	file_has_fix
	# All of it.
	git add -A work-items
	clean
	commit 'Closed'
	# The other half: lost.
	tkt reopen login >/dev/null
	git rm -q -r --cached work-items/closed/$id
	is "$(found)" "open/$id: warning T092"
	tkt doctor >found
	file_has found 'loses it'
	rm found
	git add -A work-items
	clean
	git commit -q -m 'Open'
	# Without its item.md.
	tkt comment login -m x >/dev/null
	git rm -q --cached work-items/open/$id/item.md
	is "$(found)" "open/$id: warning T092"
	git add -A work-items
	clean
	# Announced only: no commit takes it.
	tkt close login -m x >/dev/null
	git reset -q
	git add -N work-items/closed
	clean
	git add -A work-items
	clean
}
file_has_fix() {
	tkt doctor -v >found
	file_has found 'git add -A work-items'
	rm found
}
t 'half of a move staged is found; all of it, or none, is not' half

new_ones() {
	one
	tkt create 'Untracked' >/dev/null
	clean
	git add work-items/open/20260601-120000-untracked/thread.md
	is "$(found)" "open/20260601-120000-untracked: warning T092"
	git add -A .
	clean
	# Deleted on purpose.
	git rm -q -r -f work-items/open/20260601-120000-untracked
	rm -rf work-items/open/20260601-120000-untracked
	clean
	rm -rf work-items/open/$id
	clean
	git add -A .
	clean
}
t 'new tickets and deleted ones are nobody else'"'"'s business' new_ones

index_file() {
	one
	tkt close login -m 'Done.' >/dev/null
	cp .git/index .git/other
	GIT_INDEX_FILE=.git/other git add work-items/closed
	clean
	is "$(GIT_INDEX_FILE=.git/other found)" "closed/$id: warning T092"
	is "$(GIT_INDEX_FILE=$PWD/.git/other found)" "closed/$id: warning T092"
	git add -A
	mkdir -p .git/hooks
	printf '%s\n' '#!/bin/sh' 'tkt doctor --strict >hook.out 2>&1' >.git/hooks/pre-commit
	chmod +x .git/hooks/pre-commit
	git commit -q -m 'Whole'
	rm hook.out
	tkt reopen login >/dev/null
	git add work-items/open
	must_fail 1 git commit -q -m 'Half'
	file_has hook.out T092
	rm hook.out
	git add -A
	git commit -q -m 'Whole'
	rm hook.out
}
t 'in a hook the index of the commit counts' index_file

unmerged() {
	one
	git checkout -q -b side
	tick 60
	tkt set login 'title=Side' >/dev/null
	commit 'Side'
	git checkout -q main
	tick 60
	tkt set login 'title=Main' >/dev/null
	commit 'Main'
	printf '%s\n' '*.md -merge' >>.git/info/attributes # no markers: the files look sound
	git merge -q side >/dev/null 2>&1 && fail 'merged cleanly'
	is "$(found | grep T091)" "open/$id/item.md: warning T091"
	run tkt doctor -v
	file_has "$out" 'git add -A work-items, and git commit'
	is "$(tkt doctor --json | jq -r '.data.findings[0].id')" $id
	is "$(TKT_GIT=program found | grep T091)" "open/$id/item.md: warning T091"
	run tkt doctor --fix # what of the thread the merge threw away
	git add -A
	clean
	git commit -q -m 'Merged'
	# A file that is no ticket's.
	git checkout -q side
	echo 'project: a' >work-items/config.yml
	commit 'A'
	git checkout -q main
	echo 'project: b' >work-items/config.yml
	commit 'B'
	git merge -q side >/dev/null 2>&1 && fail 'merged cleanly'
	is "$(found | sed 's/:[0-9]*:/:/' | sort -u)" "config.yml: error T022
config.yml: warning T091"
	clean login
	echo 'project: b' >work-items/config.yml
	git add -A
	clean
	git commit -q -m 'Merged'
}
t 'what a merge left unresolved is told until it is added' unmerged

mended() {
	one
	git rm -q work-items/.gitattributes
	git commit -q -m 'No attributes'
	git checkout -q -b side
	tick 60
	tkt comment login -m 'Side.' >/dev/null
	commit 'Side'
	git checkout -q main
	tick 60
	tkt comment login -m 'Main.' >/dev/null
	commit 'Main'
	git merge -q side >/dev/null 2>&1 && fail 'merged cleanly'
	must_fail 1 tkt doctor -v
	file_has "$out" 'tkt doctor --fix merges'
	# Every file is mended: what is left to do is told, and is no error.
	exit_is 0 tkt doctor --fix -v
	file_has "$out" 'warning T091'
	file_has "$out" 'git add -A work-items, and git commit'
	git add -A work-items
	git commit -q -m 'Merged'
	clean
	# The same in a rebase.
	git checkout -q -b again main~2
	tick 60
	tkt comment login -m 'Again.' >/dev/null
	commit 'Again'
	git rebase main >/dev/null 2>&1 && fail 'rebased cleanly'
	run tkt doctor --fix -v
	is "$status" 0
	file_has "$out" 'git add -A work-items, and git rebase --continue'
	git rebase --abort
}
t 'after --fix in a merge or a rebase nothing is left but git add' mended

two_places() {
	one
	git checkout -q -b side
	tick 60
	tkt close login -m 'Done.' >/dev/null
	commit 'Closed'
	git checkout -q main
	tick 60
	tkt status login pending >/dev/null
	commit 'Pending'
	git merge -q side >/dev/null 2>&1 && fail 'merged cleanly'
	tkt doctor -v >found || :
	file_has found T091
	file_has found 'tkt doctor --fix'
	tkt doctor --fix >/dev/null || :
	git add -A
	rm found
	git rm -q --cached found 2>/dev/null || :
	clean
	git commit -q -m 'Merged'
	clean
}
t 'a ticket that a merge left in two places: --fix, then add' two_places

markers() {
	one
	tkt close login -m 'Done.' >/dev/null
	commit 'Closed'
	for file in item.md thread.md resolution.md; do
		cp work-items/closed/$id/$file saved
		line=$(($(wc -l <saved) + 1))
		printf '%s\n' '<<<<<<< HEAD' a '=======' b '>>>>>>> side' >>work-items/closed/$id/$file
		is "$(found)" "closed/$id/$file:$line: error T022"
		mv saved work-items/closed/$id/$file
		clean
	done
}
t 'conflict markers in any of the three files' markers

private() {
	one
	tkt list >/dev/null
	git add -f work-items/.tkt
	is "$(found | sed 's|/.*:|:|')" ".tkt: error T093"
	clean login
	must_fail 1 tkt doctor -v
	file_has "$out" 'git rm -r --cached work-items/.tkt'
	git rm -q -r --cached work-items/.tkt
	clean
	git add -f work-items/.tkt/.gitignore
	clean
	git rm -q -r --cached work-items/.tkt
}
t 'the private directory in git is an error' private

# --- all branches ----------------------------------------------------------------------------------

id_clash() {
	one
	git branch side
	git branch third
	tkt create 'Ours' --slug twin >/dev/null
	commit 'Ours'
	git checkout -q side
	TKT_AUTHOR=bob tkt create 'Theirs' --slug twin >/dev/null
	commit 'Theirs'
	git checkout -q main
	clean
	is "$(found --all-refs)" "open/20260601-120000-twin/thread.md: error T094"
	must_fail 1 tkt doctor --all-refs
	file_has "$out" "'main'"
	file_has "$out" "'side'"
	is "$(TKT_GIT=program found --all-refs)" "open/20260601-120000-twin/thread.md: error T094"
	git checkout -q third # where it is not
	is "$(found --all-refs)" "open/20260601-120000-twin/thread.md: error T094"
	git checkout -q side
	git mv work-items/open/20260601-120000-twin work-items/open/20260601-120000-other
	sed -i 's/twin$/other/' work-items/open/20260601-120000-other/item.md
	commit 'Renamed'
	git checkout -q main
	clean --all-refs
}
t '--all-refs: the same id created twice' id_clash

same_id() {
	one
	git checkout -q -b side
	tick 60
	tkt comment login -m 'Side.' >/dev/null
	tkt close login -m 'Done.' >/dev/null
	commit 'Side'
	git checkout -q main
	tick 60
	tkt comment login -m 'Main.' >/dev/null
	commit 'Main'
	clean --all-refs
}
t '--all-refs: another status, other comments are no clash' same_id

united() {
	one
	git checkout -q -b side main~1
	TKT_AUTHOR=bob tkt create 'Other login' --slug login >/dev/null
	commit 'Other'
	git checkout -q -b both main
	git show side:work-items/open/$id/thread.md | { cat && echo; } | cat work-items/open/$id/thread.md - >both
	mv both work-items/open/$id/thread.md
	commit 'Both'
	is "$(found --all-refs)" ''
	git branch -q -D both 2>/dev/null || { git checkout -q main && git branch -q -D both; }
	is "$(found --all-refs)" "open/$id/thread.md: error T094"
}
t '--all-refs: a branch that united the two ends the clash' united

slug_clash() {
	one
	git branch side
	tkt create 'Ticket A' --slug same --set number=7 >/dev/null
	commit 'A'
	git checkout -q side
	tick 60
	tkt create 'Ticket B' --slug same --set number=7 >/dev/null
	commit 'B'
	git checkout -q main
	clean
	is "$(found --all-refs)" "open/20260601-120000-same/item.md: warning T095
open/20260601-120000-same/item.md: warning T096"
	exit_is 0 tkt doctor --all-refs
	file_has "$out" "'20260601-120000-same' on 'main'"
	file_has "$out" "'20260601-120100-same' on 'side'"
	git checkout -q side
	tkt set same slug=another number=8 >/dev/null
	commit 'Another'
	git checkout -q main
	clean --all-refs
	# Both on one branch: an ordinary finding there.
	git checkout -q side
	tkt create 'Ticket C' --slug third >/dev/null
	sed -i 's/^slug: .*/slug: login/' work-items/open/*-third/item.md
	commit 'C'
	is "$(found | grep -c T034)" 1
	is "$(found --all-refs | grep -c T096)" 0
	git checkout -q main
	clean --all-refs
	git branch -q -D side
}
t '--all-refs: the same slug, the same number on two branches' slug_clash

many_refs() {
	new_repo
	for n in $(seq 20); do tkt create "Ticket $n" --slug "t$n" --force >/dev/null; done
	commit 'Twenty'
	for n in $(seq 20); do
		git checkout -q -b "b$n" main
		tick 1
		tkt comment "t$n" -m x >/dev/null
		commit "b$n"
	done
	git checkout -q main
	clean --all-refs
	git checkout -q b7
	tick 1
	tkt create 'Doubled' --slug t30 >/dev/null
	commit 'One'
	git checkout -q b8
	tick 1
	tkt create 'Doubled' --slug t30 >/dev/null
	commit 'Two'
	git checkout -q main
	is "$(found --all-refs | cut -d : -f 2)" ' warning T096'
	run tkt doctor --all-refs
	file_has "$out" "'b7'"
	file_has "$out" "'b8'"
}
t '--all-refs: one clash among many branches' many_refs

formats() {
	git init -q -b main .
	mkdir -p a/b
	(cd a/b && tkt init >/dev/null && tkt create 'Login page' --slug login >/dev/null)
	commit
	cd a/b
	tkt close login -m x >/dev/null
	git add work-items/closed
	TKT_GIT=none tkt doctor --format github >"$out"
	file_has "$out" 'file=a/b/work-items/.'
	tkt doctor --format github >"$out"
	file_has "$out" "::warning file=a/b/work-items/closed/$id,title=T092 half-staged::"
	file_has "$out" 'git add -A a/b/work-items'
	tkt doctor --format sarif | jq -e '.runs[0].tool.driver.rules | map(.id) | index("T092")' >/dev/null || fail 'no rule'
	tkt doctor --format junit >"$out"
	file_has "$out" T092
	tkt doctor --format tap >"$out"
	file_has "$out" T092
	tkt doctor --codes --json | jq -e '.data.codes | map(select(.code == "T094")) | length == 1' >/dev/null || fail 'no code'
	tkt doctor --json >doc.json
	/usr/bin/python3 "$SRC/tests/e2e/json_check.py" "$SRC/man/schema" doc.json || fail 'not what its schema says'
	rm doc.json
}
t 'the findings in other formats, with paths from the top' formats

hostile() {
	one
	esc=$(printf '\033')
	rlo=$(printf '\342\200\256')
	head=$(git rev-parse HEAD)
	git branch side
	tkt create 'Ticket A' --slug same >/dev/null
	commit 'A'
	git checkout -q side
	tick 60
	tkt create 'Ticket B' --slug same >/dev/null
	sed -i "s/^title: .*/title: ${esc}[31m/" work-items/open/*-same/item.md
	commit 'B'
	git update-ref "refs/heads/--output=x${rlo}" HEAD
	git checkout -q main
	git branch -q -D side
	run tkt doctor --all-refs
	file_has "$out" '--output=x<U+202E>'
	! grep -q "$esc\|$rlo" "$out" || fail 'came through'
	missing x
	# A thread without a beginning, an item.md that is none.
	git checkout -q -b broken
	printf 'x\n' >work-items/open/$id/item.md
	printf 'x\n' >work-items/open/$id/thread.md
	commit 'Broken'
	git checkout -q main
	is "$(found --all-refs | cut -d : -f 2)" ' warning T096'
	: "$tab" "$head"
}
t 'names of branches are only shown' hostile

done_testing
