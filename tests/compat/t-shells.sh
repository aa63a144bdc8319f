#!/bin/sh
# tickets.sh is plain POSIX: every shell at hand writes the same bytes, with any awk at hand; it needs
# no tkt and no flock, and leaves nothing behind.
# shellcheck source=tests/compat/lib-compat.sh
. "$(dirname "$0")/lib-compat.sh"

# One short life of a few tickets; prints everything that it saw.
life() {
	for step in "create --title First --label a,,b" "create --title First" "list" "show first" \
		"show 20260601-120000-first" "comment 20260601-120000-first --role x:y --author -" \
		"review 20260601-120000-first --approve" "status 20260601-120000-first pending" \
		"close 20260601-120000-first --resolution \\n" "list --status all" "doctor" "bogus"; do
		echo "== $step"
		# shellcheck disable=SC2086 # words
		printf 'body\n<!-- event: \\ $HOME `id`\nend' | "$@" "$SCRIPT" $step 2>&1 || echo "status $?"
	done
	tree .
}
in_life() {
	mkdir life
	(cd life && life "$@") >"$1.life"
	rm -rf life
}
# A directory with nothing in it but links to the tools named.
only() {
	mkdir "$1"
	h_dest=$1
	shift
	for h_tool; do ln -s "$(command -v "$h_tool")" "$h_dest/"; done
}
TOOLS='sh dash bash sed awk cat tail dd mktemp mv mkdir rm rmdir cp find tr wc date sort uniq grep printf sha1sum'

same_everywhere() {
	in_life sh
	file_has sh.life '== bogus'
	for shell in dash 'bash' 'bash --posix' 'busybox sh' mksh yash ksh zsh; do
		command -v "${shell%% *}" >/dev/null || continue
		[ "$shell" != zsh ] || shell='zsh --emulate sh'
		# shellcheck disable=SC2086 # words
		in_life $shell
		same sh.life "${shell%% *}.life"
	done
}
t 'every shell at hand writes the same bytes' same_everywhere

same_awk() {
	in_life sh
	mv sh.life wanted
	for awk in mawk gawk original-awk bwk busybox; do
		command -v $awk >/dev/null || continue
		mkdir -p awk
		ln -sf "$(command -v $awk)" awk/awk
		(
			PATH=$PWD/awk:$PATH
			in_life sh
		)
		same wanted sh.life
	done
}
t 'every awk at hand writes the same bytes' same_awk

no_flock() {
	in_life sh
	mv sh.life wanted
	# shellcheck disable=SC2086 # words
	only tools $TOOLS
	(
		PATH=$PWD/tools
		in_life sh
	)
	same wanted sh.life
}
t 'without flock, and without tkt, it does the same' no_flock

leaves_nothing() {
	mkdir tmp
	TMPDIR=$PWD/tmp
	export TMPDIR
	life sh >/dev/null
	printf x | script comment gone 2>/dev/null || :
	script close 20260601-120000-first-2 --file gone 2>/dev/null || :
	is "$(ls -A tmp)" ''
	is "$(ls -A work-items/.tkt/tmp)" ''
	is "$(cat work-items/.tkt/.gitignore)" '*'
	git init -q .
	git add -A
	lacks "$(git ls-files)" .tkt
	no_doctor # one slug twice
}
t 'nothing temporary is left, and git sees nothing private' leaves_nothing

one_write() {
	need strace
	mkdir w
	cd w
	script create --title First >/dev/null
	awk 'BEGIN { for (i = 0; i < 20000; i++) print "a line of a long body, " i }' >body
	strace -f -qq -e trace=write -P "$PWD/work-items/open/20260601-120000-first/thread.md" -o ../trace \
		sh "$SCRIPT" comment first --file body
	is "$(grep -c 'write(' ../trace)" 1 'writes to thread.md'
}
t 'an event of half a megabyte is one write' one_write

linted() {
	need shellcheck
	shellcheck -s sh "$SCRIPT"
	# awk -v and echo eat backslashes
	! grep -n -E 'awk.* -v|echo .' "$SCRIPT" | grep -v '^[0-9]*:[[:space:]]*#' >&2
}
t 'it is clean to shellcheck' linted

done_testing
