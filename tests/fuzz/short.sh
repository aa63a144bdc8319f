#!/bin/sh
# The short round of every `make check`: each fuzz program over its corpus and some seconds of
# mutations, built with the compiler and the sanitizers of this build, without libFuzzer. One seed is
# always the same, one is new and printed: TKT_FUZZ_SEED=N runs it again.
set -u

src=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
cd "$src" || exit 1
build=${TKT_BUILD:-build/release}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/tkt-fuzz.XXXXXX") || exit 1
trap 'cd /; [ -n "${KEEP:-}" ] || rm -rf "$tmp"' EXIT
seed=${TKT_FUZZ_SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
seconds=${TKT_FUZZ_SECONDS:-0.6}
n=0
failed=0

[ -f "$build/libtkt.a" ] || { echo "Bail out! no $build/libtkt.a: make"; exit 1; }
echo "# the new seed is $seed"

# A failing input is kept: it is a new file for the corpus.
keep_input() {
	[ -s "$tmp/crash" ] || return 0
	kept=$build/fuzz-$1-$2
	cp "$tmp/crash" "$kept" && echo "# the input is in ${kept#"$src"/}"
}

round() { # NAME SEED SENTENCE
	n=$((n + 1))
	rm -f "$tmp/crash"
	if "$tmp/$1" -seed="$2" -seconds="$seconds" -runs=1000000 -crash="$tmp/crash" \
		"tests/fuzz/corpus/$1" >"$tmp/log" 2>&1 </dev/null; then
		echo "ok $n - $3"
		sed 's/^/# /' "$tmp/log"
	else
		echo "not ok $n - $3"
		head -n 30 "$tmp/log" | sed 's/^/# /'
		keep_input "$1" "$2"
		failed=$((failed + 1))
	fi
}

libs="$(pkg-config --libs yaml-0.1 libcmark jansson sqlite3) -lm"
for source in tests/fuzz/fuzz_*.c; do
	name=${source##*/}
	name=${name%.c}
	# shellcheck disable=SC2086 # CC and the libraries are words
	if ! ${CC:-cc} -std=c11 -D_GNU_SOURCE -O1 -g ${SAN:+-fsanitize="$SAN" -fno-sanitize-recover=all} \
		-Ilib -Itests "$source" tests/fuzz/standalone.c "$build/libtkt.a" $libs -o "$tmp/$name" >"$tmp/log" 2>&1; then
		n=$((n + 1))
		failed=$((failed + 1))
		echo "not ok $n - $name builds"
		head -n 30 "$tmp/log" | sed 's/^/# /'
		continue
	fi
	round "$name" 1 "$name holds for its corpus and the mutations of seed 1"
	round "$name" "$seed" "$name holds for the mutations of a new seed"
done
echo "1..$n"
[ "$failed" = 0 ]
