#!/bin/sh
# What a person sees: tables, colours, the pager; all of it only on a terminal.
. "$(dirname "$0")/lib.sh"

# term COLUMNS ROWS COMMAND: runs a shell command line on a terminal of that size; what came out is in screen.
term() {
	need script
	status=0
	TERM=${t_TERM-xterm-256color} script -qec "stty cols $1 rows $2; $3" /dev/null </dev/null >screen.raw 2>&1 || status=$?
	tr -d '\r' <screen.raw >screen
}
plain() { sed 's/\x1b\[[0-9;]*m//g' screen; }
widest() { plain | python3 -c 'import sys, unicodedata
print(max(sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in l.rstrip("\n")) for l in sys.stdin))'; }

some() {
	new_root
	at 2026-05-01T12:00:00Z
	tkt create 'Login forgets the return path' -k bug -p P0 -l ui,auth -a alice >/dev/null
	at 2026-06-01T11:00:00Z
	tkt create 'A title that is much longer than any terminal of eighty columns could show in one line, with 日本語 in it' \
		-p P3 --blocked-by login-forgets-the-return-path -l something,quite,long,too -a 'Bob the Builder' >/dev/null
	tkt create '日本語のタイトルはどう表示されますか、長い場合も含めて確認する必要があります、そうでしょう' >/dev/null
	at 2026-06-01T12:00:00Z
}

table_80() {
	some
	term 80 24 'tkt list'
	is "$status" 0
	like "$(plain | sed -n 1p)" '^KEY +PRI +TITLE +STATUS +UPDATED$'
	like "$(plain | sed -n 2p)" '^TKT-[0-9a-f]{7}  P0 +Login forgets the return path +open +1 month ago|4 weeks ago'
	like "$(plain)" '⊘  A title that is much longer .*…  '
	[ "$(widest)" -le 80 ] || fail "a line is $(widest) columns wide: $(plain)"
	has "$(plain)" '3 tickets'
	has "$(cat screen)" "$(printf '\033[33mTKT-')"
}
t 'on a terminal list is a table that fits 80 columns' table_80

widths() {
	some
	for w in 20 40 60 79 100 120 200; do
		term "$w" 24 'tkt list'
		[ "$w" -lt 60 ] || [ "$(widest)" -le "$w" ] || fail "at $w columns a line is $(widest) wide: $(plain)"
		is "$(plain | grep -c TKT-)" 3
	done
	has "$(plain)" 'in one line, with 日本語 in it'
	has "$(plain)" 'Bob the Builder'
	like "$(plain | sed -n 1p)" 'KEY +PRI +TITLE +STATUS +KIND +LABELS +ASSIGNEE +UPDATED'
}
t 'the table fits every width, and at 200 columns nothing is cut' widths

empty_list() {
	new_root
	term 80 24 'tkt list'
	has "$(plain)" 'tkt create'
	term 80 24 'tkt list kind:bug'
	has "$(plain)" 'no tickets match'
}
t 'an empty list says what to try' empty_list

colours() {
	some
	esc=$(printf '\033')
	NO_COLOR=1 term 80 24 'tkt list'
	file_lacks screen "${esc}["
	t_TERM=dumb term 80 24 'tkt list'
	file_lacks screen "${esc}["
	term 80 24 'tkt list --color never'
	file_lacks screen "${esc}["
	NO_COLOR=1 term 80 24 'tkt list --color=always'
	file_has screen "${esc}["
	tkt list >piped
	file_lacks piped "${esc}["
	CLICOLOR_FORCE=1 tkt list >piped
	file_lacks piped "${esc}["
	CLICOLOR_FORCE=1 tkt list --format table >piped
	file_has piped "${esc}["
	NO_COLOR='' CLICOLOR_FORCE=0 tkt list --format table >piped
	file_lacks piped "${esc}["
	tkt --color=always show login-forgets-the-return-path >piped
	file_has piped "${esc}["
}
t 'colours follow --color, NO_COLOR, CLICOLOR_FORCE, TERM and the terminal' colours

show_80() {
	some
	tkt comment login-forgets-the-return-path --author bob -m '# Seen it

It **happens** with a `long` line of words that goes on and on until it is wider than the terminal is.

- [x] one
- [ ] two' >/dev/null
	tick 7200
	tkt set login-forgets-the-return-path priority=P1 >/dev/null
	term 80 60 'tkt show login-forgets-the-return-path'
	is "$(plain | sed -n 2p)" 'open · P1 · bug · alice'
	like "$(plain)" '^labels +ui, auth$'
	has "$(plain)" 'Comment · bob · 2 hours ago'
	has "$(plain)" 'priority: P0 → P1 · Test Author · just now'
	lacks "$(plain)" '**happens**'
	[ "$(widest)" -le 80 ] || fail "a line is $(widest) columns wide: $(plain)"
	term 200 60 'tkt show login-forgets-the-return-path'
	[ "$(widest)" -le 110 ] || fail "text is $(widest) columns wide"
	term 80 60 'tkt show a-title-that-is-much-longer-than-any-terminal-of-eighty-columns-could-show-in'
	like "$(plain)" '^blocked by +TKT-[0-9a-f]{7} 2026.*return-path$'
	has "$(plain)" '⊘ blocked'
}
t 'on a terminal show renders the Markdown and tells times as people do' show_80

many_events() {
	new_root
	tkt create 'First thing' >/dev/null
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
		tkt comment first-thing -m "comment number $i" >/dev/null
	done
	term 80 24 'tkt show first-thing'
	has "$(plain)" '… 4 earlier events: --events all'
	lacks "$(plain)" 'number 3
'
	has "$(plain)" 'number 4'
	term 80 24 'tkt show first-thing --events all'
	has "$(plain)" 'number 1'
	is "$(tkt show first-thing | grep -c 'comment number')" 23
}
t 'show prints the last 20 events on a terminal, all in a pipe' many_events

pager() {
	some
	printf '#!/bin/sh\nsed "s/^/paged: /"\n' >pager
	chmod +x pager
	PAGER="$PWD/pager" term 80 5 'tkt list'
	like "$(plain | sed -n 1p)" '^paged: KEY'
	PAGER="$PWD/pager" term 80 24 'tkt list'
	lacks "$(plain)" paged
	PAGER="$PWD/pager" term 80 5 'tkt list --no-pager'
	lacks "$(plain)" paged
	PAGER=false TKT_PAGER="$PWD/pager" term 80 5 'tkt help'
	has "$(plain)" paged
	PAGER="$PWD/pager" TKT_PAGER='' term 80 5 'tkt help'
	lacks "$(plain)" paged
	PAGER='head -n 1' term 80 5 'tkt help'
	is "$status" 0
	is "$(plain | wc -l)" 1
	PAGER=/no/such/pager term 80 5 'tkt list'
	has "$(plain)" TKT-
	PAGER="$PWD/pager" tkt list >piped
	file_lacks piped paged
}
t 'long output goes through the pager, on a terminal only' pager

changes() {
	some
	term 80 24 'tkt create "Next thing"'
	like "$(plain)" '^TKT-[0-9a-f]{7} created: work-items/open/20260601-120000-next-thing$'
	term 80 24 'tkt set next-thing priority=P1 due=2026-07-01'
	like "$(plain)" '^TKT-[0-9a-f]{7} priority: P2 → P1$'
	like "$(plain)" '^TKT-[0-9a-f]{7} due: none → 2026-07-01$'
	term 80 24 'tkt set next-thing priority=P1'
	like "$(plain)" 'unchanged'
	term 80 24 'tkt close login-forgets-the-return-path'
	like "$(plain)" 'status: open → closed'
	like "$(plain)" '^TKT-[0-9a-f]{7} is free now: 20260601-110000-a-title'
	term 80 24 'tkt comment next-thing -m x'
	like "$(plain)" '^TKT-[0-9a-f]{7} new comment$'
}
t 'changes are told in words on a terminal' changes

again() {
	some
	printf '#!/bin/sh\nif [ -e seen ]; then sed -i "s/^oops/---/; s/^priority:.*/priority: P4/" "$1"; else : >seen; sed -i "1s/.*/oops/" "$1"; fi\n' >ed
	chmod +x ed
	printf 'y\n' | EDITOR=$PWD/ed GIT_EDITOR='' TERM=xterm script -qec 'tkt edit login-forgets-the-return-path' /dev/null >screen 2>&1 || fail "$(cat screen)"
	has "$(cat screen)" 'Edit again? [Y/n]'
	is "$(tkt show login-forgets-the-return-path --json=priority | jq -r .data.ticket.priority)" P4
}
t 'edit asks whether to go on when the text is no ticket' again

done_testing
