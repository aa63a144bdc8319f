#!/bin/sh
# How far tkt is from what the machine can do, in one run: whole processes, in turn with the floor
# program that does the unavoidable part only (floor.c), and with tickets.sh, rg and find where they
# answer the same question. Ratios count; milliseconds are information.
#
#   tests/bench/run.sh                 N = 100 1000 10000
#   BENCH_LARGE=1                      and 100000
#   BENCH_N='100 1000'                 those
#   BENCH_OPS='start show-id'          these rows only
#   BENCH_REPS=21 BENCH_SECONDS=4      at most so many runs and seconds a command and row
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
ops=${BENCH_OPS:-start list-open list-all query show-id show-key show-slug doctor create comment status close close-100}
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
floor=$top/floor

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
	printf '%-10s %9s %9s %7s %7s  %-14s %s\n' row 'tkt ms' 'floor ms' ratio target floor 'others, ms'
}

# row NAME TARGET FLOOR-NAME TKT… :: FLOOR… [:: OTHER…]…   $others names the others
row() {
	name=$1 target=$2 what=$3
	shift 3
	if ! "$top/ab" "$reps" "$seconds" -- "$@" >"$top/times" 2>"$top/err"; then
		printf '%-10s failed: %s\n' "$name" "$(tail -n 1 "$top/err")"
		failed=1
		others=
		return 0
	fi
	awk -v name="$name" -v target="$target" -v what="$what" -v others="${others:-}" '
		{ t[NR] = $1 }
		END {
			k = split(others, o, " ")
			more = ""
			for (i = 1; i <= k; i++)
				more = more sprintf("%s %.1f (%.0f x)  ", o[i], t[i + 2], t[i + 2] / t[1])
			ratio = t[1] / t[2]
			printf "%-10s %9.2f %9.2f %7.2f %6s%s  %-14s %s\n", name, t[1], t[2], ratio, target,
				(target + 0 && ratio > target + 0 ? "!" : " "), what, more
		}' "$top/times"
	awk -v name="$name" -v n="$n" 'NR == 1 { print name, n, $1 }' "$top/times" >>"$top/growth"
	others=
}

# The part of a row that asks tickets.sh: its O(N) answers take 20 s at 10,000.
slow_ok() { [ "$n" -le 1000 ] && [ -x "$script" ] && { others="${others:-}${others:+ }tickets.sh"; return 0; }; return 1; }

bench() {
	root=$top/tree/work-items
	export WORK_ITEMS_DIR="$root"
	id=$(sed -n "$(($(wc -l <"$top/tree/all.ids") / 2))p" "$top/tree/all.ids")
	key=TKT-$(printf %s "$id" | git hash-object --stdin | cut -c1-7)
	slug=${id#????????-??????-}
	# Each row that changes tickets has open ones of its own.
	open=$(wc -l <"$top/tree/open.ids")
	part=$((open / 5))
	for p in 1 2 3 4; do
		sed -n "$(((p - 1) * part + 1)),$((p * part))p" "$top/tree/open.ids" >"$top/ids.$p"
	done
	sed -n "$((4 * part + 1)),\$p" "$top/tree/open.ids" >"$top/ids.5"
	# A run that comes round to a ticket again would not do the same again.
	few=$part
	[ "$few" -lt "$reps" ] || few=$reps
	all=$reps

	if wanted start; then
		row start 1.6 /bin/true "$tkt" version :: /bin/true
	fi
	if wanted list-open; then
		set -- "$tkt" list --status open :: "$floor" open "$root"
		if command -v rg >/dev/null; then set -- "$@" :: rg -l '^status: open$' "$root/open" && others='rg'; fi
		if slow_ok; then set -- "$@" :: "$script" list; fi
		row list-open 1.5 'read open/' "$@"
	fi
	if wanted list-all; then
		set -- "$tkt" list --status all :: "$floor" read "$root" :: find "$root" -name item.md -size +0
		others='find'
		if slow_ok; then set -- "$@" :: "$script" list --status all; fi
		row list-all 1.5 'read item.md' "$@"
	fi
	if wanted query; then
		set -- "$tkt" list status:closed label:ui 'priority:<=P1' :: "$floor" read "$root"
		if command -v rg >/dev/null; then set -- "$@" :: rg -l '^labels: .*\bui\b' -g item.md "$root" && others='rg'; fi
		row query 1.5 'read item.md' "$@"
	fi
	if wanted show-id; then
		set -- "$tkt" show "$id" :: "$floor" one "$root" "$id"
		if slow_ok; then set -- "$@" :: "$script" show "$id"; fi
		row show-id 1.6 'read one' "$@"
	fi
	if wanted show-key; then
		row show-key 1.6 'names, one' "$tkt" show "$key" :: "$floor" names "$root"
	fi
	if wanted show-slug; then
		row show-slug 1.5 names "$tkt" show "$slug" :: "$floor" names "$root"
	fi
	# Before anything is changed: what floor.c writes are no tickets.
	if wanted doctor; then
		set -- "$tkt" doctor :: "$floor" read2 "$root"
		if [ "$n" -le 100 ] && slow_ok; then set -- "$@" :: "$script" doctor; fi
		row doctor 2 'read both' "$@"
	fi
	if wanted create; then
		set -- "$tkt" create 'A thing of beauty number %i' :: "$floor" create "$root"
		others='no-fsync'
		set -- "$@" :: env TKT_FSYNC=off "$tkt" create 'Another thing number %i'
		if slow_ok; then set -- "$@" :: "$script" create --title 'A thing by the script %i'; fi
		row create 1.6 'durable create' "$@"
	fi
	if wanted comment; then
		set -- "$tkt" comment "@$top/ids.1" -m hello :: "$floor" comment "$root" "@$top/ids.2"
		others='no-fsync'
		set -- "$@" :: env TKT_FSYNC=off "$tkt" comment "@$top/ids.3" -m hello
		if slow_ok; then set -- "$@" :: "$script" comment "@$top/ids.4"; fi
		row comment 1.6 'append, replace' "$@"
	fi
	reps=$few
	if [ "$few" -gt 0 ]; then
		if wanted status; then
			row status 1.6 'journal, move' "$tkt" status "@$top/ids.1" pending :: "$floor" move "$root" "@$top/ids.2"
		fi
		if wanted close; then
			set -- "$tkt" close "@$top/ids.3" -m 'All done.' :: "$floor" close "$root" "@$top/ids.4"
			if [ "$few" -ge 4 ] && slow_ok; then set -- "$@" :: "$script" close "@$top/ids.1"; fi
			row close 1.6 'journal, move' "$@"
		fi
	fi
	# A hundred that tkt closes and a hundred for the floor: once, as nothing is left to close then.
	if wanted close-100 && [ "$(wc -l <"$top/ids.5")" -ge 200 ]; then
		reps=1
		head -n 100 "$top/ids.5" >"$top/ids.6"
		tail -n 100 "$top/ids.5" >"$top/ids.7"
		row close-100 1.5 '100 moves' "$tkt" close "@$top/ids.6*100" -m 'All done.' :: "$floor" close "$root" "@$top/ids.7*100"
	fi
	reps=$all
}

failed=0
: >"$top/growth"
echo "$("$tkt" version), $(nproc) processors, medians of at most $reps whole processes in turn; ! = over the target"
for n in $sizes; do
	tree "$n"
	header "$n"
	bench
done

printf '\ngrowth: largest / smallest tree (%s)\n' "$sizes"
awk '{ if (!($1 in first)) { first[$1] = $3; order[++k] = $1 } last[$1] = $3 }
	END { for (i = 1; i <= k; i++) printf "%-10s %7.2f\n", order[i], last[order[i]] / first[order[i]] }' "$top/growth"
printf '\n%s\n' 'A floor that reads files is not the floor of an index: the targets of list-all and query hold against stat and SQLite.'
[ -n "${KEEP:-}" ] || rm -rf "$top/tree"
exit $failed
