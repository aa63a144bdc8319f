#!/bin/sh
# What stands in the way of one ticket keeps nobody out of the others, and nothing is begun that
# cannot be finished. Rows of the failure table that need files made by hand.
. "$(dirname "$0")/lib.sh"

two() {
	new_root
	a=$(tkt create 'Alpha one')
	b=$(tkt create 'Beta two')
	dir=work-items/open/$a
}
# The other ticket can be written, and no journal waits.
others_go_on() {
	tkt comment "$b" -m "free-$1" >/dev/null
	file_has "$(echo work-items/*/"$b")/thread.md" "free-$1"
	missing work-items/.tkt/journal
}

hard_links() {
	two
	for name in item.md thread.md; do
		ln "$dir/$name" outside
		cp outside before
		must_fail 5 tkt set "$a" priority=P1
		file_has "$err" "$name' has 2 names"
		must_fail 5 tkt close "$a" -m done
		same outside before
		exists "$dir"
		missing "$dir/resolution.md"
		others_go_on "$name"
		rm outside
	done
	tkt close "$a" -m done
}
t 'a file with two names is refused before anything is done' hard_links

# crashed: tkt close of $a is killed behind the move, before item.md is replaced.
crashed() {
	need strace
	status=0
	strace -f -o /dev/null -e trace=renameat -e inject=renameat:signal=KILL:when=2 \
		tkt close "$a" -m 'the words' >/dev/null 2>&1 || status=$?
	is "$status" 137
	exists work-items/.tkt/journal
	dir=work-items/closed/$a
	exists "$dir"
}
recovery() {
	case $TKT_BUILD in *address* | *thread*) skip 'strace and a sanitizer' ;; esac
	no_doctor
	for how in link name fifo large dir; do
		rm -rf work-items outside
		two
		crashed
		case $how in
		link) mv "$dir/thread.md" outside; ln -s ../../../outside "$dir/thread.md" ;;
		name) ln "$dir/thread.md" outside ;;
		fifo) rm "$dir/thread.md"; mkfifo "$dir/thread.md" ;;
		large) truncate -s 70M "$dir/thread.md" ;;
		dir) rm "$dir/thread.md"; mkdir "$dir/thread.md" ;;
		esac
		others_go_on "$how"
		file_has "$(echo work-items/.tkt/rescued/*thread.md*)" 'the words'
		[ ! -f outside ] || file_lacks outside 'the words'
		run tkt doctor
		file_has "$out" T083
	done
}
t 'a recovery that finds a link or the like keeps the words and lets others write' recovery

large_thread() {
	two
	# Sparse: a body of NULs, closed as it should be.
	truncate -s 67108000 "$dir/thread.md"
	printf '\n\n---\n' >>"$dir/thread.md"
	head -c 2000 /dev/zero | tr '\0' x >long
	must_fail 5 tkt comment "$a" -F long
	file_has "$err" 'larger than 64 MiB'
	must_fail 5 tkt close "$a" -F long
	others_go_on large
	tkt show "$a" >/dev/null
	no_doctor
}
t 'a thread does not grow beyond what is read' large_thread

private_things() {
	two
	for name in lock tmp; do
		for how in 'ln -s ../../outside' mkfifo; do
			rm -rf "work-items/.tkt/$name"
			$how "work-items/.tkt/$name"
			must_fail 5 tkt comment "$a" -m no
			must_fail 1 tkt doctor
			file_has "$out" "'.tkt/$name' is "
			tkt list >/dev/null
			missing outside
		done
		rm "work-items/.tkt/$name"
		others_go_on "$name"
	done
}
t 'doctor names what stands in the place of the lock or of .tkt/tmp' private_things

permissions() {
	two
	as=
	if [ "$(id -u)" = 0 ]; then
		need setpriv
		chmod 755 "$h_top"
		setpriv --reuid=65534 --regid=65534 --clear-groups "$TKT" version >/dev/null 2>&1 || skip 'nobody cannot run tkt'
		chown -R 65534:65534 work-items
		as='setpriv --reuid=65534 --regid=65534 --clear-groups'
	fi
	for where in "$dir" work-items/closed "$dir/thread.md"; do
		mode=$(stat -c %a "$where")
		chmod a-w "$where"
		must_fail 6 $as "$TKT" close "$a" -m done
		file_has "$err" "cannot write '$where"
		exists "$dir"
		missing "$dir/resolution.md"
		missing work-items/.tkt/journal
		$as "$TKT" comment "$b" -m "free beside $where" >/dev/null
		chmod "$mode" "$where"
	done
	chmod a-w "$dir/artifacts"
	echo x >file
	must_fail 6 $as "$TKT" attach "$a" file
	missing work-items/.tkt/journal
	chmod 755 "$dir/artifacts"
	$as "$TKT" close "$a" -m done
}
t 'what may not be written is found out before anything is done' permissions

planted() {
	two
	printf '#!/bin/sh\n: >%s/planted\n' "$PWD" >my-editor
	chmod +x my-editor
	for path in . ./ '' :/usr/bin .:/usr/bin bin; do
		PATH=$path TKT_EDITOR=my-editor "$TKT" edit "$a" >/dev/null 2>&1 && fail 'it ran'
		missing planted
	done
	# Named by its path it is the user's own.
	run env TKT_EDITOR=./my-editor tkt edit "$a"
	exists planted
}
t 'an editor is not looked for in the working directory' planted

done_testing
