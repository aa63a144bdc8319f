#!/bin/sh
# Searches and queries that nobody would write by hand: each is answered, and nothing in it does anything.
. "$(dirname "$0")/lib.sh"

some() {
	new_root
	tkt create 'Zebra crossing in 日本語の検索' -k bug -l ui -b 'Café, foo_bar and parseHeader() in src/a.c.' --slug zebra >/dev/null
	tkt create 'The okapi waits' -b 'A quagga stood by. It reads カタカナ too.' --slug okapi >/dev/null
}
# What search and list make of $1: an answer or a plain "nothing", and in JSON the very text.
asked() {
	run tkt search --mode "$mode" --json -- "$1"
	[ "$status" -le 1 ] || fail "search: status $status for: $1"
	empty "$err"
	printf %s "$1" >asked.text
	jq -j .data.query "$out" >said.text
	cmp -s asked.text said.text || fail "the query comes back changed: $1"
	run tkt search --mode "$mode" -- "$1"
	[ "$status" -le 1 ] || fail "search in a pipe: status $status for: $1"
}
slugs() { cut -f 3 | sed '1d; s/^[0-9]*-[0-9]*-//' | tr '\n' ' '; }

signs() {
	some
	mode=keyword
	# shellcheck disable=SC1003 # a backslash
	for c in '!' '"' '#' '$' '%' '&' "'" '(' ')' '*' '+' ',' '.' '/' ':' ';' '<' '=' '>' '?' '@' '[' '\' ']' '^' '_' '`' '{' '|' '}' '~'; do
		asked "$c$c"
		asked "zebra$c"
		asked "$c zebra $c"
		is "$(tkt search --mode keyword -- "$c zebra $c" | slugs)" 'zebra ' "$c zebra $c"
	done
}
t 'no sign means anything, or spoils the word beside it' signs

odd() {
	some
	for mode in keyword semantic hybrid; do
		for text in 'zebra AND' 'NOT zebra' 'NEAR(zebra okapi, 5)' '{title body}: zebra' '"a""b"' '""""' '* *' 'zebra"' \
			'the of and' 'の' '検' 'ｶﾀｶﾅ' '👨‍👩‍👧' 'ﬁ ß İ ı Ǆ Ⅷ ㍿' '%s%n' '$(id)' '../../etc/passwd' "'; DROP TABLE ticket; --" \
			'TKT-' '#' '20260601-' '-0' '1e999' 'null'; do
			asked "$text"
		done
	done
	is "$(tkt search --mode keyword ｶﾀｶﾅ | slugs)" 'okapi ' 'narrow kana are kana'
	is "$(tkt search --mode keyword CAFE | slugs)" 'zebra ' 'accents do not count'
	is "$(tkt search --mode keyword HEADER | slugs)" 'zebra ' 'a part of an identifier'
}
t 'operators, half quotes, stop words, emoji and one sign alone are text' odd

large() {
	some
	for make in "yes 'zebra x-y/z \"a b\" c*'" "yes '\"'" 'yes 検索語' "seq -f 'w%.0f' 200000" "tr '\\0' 'x' </dev/zero" "yes 'a-b.c/d'"; do
		{ eval "$make" || :; } 2>/dev/null | head -c 1000000 >text
		run tkt search - --json <text
		mv "$out" answer # a megabyte too
		[ "$status" -le 1 ] || fail "status $status for a megabyte of: $make"
		jq -e .data.total answer >/dev/null || fail "no document for a megabyte of: $make"
	done
	{ seq -f 'w%.0f' 200; echo quagga; } >text
	is "$(tkt search --mode keyword - <text | slugs)" 'okapi ' 'the one word that is there counts'
	: >"$out"
}
t 'a megabyte of anything is a search' large

deep() {
	some
	for q in "$(printf '%5000s' '' | tr ' ' '(')" "$(printf '%5000s' '' | sed 's/ /NOT /g')x"; do
		must_fail 2 tkt list "$q"
		like "$(tail -n 1 "$err")" '^ *\^$'
		must_fail 2 tkt search x --filter "$q"
	done
	exit_is 0 tkt list "$(printf '%5000s' '' | sed 's/ /a OR /g')zebra"
	is "$(sed 1d "$out" | wc -l)" 2
	exit_is 0 tkt list "label:$(printf '%5000s' '' | sed 's/ /x,/g')ui"
	is "$(sed 1d "$out" | wc -l)" 1
	exit_is 0 tkt list "title:$(printf '%2000s' '' | sed 's/ /*a/g')b"
	exit_is 0 tkt search zebra --mode keyword --filter "$(printf '%5000s' '' | sed 's/ /label:x OR /g')label:ui"
	is "$(slugs <"$out")" 'zebra '
}
t 'a query as long or as deep as can be is answered or refused with its place' deep

numbers() {
	some
	for n in -1 x 1e3 '' 99999999999999999999 0x10; do
		must_fail 2 tkt search zebra -n "$n"
	done
	for n in 0 1 4294967297; do
		exit_is 0 tkt search zebra --mode keyword -n "$n"
	done
	for t in 0 -1 1.01 nan inf x ''; do
		must_fail 2 tkt duplicates --threshold "$t"
	done
	is "$(tkt search -n 1 --mode keyword -- -n 1 zebra --mode | slugs)" 'zebra ' 'behind -- all is text'
	is "$(tkt search --mode keyword -zebra | slugs)" 'zebra '
	must_fail 2 tkt search --mode
	must_fail 2 tkt search zebra --mode ''
	must_fail 2 tkt search --
	must_fail 2 tkt related
	must_fail 3 tkt related nothing-there
	must_fail 2 tkt duplicates more words
}
t 'wrong numbers and options are refused, and what is behind -- is text' numbers

# A title and a body that would do something to a terminal, and letters two columns wide.
painted() {
	need script
	new_root
	tkt create 'Zebra plain' --slug plain -b "$(printf 'zebra \033[2J\033]0;x\007 \302\233 \342\200\256 end')" >/dev/null
	tkt create "$(printf '%80s' '' | sed 's/ /検索語題名/g') zebra" --slug wide -b "$(printf '%20000s' '' | sed 's/ /検/g') giraffe" --force >/dev/null
	tkt comment plain -m "$(printf 'zebra \033]8;;http://example.com\007')" >/dev/null
	for words in 'search zebra' 'search zebra --explain' 'search giraffe' 'related plain' 'duplicates --threshold 0.01 --all'; do
		for cols in 80 20; do
			# shellcheck disable=SC2086 # words
			TERM=xterm-256color script -qec "stty cols $cols rows 50; tkt $words" /dev/null </dev/null >screen
			tr -d '\r' <screen | sed 's/\x1b\[[0-9;]*[mK]//g' >plain
			! grep -q -P '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae' plain || fail "raw signs on a screen: $words"
			/usr/bin/python3 -c 'import sys
for line in sys.stdin.buffer: line.decode("utf-8")' <plain || fail "half a letter on a screen: $words"
		done
		# shellcheck disable=SC2086
		tkt $words >piped
		! grep -q -P '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae' piped || fail "raw signs in a pipe: $words"
		# shellcheck disable=SC2086
		tkt $words --json >piped
		! grep -q -P '[\x00-\x09\x0b-\x1f]' piped || fail "raw signs in JSON: $words"
		jq -e .data piped >/dev/null
	done
	is "$(TERM=xterm script -qec 'stty cols 80; tkt search giraffe --mode keyword' /dev/null </dev/null | tr -d '\r' | wc -l)" 2
	[ "$(tkt search giraffe --mode keyword | tail -n 1 | cut -f 7 | wc -m)" -lt 400 ] || fail 'the passage is as long as the text'
}
t 'what a ticket says is shown as text on every kind of output' painted

same_again() {
	some
	for words in 'search zebra okapi' 'search zebra --explain --json' 'related zebra' 'duplicates --threshold 0.1' 'search 検索 カタカナ --mode semantic'; do
		# shellcheck disable=SC2086
		run tkt $words
		cp "$out" once
		rm -rf work-items/.tkt/index*
		# shellcheck disable=SC2086
		run tkt $words
		same "$out" once
	done
}
t 'the same question has the same answer, byte for byte, also from a new index' same_again

done_testing
