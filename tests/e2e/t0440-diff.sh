#!/bin/sh
# tkt diff: what a commit changed, in a form that git apply takes, by both engines.
. "$(dirname "$0")/lib.sh"
need git jq python3 script

TKT_FSYNC=off
export TKT_FSYNC

# A commit with every kind of change to text files; HEAD~2 is the root.
many_changes() {
	new_repo
	seq 1 50 >a.txt
	printf 'no newline' >'sp ace.txt'
	echo x >type
	echo u >'ü.c'
	echo q >'q"uote.py'
	echo q >'tab	x'
	echo b >"$(printf 'b\377d')"
	seq 1 40 >old.txt
	: >empty
	echo e >run.sh
	printf 'cr\r\n' >crlf
	ln -s a.txt link
	echo gone >gone.txt
	commit Root
	sed -i 's/^7$/seven/; s/^44$/&x/' a.txt
	printf 'no newline either' >'sp ace.txt'
	rm type link gone.txt
	ln -s a.txt type
	echo file >link
	echo uu >>'ü.c'
	echo q2 >>'q"uote.py'
	echo r >>'tab	x'
	echo z >"$(printf 'b\377d')"
	git mv old.txt 'new name.txt'
	sed -i 's/^3$/three/' 'new name.txt'
	git mv empty empty2
	: >empty3
	mkdir -p sub/dir
	echo new >sub/dir/new.rs
	chmod +x run.sh
	printf 'cr2\r\n\033[31mred\n' >crlf
	commit Change
}

applies() {
	many_changes
	for engine in library program; do
		for rev in HEAD HEAD~1 HEAD~2; do
			TKT_GIT=$engine tkt diff --raw $rev >"$engine.patch"
			GIT_INDEX_FILE=$PWD/.git/other
			export GIT_INDEX_FILE
			if [ $rev = HEAD~2 ]; then git read-tree --empty; else git read-tree $rev~1; fi
			git apply --cached --whitespace=nowarn "$engine.patch"
			is "$(git write-tree)" "$(git rev-parse "$rev^{tree}")" "the tree after git apply of $rev, $engine"
			unset GIT_INDEX_FILE
		done
		rm "$engine.patch"
	done
}
plain_applies() {
	new_repo
	seq 1 9 >'a b.txt'
	echo 'diff --git a/x b/x' >quoted
	commit One
	sed -i 's/^5$/five/' 'a b.txt'
	echo two >>quoted
	printf 'Two\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-1\n+2\n' >../message
	git add -A
	git commit -q -F ../message
	tkt diff HEAD >../plain.patch
	git apply -R --index ../plain.patch
	is "$(git write-tree)" "$(git rev-parse 'HEAD~1^{tree}')"
}
t 'what a pipe gets is taken too, with its head, where nothing had to be made visible' plain_applies
t 'git apply of a raw patch gives the tree of the commit, root commits too' applies

agree() {
	many_changes
	TKT_GIT=library tkt diff HEAD >a
	TKT_GIT=program tkt diff HEAD >b
	same a b
	TKT_GIT=library tkt diff HEAD --json >a
	TKT_GIT=program tkt diff HEAD --json >b
	same a b
	git diff-tree -r -M --numstat HEAD~1 HEAD | awk '{ a += $1; d += $2 } END { print NR, a, d }' >want
	jq -r '.data | "\(.files_changed) \(.insertions) \(.deletions)"' a >got
	same got want
	rm a b got want
}
t 'both engines say the same, and count as git does' agree

safe() {
	many_changes
	tkt diff HEAD >plain
	must_fail 1 grep -q "$(printf '\033')" plain
	file_has plain '+^[[31mred'
	file_has plain '-cr^M'
	tkt diff HEAD --raw | grep -q "$(printf '+\033\\[31mred')"
	printf 'x\033]0;title\007\n\n\033[2Jbody\n' >message
	git commit -q --allow-empty -F message
	rm message plain
	for view in '' --json --raw; do
		tkt diff HEAD $view >plain
		must_fail 1 grep -q "$(printf '\033')" plain
	done
	rm plain
	script -qec "$TKT diff HEAD~1 --raw" /dev/null >shown || true
	file_has shown 'not for a terminal'
	rm shown
}
t 'control characters are visible in a pipe, and bytes with --raw only' safe

head_and_tickets() {
	new_repo
	id=$(tkt create 'Log in' --slug login)
	key=$(tkt list --format keys)
	echo 1 >f.go
	commit "Add f ($key)

Fixes: login"
	tkt diff HEAD >shown
	file_has shown "commit $(git rev-parse HEAD)"
	file_has shown 'Author:  Test Author'
	file_has shown "Closes:  $key  Log in (open)"
	file_has shown "    Add f ($key)"
	tkt --json diff HEAD >json
	is "$(jq -r '.kind, .data.commit.subject, .data.tickets[0].id, .data.tickets[0].way, .data.tickets[0].closes' json | paste -sd ' ')" \
		"diff Add f ($key) $id trailer true"
	is "$(jq -r '.data.files[] | select(.path == "f.go") | .language, .status, .mode' json | paste -sd ' ')" 'Go added 100644'
	rm shown json
}
t 'the head tells commit, author, subject and tickets' head_and_tickets

merges() {
	new_repo
	git checkout -q -b side
	echo s >side
	commit Side
	git checkout -q -
	echo m >main
	commit Main
	git merge -q --no-edit side
	tkt diff HEAD >shown
	file_has shown 'of 2 commits, compared with the first'
	file_has shown '+++ b/side'
	file_lacks shown '+++ b/main'
	is "$(tkt --json diff HEAD | jq -r '.data.against')" "$(git rev-parse HEAD^1)"
	is "$(tkt --json diff HEAD | jq -r '.data.commit.parents | length')" 2
	root=$(git rev-list --max-parents=0 HEAD)
	tkt diff "$root" >shown
	file_has shown 'nothing before it'
	is "$(tkt --json diff "$root" | jq -r '.data.against')" null
	rm shown
}
t 'a merge is compared with its first parent, a root with nothing, and it is said' merges

large() {
	new_repo
	printf 'a\0b' >bin
	python3 -c 'print("line\n" * 300000)' >big.txt
	echo small >small.txt
	commit Large
	run tkt diff HEAD
	is "$status" 0
	file_has "$out" 'Binary files /dev/null and b/bin differ'
	file_has "$out" 'Patch left out: +300001 -0, more than 1 MiB; --full shows it'
	file_has "$out" '+small'
	file_has "$err" 'the patch of 1 file is left out'
	like "$(cat "$out")" 'bin +\| +Bin'
	run tkt diff HEAD --full
	is "$(grep -c '^+line$' "$out")" 300000
	empty "$err"
	tkt --json diff HEAD >json
	is "$(jq -c '.data.files[] | select(.path == "big.txt") | [.truncated, .patch, .added]' json)" '[true,null,300001]'
	is "$(jq -c '.data.files[] | select(.path == "bin") | [.binary, .patch, .added]' json)" '[true,null,null]'
	is "$(jq '.warnings | length' json)" 1
	is "$(tkt --json diff HEAD --full | jq '.data.files[] | select(.path == "big.txt") | .patch | length > 1000000')" true
	rm json
}
t 'binary and large files are named, and nothing is left out in silence' large

# libgit2 needs memory for each line: texts of many lines are compared by git, in a process that ends.
many_lines() {
	new_repo
	mkdir "$TMPDIR/bin"
	real=$(command -v git)
	printf '#!/bin/sh\necho "$*" >>"%s"\nexec "%s" "$@"\n' "$TMPDIR/asked" "$real" >"$TMPDIR/bin/git"
	chmod +x "$TMPDIR/bin/git"
	seq 1 240000 >many.txt
	commit 'A little less than too many'
	seq 1 270000 | sed 's/5$/&x/' >many.txt
	commit 'Too many'
	for options in --stat '' '--full --raw'; do
		for rev in HEAD~1 HEAD; do
			for engine in library program auto; do
				: >"$TMPDIR/asked"
				# shellcheck disable=SC2086
				PATH=$TMPDIR/bin:$PATH TKT_GIT=$engine tkt diff $rev $options 2>/dev/null >"../$engine"
			done
			same ../library ../program
			same ../library ../auto
			[ $rev = HEAD ] || empty "$TMPDIR/asked"
			[ $rev != HEAD ] || file_has "$TMPDIR/asked" diff-tree
		done
	done
	# Where git cannot be had or cannot be started, libgit2 does what it can.
	printf '#!/bin/sh\nexit 1\n' >"$TMPDIR/bin/git"
	PATH=$TMPDIR/bin:$PATH tkt diff HEAD --full --raw >../auto
	same ../library ../auto
	PATH=/nowhere "$TKT" diff HEAD --full --raw >../auto
	same ../library ../auto
}
t 'texts of very many lines are compared by git, with the same answer' many_lines

paths() {
	many_changes
	is "$(tkt --json diff HEAD sub | jq -r '.data.files[].path')" sub/dir/new.rs
	is "$(cd sub && tkt --json diff HEAD dir/new.rs ../crlf | jq -r '.data.files[].path' | paste -sd ' ')" 'crlf sub/dir/new.rs'
	is "$(tkt --json diff HEAD -- old.txt | jq -r '.data.files[] | .status + " " + .old_path')" 'renamed old.txt'
	must_fail 1 tkt diff HEAD nothing
	file_has "$err" 'none of them there'
	must_fail 3 tkt diff HEAD ../..
	must_fail 3 tkt diff HEAD /etc
	tkt diff --stat HEAD a.txt >shown
	file_has shown ' a.txt      | 4 ++--'
	file_lacks shown '@@'
	rm shown
}
t 'paths narrow it, from where one stands' paths

refused() {
	new_repo
	must_fail 3 tkt diff nothing
	must_fail 5 tkt diff -- --output=x
	missing x
	must_fail 2 tkt diff
	must_fail 5 tkt diff ''
	must_fail 2 tkt diff HEAD --no-such
	new_root ../plain
	cd ../plain
	must_fail 3 tkt diff HEAD
}
t 'what is no commit is refused' refused

terminal() {
	many_changes
	script -qec "$TKT --no-pager --color always diff HEAD a.txt" /dev/null >shown
	file_has shown "$(printf '\033[32m+seven')"
	file_has shown "$(printf '\033[31m-7')"
	file_has shown "$(printf '\033[36m@@ -4,7 +4,7 @@\033[0m')"
	file_has shown "$(printf '\033[1mdiff --git')"
	file_has shown "$(printf '\033[32m++\033[0m\033[31m--')"
	TKT_PAGER='sed s/^/PAGED:/' script -qec "$TKT diff HEAD" /dev/null >shown
	file_has shown 'PAGED:commit'
	rm shown
}
t 'a terminal has colours and a pager' terminal

schema() {
	many_changes
	tkt --json diff HEAD >a.json
	tkt --json diff HEAD~1 --stat >b.json
	exit_is 0 /usr/bin/python3 "$SRC/tests/e2e/json_check.py" "$SRC/man/schema" a.json b.json
	rm a.json b.json
}
t 'the JSON is as its schema says' schema

shallow() {
	new_repo
	echo 1 >f
	commit One
	echo 2 >f
	commit Two
	git clone -q --depth 1 "file://$PWD" ../shallow
	cd ../shallow
	must_fail 6 tkt diff HEAD
	file_has "$err" shallow
	TKT_GIT=none must_fail 6 tkt diff HEAD
}
partial() {
	new_repo
	echo 1 >f
	commit One
	echo 2 >f
	commit Two
	git config uploadpack.allowFilter true
	git clone -q --no-checkout --filter=blob:none "file://$PWD" ../partial
	cd ../partial
	new_root .
	run tkt diff HEAD
	is "$status" 0
	file_has "$err" '--fetch gets them'
	file_has "$out" ' f          | ?'
	file_has "$out" 'Patch not known'
	is "$(tkt --json diff HEAD 2>/dev/null | jq -c '[.data.insertions, .data.files[0].patch]')" '[null,null]'
	is "$(tkt diff HEAD --fetch --raw | tail -n 2 | tr '\n' ' ')" '-1 +2 '
}
t 'a partial clone is not asked to fetch unless somebody says so' partial
t 'where a shallow clone ends it is not known what a commit changed' shallow

done_testing
