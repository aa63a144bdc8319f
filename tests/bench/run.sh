#!/bin/sh
# How far tkt is from what the machine can do, in one run: whole processes, in turn with the floor
# program that does the unavoidable part only (floor.c, floor_sq.c), and with tickets.sh, rg and find where
# they answer the same question. Ratios count; milliseconds are information. MB is the peak memory of tkt.
# The rows are in rows/.
#
#   tests/bench/run.sh                 N = 100 1000 10000
#   BENCH_LARGE=1                      and 100000
#   BENCH_N='100 1000'                 those
#   BENCH_OPS='start show-id'          these rows only
#   BENCH_REPS=21 BENCH_SECONDS=4      at most so many runs and seconds a command and row
#   AB_CPU=1                           processor time, on a machine that others use, too
#
# Trees and programs lie in build/bench; nothing else is touched, nothing is fetched.
set -eu

src=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
cd "$src"
build=${TKT_BUILD:-build/release}
case $build in /*) ;; *) build=$src/$build ;; esac
tkt=$build/tkt
script=$src/tickets.sh
top=${BENCH_DIR:-$src/build/bench}
reps=${BENCH_REPS:-21}
seconds=${BENCH_SECONDS:-4}
index_ops='build-text rebuild refresh-0 refresh-1 refresh-100'
search_ops='search-rare search-common search-all search-8 hybrid filter related duplicates'
git_ops='commits-first commits-new commits'
file_ops='list-open list-all query show-id show-key show-slug doctor create comment status close close-100 create-bare'
ops=${BENCH_OPS:-start $index_ops $search_ops $file_ops $git_ops}
sizes=${BENCH_N:-100 1000 10000${BENCH_LARGE:+ 100000}}
[ -x "$tkt" ] || { echo "tests/bench/run.sh: no $tkt: make" >&2; exit 2; }

# As in the tests: nothing of the user's.
mkdir -p "$top/home"
HOME=$top/home
USER=bench
TKT_AUTHOR=bench
LC_ALL=C.UTF-8
TZ=UTC
GIT_CONFIG_GLOBAL=/dev/null
GIT_CONFIG_NOSYSTEM=1
export HOME USER TKT_AUTHOR LC_ALL TZ GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM
unset TKT_NOW TKT_FSYNC WORK_ITEMS_DIR
# @FILE is a list of arguments to ab: no blanks, no surprises.
cc=${CC:-cc}
$cc -std=c11 -D_GNU_SOURCE -O2 tests/bench/floor.c -o "$top/floor"
$cc -std=c11 -D_GNU_SOURCE -O2 tests/bench/ab.c -o "$top/ab"
# As tkt has it: in the program, where Debian ships an archive.
sqlite='-lsqlite3'
case $($cc -print-file-name=libsqlite3.a) in */*) sqlite='-l:libsqlite3.a -lm -lpthread -ldl' ;; esac
# shellcheck disable=SC2086 # words
$cc -std=c11 -D_GNU_SOURCE -O3 tests/bench/floor_sq.c -o "$top/floor_sq" $sqlite
floor=$top/floor
floor_sq=$top/floor_sq
db=$top/floor.sqlite
vectors=$top/floor.vectors

wanted() { case " $ops " in *" $1 "*) ;; *) return 1 ;; esac; }

# A fresh copy for every size: the runs change it. The grown tree itself is kept.
tree() { # N
	if [ ! -f "$top/grown-$1/keys" ]; then
		echo "growing $1 tickets" >&2
		rm -rf "$top/grown-$1"
		python3 tests/bench/gen.py "$1" "$top/grown-$1"
	fi
	rm -rf "$top/tree"
	cp -R "$top/grown-$1" "$top/tree"
	for s in open pending closed; do : >"$top/tree/work-items/$s/.gitkeep"; done
	mkdir -p "$top/tree/work-items/.tkt"
	echo '*' >"$top/tree/work-items/.tkt/.gitignore"
	sync
}

header() {
	printf '\n%s tickets\n' "$1"
	printf '%-13s %9s %9s %7s %7s %6s  %-22s %s\n' row 'tkt ms' 'floor ms' ratio target MB floor 'others, ms'
}

# row NAME TARGET FLOOR-NAME TKT… :: FLOOR… [:: OTHER…]…   $others names the others
row() {
	name=$1 target=$2 what=$3 took=
	shift 3
	if ! "$top/ab" "$reps" "$seconds" -- "$@" >"$top/times" 2>"$top/err"; then
		printf '%-13s failed: %s\n' "$name" "$(tail -n 1 "$top/err")"
		failed=1
		others=
		return 0
	fi
	awk -v name="$name" -v target="$target" -v what="$what" -v others="${others:-}" '
		{ t[NR] = $1; mb[NR] = $4 }
		END {
			k = split(others, o, " ")
			more = ""
			for (i = 1; i <= k; i++)
				more = more sprintf("%s %.1f (%.0f x)  ", o[i], t[i + 2], t[i + 2] / t[1])
			ratio = t[1] / t[2]
			printf "%-13s %9.2f %9.2f %7.2f %6s%s %6.1f  %-22s %s\n", name, t[1], t[2], ratio, target,
				(target + 0 && ratio > target + 0 ? "!" : " "), mb[1], what, more
		}' "$top/times"
	awk -v name="$name" -v n="$n" 'NR == 1 { print name, n, $1 }' "$top/times" >>"$top/growth"
	took=$(awk 'NR == 1 { print $1 }' "$top/times")
	others=
}

# The part of a row that asks tickets.sh: its O(N) answers take 20 s at 10,000.
slow_ok() { [ "$n" -le 1000 ] && [ -x "$script" ] && { others="${others:-}${others:+ }tickets.sh"; return 0; }; return 1; }

# shellcheck source=tests/bench/rows/index.lib
. "$src/tests/bench/rows/index.lib"
# shellcheck source=tests/bench/rows/files.lib
. "$src/tests/bench/rows/files.lib"
# shellcheck source=tests/bench/rows/git.lib
. "$src/tests/bench/rows/git.lib"

bench() {
	root=$top/tree/work-items
	export WORK_ITEMS_DIR="$root"
	i=$(($(wc -l <"$top/tree/all.ids") / 2))
	id=$(sed -n "${i}p" "$top/tree/all.ids")
	key=TKT-$(printf %s "$id" | git hash-object --stdin | cut -c1-7)
	slug=${id#????????-??????-}
	# Made before any row needs it, and outside of all times.
	"$floor_sq" build "$db" "$root" >/dev/null
	"$floor_sq" vectors "$vectors" "$n"
	rows_index
	rows_files
	rows_git
}

failed=0
: >"$top/growth"
echo "$("$tkt" version), $(nproc) processors, medians of at most $reps whole processes in turn; ! = over the target${AB_CPU:+; processor time}"
for n in $sizes; do
	tree "$n"
	header "$n"
	bench
done

printf '\ngrowth %16s %8s %8s  target\n' 10k/1k 100k/1k 100k/10k
awk 'function ratio(name, a, b) {
		return (name, a) in t && (name, b) in t ? sprintf("%.2f", t[name, a] / t[name, b]) : "-"
	}
	function over(text, most) { return text != "-" && text + 0 > most ? "!" : "" }
	BEGIN {
		k = split("show-id show-key create comment status close", constant, " ")
		for (i = 1; i <= k; i++)
			is_constant[constant[i]] = 1
	}
	{ if (!($1 in seen)) { seen[$1] = 1; order[++rows] = $1 } t[$1, $2] = $3 }
	END {
		for (i = 1; i <= rows; i++) {
			name = order[i]
			by_100 = ratio(name, 100000, 1000)
			by_10 = ratio(name, 100000, 10000)
			target = name in is_constant ? "100k/1k 1.2" over(by_100, 1.2) : name == "build-text" ? "100k/10k 12" over(by_10, 12) : ""
			printf "%-14s %8s %8s %8s  %s\n", name, ratio(name, 10000, 1000), by_100, by_10, target
		}
	}' "$top/growth" | sed 's/ *$//'
[ -n "${KEEP:-}" ] || rm -rf "$top/tree"
exit $failed
