#!/bin/sh
# The two ways in which tkt reads git, libgit2 and the program, through the command: one answer, whichever it is, and
# "unknown" with a reason where neither can give one.
. "$(dirname "$0")/lib.sh"
need git jq

TKT_FSYNC=off
export TKT_FSYNC

# Two tickets, $k and $k2; commits that name them, on main and on a branch; in the directory r.
project() {
	mkdir r && cd r
	git init -q -b main "$@" .
	tkt init --project r >/dev/null
	id=$(tkt create 'Login forgets the path')
	id2=$(tkt create 'Another thing')
	k=$(tkt show "$id" --json | jq -r .data.ticket.key)
	k2=$(tkt show "$id2" --json | jq -r .data.ticket.key)
	commit 'Write down what is to be done'
	change "fixes $k: read the parser"
	git checkout -q -b "$k2"
	change 'On the branch of the other ticket'
	git checkout -q main
	change "Tidy up

Refs: $k, $k2"
	git merge -q --no-ff -m "Merge branch '$k2'" "$k2"
	cd ..
}
change() {
	tick 60
	n=$((${n:-0} + 1))
	seq "$n" 40 >"file$n"
	git add "file$n"
	git commit -q -m "$1"
}
# Everything that git is asked for, in one text.
all() {
	for ref in "$k" "$k2"; do
		tkt commits "$ref" --json || echo "status $?"
		tkt branches "$ref" --json || echo "status $?"
	done
	for rev in HEAD HEAD~1 main^2 "$(git rev-parse --short HEAD~2)"; do
		tkt diff "$rev" --json || echo "status $?"
		tkt diff "$rev" || echo "status $?"
		tkt diff "$rev" --stat || echo "status $?"
	done
}
# both [DIR]: the engines agree there, with an old index, a new one and none.
both() {
	(
		cd "${1:-r}"
		TKT_GIT=program all >"$h_top/tmp/program" 2>&1
		file_has "$h_top/tmp/program" 'read the parser'
		file_lacks "$h_top/tmp/program" 'status '
		TKT_GIT=library all >"$h_top/tmp/library" 2>&1
		same "$h_top/tmp/program" "$h_top/tmp/library"
		rm -rf work-items/.tkt
		TKT_GIT=library all >"$h_top/tmp/library" 2>&1
		same "$h_top/tmp/program" "$h_top/tmp/library"
		TKT_INDEX=off all >"$h_top/tmp/auto" 2>&1
		same "$h_top/tmp/program" "$h_top/tmp/auto"
	)
}

plain() {
	project
	both
	(cd r && git gc -q --aggressive && git commit-graph write --reachable && git multi-pack-index write)
	both
	git clone -q r copy
	both copy
	(cd copy && git checkout -q --detach HEAD~1)
	both copy
}
t 'both engines say the same of a plain, a packed and a cloned repository' plain

trees() {
	project
	git -C r worktree add -q ../linked -b elsewhere
	both linked
	(cd linked && change "Here too: $k")
	both linked
	both
	(cd r && git sparse-checkout set --cone work-items)
	both
}
t 'both engines say the same of a linked worktree and a sparse one' trees

shallow() {
	project
	for depth in 1 2; do
		git clone -q --depth "$depth" "file://$PWD/r" "s$depth"
		cd "s$depth"
		for engine in library program auto; do
			TKT_GIT=$engine exit_is 0 tkt commits "$k2" --json
			is "$(jq -r .data.state "$out")" unknown
			has "$(jq -r .data.reason "$out")" shallow
			cp "$out" "../$engine"
			rm -rf work-items/.tkt
		done
		same ../library ../program
		same ../library ../auto
		cd ..
	done
}
t 'of a shallow clone both engines tell what there is, and that there may be more' shallow

# What only the program reads.
only_program() { # DIR
	cd "$1"
	TKT_GIT=program all >"$h_top/tmp/program" 2>&1
	file_has "$h_top/tmp/program" 'read the parser'
	file_lacks "$h_top/tmp/program" 'status '
	rm -rf work-items/.tkt
	all >"$h_top/tmp/auto" 2>&1
	same "$h_top/tmp/program" "$h_top/tmp/auto"
	rm -rf work-items/.tkt
	TKT_GIT=library run tkt commits "$k" --json
	is "$(jq -r .data.state "$out")" unknown
	like "$(jq -r .data.reason "$out")" "libgit2.*$2"
	# Without the program nothing is left to ask.
	run without_git tkt commits "$k" --json
	is "$(jq -r .data.state "$out")" unknown
	cd ..
}
# A PATH with tkt, and nothing else.
without_git() {
	mkdir -p "$h_top/tmp/nogit"
	ln -sf "$TKT" "$h_top/tmp/nogit/tkt"
	env PATH="$h_top/tmp/nogit" "$@"
}
sha256() {
	project --object-format=sha256
	only_program r SHA-256
}
t 'a repository with SHA-256 is read by the program, and unknown without it' sha256

partial() {
	project
	git -C r config uploadpack.allowFilter true
	git clone -q --filter=blob:none "file://$PWD/r" p
	cd p
	TKT_GIT=library run tkt commits "$k" --json
	is "$(jq -r .data.state "$out")" unknown
	like "$(jq -r .data.reason "$out")" 'libgit2.*partial clone'
	exit_is 0 tkt commits "$k" --json
	is "$(jq -r '.data.commits | length' "$out")" 2
	cd ..
}
t 'a partial clone is read by the program' partial

no_program() {
	project
	cd r
	TKT_GIT=library tkt commits "$k" --json >../with
	rm -rf work-items/.tkt
	run without_git tkt commits "$k" --json
	is "$status" 0
	same "$out" ../with
	rm -rf work-items/.tkt
	TKT_GIT=program run without_git tkt commits "$k" --json
	is "$(jq -r .data.state "$out")" unknown
	has "$(jq -r .data.reason "$out")" 'git is not on this machine'
}
t 'where git is not installed, libgit2 answers alone' no_program

neither() {
	project
	cd r
	TKT_GIT=none run tkt commits "$k" --json
	is "$status" 6
	is "$(jq -r .data.state "$out")" unknown
	is "$(jq -r '.data.commits | length' "$out")" 0
	TKT_GIT=none must_fail 6 tkt commits "$k"
	file_has "$err" unknown
	TKT_GIT=libgit2 must_fail 2 tkt commits "$k"
	file_has "$err" TKT_GIT
}
t 'without any engine commits are unknown, which is not none' neither

broken() {
	project
	cd r
	no_fsck
	x=$(git rev-parse HEAD~1)
	rm -f ".git/objects/$(echo "$x" | cut -c1-2)/$(echo "$x" | cut -c3-)"
	for engine in library program; do
		rm -rf work-items/.tkt
		TKT_GIT=$engine run tkt commits "$k2" --json
		is "$(jq -r .data.state "$out")" unknown
		cp "$out" "../$engine"
	done
	is "$(jq -c '[.data.commits[].sha]' ../library)" "$(jq -c '[.data.commits[].sha]' ../program)"
}
t 'of a repository with a commit missing both list what is there, as unknown' broken

# Containers say so whom to trust. Git is made to believe that somebody else owns the repository; libgit2 is not asked.
trusted() {
	project
	cd r
	TKT_GIT=program
	GIT_TEST_ASSUME_DIFFERENT_OWNER=1
	TKT_INDEX=off
	export TKT_GIT TKT_INDEX GIT_TEST_ASSUME_DIFFERENT_OWNER
	must_fail 6 tkt commits "$k"
	file_has "$err" 'somebody else owns it'
	GIT_CONFIG_COUNT=2
	GIT_CONFIG_KEY_0=core.abbrev
	GIT_CONFIG_VALUE_0=5
	GIT_CONFIG_KEY_1=Safe.Directory
	GIT_CONFIG_VALUE_1=$PWD/elsewhere
	export GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0 GIT_CONFIG_KEY_1 GIT_CONFIG_VALUE_1
	must_fail 6 tkt commits "$k"
	GIT_CONFIG_VALUE_1=$PWD
	exit_is 0 tkt commits "$k"
	GIT_CONFIG_VALUE_1='*'
	exit_is 0 tkt commits "$k"
	exit_is 0 tkt doctor --strict
	# Later words count, and an empty one takes back what was said before.
	GIT_CONFIG_COUNT=3
	GIT_CONFIG_KEY_2=safe.directory
	GIT_CONFIG_VALUE_2=
	export GIT_CONFIG_KEY_2 GIT_CONFIG_VALUE_2
	must_fail 6 tkt commits "$k"
	GIT_CONFIG_COUNT=18446744073709551615
	must_fail 6 tkt commits "$k"
	# Nothing else comes in that way, and nothing that begins like an option is one.
	GIT_CONFIG_COUNT=2
	GIT_CONFIG_KEY_0=core.fsmonitor
	GIT_CONFIG_VALUE_0="touch $PWD/../pwned; false"
	exit_is 0 tkt commits "$k"
	exit_is 0 tkt doctor --strict
	missing ../pwned
	GIT_CONFIG_VALUE_1=--help
	must_fail 6 tkt commits "$k"
}
t 'safe.directory counts where the environment says it, and nothing else of that' trusted

done_testing
