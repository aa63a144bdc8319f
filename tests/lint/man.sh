#!/bin/sh
# The manual pages through mandoc: no warning, and the names fit.
. "$(dirname "$0")/lib.sh"
need mandoc

find man -name '*.[1-9]' -type f 2>/dev/null | sort >"$tmp/pages"
if [ -s "$tmp/pages" ]; then point ok 'there are manual pages'; else point not 'there are manual pages'; fi

while IFS= read -r page; do
	succeeds "mandoc accepts ${page#man/}" mandoc -T lint -W warning "$page"
done <"$tmp/pages"

# .Dt TKT-LIST 1 in tkt-list.1, and .Nm the same name.
while IFS= read -r page; do
	name=${page##*/}
	section=${name##*.}
	name=${name%.*}
	grep -q -i "^\.\(Dt\|TH\) $name $section" "$page" || echo "$page: its .Dt is not $name $section"
done <"$tmp/pages" >"$tmp/x"
finds_nothing 'every page calls itself by the name of its file' "$tmp/x"

# What another page is named must be there: .Xr tkt-list 1
xargs grep -n '^\.Xr tkt' <"$tmp/pages" | while IFS=: read -r page line text; do
	# shellcheck disable=SC2086 # words
	set -- $text
	[ -f "man/$2.$3" ] || echo "$page:$line: no man/$2.$3"
done >"$tmp/x"
finds_nothing 'every page that another names is there' "$tmp/x"

for want in tkt.1 tkt-format.5 tkt-config.5 tkt-json.5 tkt-query.7 tkt-hacking.7; do
	[ -f "man/$want" ] || echo "no man/$want"
done >"$tmp/x"
finds_nothing 'the pages about the program as a whole are there' "$tmp/x"

done_testing
