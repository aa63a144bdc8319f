#!/bin/sh
# tkt init, where, config; who writes.
. "$(dirname "$0")/lib.sh"

inits() {
	exit_is 0 tkt init --project example --prefix APP
	is "$(cat "$out")" work-items
	for d in open pending closed; do exists "work-items/$d/.gitkeep"; done
	exists work-items/.gitattributes
	file_has work-items/config.yml 'project: example'
	is "$(cat work-items/.tkt/.gitignore)" '*'
	like "$(tkt create 'A thing' >/dev/null; tkt list --format keys)" '^APP-[0-9a-f]{7}$'
	find work-items -type f -exec cksum {} + | sort >before
	exit_is 0 tkt init --project other
	find work-items -type f -exec cksum {} + | sort >after
	same before after
	is "$(tkt init --json | jq -c '[.kind, .data.made]')" '["init",[]]'
}
t 'init makes what is missing, and is safe to repeat' inits

init_elsewhere() {
	quietly tkt -q init --root where --no-git
	exists where/open
	missing where/.gitattributes
	must_fail 5 tkt init --root other --prefix 'not a prefix'
	missing other
}
t 'init --root makes it there' init_elsewhere

where() {
	new_repo
	tkt config project example
	mkdir -p a/b
	cd a/b
	is "$(tkt where)" "$(cd ../.. && pwd -P)/work-items"
	is "$(tkt where --json | jq -r '.data | .source, .project, .prefix, .author')" 'search
example
TKT
Test Author'
	is "$(tkt where --json | jq -r .data.git_top)" "$(cd ../.. && pwd -P)"
	is "$(WORK_ITEMS_DIR=../../work-items tkt where --json | jq -r .data.source)" WORK_ITEMS_DIR
	is "$(tkt --root ../../work-items where --json | jq -r .data.source)" --root
	cd "$TMPDIR"
	must_fail 3 tkt where
	file_has "$err" 'tkt init'
}
t 'where tells the root and how it was found' where

stops_at_git() {
	new_root
	git init -q inner
	cd inner
	must_fail 3 tkt list
}
t 'the search for the root stops at the top of the git work tree' stops_at_git

config() {
	new_root
	cat >work-items/config.yml <<-'END'
		# our board
		prefix: TKT
		board:
		  columns:
		    - {id: todo, name: To do, status: open}   # first
		    - {id: doing, name: Doing, status: open, wip_limit: 3}
		    - {id: done, name: Done, status: closed}
	END
	is "$(tkt config board.columns.doing.wip_limit)" 3
	cp work-items/config.yml before
	exit_is 0 tkt config board.columns.doing.wip_limit 5
	is "$(tkt config board.columns.doing.wip_limit)" 5
	diff_lines 1 before work-items/config.yml
	file_has work-items/config.yml '# first'
	has "$(tkt config)" 'board.columns.doing.name=Doing'
	is "$(tkt config --json | jq -r '.data.config.board.columns[1].id')" doing
	must_fail 1 tkt config project
	empty "$out"
	empty "$err"
	is "$(tkt config project --json | jq -c .data)" '{"key":"project","value":null}'
	must_fail 5 tkt config prefix 'not a prefix'
}
t 'config reads and sets, and changes one line' config

config_below() {
	new_root
	printf 'board:\n  columns:\n    - {id: a, status: open}\n    - {id: b, status: closed}\n  settings: {track_time: true}\n' \
		>work-items/config.yml
	is "$(tkt config board.settings)" 'board.settings.track_time=true'
	is "$(tkt config board.columns.b | tr '\n' ' ')" 'board.columns.b.id=b board.columns.b.status=closed '
	is "$(tkt config board.columns --json | jq -c .data.value)" '[{"id":"a","status":"open"},{"id":"b","status":"closed"}]'
	is "$(tkt config board.columns.a.status)" open
	must_fail 1 tkt config board.kinds
}
t 'config of a map or a list tells all of it' config_below

bad_config() {
	new_root
	printf 'prefix: TKT\nboard: [\n' >work-items/config.yml
	must_fail 5 tkt list
	like "$(cat "$err")" 'config\.yml:[0-9]+: '
	no_doctor
}
t 'a broken config.yml is named with its line' bad_config

author() {
	new_root
	who() { tkt where --json "$@" | jq -r .data.author; }
	is "$(who)" 'Test Author'
	is "$(who --author 'Option Name')" 'Option Name'
	unset TKT_AUTHOR
	is "$(who)" tester
	printf '[user]\n\tname = Global Name ; comment\n' >global
	export GIT_CONFIG_GLOBAL="$PWD/global"
	is "$(who)" 'Global Name'
	git init -q -b main .
	git config user.name 'Local "Name"'
	is "$(who)" 'Local "Name"'
	git -c user.email=a@b -c user.name=x commit -q --allow-empty -m x
	git worktree add -q ../$$-tree 2>/dev/null
	cp -r work-items ../$$-tree/
	is "$(cd ../$$-tree && who)" 'Local "Name"'
	git config --unset user.name
	printf '[include]\n\tpath = more\n' >>global
	printf '[user]\n\tname = Included Name\n' >more
	is "$(who)" 'Included Name'
	rm -rf ../$$-tree
	unset USER
	is "$(GIT_CONFIG_GLOBAL=/dev/null who)" "$(id -un)"
}
t 'the author is --author, TKT_AUTHOR, git user.name, USER' author

worktree_config() {
	new_root
	unset TKT_AUTHOR
	git init -q -b main .
	git config extensions.worktreeConfig true
	git config --worktree user.name 'Tree Name'
	is "$(tkt where --json | jq -r .data.author)" 'Tree Name'
	is "$(GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0='Variable Name' tkt where --json | jq -r .data.author)" 'Variable Name'
}
t 'where git has its configuration elsewhere, git is asked' worktree_config

one_line() {
	new_root
	id=$(tkt create 'A thing' --author "$(printf 'evil\n--> x\033[31m')")
	is "$(tkt show "$id" --json | jq '.data.ticket.events | length')" 1
	lacks "$(cat "work-items/open/$id/thread.md")" "$(printf '\033')"
}
t 'an author is one line without control characters' one_line

done_testing
