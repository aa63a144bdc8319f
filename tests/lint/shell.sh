#!/bin/sh
# Every shell script of the tree through shellcheck.
. "$(dirname "$0")/lib.sh"
need shellcheck

find . -type f ! -path './.git/*' ! -path './build/*' ! -path './work-items/*' ! -path './tests/data/*' | sort |
	while IFS= read -r f; do
		case $f in
		*.sh | ./tests/run) echo "$f" ;;
		*.fish | *.zsh | *.py | *.c | *.h | *.md) ;;
		*) head -n 1 "$f" | grep -q -a -E '^#!.*[/ ](sh|bash|dash)$' && echo "$f" ;;
		esac
	done >"$tmp/scripts"
count=$(wc -l <"$tmp/scripts")
if [ "$count" -ge 8 ]; then point ok 'there are scripts to check'; else point not 'there are scripts to check'; fi

# Left out everywhere, as what they find is meant: 1007 `a= b=`, 1091 a file that is only there when
# installed, 2015 `a && b || fail`, 2016 '$x', 2018/2019 a-z in the C locale, 2317 functions called by name.
# In tests also: 1010 the word "done", 2010/2012/2013/2086 ids are single words, 2094/2238 names of files,
# 2119/2120 arguments that may be left out, 2123 a PATH of its own, 2129 one line after the other.
all=SC1007,SC1091,SC2015,SC2016,SC2018,SC2019,SC2317
while IFS= read -r f; do
	case $f in
	./tests/*) not=$all,SC1010,SC2010,SC2012,SC2013,SC2086,SC2094,SC2119,SC2120,SC2123,SC2129,SC2238 ;;
	*) not=$all ;;
	esac
	succeeds "shellcheck ${f#./}" shellcheck -x -P SCRIPTDIR -P tests/e2e -e "$not" "$f"
done <"$tmp/scripts"

while IFS= read -r f; do
	case $f in
	*/lib.sh | *lib*.sh) continue ;;
	esac
	[ -x "$f" ] || echo "$f"
done <"$tmp/scripts" >"$tmp/x"
finds_nothing 'every script can be run' "$tmp/x"

done_testing
