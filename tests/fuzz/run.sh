#!/bin/sh
# The long round, for `make fuzz`: libFuzzer with the sanitizers on every fuzz_*.c, FUZZ_SECONDS each.
#
#   tests/fuzz/run.sh [NAME…]
#
# TKT_FUZZ_BUILD has the programs; what libFuzzer learns stays there, and so does an input that fails.
set -eu

src=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
cd "$src"
build=${TKT_FUZZ_BUILD:-build/release-clang-fuzzer-no-link-address-undefined-fuzz}
[ $# -gt 0 ] || for f in tests/fuzz/fuzz_*.c; do
	f=${f##*/}
	set -- "$@" "${f%.c}"
done

status=0
for name; do
	program=$build/tests/fuzz/$name
	[ -x "$program" ] || { echo "tests/fuzz/run.sh: no $program: make fuzz-build" >&2; exit 2; }
	mkdir -p "$build/corpus/$name"
	echo "fuzz $name, ${FUZZ_SECONDS:-10} s"
	"$program" -max_total_time="${FUZZ_SECONDS:-10}" -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
		-artifact_prefix="$build/" "$build/corpus/$name" "tests/fuzz/corpus/$name" || {
		status=1
		echo "fuzz $name: FAILED; the input is in $build/" >&2
	}
done
exit $status
