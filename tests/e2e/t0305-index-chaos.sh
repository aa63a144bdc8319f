#!/bin/sh
# Whatever is done to the index or to the files, the answers are those of a copy that never had an index.
. "$(dirname "$0")/lib.sh"

some() {
	new_repo
	printf '%s\n' got wanted fresh time >>.git/info/exclude
	i=0
	for words in 'zebra okapi' 'okapi tapir' 'tapir zebra quagga' 'login session' '日本語の検索 zebra'; do
		i=$((i + 1))
		tkt create "Ticket $i of $words" -b "About $words. And $words again, number $i." -l "l$i" --slug "t$i" --force >/dev/null
	done
	tkt comment t1 -m 'A gnu was seen.' >/dev/null
	tkt status t3 pending >/dev/null
	tkt close t4 -m 'The zebra did it.' >/dev/null
	commit
	d=work-items/.tkt
	index=$d/index.sqlite
}

questions() {
	run tkt search --mode keyword --json zebra okapi gnu
	cat "$out" "$err"
	echo "$status"
	run tkt search --mode keyword 検索 'qua*' --filter 'label:l* -label:l9'
	cat "$out" "$err"
	echo "$status"
	run tkt list --status all --json zebra OR author:nobody
	cat "$out" "$err"
	echo "$status"
	run tkt list --status all --sort title label:l1,l3,l5
	cat "$out" "$err"
	echo "$status"
}
# check WHAT: as the index has it, as a copy without any has it, and as memory has it
check() {
	questions >got
	rm -rf fresh
	mkdir fresh
	cp -a work-items fresh/
	rm -rf fresh/work-items/.tkt
	(cd fresh && TKT_INDEX=off questions) >wanted
	cmp -s got wanted || {
		diff -u wanted got | head -n 40
		fail "another answer after: $1"
	}
	rm -rf fresh
	[ -z "${2-}" ] || is "$(tkt --json index status | jq -r .data.believed)" "$2" "$1"
}

# One byte here, a cut there, with the time set back: only the change time tells.
bytes() {
	some
	check nothing true
	size=$(stat -c %s "$index")
	for at in 0 18 27 60 99 100 4095 4096 5000 $((size / 2)) $((size - 1)); do
		touch -r "$index" time
		printf '\377' | dd of="$index" bs=1 seek="$at" conv=notrunc 2>/dev/null
		touch -r time "$index"
		check "a byte at $at" true
	done
	for size in 1 99 100 511 4096 4097 20000; do
		touch -r "$index" time
		truncate -s "$size" "$index"
		touch -r time "$index"
		check "cut to $size" true
	done
}
t 'a single byte or a cut, with the time of the file set back, is noticed' bytes

sql() { /usr/bin/python3 -c 'import sqlite3, sys
c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.close()' "$index" "$1"; }
edited() {
	some
	for what in 'delete from ticket' 'delete from word' 'update sweep set print = 0' 'update ticket set title = "zebra"' \
		'pragma user_version = 1' 'pragma user_version = 999' 'drop table meta' 'pragma journal_mode = wal' 'vacuum'; do
		check before true
		sql "$what;"
		check "$what" true
	done
}
t 'a change by another program, or another version, is not believed' edited

foreign() {
	some
	new_root other
	(cd other && tkt create 'A zebra elsewhere' >/dev/null && tkt search zebra >/dev/null)
	check before true
	cp -a other/work-items/.tkt/index.sqlite "$index"
	check 'the index of another root' true
	cp -a other/work-items/.tkt/index.sqlite other/work-items/.tkt/index.stamp "$d/"
	check 'with its stamp' true
	rm -rf "$d"
	mv other/work-items/.tkt "$d"
	check 'with everything' true
	rm -rf other
}
t 'the index of another root is not believed, whatever comes with it' foreign

in_the_way() {
	some
	echo mine >victim
	for name in index.sqlite index.stamp index.lock index.sqlite-journal; do
		for how in mkdir mkfifo 'ln -s ../../victim' 'ln -s /nonexistent/x' "ln -s $name" 'install -m 0 /dev/null'; do
			check before
			rm -rf "${d:?}/$name"
			$how "$d/$name"
			check "$how $name"
			is "$(cat victim)" mine "$how $name"
			rm -rf "${d:?}/$name"
		done
	done
	check 'all of it gone' true
	for how in 'ln -s ../elsewhere' 'ln -s /nonexistent/x' 'install -m 0 /dev/null'; do
		rm -rf "$d"
		mkdir -p elsewhere
		$how "$d"
		check "$how .tkt"
		is "$(ls elsewhere)" ''
	done
	rm -rf "$d"
}
t 'directories, pipes, links and closed files in the place of its files do no harm' in_the_way

by_hand() {
	some
	check before
	one=$(echo work-items/open/*-t1)
	five=$(echo work-items/open/*-t5)
	touch -r "$one/item.md" time
	sed -i 's/okapi/tapir/g' "$one/item.md"
	touch -r time "$one/item.md"
	check 'the same size and time' true
	printf 'a zebra and an okapi\n' >"$five/resolution.md"
	check 'a resolution in an open ticket'
	printf 'a zebra or two\n' >"$five/resolution.md"
	check 'another one'
	rm "$five/resolution.md"
	check 'gone again'
	printf 'zebra in a log\n' >"$one/artifacts/log.txt"
	check 'an artifact without an event'
	printf ' and a gnu\n' >>"$one/artifacts/log.txt"
	check 'a longer one'
	mkdir "$one/artifacts/deep"
	printf 'gnu\n' >"$one/artifacts/deep/er.txt"
	printf 'zebra\000\001\002' >"$one/artifacts/log.bin"
	check 'deeper ones, and one that is no text'
	rm -r "$one/artifacts/deep" "$one/artifacts/log.bin" "$one/artifacts/log.txt"
	check 'no artifacts'
	mv "$one" work-items/closed/
	check 'a move by hand'
	mv work-items/closed/*-t1 work-items/open/
	cp -a "$one" work-items/pending/
	check 'an id in two directories'
	rm -r work-items/pending/*-t1
	for how in 'rm' 'truncate -s 0' 'truncate -s 10' 'cp /dev/null'; do
		cp -a "$one" saved
		case $how in cp*) head -c 3000 /dev/zero >"$one/item.md" ;; *) $how "$one/item.md" ;; esac
		check "$how item.md"
		rm -r "$one"
		mv saved "$one"
		check 'as it was'
	done
	check 'at the end' true
}
t 'every change by hand is seen' by_hand

with_git() {
	some
	check before
	tkt comment t1 -m 'An okapi more.' >/dev/null
	tkt set t5 title='Of no animal' >/dev/null
	tkt create 'A new zebra' >/dev/null
	git add -A
	git stash -q
	check 'stashed' true
	git stash pop -q
	check 'and back' true
	commit more
	git checkout -q HEAD~1
	check 'the commit before' true
	git checkout -q -
	check 'and the last' true
	git rm -r -q work-items/open/*-t5
	check 'removed' true
	git reset -q --hard
	check 'reset' true
	is "$(git status --porcelain -- work-items)" ''
}
t 'stash, checkout, rm and reset are seen' with_git

crowd() {
	some
	for _ in 1 2 3; do
		pids=
		n=0
		for what in 'index rebuild' 'search zebra' 'index refresh' 'search okapi --mode keyword' 'comment t1 -m gnu' 'list zebra' 'index rebuild' 'comment t2 -m zebra'; do
			n=$((n + 1))
			# shellcheck disable=SC2086 # words
			tkt $what >/dev/null 2>err.$n &
			pids="$pids $!"
		done
		for pid in $pids; do wait "$pid" || fail 'one of the crowd failed'; done
		cat err.* >errors
		empty errors
		check 'a crowd' true
	done
	is "$(tkt search gnu --mode keyword --json | jq .data.total)" 1
	is "$(find "$d" -name 'index-*')" ''
}
t 'eight at once that search, write and rebuild agree in the end' crowd

held() {
	some
	check before true
	tkt comment t2 -m 'A gnu too.' >/dev/null
	/usr/bin/python3 -c 'import sqlite3, sys, time
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute("begin exclusive"); open("held", "w").close(); time.sleep(30)' "$index" &
	holder=$!
	while [ ! -f held ]; do sleep 0.02; done
	check 'a transaction of somebody else'
	kill "$holder"
	wait "$holder" || :
	check 'and its end' true
	tkt index rebuild >/dev/null 2>&1 &
	victim=$!
	kill -STOP "$victim" 2>/dev/null || :
	is "$(tkt --lock-timeout 0 search gnu --mode keyword --json | jq .data.total)" 2
	kill -CONT "$victim" 2>/dev/null || :
	wait "$victim" || :
	check 'a rebuild that paused' true
}
t 'an index that is locked, or being made by one that stands still, keeps nobody waiting' held

done_testing
