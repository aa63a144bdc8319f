#!/bin/sh
# The index is a cache: made when it is needed, mended or bypassed without a word, never wrong.
. "$(dirname "$0")/lib.sh"

some() {
	new_root
	one=$(tkt create 'The zebra crosses' --body 'Stripes all over.')
	two=$(tkt create 'Another matter' --body 'Nothing of the kind.')
	tkt comment "$two" -m 'An okapi was seen.' >/dev/null
	tkt close "$(tkt create 'Old quagga')" -m 'Extinct since long.' >/dev/null
	index=work-items/.tkt/index.sqlite
}
found() { tkt --json search --mode keyword "$@" | jq -r '.data.hits[].id' | sort | tr '\n' ' '; }
believed() { tkt --json index status | jq -r .data.believed; }

made() {
	some
	rm -f "$index" # create may have asked it for tickets of that kind
	exit_is 0 tkt index status
	missing "$index"
	is "$(found zebra)" "$one "
	exists "$index"
	is "$(believed)" true
	is "$(cat work-items/.tkt/.gitignore)" '*'
	tkt comment "$one" -m 'A tapir too.' >/dev/null
	is "$(found tapir)" "$one "
	exit_is 0 tkt index rebuild
	is "$(found okapi)" "$two "
	must_fail 2 tkt index polish
}
t 'the first search makes the index, and each one brings it up to date' made

# what is done to it; afterwards the answer is right, nothing is said, and the index is good again
hurt() {
	eval "$1"
	exit_is 0 tkt search --mode keyword okapi
	empty "$err"
	is "$(found okapi)" "$two "
	is "$(believed)" true
}
damaged() {
	some
	found zebra >/dev/null
	hurt "rm $index"
	hurt "rm -r work-items/.tkt"
	hurt "truncate -s 5000 $index"
	hurt ": >$index"
	hurt "head -c 100000 /dev/urandom >$index"
	hurt "cp $index x && rm $index && mv x $index"
	hurt "printf x | dd of=$index bs=1 seek=5000 conv=notrunc 2>/dev/null"
	hurt "rm $index && mkdir $index && touch $index/in-the-way"
	hurt "rm -f work-items/.tkt/index.stamp"
	hurt "rm -f work-items/.tkt/index.stamp && mkdir work-items/.tkt/index.stamp"
	hurt "echo 1 2 3 >work-items/.tkt/index.stamp"
	hurt "echo planted >$index-journal"
	hurt "rm $index && mkfifo $index"
	echo mine >victim
	hurt "rm $index && ln -s ../../victim $index"
	is "$(cat victim)" mine
	missing "$index-journal"
}
t 'deleted, cut, noise, copied, planted or in the way: the answer is right' damaged

locked() {
	some
	found zebra >/dev/null
	tkt comment "$one" -m 'A tapir too.' >/dev/null
	(
		flock 9
		: >held
		sleep 30
	) 9>work-items/.tkt/index.lock &
	holder=$!
	while [ ! -f held ]; do sleep 0.02; done
	is "$(tkt --lock-timeout 0 --json search --mode keyword tapir | jq -r '.data.hits[].id')" "$one"
	kill "$holder"
	wait "$holder" || true
	is "$(found tapir)" "$one "
}
t 'an index that another process holds is bypassed' locked

two_at_once() {
	some
	found zebra >/dev/null
	for _ in 1 2 3 4 5 6; do
		rm -f "$index"
		tkt index rebuild >/dev/null 2>err1 &
		a=$!
		tkt index rebuild >/dev/null 2>err2 &
		b=$!
		is "$(found okapi)" "$two "
		wait "$a"
		wait "$b"
		empty err1
		empty err2
		is "$(believed)" true
	done
	is "$(find work-items/.tkt -name 'index-*' | wc -l)" 0
}
t 'two that rebuild at once and one that searches do not disturb each other' two_at_once

killed() {
	some
	for delay in 0 0.002 0.004 0.006 0.01 0.02; do
		rm -f "$index"
		tkt index rebuild >/dev/null 2>&1 &
		victim=$!
		sleep "$delay"
		kill -9 "$victim" 2>/dev/null || true
		wait "$victim" 2>/dev/null || true
		is "$(found okapi)" "$two "
	done
	is "$(find work-items/.tkt -name 'index-*' | wc -l)" 0
}
t 'killed while it is made, it is made again' killed

branches() {
	new_repo
	one=$(tkt create 'The zebra crosses')
	commit one
	git checkout -q -b other
	two=$(tkt create 'A zebra more')
	tkt comment "$one" -m 'A tapir too.' >/dev/null
	tkt status "$one" pending >/dev/null
	commit two
	is "$(found zebra)" "$(printf '%s\n%s\n' "$one" "$two" | sort | tr '\n' ' ')"
	git checkout -q -
	is "$(found zebra)" "$one "
	is "$(found tapir)" ''
	git checkout -q other
	is "$(found tapir)" "$one "
	is "$(git status --porcelain)" ''
}
t 'a checkout of another branch is seen' branches

by_hand() {
	some
	found zebra >/dev/null
	for word in alfa brav char delt; do # the same size, within one tick of the clock
		sed -i "s/^Nothing.*/Nothing of $word./" "work-items/open/$two/item.md"
		is "$(found "$word")" "$two "
	done
	touch -d 2026-01-01 "work-items/open/$two/item.md"
	found zebra >/dev/null
	sed -i 's/delt/echo/' "work-items/open/$two/item.md"
	touch -d 2026-01-01 "work-items/open/$two/item.md"
	is "$(found echo)" "$two "
	is "$(found delt)" ''
	mv "work-items/open/$two" work-items/pending/
	is "$(found --filter status:pending echo)" "$two "
	no_doctor # its frontmatter says open
}
t 'edits by hand within a tick, with their time set back, and moves are seen' by_hand

unwritable() {
	[ "$(id -u)" != 0 ] || need setpriv
	some
	rm -rf work-items/.tkt/index*
	chmod a+rx . work-items work-items/*
	chmod a-w work-items work-items/.tkt
	if [ "$(id -u)" = 0 ]; then
		chmod a+rx "$h_top" "$h_top"/* 2>/dev/null || true
		as='setpriv --reuid 65534 --regid 65534 --clear-groups'
	else
		as=
	fi
	# shellcheck disable=SC2086
	$as true 2>/dev/null || as=
	# shellcheck disable=SC2086
	run $as "$TKT" --json search --mode keyword okapi
	is "$status" 0
	is "$(jq -r '.data.hits[].id' "$out")" "$two"
	missing "$index"
	chmod u+w work-items work-items/.tkt
}
t 'where nothing can be written, search works without an index' unwritable

done_testing
