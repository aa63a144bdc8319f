#!/bin/sh
# tkt help, -h, version, and what a wrong call says. All of it comes from the table of commands.
. "$(dirname "$0")/lib.sh"

commands() { tkt help --json | jq -r '.data.commands[].name'; }

overview() {
	exit_is 0 tkt
	cp "$out" plain
	[ "$(wc -l <plain)" -le 56 ] || fail 'the overview is longer than 56 lines'
	for args in help -h --help; do
		tkt $args >other
		same plain other
	done
	for c in $(commands); do
		case $c in
		hook | merge-item | merge-thread) file_lacks plain "  $c " ;; # git calls these
		*) file_has plain "  $c " ;;
		esac
	done
	[ "$(awk '{ if (length > m) m = length } END { print m }' plain)" -le 80 ] || fail 'lines over 80 columns'
}
t 'tkt, tkt help and tkt -h give one overview of at most 56 lines' overview

each() {
	for c in $(commands); do
		exit_is 0 tkt help "$c"
		cp "$out" one
		exit_is 0 tkt "$c" -h
		same one "$out"
		exit_is 0 tkt "$c" --help some words
		same one "$out"
		like "$(sed -n 1p one)" "^tkt $c: "
		file_has one "usage: tkt $c"
		file_has one Examples
		like "$(cat one)" '^  .*tkt'
		! grep -n -E '.{81}' one || fail "tkt help $c: a line is longer than 80 columns"
	done
}
t 'every command has help with an example, by help CMD and by -h' each

texts() {
	tkt help --json >table
	is "$(jq -r '[.data.commands[].options[], .data.options[]] | map(select((.help | length) < 4 or (.help | test("[.]$")) or (.help | test("^[A-Z][a-z]")))) | .[].name' table)" ''
	is "$(jq -r '.data.commands[] | select(.summary | length > 66) | .name' table)" ''
	is "$(jq -r '.data.commands[].name' table | sort | uniq -d)" ''
	# A letter means one thing in a command, and never another one than a global option.
	is "$(jq -r '(.data.options | map(.letter)) as $g | .data.commands[] | .name as $n | ([.options[].letter] + $g | map(select(. != null)) | group_by(.) | map(select(length > 1)) | .[] | "\($n) -\(.[0])")' table)" ''
}
t 'the texts of the table are short and of one form, and no letter means two things' texts

version() {
	exit_is 0 tkt version
	like "$(cat "$out")" '^tkt [0-9]+\.[0-9]+\.[0-9]+$'
	is "$(tkt --version)" "$(cat "$out")"
	is "tkt $(tkt version --json | jq -r .data.version)" "$(cat "$out")"
}
t 'version is one line' version

did_you_mean() {
	must_fail 2 tkt creat
	file_has "$err" "did you mean 'tkt create'?"
	must_fail 2 tkt help shwo
	file_has "$err" show
	must_fail 2 tkt update x
	file_has "$err" 'tkt set'
	must_fail 2 tkt frobnicate
	file_lacks "$err" 'did you mean'
	must_fail 2 tkt list --statsu open
	file_has "$err" "did you mean '--status'?"
	must_fail 2 tkt list --frobnicate
	file_has "$err" 'tkt list -h'
	must_fail 2 tkt create x -z
	file_has "$err" "'-z'"
	must_fail 2 tkt --frobnicate
	empty "$out"
}
t 'an unknown command or option is a usage error that offers what was meant' did_you_mean

usage() {
	must_fail 2 tkt show
	file_has "$err" 'usage: tkt show REF...'
	must_fail 2 tkt version 1
	must_fail 2 tkt history a b
	must_fail 2 tkt create x --label
	file_has "$err" 'needs a value'
	must_fail 2 tkt version --quiet=yes
	file_has "$err" 'takes no value'
	must_fail 2 tkt list --limit many
	must_fail 2 tkt list --limit -1
	must_fail 2 tkt --color sometimes list
}
t 'too few, too many and wrong arguments are usage errors' usage

forms() {
	new_root
	tkt create A-1 --label=x --priority=P1 >/dev/null
	tkt create B-1 -lx -pP1 >/dev/null
	tkt create C-1 -l x -p P1 >/dev/null
	is "$(tkt list label:x priority:P1 --format ids | wc -l)" 3
	tkt create --body b -- -dash >/dev/null
	is "$(tkt list -q -n1 --json=title --sort created:desc | jq -r '.data.tickets | length')" 1
	is "$(tkt show dash --json=title | jq -r .data.ticket.title)" -dash
	is "$(tkt -q create 'D d')" 20260601-120000-d-d
}
t 'options take --name value, --name=value, -nvalue; -- ends them' forms

plugins() {
	mkdir bin
	printf '#!/bin/sh\necho "plugin $*"; exit 7\n' >bin/tkt-hello
	printf '#!/bin/sh\necho planted\n' >tkt-planted
	chmod +x bin/tkt-hello tkt-planted
	PATH=$PWD/bin:$PATH
	exit_is 7 tkt hello a 'b c' --json
	is "$(cat "$out")" 'plugin a b c --json'
	PATH=.:$PATH exit_is 2 tkt planted
	PATH=:$PATH exit_is 2 tkt planted
	must_fail 2 tkt ../hello
}
t 'tkt-NAME on PATH is tkt NAME, but never from the working directory' plugins

man_pages() {
	for page in "$SRC"/man/tkt-*.1; do
		[ -e "$page" ] || continue
		name=$(basename "$page" .1)
		name=${name#tkt-}
		commands | grep -q -x "$name" || fail "$page: there is no such command"
		tkt help --json | jq -r --arg n "$name" '.data.commands[] | select(.name == $n) | .options[].name' | while read -r o; do
			sed 's/\\-/-/g' "$page" | grep -q -E -e "(-|Fl )-?$o\b" || fail "$page: no --$o"
		done
	done
}
t 'every man page of a command names a command, and all of its options' man_pages

done_testing
