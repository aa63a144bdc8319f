#!/bin/sh
# tkt edit: the user's editor on item.md.
. "$(dirname "$0")/lib.sh"

# editor SCRIPT: a program that runs the sed script on the file.
editor() {
	printf '#!/bin/sh\n%s\n' "$1" >editor
	chmod +x editor
	EDITOR=$PWD/editor
	GIT_EDITOR=''
	export EDITOR GIT_EDITOR
}
some() {
	new_root
	id=$(tkt create 'The login page' -p P1)
	item=work-items/open/$id/item.md
	tick 60
}
drafts() { find work-items/.tkt -name '*.md' | wc -l; }

changes() {
	some
	editor "sed -i 's/^title:.*/title: \"Login: again\"/; s/^priority:.*/priority: P0/' \"\$1\"; echo 'More words.' >>\"\$1\""
	exit_is 0 tkt edit the-login-page
	file_has "$item" 'title: "Login: again"'
	file_has "$item" 'updated_at: 2026-06-01T12:01:00Z'
	file_has "$item" 'More words.'
	is "$(cut -f 2 "$out" | sort | tr '\n' ' ')" 'body priority title '
	is "$(tkt history "$id" --json | jq -r '.data.events[] | select(.kind == "field_changed") | .attrs.field' | sort | tr '\n' ' ')" 'body priority title '
	is "$(drafts)" 0
}
t 'edit stores what the editor left; every changed field is an event' changes

same_text() {
	some
	cp "$item" before
	editor ':'
	must_fail 1 tkt edit the-login-page
	file_has "$err" 'did not change'
	same "$item" before
	is "$(drafts)" 0
}
t 'an unchanged text writes nothing' same_text

broken() {
	some
	cp "$item" before
	editor "sed -i '1s/.*/oops/' \"\$1\"; echo 'Hours of work.' >>\"\$1\""
	must_fail 5 tkt edit the-login-page
	same "$item" before
	kept=$(sed -n "s/.*kept in '\(.*\)'.*/\1/p" "$err")
	file_has "$kept" 'Hours of work.'
	is "$(stat -c %a "$kept")" 600
}
t 'a text that is no ticket is refused, and kept where the message says' broken

fixed_keys() {
	some
	cp "$item" before
	for key in id status created_at; do
		editor "sed -i 's/^$key:.*/$key: closed/' \"\$1\""
		must_fail 5 tkt edit the-login-page
		file_has "$err" "$key"
		same "$item" before
	done
}
t 'id, status and created_at are not for the editor' fixed_keys

conflict() {
	some
	editor "sed -i 's/^title:.*/title: Mine/' \"\$1\"; tkt set the-login-page title=Theirs >/dev/null"
	must_fail 4 tkt edit the-login-page
	file_has "$item" 'title: Theirs'
	kept=$(sed -n "s/.*kept in '\(.*\)'.*/\1/p" "$err")
	file_has "$kept" 'title: Mine'
}
t 'who was faster wins, and the other text is kept' conflict

editor_fails() {
	some
	editor 'exit 3'
	must_fail 6 tkt edit the-login-page
	file_has "$err" 'status 3'
	is "$(drafts)" 0
	editor 'echo more >>"$1"; exit 3'
	must_fail 6 tkt edit the-login-page
	is "$(drafts)" 1
}
t 'an editor that fails changes nothing' editor_fails

editor_removes() {
	some
	cp "$item" before
	editor 'rm "$1"'
	must_fail 6 tkt edit the-login-page
	file_has "$err" 'left no file'
	file_lacks "$err" kept
	editor 'printf "\000" >>"$1"'
	must_fail 5 tkt edit the-login-page
	file_has "$err" NUL
	editor 'printf "\377" >>"$1"'
	must_fail 5 tkt edit the-login-page
	file_has "$err" UTF-8
	same "$item" before
}
t 'what is no text is refused, and so is a file that is gone' editor_removes

if_rev() {
	some
	rev=$(tkt show the-login-page --json=rev | jq -r .data.ticket.rev)
	editor 'echo more >>"$1"'
	must_fail 4 tkt edit the-login-page --if-rev 0123456789abcdef
	is "$(drafts)" 0
	exit_is 0 tkt edit the-login-page --if-rev "$rev"
	file_has "$item" more
	rev=$(tkt show the-login-page --json=rev | jq -r .data.ticket.rev)
	editor 'tkt comment the-login-page -m meanwhile >/dev/null; echo again >>"$1"'
	must_fail 4 tkt edit the-login-page --if-rev "$rev"
	file_lacks "$item" again
	is "$(drafts)" 1
}
t 'edit --if-rev refuses when somebody was faster, before and after' if_rev

order() {
	some
	for n in TKT_EDITOR GIT_EDITOR VISUAL EDITOR; do
		printf '#!/bin/sh\necho %s >>"$1"\n' "$n" >"ed $n"
		chmod +x "ed $n"
	done
	quote() { printf '"%s/ed %s"' "$PWD" "$1"; }
	EDITOR=$(quote EDITOR) GIT_EDITOR='' tkt edit the-login-page >/dev/null
	EDITOR=$(quote EDITOR) VISUAL=$(quote VISUAL) GIT_EDITOR='' tkt edit the-login-page >/dev/null
	EDITOR=$(quote EDITOR) VISUAL=$(quote VISUAL) GIT_EDITOR=$(quote GIT_EDITOR) tkt edit the-login-page >/dev/null
	EDITOR=$(quote EDITOR) VISUAL=$(quote VISUAL) GIT_EDITOR=$(quote GIT_EDITOR) TKT_EDITOR=$(quote TKT_EDITOR) \
		tkt edit the-login-page >/dev/null
	is "$(tail -n 4 "$item" | tr '\n' ' ')" 'EDITOR VISUAL GIT_EDITOR TKT_EDITOR '
	printf '[core]\n\teditor = "%s/ed VISUAL"\n' "'$PWD" | sed "s|VISUAL\"|VISUAL'\"|" >gitconfig
	env -u EDITOR -u GIT_EDITOR GIT_CONFIG_GLOBAL="$PWD/gitconfig" tkt edit the-login-page >/dev/null
	is "$(tail -n 1 "$item")" VISUAL
}
t 'TKT_EDITOR, GIT_EDITOR, VISUAL, EDITOR, core.editor: the first that is set' order

no_shell() {
	new_root
	mkdir 'od$(touch pwned)d'
	cd 'od$(touch pwned)d'
	some
	editor 'echo more >>"$1"'
	printf 'ok' >x
	EDITOR='sh -c '"'"'echo more >>"$1"'"'"' --' exit_is 0 tkt edit the-login-page
	missing pwned
	file_has "$item" more
}
t 'the name of the file is never part of a shell command' no_shell

said_why() {
	some
	editor "sed -i 's/^priority:.*/priority: P3/' \"\$1\""
	exit_is 0 tkt edit the-login-page -m 'It can wait.'
	file_has "work-items/open/$id/thread.md" 'It can wait.'
	must_fail 3 tkt edit nothing
	must_fail 2 tkt edit
}
t 'edit -m says why' said_why

done_testing
