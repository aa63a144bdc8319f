#!/bin/sh
# The tests are tested: tkt with one safeguard taken out (-DTKT_MUTANT_…) must turn a named test red.
# Only the files that know the mutant are compiled again; the rest is linked from the build.
. "${0%/*}/../e2e/lib.sh"

# mutant NAME: $m/tkt and $m/obj with the mutant in it.
mutant() {
	m=$PWD/$1
	mkdir -p "$m/obj"
	(cd "$SRC" && grep -rl --include='*.c' "TKT_MUTANT_$1\\b" lib) >"$m/files"
	[ -s "$m/files" ] || fail "no source knows TKT_MUTANT_$1"
	(cd "$SRC" && find lib cmd -name '*.c') | sed "s|^|$TKT_BUILD/|; s|c\$|o|" >"$m/objects"
	while IFS= read -r file; do
		object=$m/obj/$(printf '%s' "${file%.c}" | tr / _).o
		"${CC:-gcc}" -std=c11 -D_GNU_SOURCE -O1 -g ${SAN:+"-fsanitize=$SAN"} -I"$SRC/lib" -DTKT_MUTANT_"$1" \
			-c "$SRC/$file" -o "$object"
		grep -v "/${file%.c}\\.o\$" "$m/objects" >"$m/objects.new"
		echo "$object" >>"$m/objects.new"
		mv "$m/objects.new" "$m/objects"
	done <"$m/files"
	link "$m/tkt" "$m/objects"
}
link() {
	# shellcheck disable=SC2046 # words on purpose; no path of a build has blanks in it
	"${CC:-gcc}" ${SAN:+"-fsanitize=$SAN"} -o "$1" $(cat "$2") ${3:+"$3"} $(pkg-config --libs yaml-0.1 libcmark jansson sqlite3) -lm
}

# red NAME TEST…: the test fails under the mutant, and by saying "not ok", not by dying.
red() {
	mutant "$1"
	shift
	status=0
	TKT_BUILD=$m "$@" >"$out" 2>"$err" || status=$?
	[ "$status" != 0 ] || fail "passes with the mutant in: $*"
	grep -q '^not ok' "$out" || fail "fails, but not as a test: $*"
	grep '^not ok' "$out" | head -n 3
}
green() {
	exit_is 0 "$@"
}

faults=$SRC/tests/faults

no_lock() { red NO_LOCK env TKT_HAMMER_SECONDS=6 "$faults/hammer.sh"; }
no_fsync() { red NO_FSYNC "$faults/crash.sh" comment; }
swapped() { red SWAPPED_ORDER "$faults/crash.sh" status; }
follow_link() {
	mutant FOLLOW_LINK
	grep /obj/ "$m/objects" >"$m/lib"
	grep '/lib/[bs][ay]' "$m/objects" | grep -v /cmd/ >>"$m/lib"
	"${CC:-gcc}" -std=c11 -D_GNU_SOURCE -g ${SAN:+"-fsanitize=$SAN"} -I"$SRC/lib" -I"$SRC/tests" \
		-c "$SRC/tests/unit/t_io.c" -o "$m/t_io.o"
	echo "$m/t_io.o" >>"$m/lib"
	link "$m/t_io" "$m/lib" -lcmocka
	status=0
	CMOCKA_MESSAGE_OUTPUT=TAP "$m/t_io" >"$out" 2>"$err" || status=$?
	grep -q '^not ok.*openat2_follows_no_link' "$out" || fail 'no test of links went red'
}

t 'without the lock, the hammer goes red' no_lock
t 'without fsync, the power cuts go red' no_fsync
t 'with the journal durable too late, the power cuts go red' swapped
t 'with links followed, the tests of sys/io go red' follow_link
t 'without a mutant, the power cuts are green' green "$faults/crash.sh" comment status
done_testing
