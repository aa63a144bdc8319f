#!/bin/sh
# tkt hooks: what is put into a repository, beside what is there, and what is left when it is taken out.
. "$(dirname "$0")/lib.sh"
need git jq python3 mksh busybox bash

TKT_FSYNC=off
export TKT_FSYNC

names='prepare-commit-msg commit-msg post-commit post-merge post-rewrite pre-push'
hooks=.git/hooks

# under_strace ARGUMENT…: strace, under which no leak can be looked for
under_strace() { ASAN_OPTIONS=abort_on_error=1:detect_leaks=0 strace -qq "$@"; }

# state NAME
state() { tkt hooks status --json | jq -r --arg n "$1" '.data.hooks[] | select(.name == $n) | .state'; }
done_of() { jq -r --arg n "$1" '.data.hooks[] | select(.name == $n) | .done' "$out"; }
# Everything below .git/hooks: names, modes, inodes, links, bytes.
picture() {
	find "${1:-$hooks}" -printf '%P %M %i %l\n' | LC_ALL=C sort
	find "${1:-$hooks}" -type f -exec cat {} + | cksum
	cat .git/config
}
hook() {
	mkdir -p "$hooks"
	cat >"$hooks/$1"
	chmod +x "$hooks/$1"
}

fresh() {
	new_repo
	picture | grep -v '^ ' >before
	exit_is 0 tkt hooks install
	for name in $names; do
		is "$(stat -c '%a %F' $hooks/$name)" '755 regular file'
		file_has "$out" "$name	written	"
		is "$(state $name)" installed
	done
	exit_is 0 tkt hooks install
	for name in $names; do file_has "$out" "$name	kept	"; done
	exit_is 0 tkt hooks uninstall
	for name in $names; do file_has "$out" "$name	removed	"; done
	picture | grep -v '^ ' >after
	same before after
	quietly tkt hooks uninstall -q
	rm before after
}
t 'free slots get a script, a second install finds nothing to do, uninstall leaves nothing' fresh

dry() {
	new_repo
	printf '#!/bin/sh\n' | hook commit-msg
	picture >before
	exit_is 0 tkt hooks install --merge-drivers --dry-run
	file_has "$out" 'commit-msg	chain	'
	file_has "$out" 'post-merge	write	'
	file_has "$out" 'merge.tkt-item.driver	write	'
	exit_is 0 tkt hooks install --merge-drivers -n --json
	is "$(done_of commit-msg)" chained
	is "$(jq -r '.data.dry_run' "$out")" true
	picture >after
	same before after
	rm before after
}
t 'a dry run says what would be written and writes nothing' dry

no_templates() {
	git init -q --template= -b main
	tkt init >/dev/null
	missing $hooks
	tkt hooks install >/dev/null
	exists $hooks/commit-msg
	tkt hooks uninstall >/dev/null
	missing $hooks
}
t 'a repository without the directory of hooks gets it, and loses it again' no_templates

chained() {
	new_repo
	hook commit-msg <<-'X'
		#!/bin/sh
		printf '%s|' "$0" "$@" >>log
		cat >>log
		exit 0
	X
	picture | sed '1d' >before
	tkt hooks install >/dev/null
	is "$(state commit-msg)" chained
	# Called as git calls it, with arguments and input that a careless script would spoil.
	printf 'two\nlines' | .git/hooks/commit-msg 'a b' '$(touch planted)' '' '*' || fail 'the chain fails'
	is "$(cat log)" '.git/hooks/commit-msg.before-tkt|a b|$(touch planted)||*|two
lines'
	missing planted
	rm log
	exit_is 0 tkt hooks uninstall
	file_has "$out" 'commit-msg	restored	'
	picture | sed '1d' >after
	same before after
	rm before after
}
t 'a hook that was there runs with the same arguments and input, and comes back as the same file' chained

status_of() {
	new_repo
	printf '#!/bin/sh\nexit 7\n' | hook commit-msg
	tkt hooks install >/dev/null
	echo words >msg
	for shell in dash bash mksh 'busybox sh'; do
		exit_is 7 $shell .git/hooks/commit-msg msg
	done
	printf '#!/bin/sh\nkill -TERM $$\n' >.git/hooks/commit-msg.before-tkt
	chmod +x .git/hooks/commit-msg.before-tkt
	s=0
	.git/hooks/commit-msg msg 2>/dev/null || s=$?
	is "$s" 143
	git add -A
	if git commit -qm 'Refused' 2>/dev/null; then fail 'git did not hear it'; fi
}
t 'the status of the hook that was there ends ours, in every shell' status_of

kinds() {
	new_repo
	printf '#!/usr/bin/python3\nimport sys\nopen("log","a").write(repr(sys.argv[1:]))\n' | hook commit-msg
	cp /bin/true $hooks/post-commit
	mkdir scripts
	printf '#!/bin/sh\necho linked >>../../log\n' >scripts/pm
	chmod +x scripts/pm
	ln -s ../../scripts/pm $hooks/prepare-commit-msg
	ln -s nowhere $hooks/post-merge
	printf '#!/bin/sh\nexit 9\n' >$hooks/pre-push
	chmod 640 $hooks/pre-push
	picture | sed 1d >before
	tkt hooks install >/dev/null
	for name in commit-msg post-commit prepare-commit-msg post-merge pre-push; do is "$(state $name)" chained; done
	is "$(stat -c %F $hooks/prepare-commit-msg)" 'regular file'
	echo m >msg
	.git/hooks/commit-msg msg
	is "$(cat log)" "['msg']"
	.git/hooks/pre-push origin url || fail 'a file that git would not run was run'
	.git/hooks/post-merge 0 || fail 'a link that leads nowhere was run'
	rm log msg
	file_lacks scripts/pm tkt
	tkt hooks uninstall >/dev/null
	picture | sed 1d >after
	same before after
	rm before after
}
t 'a python script, a program, links and a file that may not run are kept as they are' kinds

no_slot_empty() {
	new_repo
	printf '#!/bin/sh\nexit 0\n' | hook commit-msg
	need strace
	under_strace -f -o trace tkt hooks install >/dev/null
	grep -q 'renameat2.*commit-msg.*RENAME_EXCHANGE' trace || fail 'the names did not change places in one step'
	if grep -E '(unlink|rename)[a-z0-9]*\([^)]*"commit-msg"' trace | grep -v EXCHANGE; then
		fail 'commit-msg was away for a moment'
	fi
	rm trace
}
t 'at no instant is the hook of the user away' no_slot_empty

killed() {
	new_repo
	printf '#!/bin/sh\necho mine\n' | hook commit-msg
	cp -p $hooks/commit-msg mine
	tkt hooks install >/dev/null
	cp -p $hooks/commit-msg ours
	# Killed before the exchange: ours lies beside it.
	mv $hooks/commit-msg.before-tkt x && mv $hooks/commit-msg $hooks/commit-msg.before-tkt && mv x $hooks/commit-msg
	is "$(state commit-msg)" other
	tkt hooks install >/dev/null
	is "$(state commit-msg)" chained
	same mine $hooks/commit-msg.before-tkt
	same ours $hooks/commit-msg
	# The same, and then it is taken out.
	mv $hooks/commit-msg.before-tkt x && mv $hooks/commit-msg $hooks/commit-msg.before-tkt && mv x $hooks/commit-msg
	tkt hooks uninstall >/dev/null
	same mine $hooks/commit-msg
	missing $hooks/commit-msg.before-tkt
	# Killed between link and rename, where names cannot be exchanged.
	ln $hooks/commit-msg $hooks/commit-msg.before-tkt
	tkt hooks install >/dev/null
	is "$(state commit-msg)" chained
	same mine $hooks/commit-msg.before-tkt
	tkt hooks uninstall >/dev/null
	ln $hooks/commit-msg $hooks/commit-msg.before-tkt
	tkt hooks uninstall >/dev/null
	same mine $hooks/commit-msg
	missing $hooks/commit-msg.before-tkt
	# Somebody removed ours by hand.
	tkt hooks install >/dev/null
	rm $hooks/commit-msg
	tkt hooks uninstall >/dev/null
	same mine $hooks/commit-msg
	is "$(ls $hooks | grep -c -v sample)" 1
	rm mine ours
}
t 'whoever is killed half way can do it again, or undo it' killed

# at_work: what the user's hook does is done, whatever stands around it
at_work() {
	rm -f log
	.git/hooks/commit-msg msg || fail "$1: the hook fails"
	is "$(cat log)" mine "$1: the hook of the user does not run"
}

kill_sweep() {
	need strace
	new_repo
	printf '#!/bin/sh\necho mine >log\n' | hook commit-msg
	echo words >msg
	inode=$(stat -c %i $hooks/commit-msg)
	fired=0
	for what in install uninstall; do
		for call in renameat2 renameat unlinkat; do
			n=0
			while n=$((n + 1)) && [ $n -le 20 ]; do
				[ $what = install ] || tkt hooks install >/dev/null
				s=0
				under_strace -o trace -e trace=$call -e "inject=$call:signal=KILL:when=$n" tkt hooks $what >/dev/null 2>&1 || s=$?
				at_work "$what, $call $n"
				[ $s = 137 ] || break
				fired=$((fired + 1))
				tkt hooks install >/dev/null
				is "$(state commit-msg)" chained "$what, $call $n"
				at_work "$what, $call $n, again"
				tkt hooks uninstall >/dev/null
				is "$(stat -c %i $hooks/commit-msg)" "$inode" "$what, $call $n"
				is "$(ls $hooks | grep -v sample)" commit-msg
			done
			tkt hooks uninstall >/dev/null
		done
	done
	[ $fired -ge 12 ] || fail "only $fired were killed"
	rm -f trace msg log
}
t 'killed at any of its renames it leaves the hook at work, and can go on or back' kill_sweep

no_exchange() {
	need strace
	new_repo
	printf '#!/bin/sh\necho mine >log\n' | hook commit-msg
	inode=$(stat -c %i $hooks/commit-msg)
	under_strace -o trace -e trace=renameat2,linkat -e inject=renameat2:error=EINVAL tkt hooks install >/dev/null
	file_has trace linkat
	is "$(state commit-msg)" chained
	is "$(stat -c %i $hooks/commit-msg.before-tkt)" "$inode"
	tkt hooks uninstall >/dev/null
	is "$(stat -c %i $hooks/commit-msg)" "$inode"
	# Neither exchange nor links: nothing is done, and that is said.
	must_fail 6 under_strace -o trace -e trace=renameat2,linkat -e inject=renameat2:error=EINVAL -e inject=linkat:error=EPERM tkt hooks install
	is "$(stat -c %i $hooks/commit-msg)" "$inode"
	missing $hooks/commit-msg.before-tkt
	rm trace
}
t 'a file system that cannot exchange names is served by a link' no_exchange

replaced() {
	new_repo
	printf '#!/bin/sh\necho mine\n' | hook commit-msg
	tkt hooks install >/dev/null
	printf '#!/bin/sh\necho another\n' | hook commit-msg
	printf '#!/bin/sh\necho third\n' | hook post-merge
	echo '# a line of my own' >>$hooks/pre-push
	picture >before
	is "$(state commit-msg)" other
	is "$(state post-merge)" other
	is "$(state pre-push)" other
	must_fail 1 tkt hooks install
	file_has "$out" 'commit-msg	left	'
	file_has "$out" 'post-merge	chained	'
	file_has "$out" 'pre-push	left	'
	file_has "$err" 'changed by hand'
	must_fail 1 tkt hooks uninstall
	file_has "$out" 'commit-msg	left	'
	file_has "$out" 'post-merge	restored	'
	file_has $hooks/commit-msg another
	file_has $hooks/commit-msg.before-tkt mine
	file_has $hooks/post-merge third
	file_has $hooks/pre-push 'my own'
	missing $hooks/post-commit
	rm before
}
t 'what somebody put in our place, or wrote into it, is not overwritten and not removed' replaced

outdated() {
	new_repo
	printf '#!/bin/sh\nexit 0\n' | hook pre-push
	tkt hooks install >/dev/null
	cp $hooks/commit-msg ours
	# A script of another version is one whose digest fits: that of another hook is.
	cp $hooks/post-merge $hooks/commit-msg
	cp $hooks/post-merge $hooks/pre-push
	is "$(state commit-msg)" outdated
	exit_is 0 tkt hooks install
	file_has "$out" 'commit-msg	renewed	'
	file_has "$out" 'pre-push	renewed	'
	same ours $hooks/commit-msg
	is "$(state pre-push)" chained
	rm ours
}
t 'an outdated script of ours is written anew' outdated

planted_link() {
	new_repo
	mkdir elsewhere
	rm -rf $hooks
	ln -s ../elsewhere $hooks
	exit_is 0 tkt hooks install
	is "$(state commit-msg)" managed
	is "$(ls elsewhere)" ''
	exit_is 0 tkt hooks uninstall
	rm $hooks
	mkdir $hooks
	echo keep >elsewhere/target
	ln -s ../../elsewhere/target $hooks/commit-msg
	ln -s ../../elsewhere/target $hooks/commit-msg.before-tkt
	must_fail 1 tkt hooks install
	is "$(cat elsewhere/target)" keep
}
t 'nothing is written through a link' planted_link

husky() {
	new_repo
	mkdir -p .husky/_
	git config core.hooksPath .husky/_
	picture .husky >before
	exit_is 0 tkt hooks install
	file_has "$err" 'Add to '
	file_has "$err" '/.husky/commit-msg:'
	file_has "$err" 'tkt hook commit-msg "$1"'
	file_has "$err" 'tkt hook pre-push "$@"'
	is "$(git config core.hooksPath)" .husky/_
	is "$(state commit-msg)" managed
	picture .husky >after
	same before after
	is "$(ls $hooks | grep -c -v sample || :)" 0
	printf 'tkt hook commit-msg "$1"\n' >.husky/commit-msg
	exit_is 0 tkt hooks install --json
	is "$(jq -r '.data.hooks[] | select(.calls) | .name' "$out")" ''
	is "$(jq -r '.data.hooks[] | select(.add == null) | .name' "$out")" commit-msg
	touch .husky/_/commit-msg
	chmod +x .husky/_/commit-msg
	exit_is 0 tkt hooks install --json
	is "$(jq -r '.data.hooks[] | select(.calls) | .name' "$out")" commit-msg
	is "$(jq -r '.data.hooks[0].manager' "$out")" husky
	git config --unset core.hooksPath
	is "$(state commit-msg)" managed
	rm before after
}
t 'under husky nothing is written, and the line to add is printed' husky

managers() {
	new_repo a
	cd a
	touch lefthook.yml
	exit_is 0 tkt hooks install
	file_has "$err" 'Add to lefthook.yml'
	file_has "$err" '      run: if command -v tkt >/dev/null; then tkt hook commit-msg {1}; fi'
	like "$(grep -x 'commit-msg:' "$err")" . # at the margin, as it is to be pasted
	file_has "$err" 'Then run: lefthook install'
	echo '# tkt hook commit-msg' >lefthook.yml
	exit_is 0 tkt hooks status
	file_has "$out" 'lefthook, but it does not run yet'
	rm lefthook.yml
	touch .pre-commit-config.yaml
	exit_is 0 tkt hooks install
	file_has "$err" '- repo: local'
	file_has "$err" 'stages: [commit-msg]'
	file_has "$err" 'stages: [push]' # the word of every version
	file_has "$err" 'Then run: pre-commit install --hook-type prepare-commit-msg --hook-type commit-msg'
	rm .pre-commit-config.yaml
	echo '{"simple-git-hooks":{}}' >package.json
	exit_is 0 tkt hooks install
	file_has "$err" '"commit-msg": "if command -v tkt >/dev/null; then tkt hook commit-msg \"$1\"; fi",'
	rm package.json
	touch .overcommit.yml
	exit_is 0 tkt hooks install
	file_has "$err" 'tkt hook commit-msg "$@"; fi'
	rm .overcommit.yml
	is "$(ls $hooks | grep -c -v sample || :)" 0
	# By the text of the hook: this slot only.
	printf '#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n' | hook commit-msg
	cp $hooks/commit-msg theirs
	exit_is 0 tkt hooks install --json
	is "$(done_of commit-msg)" managed
	is "$(done_of post-commit)" written
	same theirs $hooks/commit-msg
	rm theirs
	tkt hooks uninstall >/dev/null
	exists $hooks/commit-msg
}
t 'lefthook, pre-commit, overcommit and simple-git-hooks get their lines printed' managers

# A manager that comes after tkt moves the script of tkt: pre-commit runs it there, lefthook does not.
aside() {
	new_repo
	for suffix in legacy old; do
		printf '#!/bin/sh\necho ran >>ran\n' | hook commit-msg
		ls -i $hooks/commit-msg | sed 's/ .*//' >inode
		tkt hooks install >/dev/null
		mv $hooks/commit-msg "$hooks/commit-msg.$suffix"
		printf '#!/bin/sh\n# pre-commit.com\n[ ! -x "$0.legacy" ] || "$0.legacy" "$@" || exit\n' | hook commit-msg
		cp $hooks/commit-msg theirs
		exit_is 0 tkt hooks status --json
		case $suffix in legacy) calls=true ;; *) calls=false ;; esac
		is "$(jq -r '.data.hooks[1].state + " \(.data.hooks[1].calls)"' "$out")" "managed $calls"
		rm -f ran
		git commit -q --allow-empty -m 'With three hooks'
		[ "$suffix" != legacy ] || exists ran # what was there first runs on
		exit_is 0 tkt hooks uninstall
		same theirs $hooks/commit-msg
		missing $hooks/commit-msg.before-tkt
		ls -i "$hooks/commit-msg.$suffix" | sed 's/ .*//' >inode2
		same inode inode2
		tkt hooks install >/dev/null # nothing to find any more
		tkt hooks uninstall >/dev/null
		rm $hooks/commit-msg "$hooks/commit-msg.$suffix"
		tkt hooks install >/dev/null
		mv $hooks/commit-msg "$hooks/commit-msg.$suffix"
		cp theirs $hooks/commit-msg
		exit_is 0 tkt hooks uninstall
		missing "$hooks/commit-msg.$suffix"
		rm $hooks/commit-msg
	done
	tkt hooks install >/dev/null
	mv $hooks/commit-msg $hooks/commit-msg.legacy
	printf '#!/bin/sh\n"$0.legacy" "$@"\n' | hook commit-msg # of nobody who is known
	exit_is 1 tkt hooks install
	file_has "$err" aside
	git commit -q --allow-empty -m 'No circle'
	tkt hooks uninstall >/dev/null
	rm -f inode inode2 theirs ran
}
t 'where a manager has moved our script, what was there first runs, and uninstall finds both' aside

# The files of managers are shared with people who have no tkt.
pasted() {
	new_repo
	git config core.hooksPath mine
	mkdir mine
	exit_is 0 tkt hooks install --json
	for name in commit-msg prepare-commit-msg pre-push; do
		jq -r --arg n $name '.data.hooks[] | select(.name == $n) | .add.text' "$out" >mine/$name
		echo 'echo end >>ran' >>mine/$name
		chmod +x mine/$name
	done
	PATH=/usr/bin:/bin git commit -q --allow-empty -m 'Without tkt'
	lines ran 2
	git config tkt.requireReference true
	exit_is 1 git commit -q --allow-empty -m 'No name'
	lines ran 3
	rm -r mine ran
}
t 'the lines to add do nothing without tkt, and what they refuse is refused' pasted

idle() {
	new_repo
	exit_is 0 tkt hooks install
	file_lacks "$err" 'do nothing'
	chmod -x $hooks/commit-msg
	is "$(state commit-msg)" outdated
	exit_is 0 tkt hooks install
	is "$(state commit-msg)" installed
	[ -x $hooks/commit-msg ] || fail 'not executable'
	PATH=/usr/bin:/bin exit_is 0 "$TKT" hooks status
	file_has "$err" 'not there'
	git config tkt.hooks false
	exit_is 0 tkt hooks status
	file_has "$err" 'tkt.hooks says so'
	TKT_HOOKS=0 exit_is 0 tkt hooks status
	file_has "$err" 'TKT_HOOKS is 0'
	TKT_HOOKS=1 exit_is 0 tkt hooks status
	empty "$err"
}
t 'hooks that are in their places and yet do nothing are told' idle

hooks_path() {
	new_repo
	mkdir mine
	git config core.hooksPath mine
	exit_is 0 tkt hooks install
	file_has "$err" "Add to $PWD/mine/commit-msg (git runs it if it is executable):"
	file_has "$err" '#!/bin/sh'
	is "$(ls mine)" ''
	# shellcheck disable=SC2088 # git expands it
	git config core.hooksPath '~/all-hooks'
	exit_is 0 tkt hooks install
	file_has "$err" "Add to $HOME/all-hooks/commit-msg ("
	missing "$HOME/all-hooks"
	git config --unset core.hooksPath
	printf '[core]\n\thooksPath = /somewhere/else\n' >global
	export GIT_CONFIG_GLOBAL="$PWD/global"
	exit_is 0 tkt hooks install
	file_has "$err" 'Add to /somewhere/else/commit-msg ('
	is "$(ls $hooks | grep -c -v sample || :)" 0
	# The directory that git would take anyway is no other one.
	git config core.hooksPath "$PWD/.git/hooks"
	exit_is 0 tkt hooks install
	exists $hooks/commit-msg
	# What was installed before the setting came is still taken out.
	git config core.hooksPath mine
	exit_is 0 tkt hooks uninstall
	file_has "$out" "removed	$PWD/.git/hooks/commit-msg"
	missing $hooks/commit-msg
	rm global
}
t 'core.hooksPath is respected wherever it is set, and never set' hooks_path

worktree() {
	new_repo main
	cd main
	git worktree add -q ../side -b side
	cd ../side
	exit_is 0 tkt hooks install --merge-drivers
	is "$(head -n 1 ../main/.git/hooks/commit-msg)" '#!/bin/sh'
	(cd ../main && is "$(state commit-msg)" installed)
	is "$(git -C ../main config merge.tkt-item.name)" 'tickets by key'
	(cd ../main && tkt hooks uninstall >/dev/null)
	is "$(state commit-msg)" free
	is "$(git config merge.tkt-item.name || :)" ''
}
t 'from a linked worktree the hooks of the repository are meant' worktree

nowhere() {
	must_fail 3 tkt hooks install
	file_has "$err" 'no git repository'
	must_fail 2 tkt hooks fly
	must_fail 2 tkt hooks status --merge-drivers
	git init -q --bare bare.git
	cd bare.git
	must_fail 3 tkt hooks
	no_fsck
}
t 'without a repository the answer is 3' nowhere

drivers() {
	new_repo
	printf '# mine\n[alias]\n\tst = status ; short\n\n[merge "other"]\n\tdriver = x\n# the end\n' >>.git/config
	cp .git/config before
	exit_is 0 tkt hooks install --merge-drivers
	is "$(git config merge.tkt-thread.driver | cut -c1-10)" 'if command'
	is "$(tkt hooks --json | jq -r .data.merge_drivers)" registered
	cp .git/config with
	exit_is 0 tkt hooks install --merge-drivers
	file_has "$out" 'merge.tkt-item.driver	kept	'
	same with .git/config
	exit_is 0 tkt hooks uninstall
	file_has "$out" 'merge.tkt-item.driver	removed	'
	same before .git/config
	is "$(tkt hooks --json | jq -r .data.merge_drivers)" absent
	# Without the option they are not touched.
	tkt hooks install >/dev/null
	same before .git/config
	tkt hooks uninstall >/dev/null
	# A command of somebody's stays.
	git config merge.tkt-item.driver 'my-merge %O %A %B'
	must_fail 1 tkt hooks install --merge-drivers
	is "$(git config merge.tkt-item.driver)" 'my-merge %O %A %B'
	is "$(tkt hooks --json | jq -r .data.merge_drivers)" other
	tkt hooks uninstall >/dev/null
	is "$(git config merge.tkt-item.driver)" 'my-merge %O %A %B'
	is "$(git config merge.tkt-thread.driver || :)" ''
	rm before with
}
t 'merge drivers are registered on request, and .git/config is the same bytes afterwards' drivers

drivers_work() {
	new_repo
	tkt hooks install --merge-drivers >/dev/null
	id=$(tkt create 'First thing')
	commit 'Add it'
	git switch -q -c other
	tkt comment first-thing -m 'From there' --author ann >/dev/null
	commit
	git switch -q main
	tkt comment first-thing -m 'From here' --author bob >/dev/null
	commit
	git merge -q other 2>&1 || fail 'no clean merge'
	file_has "work-items/open/$id/thread.md" 'From there'
	file_has "work-items/open/$id/thread.md" 'From here'
	# Without tkt in PATH git merges as it would without drivers, and marks what it cannot.
	git switch -q other
	tkt comment first-thing -m 'Again there' --author ann >/dev/null
	commit
	git switch -q main
	tkt comment first-thing -m 'Again here' --author bob >/dev/null
	commit
	if PATH=/usr/bin:/bin git merge -q other >/dev/null 2>&1; then fail 'merged without a driver'; fi
	file_has "work-items/open/$id/thread.md" 'Again there'
	file_has "work-items/open/$id/thread.md" '>>>>>>>'
	git merge --abort
}
t 'the drivers merge, and where tkt is missing there is an ordinary conflict' drivers_work

attributes() {
	new_repo
	exit_is 0 tkt hooks install --merge-drivers
	empty "$err"
	rm work-items/.gitattributes
	exit_is 0 tkt hooks install --merge-drivers
	file_has "$err" "'tkt init' writes one"
	tkt init >/dev/null
	exit_is 0 tkt hooks install --merge-drivers
	empty "$err"
}
t 'a missing .gitattributes is told' attributes

json() {
	new_repo
	mkdir docs
	printf '#!/bin/sh\n' | hook commit-msg
	tkt hooks --json >docs/1
	tkt hooks install --json --merge-drivers >docs/2
	tkt hooks status --json >docs/3
	echo >>$hooks/pre-push
	tkt hooks uninstall --json >docs/4 || :
	touch lefthook.toml
	tkt hooks install --json >docs/5 || :
	PATH=$h_top/bin tkt hooks --json >docs/6
	/usr/bin/python3 "$SRC/tests/e2e/json_check.py" "$SRC/man/schema" docs/* || fail 'not what the schema says'
	is "$(jq -r .data.merge_drivers docs/6)" unknown
	is "$(jq -r '.data.hooks[0].add.file' docs/5)" lefthook.toml
}
t 'the JSON is what its schema says' json

shared() {
	git init -q -b main --shared=group
	tkt init >/dev/null
	(umask 077 && tkt hooks install >/dev/null)
	like "$(stat -c %A $hooks/commit-msg)" '^-rwxr-x'
	tkt hooks uninstall >/dev/null
	git init -q -b main ../private
	cd ../private
	(umask 077 && tkt hooks install >/dev/null)
	is "$(stat -c %a $hooks/commit-msg)" 700
	cd ..
	rm -rf private
}
t 'in a shared repository the group can run the hooks, else the umask counts' shared

at_a_terminal() {
	new_repo
	export LINES=24 COLUMNS=100
	cat >ask.py <<-'X'
		import os, pty, sys, time
		pid, fd = pty.fork()
		if pid == 0:
		    os.execvp("tkt", ["tkt", "hooks", "install"])
		text = b""
		while b"[Y/n]" not in text:
		    text += os.read(fd, 4096)
		os.write(fd, sys.argv[1].encode() + b"\n")
		try:
		    while True:
		        more = os.read(fd, 4096)
		        if not more:
		            break
		        text += more
		except OSError:
		    pass
		sys.stdout.write(text.decode())
		sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	X
	exit_is 1 /usr/bin/python3 ask.py n
	file_has "$out" 'WILL BE'
	file_has "$out" 'checks the tickets named in messages'
	file_has "$out" "'tkt hooks uninstall' takes them out"
	is "$(state commit-msg)" free
	exit_is 0 /usr/bin/python3 ask.py y
	file_has "$out" 'DONE'
	is "$(state commit-msg)" installed
	rm ask.py
}
t 'at a terminal it says what it will do, and asks' at_a_terminal

done_testing
