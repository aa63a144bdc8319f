#!/bin/sh
# Every code of `tkt doctor` has a small tree that triggers exactly it, at a known file and line
# (tests/golden/doctor). For the codes that --fix mends: a dry run says what will be done and touches
# nothing, --fix does just that, and a second --fix has nothing left to do.
. "$(dirname "$0")/lib.sh"

golden=$SRC/tests/golden/doctor

set_line() {
	awk -v n="$1" -v text="$2" '{ print NR == n ? text : $0 }' "$3" >line.new
	mv line.new "$3"
}
add_line() {
	awk -v n="$1" -v text="$2" '{ print } NR == n { print text }' "$3" >line.new
	mv line.new "$3"
}
private() {
	mkdir -p work-items/.tkt/tmp
	echo '*' >work-items/.tkt/.gitignore
}
repository() {
	git init -q -b main .
	git add work-items
	git commit -q -m 'Start'
}
# Every path with what it is and its bytes; the lock's coming and going is no change.
picture() {
	find work-items -path work-items/.tkt/lock -o -type f -exec sha1sum {} + -o -printf '%y %p %l\n' | sort
}
findings() { sed -n 's/^\(.*: [a-z]* T[0-9]*\): .*/\1/p'; }

# A tree that the superuser can always read shows nothing: such a case runs as somebody else.
doctor() {
	if [ -n "$as" ] && [ "$(id -u)" = 0 ]; then
		need setpriv
		chmod 711 "$h_top" "$h_dir"
		cp "$TKT_BUILD/tkt" "$h_dir/tkt.copy"
		setpriv --reuid="$as" --regid="$(id -g "$as")" --clear-groups "$h_dir/tkt.copy" doctor "$@"
	else
		tkt doctor "$@"
	fi
}

break_tree() {
	no_doctor
	cp -r "$golden/base/work-items" .
	alpha=work-items/open/20260101-000001-alpha
	beta=work-items/pending/20260101-000002-beta
	gamma=work-items/closed/20260101-000003-gamma
	set -- "$golden/$1"
	# shellcheck source=/dev/null
	. "$1/setup"
	: "$alpha" "$beta" "$gamma"
	as=
	[ ! -f "$1/user" ] || as=$(cat "$1/user")
	args=
	[ ! -f "$1/args" ] || args=$(cat "$1/args")
}

triggers() {
	break_tree "$1"
	picture >before
	# shellcheck disable=SC2086
	run doctor $args
	findings <"$out" >found
	same found "$golden/$1/expect"
	grep -q ' error ' found && wanted=1 || wanted=0
	is "$status" "$wanted" 'exit status'
	picture >after
	same before after
}

mends() {
	break_tree "$1"
	code=${1%%-*}
	picture >before
	run tkt doctor --fix --dry-run
	sed -n 's/^would fix //p' "$out" >promised
	picture >after
	same before after
	run tkt doctor --fix
	sed -n 's/^fixed //p' "$out" >done
	same promised done
	if [ -f "$golden/$1/unfixable" ]; then
		empty done
		picture | grep -v -F 'work-items/.tkt' >after
		same before after
		return
	fi
	file_has done "$code "
	findings <"$out" >left
	file_lacks left "$code"
	picture >once
	run tkt doctor --fix
	[ "$(grep -c '^fixed ' "$out")" = 0 ] || fail 'a second --fix did something'
	picture >twice
	same once twice
}

sound() {
	cp -r "$golden/base/work-items" .
	exit_is 0 tkt doctor
	is "$(cat "$out")" 'doctor: ok (3 tickets)'
}
t 'the tree that the cases break is sound itself' sound

covered() {
	tkt doctor --codes >codes
	cut -f 1 codes >all
	for code in $(cat all); do
		set -- "$golden/$code"
		[ -f "$1/expect" ] || fail "no case for $code in tests/golden/doctor"
	done
	for dir in "$golden"/T*; do
		name=${dir##*/}
		grep -q -x "${name%%-*}" all || fail "$dir is a case for no code"
	done
	sort -u all >sorted
	same all sorted
}
t 'every code has a case, and every case a code' covered

described() {
	tkt doctor --codes >codes
	awk -F '\t' '{ print $1, $2, $3 }' codes >table
	sed -n 's/^\.It Li \(T[0-9]*\) Em \([a-z]*\) , No \([a-z0-9-]*\)$/\1 \2 \3/p' "$SRC/man/tkt-doctor.1" >page
	same table page
	# What --fix does is said for the codes that it mends, and for no other.
	awk -F '\t' '$4 == "fix" { print $1 }' codes >mended
	awk '/^\.It Li T/ { code = $3 } /^\.Fl -fix :$/ { print code }' "$SRC/man/tkt-doctor.1" >told
	same mended told
	# Each summary, as it stands in the table.
	cut -f 5 codes >summaries
	sed 's/\\-/-/g' "$SRC/man/tkt-doctor.1" >plain
	while IFS= read -r summary; do
		grep -q -x -F -e "$summary" plain || fail "not in tkt-doctor(1): $summary"
	done <summaries
}
t 'tkt-doctor(1) describes every code of the table, in its words' described

for dir in "$golden"/T*; do
	t "${dir##*/} is found, where it is and nothing else" triggers "${dir##*/}"
done

fixable=$("$TKT" doctor --codes | awk -F '\t' '$4 == "fix" { print $1 }')
for code in $fixable; do
	for dir in "$golden/$code" "$golden/$code"-*; do
		[ ! -d "$dir" ] || t "${dir##*/} is mended once, as a dry run says" mends "${dir##*/}"
	done
done

done_testing
