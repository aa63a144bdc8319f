#!/bin/sh
# gcc and clang have nothing to say about any C file: library, commands, tests, examples.
. "$(dirname "$0")/lib.sh"
need gcc clang

for cc in gcc clang; do
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u CC -u SAN make -k -C "$SRC" -j"$(nproc)" CC="$cc" WERROR=1 \
		BUILD="$tmp/$cc" all unit-build >"$tmp/log" 2>&1 </dev/null
	status=$?
	: >"$tmp/x"
	[ "$status" = 0 ] || { grep -E -A 3 ': (fatal )?(error|warning): ' "$tmp/log" >"$tmp/x" || cp "$tmp/log" "$tmp/x"; }
	finds_nothing "$cc has no warning for the library, the commands, the tests and the examples" "$tmp/x"
done
# What the Makefile builds only with libFuzzer, or not at all.
flags='-std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes
	-Wconversion -Wformat=2 -Wwrite-strings -Wvla -Werror'
for cc in gcc clang; do
	# shellcheck disable=SC2086 # words
	for f in tests/fuzz/*.c tests/bench/*.c; do
		"$cc" $flags -O2 -iquote lib -iquote tests -c "$f" -o "$tmp/x.o" || echo "$cc: $f"
	done >"$tmp/x" 2>&1
	finds_nothing "$cc has no warning for the programs of fuzz/ and bench/" "$tmp/x"
done

done_testing
