#!/bin/sh
# tkt completion: each shell reads its script and offers commands, options, values and tickets.
. "$(dirname "$0")/lib.sh"

some() {
	new_root
	tkt create 'The login page' >/dev/null
	tkt create 'The parser: splits' >/dev/null
	tkt create 'Done thing' >/dev/null
	tkt close done-thing >/dev/null
}

# offers LINE: what bash would offer, one a line. The last word is the one under the cursor.
bash_offers() {
	bash -c '
		source ./tkt.bash
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
		_tkt
		printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | sort
}
in_bash() {
	need bash
	some
	tkt completion bash >tkt.bash
	bash -n tkt.bash
	is "$(bash_offers tkt cl)" close
	is "$(bash_offers tkt --json cl)" close
	is "$(bash_offers tkt create --kin)" --kind
	is "$(bash_offers tkt create --kind bu)" bug
	is "$(bash_offers tkt create --kind = bu)" bug
	is "$(bash_offers tkt new -p P)" 'P0
P1
P2
P3
P4'
	is "$(bash_offers tkt list --format '')" 'ids
keys
refs
table
tsv'
	is "$(bash_offers tkt close the)" 'the-login-page
the-parser-splits'
	is "$(bash_offers tkt close 2026)" '20260601-120000-the-login-page
20260601-120000-the-parser-splits'
	is "$(bash_offers tkt close TKT- | wc -l)" 2
	is "$(bash_offers tkt reopen '')" done-thing
	is "$(bash_offers tkt show do)" done-thing
	is "$(bash_offers tkt status the-login-page o)" open
	is "$(bash_offers tkt completion f)" fish
	is "$(bash_offers tkt help ver)" version
	: >some-file
	is "$(bash_offers tkt create --body-file some)" some-file
	is "$(bash_offers tkt attach the-login-page some)" some-file
	cd /
	is "$(cd "$OLDPWD" && mkdir -p empty && cd empty && cp ../tkt.bash . && git init -q && bash_offers tkt close '')" ''
}
t 'bash completes commands, options, values and tickets' in_bash

in_fish() {
	need fish
	some
	tkt completion fish >tkt.fish
	fish --no-config -n tkt.fish
	offers() { fish --no-config -c 'source tkt.fish; complete -C $argv[1]' "$1"; }
	is "$(offers 'tkt cl')" "close	close tickets, with a resolution"
	has "$(offers 'tkt create --kin')" --kind
	is "$(offers 'tkt create --kind bu' | cut -f 1)" bug
	is "$(offers 'tkt --color ' | cut -f 1 | tr '\n' ' ')" 'always auto never '
	has "$(offers 'tkt close TKT-')" "	The parser: splits"
	is "$(offers 'tkt reopen TKT-' | cut -f 2)" 'Done thing'
	has "$(offers 'tkt show 2026')" 20260601-120000-done-thing
	is "$(offers 'tkt help ver' | cut -f 1)" version
	: >some-file
	is "$(offers 'tkt create --body-file some' | cut -f 1)" some-file
	is "$(offers 'tkt create --json ' | cut -f 1)" ''
}
t 'fish completes commands, options, values and tickets with their titles' in_fish

in_zsh() {
	need zsh
	some
	mkdir fpath
	tkt completion zsh >fpath/_tkt
	zsh -f -n fpath/_tkt
	cat >drive <<-'END'
		# Types into an interactive zsh: drive LINE PART LINE PART ...; each PART must be offered.
		zmodload zsh/zpty
		wait_for() { # part
			local text='' line
			integer i
			for ((i = 0; i < 150; i++)); do
				while zpty -r -t z line; do text+=$line; done
				text=${text//$'\\0'/}
				[[ $text == *$1* ]] && return 0
				sleep 0.1
			done
			print -r -- "no '$1' in: ${(V)text}"
			return 1
		}
		zpty z env COLUMNS=200 LINES=50 TERM=dumb zsh -f -i
		zpty -w z 'fpath=($PWD/fpath $fpath); autoload -Uz compinit; compinit -u -D; LISTMAX=1000; setopt no_list_beep list_rows_first auto_list no_auto_menu; print RE''ADY'
		wait_for READY || exit 1
		while (($# > 1)); do
			zpty -w -n z "$1"$'\t\t'
			wait_for "$2" || { print -r -- "for: $1"; exit 1 }
			zpty -w -n z $'\C-u'
			shift 2
		done
		zpty -d z
	END
	zsh -f drive 'tkt clo' 'tkt close' 'tkt co' 'print the completion script' 'tkt create --kin' '--kind' \
		'tkt create --kind ' spike 'tkt close ' 'The parser: splits' 'tkt reopen ' "$(tkt list --status closed --format keys)" \
		'tkt list --format ' 'table' 'tkt status the-login-page ' pending 'tkt help ver' 'version' || fail 'zsh'
}
t 'zsh completes commands, options, values and tickets with their titles' in_zsh

hostile() {
	new_root
	id=$(tkt create 'A title')
	sed -i 's/^title:.*/title: "$(touch pwned) `touch pwned` \\x1b[31m; x"/' "work-items/open/$id/item.md"
	mkdir -p "work-items/open/\$(touch pwned)"
	for s in bash zsh fish; do tkt completion $s >tkt.$s; done
	bash_offers tkt close '' >got || :
	bash_offers tkt close TKT >>got || :
	fish --no-config -c 'source tkt.fish; complete -C "tkt close "' >>got || :
	missing pwned
	lacks "$(cat got)" "$(printf '\033')"
	no_doctor
}
t 'titles and names are never run' hostile

wrong_shell() {
	must_fail 2 tkt completion tcsh
	file_has "$err" 'bash, zsh or fish'
	must_fail 2 tkt completion
}
t 'another shell is a usage error' wrong_shell

done_testing
