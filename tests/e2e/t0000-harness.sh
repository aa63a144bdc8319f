#!/bin/sh
# The harness itself: what it must not let pass. The tests below run small test files of their own
# against a `tkt` that is a script, so that a broken tkt cannot hide a broken harness.
. "$(dirname "$0")/lib.sh"

# A build directory whose tkt does what $1 says; its doctor is clean unless that says otherwise.
fake_tkt() {
	mkdir -p fake
	cat >fake/tkt <<-END
		#!/bin/sh
		$1
		case \$1 in
		init) mkdir -p work-items/open work-items/pending work-items/closed ;;
		esac
		exit 0
	END
	chmod +x fake/tkt
}

# script TEXT: runs a test file with that text; its TAP is in $out, its status in $status.
script() {
	# Below a tests/ that has lib.sh, as every test file is.
	mkdir -p tree/tests/e2e
	ln -sf "$SRC/tests/e2e/lib.sh" tree/tests/e2e/lib.sh
	printf '#!/bin/sh\n. "$(dirname "$0")/lib.sh"\n%s\n' "$1" >tree/tests/e2e/t9999-x.sh
	status=0
	TKT_BUILD=$PWD/fake sh tree/tests/e2e/t9999-x.sh >"$out" 2>"$err" || status=$?
}

# runner TEXT: the same through tests/run.
runner() {
	script "$1"
	chmod +x tree/tests/e2e/t9999-x.sh
	status=0
	TKT_BUILD=$PWD/fake "$SRC/tests/run" tree/tests/e2e/t9999-x.sh >"$out" 2>"$err" || status=$?
}

passing() {
	fake_tkt ''
	script 'x() { new_root; is a a; has abc b; like abc "^a.c$"; quietly true; }
t "a good one" x
done_testing'
	is "$status" 0
	file_has "$out" 'ok 1 - a good one'
	file_has "$out" '1..1'
}
t 'a test that holds is ok' passing

one_failing() { # SENTENCE BODY
	fake_tkt "${3:-}"
	script "x() { $2
}
y() { :; }
t 'x is bad' x
t 'y is good' y
done_testing"
	is "$status" 1 "status of a file with a failing test: $1"
	file_has "$out" 'not ok 1 - x is bad'
	file_has "$out" 'ok 2 - y is good'
	file_has "$out" '1..2'
}

each_assertion() {
	echo a >"$TMPDIR/a"
	echo b >"$TMPDIR/b"
	for body in 'is a b' 'has abc x' 'lacks abc b' 'like abc "^b"' "same $TMPDIR/a $TMPDIR/b" \
		"file_has $TMPDIR/a x" "file_has $TMPDIR/none x" "file_lacks $TMPDIR/a a" \
		"lines $TMPDIR/a 2" "empty $TMPDIR/a" "exists $TMPDIR/none" "missing $TMPDIR/a" \
		"diff_lines 0 $TMPDIR/a $TMPDIR/b" 'exit_is 1 true' 'exit_is 0 false' 'must_fail 1 true' \
		'must_fail 0 true' 'quietly echo x' 'need no-such-tool-here' 'false' 'false; true' 'fail said'; do
		one_failing "$body" "$body"
	done
}
t 'every assertion that fails fails its test, and the next test runs' each_assertion

hidden() {
	for body in 'if is a b; then :; fi' '! is a b' 'is a b || true' 'undefined=$nope' 'exit 1' 'exit 77'; do
		one_failing "$body" "$body"
	done
}
t 'an assertion in a condition fails its test too' hidden

crashes() {
	for death in 'kill -SEGV $$' 'kill -ABRT $$' 'kill -KILL $$' 'exit 126' 'exit 139' \
		'echo "==1==ERROR: AddressSanitizer: heap-use-after-free" >&2; exit 1' \
		'echo "x.c:1:2: runtime error: signed integer overflow" >&2; exit 1'; do
		one_failing "$death" 'must_fail 1 tkt boom' "[ \"\$1\" != boom ] || { $death; }"
		one_failing "$death" 'run tkt boom' "[ \"\$1\" != boom ] || { $death; }"
	done
}
t 'a signal or a report of a sanitizer is no "no"' crashes

quiet_report() {
	one_failing report 'tkt boom' '[ "$1" != boom ] || echo "x.c:1:2: runtime error: overflow" >&2'
}
t 'a report of a sanitizer fails the test even where the command succeeds' quiet_report

sick_root() {
	one_failing doctor 'new_root' 'case "$*" in *doctor*) echo "T001 error: sick"; exit 1 ;; esac'
	file_has "$out" 'T001 error: sick'
	fake_tkt 'case "$*" in *doctor*) exit 1 ;; esac'
	script 'x() { new_root; no_doctor; }
t "left broken" x
done_testing'
	is "$status" 0
}
t 'doctor runs after every test that does not say no_doctor' sick_root

sick_repo() {
	one_failing fsck 'git init -q r && echo x >r/.git/refs/heads/broken'
}
t 'git fsck runs after every test' sick_repo

skipping() {
	fake_tkt ''
	script 'x() { skip "no such file system"; }
t "x needs much" x
done_testing'
	is "$status" 0
	file_has "$out" 'ok 1 - x needs much # SKIP no such file system'
	runner 'x() { skip "no such file system"; }
y() { :; }
t "x needs much" x
t "y needs nothing" y
done_testing'
	is "$status" 0
	is "$(tail -n 1 "$out")" '1 passed, 0 failed, 1 skipped'
	file_has "$out" 'x needs much: no such file system'
}
t 'a skipped test is listed with its reason' skipping

clock() {
	is "$TKT_NOW" 2026-06-01T12:00:00Z
	tick 90
	is "$TKT_NOW" 2026-06-01T12:01:30Z
	at 2027-01-01T00:00:00Z
	is "$GIT_COMMITTER_DATE" 2027-01-01T00:00:00Z
}
clock_again() { is "$TKT_NOW" 2026-06-01T12:00:00Z; }
t 'the clock stands still until it is moved' clock
t 'a moved clock is back for the next test' clock_again

surroundings() {
	is "$(ls -A "$HOME")" ''
	is "$(ls -A)" ''
	is "$(git config --list --show-origin | grep -c '^file:[^.]' || :)" 0
	is "$(cat)" ''
}
t 'a test starts in an empty directory, with an empty HOME and no input' surroundings

runner_counts() {
	fake_tkt ''
	runner 'x() { :; }
t "x" x
t "y" x
done_testing'
	is "$status" 0
	is "$(tail -n 1 "$out")" '2 passed, 0 failed'
	runner 'x() { :; }
y() { is a b; }
t "x" x
t "y" y
done_testing'
	is "$status" 1
	is "$(tail -n 1 "$out")" '1 passed, 1 failed'
	file_has "$out" 'not ok: '
}
t 'tests/run ends with the number of tests that passed and failed' runner_counts

runner_deaths() {
	fake_tkt ''
	for text in 't x true' 'exit 0' 'exit 3' 't x true; kill -KILL $$' 'echo 1..0' 'echo 1..2; echo ok 1' \
		'echo ok 1; echo 1..1; exit 4' 'echo ok 1; echo "Bail out!"; echo 1..1'; do
		runner "$text"
		is "$status" 1 "status of tests/run for: $text"
		like "$(tail -n 1 "$out")" '^[0-9]+ passed, [1-9][0-9]* failed$'
	done
	status=0
	"$SRC/tests/run" no-such-test.sh >"$out" 2>"$err" || status=$?
	is "$status" 1
	is "$(tail -n 1 "$out")" '0 passed, 1 failed'
}
t 'a file that dies, has no plan or runs nothing has failed' runner_deaths

done_testing
