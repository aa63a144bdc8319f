#!/bin/sh
# Every header of lib/ compiles on its own, in C11 and as C++, whatever was included before.
. "$(dirname "$0")/lib.sh"

find lib -name '*.h' -type f | sort >"$tmp/headers"
if [ "$(wc -l <"$tmp/headers")" -gt 10 ]; then point ok 'there are headers'; else point not 'there are headers'; fi
deps=$(pkg-config --cflags yaml-0.1 libcmark jansson)
cxx=
for c in g++ clang++; do
	command -v "$c" >/dev/null && cxx=$c && break
done

# try HEADER COMPILER…: what the compiler says, if it says no.
try() {
	header=$1
	shift
	# Twice: the guard must hold.
	printf '#include "%s"\n#include "%s"\nint tkt_used;\n' "${header#lib/}" "${header#lib/}" |
		"$@" -Ilib -fsyntax-only - >"$tmp/log" 2>&1 || { echo "$header:" && head -n 5 "$tmp/log"; }
}

# shellcheck disable=SC2086 # words
while IFS= read -r h; do
	try "$h" ${CC:-cc} -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror $deps -x c
done <"$tmp/headers" >"$tmp/x"
finds_nothing 'every header compiles alone as C11' "$tmp/x"

if [ -z "$cxx" ]; then
	n=$((n + 1))
	echo "ok $n - every public header compiles alone as C++ # SKIP no C++ compiler"
else
	# *_int.h and *_impl.h stay in their room; banned.h is no header to include.
	# shellcheck disable=SC2086 # words
	grep -v -E '_(int|impl)\.h$|/banned\.h$' "$tmp/headers" | while IFS= read -r h; do
		try "$h" "$cxx" -std=c++14 -D_GNU_SOURCE $deps -x c++
	done >"$tmp/x"
	finds_nothing 'every public header compiles alone as C++' "$tmp/x"
fi

done_testing
