#!/bin/sh
# One checkout, several users of a group: what one has made the other can change.
. "$(dirname "$0")/lib.sh"

modes() {
	umask "$1"
	new_root "m$1"
	cd "m$1"
	tkt create 'First thing' >/dev/null
	tkt search thing >/dev/null
	is "$(find work-items -type f -printf '%m %P\n' | grep -v "^$2 ")" '' "files, umask $1"
	is "$(find work-items -mindepth 1 -type d -printf '%m %P\n' | grep -v "^$3 ")" '' "directories, umask $1"
	exists work-items/.tkt/index.sqlite
	cd ..
}
all_modes() {
	modes 002 664 775
	modes 022 644 755
	modes 027 640 750
	modes 077 600 700
}
t 'the umask says who may read and write, the index too' all_modes

# as N COMMAND...: user 4000 + N of group 4242
as() {
	who=$((4000 + $1))
	shift
	(umask "${MASK:-002}" && exec setpriv --reuid=$who --regid=4242 --clear-groups "$@")
}
with_two() {
	[ "$(id -u)" = 0 ] || skip 'needs to be root'
	need setpriv
	as 1 true 2>/dev/null || skip 'cannot become somebody else'
	# The directories of tests are their owner's only.
	chmod a+x "$h_top"
	mkdir bin
	cp "$TKT" bin/tkt
	chmod a+rx . bin bin/tkt
	tkt=$PWD/bin/tkt
	notes=$PWD/bin/notes.txt
	echo 'Words.' >"$notes"
	chmod a+r "$notes"
	chmod a+w "$out" "$err"
	printf '[safe]\n\tdirectory = *\n' >gitconfig
	GIT_CONFIG_GLOBAL=$PWD/gitconfig
	export GIT_CONFIG_GLOBAL
	mkdir shared
	chgrp 4242 shared
	chmod 2775 shared
	cd shared
}
two() {
	with_two
	as 1 git init -q --shared=group -b main
	as 1 "$tkt" init >/dev/null
	as 1 "$tkt" create 'First thing' >/dev/null
	as 1 "$tkt" search thing >/dev/null
	as 2 "$tkt" create 'Second thing' >/dev/null
	as 2 "$tkt" comment first-thing -m 'Of the second.' >/dev/null
	as 2 "$tkt" close first-thing -m 'Done.' >/dev/null
	as 2 "$tkt" search second >/dev/null
	is "$(as 1 "$tkt" index status | grep -E '^(tickets|stale):')" 'tickets: 2
stale: 0' 'the second user brought the index up to date'
	as 1 "$tkt" reopen first-thing -m 'Not yet.' >/dev/null
	as 1 "$tkt" comment second-thing -m 'Of the first.' >/dev/null
	as 1 "$tkt" attach second-thing "$notes" >/dev/null
	as 2 "$tkt" attach second-thing "$notes" >/dev/null
	as 2 "$tkt" index rebuild >/dev/null
	as 1 git add -A
	as 1 git commit -q -m Tickets
	as 2 "$tkt" set second-thing priority=P1 >/dev/null
	as 2 git commit -q -a -m 'Second thing, by the second'
	for n in 1 2; do
		as $n "$tkt" doctor --strict >/dev/null
		as $n "$tkt" set second-thing priority=P$n >/dev/null
		as $n "$tkt" search thing >/dev/null
		is "$(as $n "$tkt" list --json | jq '.data.tickets | length')" 2
		is "$(as $n "$tkt" index status | grep '^stale:')" 'stale: 0'
	done
	chown -R 0 .
}
t 'two users of a group work in one checkout' two

one_only() {
	with_two
	MASK=022
	as 1 git init -q -b main
	as 1 "$tkt" init >/dev/null
	as 1 "$tkt" create 'First thing' >/dev/null
	as 1 "$tkt" search thing >/dev/null
	is "$(as 2 "$tkt" search thing | wc -l)" 2 'reading'
	as 2 "$tkt" doctor --strict >/dev/null
	run as 2 "$tkt" comment first-thing -m 'No.'
	is "$status" 6
	file_has "$err" 'tkt-init(1)'
	as 1 "$tkt" comment first-thing -m 'Yes.' >/dev/null
	is "$(as 2 "$tkt" search Yes | wc -l)" 2 'reading what is not in the index'
	chown -R 0 .
}
t 'who may only read can read, and is told how tickets are shared' one_only

done_testing
