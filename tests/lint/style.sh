#!/bin/sh
# What a reader trips over, and what the format of the sources is (.clang-format has the rest).
. "$(dirname "$0")/lib.sh"

sources lib cmd contrib tests >"$tmp/c"
sources lib cmd >"$tmp/house"
# Text that people write; test data and golden files are as they are.
find lib cmd contrib man tests Makefile README.md CHANGELOG.md -type f \
	! -path 'tests/data/*' ! -path 'tests/golden/*' ! -path 'tests/fuzz/corpus/*' ! -path '*/__pycache__/*' \
	2>/dev/null | sort | while IFS= read -r f; do
	! grep -q . "$f" || { grep -I -q . "$f" && printf '%s\n' "$f"; }
done >"$tmp/text"
if [ "$(wc -l <"$tmp/text")" -gt 50 ]; then point ok 'there is text to look at'; else point not 'there is text to look at'; fi

# The patterns are spelt so that this file does not find itself.
xargs grep -n -E '[[:blank:]]+$' <"$tmp/text" | cut -c1-120 >"$tmp/x"
finds_nothing 'no line ends in blanks' "$tmp/x"
xargs grep -l "$(printf '\r')" <"$tmp/text" >"$tmp/x"
finds_nothing 'no file has carriage returns' "$tmp/x"
xargs grep -n -w -E 'TO''DO|FIX''ME|X''XX' <"$tmp/text" |
	grep -v -E "TO""DO\.md" >"$tmp/x" # the dialect's doctor looks for a file of that name
finds_nothing 'nothing is left to be done in a comment' "$tmp/x"
while IFS= read -r f; do
	[ -z "$(tail -c 1 "$f")" ] || echo "$f"
done <"$tmp/text" >"$tmp/x"
finds_nothing 'every file ends with a newline' "$tmp/x"
xargs grep -n -E '(^|[^A-Za-z0-9_./])/(home|work|root|Users)/[a-z]' <"$tmp/text" |
	grep -v -E '/home/(me|user|you|alice|bob)/' >"$tmp/x"
finds_nothing 'no path of one machine is in the tree' "$tmp/x"

xargs grep -n -E '^ {2,}[^ *]' <"$tmp/c" >"$tmp/x"
finds_nothing 'C is indented with tabs' "$tmp/x"
xargs grep -n -E '//( |$)' <"$tmp/house" | grep -v -E '"[^"]*//|\*.*//|[a-z]://' >"$tmp/x"
finds_nothing 'comments are /* */' "$tmp/x"

xargs grep -n -w -E '(strcpy|strcat|stpcpy|sprintf|vsprintf|strtok|gmtime|localtime|ctime|asctime|system|popen|gets|alloca|mktemp|tmpnam|rand)[[:blank:]]*\(' \
	<"$tmp/house" | grep -v -E '^lib/base/banned\.h:|^[^:]*:[0-9]*:[[:blank:]]*(/?\*|//)' >"$tmp/x"
finds_nothing 'no banned function is named' "$tmp/x"
xargs grep -n -w -E 'typedef[[:blank:]]+(struct|union|enum)[^(]*$' <"$tmp/house" >"$tmp/x"
finds_nothing 'structs have no typedef' "$tmp/x"
xargs grep -n -E '__(DATE|TIME|TIMESTAMP)__' <"$tmp/house" >"$tmp/x"
finds_nothing 'nothing of the moment of the build is built in' "$tmp/x"

# The first comment of a header says what it is and on which floor.
while IFS= read -r f; do
	case $f in
	lib/tkt.h | *.c) continue ;;
	lib/base/*) floor=0 ;;
	lib/text/* | lib/sys/*) floor=1 ;;
	lib/store/*) floor=2 ;;
	lib/git/* | lib/index/*) floor=3 ;;
	lib/board/*) floor=4 ;;
	lib/ops/*) floor=5 ;;
	*) floor= ;;
	esac
	first=$(awk 'NR == 1 && !/^\/\*/ { exit } { print } /\*\// { exit }' "$f")
	[ -n "$first" ] || { echo "$f: does not begin with a comment"; continue; }
	[ -z "$floor" ] || case $first in
	*"Floor $floor"*) ;;
	*) echo "$f: its first comment does not say \"Floor $floor\"" ;;
	esac
done <"$tmp/house" >"$tmp/x"
finds_nothing 'every header begins by saying what it is and on which floor' "$tmp/x"
while IFS= read -r f; do
	case $f in *.h) ;; *) continue ;; esac
	guard=$(sed -n 's/^#ifndef \([A-Z][A-Z0-9_]*_H\)$/\1/p' "$f" | head -n 1)
	{ [ -n "$guard" ] && grep -q "^#define $guard\$" "$f"; } || echo "$f: no guard TKT_ROOM_NAME_H"
done <"$tmp/house" >"$tmp/x"
finds_nothing 'every header has a guard' "$tmp/x"

done_testing
