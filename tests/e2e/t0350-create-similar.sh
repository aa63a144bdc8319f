#!/bin/sh
# tkt create: a ticket that is there already is named before another is made.
. "$(dirname "$0")/lib.sh"

some() {
	new_root
	tkt create 'Login forgets the return path' -k bug -b 'After signing in the user lands on the start page; the session drops the URL.' >/dev/null
	tkt create 'Parser splits words at tabs' -b 'A tab is taken for a space by the header parser.' >/dev/null
	tkt create 'Write the manual' -b 'A chapter on installing, one on configuration.' >/dev/null
	tick
}
count() { tkt list --status all --format ids | wc -l; }
# answer TEXT COMMAND: runs it on a terminal, types TEXT; what came out is in screen.
answer() {
	need script
	status=0
	# Typed once the question stands there, as a person would; else the terminal may eat it.
	(sleep 0.5; printf '%s\n' "$1") | TERM=xterm script -qec "$2" /dev/null >screen.raw 2>&1 || status=$?
	tr -d '\r' <screen.raw | sed 's/\x1b\[[0-9;]*[mK]//g' >screen
}

silent() {
	some
	exit_is 0 tkt create 'Something else entirely' -b 'About trains.'
	empty "$err"
	lines "$out" 1
	is "$(tkt create 'Yet another matter' --json | jq -c .data.similar)" '[]'
}
t 'a new matter is made without a word' silent

in_a_pipe() {
	some
	exit_is 0 tkt create 'Login forgets the return path'
	lines "$out" 1
	like "$(cat "$err")" '^tkt: likely a duplicate of TKT-[0-9a-f]{7}  Login forgets the return path \(open, 1\.00\)$'
	lines "$err" 1
	is "$(count)" 4
	exit_is 0 tkt create '  login FORGETS the return path ' -q
	empty "$err"
}
t 'in a pipe a likely duplicate is told of, and made' in_a_pipe

by_body() {
	some
	exit_is 0 tkt create 'Login forgets return path' -b 'After signing in the user lands on the start page; the session drops the URL.' --json
	empty "$err"
	is "$(jq -c '.data.similar | [length, .[0].id, .[0].status]' "$out")" '[1,"20260601-120000-login-forgets-the-return-path","open"]'
	is "$(jq -c '.data.similar[0] | keys_unsorted' "$out")" '["id","key","title","status","score","likely"]'
}
t 'another title with the same text is similar, and JSON says so' by_body

forced() {
	some
	exit_is 0 tkt create 'Login forgets the return path' --force
	empty "$err"
	is "$(tkt create 'Login forgets the return path' --force --json | jq -c '.data.similar | length > 0')" true
}
t '--force makes it without a word; JSON still has the list' forced

on_a_terminal() {
	some
	answer n "tkt create 'Login forgets the return path'"
	is "$status" 1
	file_has screen 'Create anyway? [y/N]'
	file_has screen 'likely a duplicate of TKT-'
	file_has screen 'nothing created'
	is "$(count)" 3
	answer '' "tkt create 'Login forgets the return path'"
	is "$status" 1
	is "$(count)" 3
	answer y "tkt create 'Login forgets the return path'"
	is "$status" 0
	file_has screen created
	is "$(count)" 4
	answer n "tkt create 'Login forgets the return path' --force"
	file_lacks screen 'Create anyway'
	is "$(count)" 5
	answer n "tkt create 'Login forgets the return path' --json"
	file_lacks screen 'Create anyway'
	answer n "tkt create 'Nothing like the others'"
	file_lacks screen 'Create anyway'
	is "$(count)" 7
}
t 'on a terminal it asks, and no is no' on_a_terminal

edited() {
	some
	printf '#!/bin/sh\nprintf "# Write the manual\\n\\nMy own words.\\n" >"$1"\n' >ed
	chmod +x ed
	answer n "EDITOR='$PWD/ed' tkt create --edit"
	is "$status" 1
	is "$(count)" 3
	file_has screen 'your text is kept in'
	grep -r -q 'My own words' work-items/.tkt || fail 'the text is gone'
}
t 'a no keeps what was written in the editor' edited

config() {
	some
	tkt config search.duplicates refuse >/dev/null
	must_fail 4 tkt create 'Login forgets the return path'
	file_has "$err" 20260601-120000-login-forgets-the-return-path
	empty "$out"
	must_fail 4 tkt create 'Login forgets the return path' --json
	is "$(jq -c '[.error.code, (.error.candidates | length)]' "$out")" '["exists",1]'
	is "$(count)" 3
	exit_is 0 tkt create 'Login forgets the return path' --force
	tkt config search.duplicates off >/dev/null
	exit_is 0 tkt create 'Login forgets the return path'
	empty "$err"
	is "$(tkt create 'Login forgets the return path' --json | jq -c '.data.similar')" '[]'
	tkt config search.duplicates warn >/dev/null
	answer n "tkt create 'Login forgets the return path'"
	is "$status" 0
	file_lacks screen 'Create anyway'
	file_has screen 'likely a duplicate'
}
t 'search.duplicates says what follows' config

replay() {
	some
	id=$(tkt create 'Nightly build is red' --idempotency-key nightly)
	exit_is 0 tkt create 'Nightly build is red' --idempotency-key nightly
	is "$(cat "$out")" "$id"
	empty "$err"
	is "$(tkt create 'Nightly build is red' --idempotency-key nightly --json | jq -c '[.data.replayed, .data.similar]')" '[true,[]]'
	tkt config search.duplicates refuse >/dev/null
	exit_is 0 tkt create 'Nightly build is red' --idempotency-key nightly
	is "$(cat "$out")" "$id"
	must_fail 4 tkt create 'Nightly build is red' --idempotency-key another
	is "$(count)" 4
}
t 'the same idempotency key is no duplicate' replay

large() {
	some
	# More than 200: without an index only titles are compared, with one it is used as it lies.
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21; do
		for k in 0 1 2 3 4 5 6 7 8 9; do
			d=work-items/open/20260101-0000$k$((i % 10))-filler-$i-$k
			mkdir -p "$d/artifacts"
			: >"$d/artifacts/.gitkeep"
			sed "s/^id: .*/id: ${d##*/}/; s/^slug: .*/slug: filler-$i-$k/; s/^title: .*/title: Filler $i $k/" \
				work-items/open/*-write-the-manual/item.md >"$d/item.md"
			cp work-items/open/*-write-the-manual/thread.md "$d"
		done
	done
	rm -f work-items/.tkt/index*
	exit_is 0 tkt create 'First of many'
	missing work-items/.tkt/index.sqlite
	exit_is 0 tkt create 'First of many'
	file_has "$err" 'likely a duplicate'
	tkt search manual >/dev/null
	exit_is 0 tkt create 'Login forgets the return path!' --slug other
	file_has "$err" 'Login forgets the return path'
	exit_is 0 tkt create 'A fresh thought'
	empty "$err"
}
t 'in a large root it costs nothing, and finds equal titles' large

huge() {
	some
	python3 - <<-'END'
		import os
		base = [d for d in os.listdir("work-items/open") if d.endswith("write-the-manual")][0]
		item = open(f"work-items/open/{base}/item.md").read()
		thread = open(f"work-items/open/{base}/thread.md").read()
		for n in range(2100):
		    slug = f"filler-{n}"
		    id = f"20260101-{n // 3600:02}{n // 60 % 60:02}{n % 60:02}-{slug}"
		    os.makedirs(f"work-items/closed/{id}/artifacts")
		    open(f"work-items/closed/{id}/artifacts/.gitkeep", "w").close()
		    text = item.replace(base, id).replace("write-the-manual", slug).replace("Write the manual", f"Filler number {n}")
		    open(f"work-items/closed/{id}/item.md", "w").write(text.replace("status: open", "status: closed"))
		    open(f"work-items/closed/{id}/resolution.md", "w").write("Done.\n")
		    open(f"work-items/closed/{id}/thread.md", "w").write(thread)
	END
	tkt search manual --mode keyword -n 1 >/dev/null
	exit_is 0 tkt create 'The parser splits words at some tabs' --json
	is "$(jq -c '.data.similar | [.[] | [.title, .status, .score, .likely]]' "$out")" '[["Parser splits words at tabs","open",0.99,true]]'
	is "$(tkt create 'Printer splits words at tabs' --json | jq -c '.data.similar | [.[] | [.title, .likely]]')" \
		'[["Parser splits words at tabs",false]]'
	exit_is 0 tkt create 'LOGIN forgets the return path' --slug other
	like "$(cat "$err")" 'Login forgets the return path \(open, 1\.00\)$'
	exit_is 0 tkt create 'Filler number of another kind'
	empty "$err"
	rm -f work-items/.tkt/index*
	exit_is 0 tkt create 'Splits words at some tabs, the parser'
	empty "$err"
	missing work-items/.tkt/index.sqlite
	no_doctor # as many warnings as fillers
}
t 'in a huge root titles with a rare word in common are compared' huge

trouble() {
	some
	printf noise >work-items/.tkt/index.sqlite
	exit_is 0 tkt create 'First thing'
	empty "$err"
	rm -f work-items/.tkt/index*
	mkdir work-items/.tkt/index.sqlite work-items/.tkt/index.stamp
	exit_is 0 tkt create 'Second thing'
	empty "$err"
	rm -rf work-items/.tkt/index*
	tkt search thing >/dev/null
	need flock
	flock work-items/.tkt/index.lock sh -c 'touch locked; sleep 5' &
	while [ ! -f locked ]; do sleep 0.05; done
	start=$(date +%s%N)
	exit_is 0 tkt create 'Third thing'
	[ $((($(date +%s%N) - start) / 1000000)) -lt 2000 ] || fail 'it waited for a hint'
	kill $! 2>/dev/null || :
	is "$(count)" 6
}
t 'an index that is damaged or locked is no obstacle' trouble

dialect() {
	some
	mkdir bin
	ln -s "$TKT" bin/tickets.sh
	rm -rf work-items/.tkt/index*
	bin/tickets.sh create --title 'Login forgets the return path' >made 2>said
	empty said
	missing work-items/.tkt/index.sqlite
	no_doctor # the script takes any slug
}
t 'the dialect of the script stays as it was' dialect

done_testing
