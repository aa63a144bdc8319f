#!/bin/sh
# tkt branches: a ticket on other branches and in other worktrees, against real repositories.
. "$(dirname "$0")/lib.sh"

tab=$(printf '\t')

two() { # main and the branch `side`, with the ticket login on both
	new_repo
	tkt create 'Login page' --slug login -b 'Text.' >/dev/null
	commit 'Login'
	git branch side
}
id=20260601-120000-login
# "status ahead behind branches" a line.
rows() { run tkt branches "$@"; sed 1d "$out" | cut -f 1,4,5,6; }

same_everywhere() {
	two
	is "$(rows login)" "open${tab}0${tab}0${tab}worktree:.,main,side"
	is "$(sed -n 1p "$out")" "status${tab}column${tab}updated_at${tab}ahead${tab}behind${tab}branches"
	is "$(tkt branches login --json | jq -c '.data | [.id, .here, .state, .looked, (.states | length), .not_on]')" \
		"[\"$id\",true,\"known\",2,1,[]]"
}
t 'equal copies are one row, with all branches that have it' same_everywhere

differs() {
	two
	git checkout -q side
	tick 60
	tkt comment login -m 'On the side.' >/dev/null
	tkt close login -m 'Done.' >/dev/null
	tkt assign login bob >/dev/null
	commit 'Side'
	git checkout -q main
	tick 60
	tkt set login priority=P0 >/dev/null
	is "$(rows login)" "open${tab}0${tab}0${tab}worktree:.
closed${tab}3${tab}1${tab}side
open${tab}0${tab}1${tab}main"
	is "$(tkt branches login --json | jq -c '[.data.states[] | [.status, .here, .ahead, .behind, .assignee, (.fields | sort)]]')" \
		'[["open",true,0,0,null,[]],["closed",false,3,1,"bob",["assignee","priority","status","updated_at"]],["open",false,0,1,null,["priority","updated_at"]]]'
	git checkout -q -- .
	git merge -q side
	is "$(rows login)" "closed${tab}0${tab}0${tab}worktree:.,main,side"
}
t 'a state tells events ahead and behind, and the fields that differ' differs

absent() {
	two
	git checkout -q --orphan empty
	git rm -q -rf .
	git commit -q --allow-empty -m 'Nothing'
	git checkout -q side
	tkt create 'Only here' --slug only >/dev/null
	commit 'Only'
	git checkout -q main
	is "$(rows login)" "open${tab}0${tab}0${tab}worktree:.,main,side"
	is "$(tkt branches login --json | jq -c .data.not_on)" '["empty"]'
	exit_is 0 tkt branches login
	# By id, slug and key; it is not here.
	key=$(git checkout -q side && tkt show only --json=key | jq -r .data.ticket.key && git checkout -q main)
	for ref in only 20260601-120000-only "$key" "$(printf %s "$key" | tr A-Z a-z)"; do
		is "$(rows "$ref")" "open${tab}1${tab}0${tab}side" "$ref"
	done
	is "$(tkt branches only --json | jq -c '.data | [.title, .here, .states[0].here, (.not_on | sort)]')" '["Only here",false,false,["empty","main"]]'
	must_fail 3 tkt show only
	must_fail 3 tkt branches nothing
	file_has "$err" "'nothing'"
	must_fail 3 tkt branches 20260601-120000-nothing
	must_fail 3 tkt branches TKT-0000000
	must_fail 2 tkt branches
	must_fail 2 tkt branches login only
}
t 'a ticket that is not on a branch, and one that is only there' absent

ambiguous() {
	two
	for n in 1 2; do
		git checkout -q -b "twin$n" main
		tick 1
		tkt create 'Twin' --slug twin --force >/dev/null
		commit 'Twin'
	done
	git checkout -q main
	must_fail 3 tkt branches twin
	file_has "$err" 20260601-120001-twin
	file_has "$err" 20260601-120002-twin
	is "$(rows 20260601-120001-twin)" "open${tab}1${tab}0${tab}twin1"
}
t 'two tickets of that name on other branches are ambiguous' ambiguous

worktrees() {
	two
	git worktree add -q ../wt side
	git worktree add -q --detach ../bare-head main
	is "$(rows login)" "open${tab}0${tab}0${tab}worktree:.,main,side,worktrees/bare-head/HEAD"
	tick 60
	(cd ../wt && tkt status login pending >/dev/null)
	is "$(rows login)" "open${tab}0${tab}0${tab}worktree:.,main,side,worktrees/bare-head/HEAD
pending${tab}1${tab}0${tab}worktree:$(cd ../wt && pwd -P)"
	is "$(cd ../wt && rows login | tail -n 1 | cut -f 1-3)" "open${tab}0${tab}1"
	is "$(tkt branches login --json | jq -c '[.data.states[1].worktrees[] | .branch]')" '["side"]'
	(cd ../wt && commit 'Pending')
	is "$(rows login | tail -n 1)" "pending${tab}1${tab}0${tab}side"
	# A ticket that is nowhere but on another one's disk.
	(cd ../wt && tkt create 'On disk' --slug disk >/dev/null)
	is "$(rows 20260601-120100-disk | cut -f 1,2,4)" "open${tab}1${tab}worktree:$(cd ../wt && pwd -P)"
	# A link in a worktree leads nowhere; a worktree that is gone is none.
	mv ../wt/work-items/pending/$id ../elsewhere
	ln -s ../../../elsewhere ../wt/work-items/pending/$id
	is "$(rows login | tail -n 1)" "pending${tab}1${tab}0${tab}side"
	is "$(tkt branches login --json | jq -c '[.data.states[].worktrees[] | .branch] | sort')" '[null]'
	rm -rf ../wt
	is "$(rows login | tail -n 1)" "pending${tab}1${tab}0${tab}side"
	git worktree prune
	rm -rf ../bare-head ../elsewhere
	git worktree prune
}
t 'files of other worktrees count as they lie on disk' worktrees

in_two_places() {
	two
	git checkout -q side
	cp -r work-items/open/$id work-items/closed/
	commit 'Both'
	git checkout -q main
	is "$(rows login)" "open${tab}0${tab}0${tab}worktree:.,main,side
closed${tab}0${tab}0${tab}side"
	is "$(tkt branches login --json | jq -c '[.data.states[].split]')" '[true,true]'
	git merge -q side
	no_doctor
	is "$(tkt branches $id --json | jq -c '[.data.states[] | [.status, .here, .split]]')" '[["open",true,true],["closed",true,true]]'
}
t 'a ticket in two status directories of a branch is said to be' in_two_places

unreadable() {
	two
	git checkout -q side
	printf 'nothing\n' >work-items/open/$id/item.md
	commit 'Broken'
	git checkout -q -b gone
	rm work-items/open/$id/item.md
	commit 'Gone'
	git checkout -q -b linked
	ln -s thread.md work-items/open/$id/item.md
	commit 'Link'
	git checkout -q -b large
	rm work-items/open/$id/item.md
	head -c 1100000 /dev/zero | tr '\0' x >work-items/open/$id/item.md
	commit 'Large'
	git checkout -q main
	is "$(tkt branches login --json | jq -r '.data.states[] | select(.error) | .branches | join(",")' | sort)" 'gone,linked
large
side'
	like "$(tkt branches login --json | jq -r '.data.states[] | select(.branches == ["large"]) | .error')" 'more than'
	exit_is 0 tkt branches login
}
t 'a copy that cannot be read is shown as one' unreadable

many() {
	two
	head=$(git rev-parse HEAD)
	for n in $(seq 100); do echo "create refs/heads/b$n $head"; done | git update-ref --stdin
	exit_is 0 tkt branches login
	lines "$out" 2
	is "$(tkt branches login --json | jq -c '.data | [.looked, (.states[0].branches | length)]')" '[102,102]'
	need script
	TERM=xterm script -qec 'stty cols 100; tkt branches login' /dev/null </dev/null | tr -d '\r' | sed 's/\x1b\[[0-9;]*[mK]//g' >screen
	like "$(cat screen)" '^TKT-[0-9a-f]{7}  Login page$'
	like "$(cat screen)" ' here, 102: b1, b10, b100$'
	# Beyond a thousand the newest tips are looked at, and it is said.
	for n in $(seq 1100); do echo "create refs/heads/c$n $head"; done | git update-ref --stdin
	git checkout -q side
	tick 60
	git commit -q --allow-empty -m 'Newest'
	git checkout -q main
	is "$(tkt branches login --json | jq -c '.data | [.looked, .left_out, .states[0].branches[0]]')" '[1000,202,"side"]'
	run tkt branches login
	file_has "$err" '202 older branches'
	is "$(tkt branches -a login --json | jq -c '.data | [.looked, .left_out]')" '[1202,0]'
}
t 'many branches: one row, bounded, and what was left out is said' many

remotes() {
	two
	git clone -q . ../clone
	cd ../clone
	git config user.name x
	is "$(rows login)" "open${tab}0${tab}0${tab}worktree:.,main,origin/main,origin/side"
	git branch origin/side origin/side 2>/dev/null
	is "$(tkt branches login --json | jq -c '.data.states[0].branches | sort')" '["heads/origin/side","main","origin/main","remotes/origin/side"]'
	cd ..
	rm -rf clone
}
t 'remote branches have the names that git gives them' remotes

engines() {
	two
	git checkout -q side
	tick 60
	tkt comment login -m 'More.' >/dev/null
	commit 'More'
	git checkout -q main
	TKT_GIT=library tkt branches login --json >lib.json
	TKT_GIT=program tkt branches login --json >prog.json
	same lib.json prog.json
	is "$(jq -c '[.data.states[].ahead]' lib.json)" '[0,1]'
	TKT_GIT=none must_fail 6 tkt branches login
	file_has "$err" 'unknown'
	is "$(sed 1d "$out" | cut -f 1,6)" "open${tab}worktree:."
	run env TKT_GIT=none tkt branches login --json
	is "$status" 6
	is "$(jq -c '.data | [.state, (.reason | length > 0), (.states | length)]' "$out")" '["unknown",true,1]'
}
t 'both engines agree; without either the rest is unknown' engines

no_repository() {
	new_root
	tkt create 'Alone' >/dev/null
	must_fail 6 tkt branches alone
	file_has "$err" 'unknown'
	must_fail 3 tkt branches nothing
	git init -q .
	exit_is 0 tkt branches alone
	is "$(rows alone)" "open${tab}0${tab}0${tab}worktree:."
}
t 'without a repository other branches are unknown; in an empty one there are none' no_repository

sha256() {
	git init -q -b main --object-format=sha256 .
	"$TKT" init >/dev/null
	tkt create 'Login page' --slug login >/dev/null
	commit
	git branch side
	is "$(rows login)" "open${tab}0${tab}0${tab}worktree:.,main,side"
}
t 'SHA-256 repositories' sha256

deeper() {
	git init -q -b main .
	mkdir -p a/b
	(cd a/b && tkt init >/dev/null && tkt create 'Login page' --slug login >/dev/null)
	commit
	git branch side
	git checkout -q --orphan other
	git rm -q -rf .
	rm -rf a
	mkdir a
	echo file >a/b
	commit 'A file in the way'
	git checkout -q main
	cd a/b
	is "$(rows login)" "open${tab}0${tab}0${tab}worktree:.,main,side"
	is "$(tkt branches login --json | jq -c .data.not_on)" '["other"]'
}
t 'a root below the top, and a file where it should be' deeper

crlf() {
	two
	git checkout -q side
	sed -i 's/$/\r/' work-items/open/$id/item.md work-items/open/$id/thread.md
	commit 'Other line ends'
	git checkout -q main
	is "$(rows login)" "open${tab}0${tab}0${tab}worktree:.,main,side"
}
t 'line ends are no difference' crlf

hostile() {
	two
	esc=$(printf '\033')
	head=$(git rev-parse HEAD)
	# git refuses escapes in names, not what turns text around, nor what looks like an option.
	rlo=$(printf '\342\200\256')
	for name in '--output=x' '-x' "a${rlo}b" 'a,b' 'ünï' '$(id)' '`id`' 'x;id'; do
		echo "create refs/heads/$name $head"
	done | git update-ref --stdin
	git checkout -q side
	tick 60
	printf '%s\n' '---' "id: $id" 'slug: login' "title: red ${esc}[31m ${rlo}text" 'status: open' 'kind: task' 'priority: P2' \
		'labels: []' 'created_at: 2026-06-01T12:00:00Z' "updated_at: ${esc}]0;x" "assignee: a${tab}b" 'legacy_ticket: null' \
		"column: ${esc}c" '---' '' 'Text.' >work-items/open/$id/item.md
	commit 'Hostile'
	git checkout -q main
	before=$(find . -path ./.git -prune -o -print | sort)
	for engine in library program; do
		TKT_GIT=$engine run tkt branches login
		is "$status" 0
		! grep -q "$esc" "$out" || fail 'an escape came through'
		! grep -q "$rlo" "$out" || fail 'a bidi control came through'
		lines "$out" 3
		file_has "$out" '--output=x'
		TKT_GIT=$engine run tkt branches login --color always
		is "$status" 0
	done
	need script
	TERM=xterm script -qec 'stty cols 200; tkt branches login' /dev/null </dev/null | sed 's/\x1b\[[0-9;]*[mK]//g' >"$out.screen"
	! grep -q "$esc\|$rlo" "$out.screen" || fail 'an escape came to the terminal'
	is "$(find . -path ./.git -prune -o -print | sort)" "$before"
	rm "$out.screen"
	must_fail 3 tkt branches -- --output=x
	must_fail 3 tkt branches "$esc"
}
t 'names of branches and texts on them are only shown' hostile

valid() {
	two
	git checkout -q side
	tkt comment login -m x >/dev/null
	commit
	git checkout -q main
	mkdir docs
	tkt branches login --json >docs/1
	TKT_GIT=none run tkt branches login --json
	cp "$out" docs/2
	/usr/bin/python3 "$SRC/tests/e2e/json_check.py" "$SRC/man/schema" docs/* || fail 'a document is not what its schema says'
	rm -r docs
}
t 'JSON is what its schema says' valid

done_testing
