#!/bin/sh
# tkt search: any text finds something to the point, in three views; what is wrong or missing is said.
. "$(dirname "$0")/lib.sh"

tab=$(printf '\t')

some() {
	new_root
	at 2026-05-01T12:00:00Z
	tkt create 'Login forgets the return path' -k bug -p P1 -l ui,auth \
		-b 'After signing in the user lands on the start page. The session drops the URL.' >/dev/null
	tkt create 'Parser splits words at tabs' -k bug -l parser -b 'parseHeader() in src/http/parse.c takes a tab for a space.' >/dev/null
	tkt create 'Write the manual' -b 'A chapter on installing, one on configuration.' >/dev/null
	tkt create '日本語の検索が遅い' -b '全文検索のインデックスを作り直すと速くなる。' --slug slow-japanese >/dev/null
	tkt create 'Connection reset while uploading' -k bug -l net -b 'The proxy closes the socket after 60 s.' >/dev/null
	tkt create 'Ship release one' --set number=123 --set aliases=OLD-7 -b 'Tag, build, announce.' >/dev/null
	tkt comment parser-splits-words-at-tabs -m 'Reproduced with the xylophone fixture.' >/dev/null
	tkt status write-the-manual pending >/dev/null
	tkt close connection-reset-while-uploading -m 'The keepalive is shorter now.' >/dev/null
	at 2026-06-01T12:00:00Z
}
# Slugs, in the order of the answer.
found() { run tkt search "$@"; sed -n '2,$p' "$out" | cut -f 3 | sed 's/^[0-9]*-[0-9]*-//' | tr '\n' ' '; }
first() { found "$@" | cut -d ' ' -f 1; }

pipe() {
	some
	exit_is 0 tkt search xylophone --mode keyword
	is "$(cat "$out")" "score${tab}key${tab}id${tab}status${tab}title${tab}matched_in${tab}snippet
1.0000${tab}TKT-$(printf %s 20260501-120000-parser-splits-words-at-tabs | git hash-object --stdin | cut -c1-7)${tab}20260501-120000-parser-splits-words-at-tabs${tab}open${tab}Parser splits words at tabs${tab}comments${tab}Reproduced with the **xylophone** fixture."
	empty "$err"
	exit_is 0 tkt search xylophone -n 1
	is "$(sed -n 2p "$out" | cut -f 3)" 20260501-120000-parser-splits-words-at-tabs
}
t 'in a pipe search prints a heading and tab-separated columns, the match marked' pipe

words() {
	some
	is "$(first login page)" login-forgets-the-return-path
	is "$(first 'login page')" login-forgets-the-return-path
	is "$(first LOGIN)" login-forgets-the-return-path
	is "$(first the manual for installing things)" write-the-manual
	is "$(first parseHeader)" parser-splits-words-at-tabs
	is "$(first header --mode keyword)" parser-splits-words-at-tabs 'a part of an identifier'
	is "$(first src/http/parse.c)" parser-splits-words-at-tabs
	is "$(first keepalive)" connection-reset-while-uploading 'the resolution of a closed one'
	is "$(first auth --mode keyword)" login-forgets-the-return-path 'a label'
	is "$(found '"return path"')" 'login-forgets-the-return-path '
	is "$(found '"path return"')" '' 'a phrase is there as it stands or not at all'
	is "$(found 'uploa*')" 'connection-reset-while-uploading '
	is "$(found 'uploa* "return path"')" '' 'phrases and beginnings must all be there'
}
t 'words, parts of identifiers, phrases and beginnings find what they should' words

japanese() {
	some
	is "$(first 検索)" slow-japanese
	is "$(first 全文検索を速くする)" slow-japanese
	exit_is 0 tkt search 検索 --mode keyword
	has "$(sed -n 2p "$out" | cut -f 7)" '**検索**'
}
t 'Japanese text is found by its words' japanese

names() {
	some
	id=20260501-120000-ship-release-one
	key=TKT-$(printf %s "$id" | git hash-object --stdin | cut -c1-7)
	for ref in "$id" "$key" ship-release-one '#123' OLD-7 'Ship release one' ' ship RELEASE one '; do
		exit_is 0 tkt search "$ref"
		is "$(sed -n 2p "$out" | cut -f 1,3)" "1.0000$tab$id" "$ref"
	done
	is "$(tkt search "$key" --json | jq -c '.data.hits[0].matched_in[0]')" '"id"'
	is "$(tkt search 'Ship release one' --json | jq -c '.data.hits[0].matched_in | index("title") != null')" true
	must_fail 1 tkt search "$key" --status closed --mode keyword
}
t 'a text that names a ticket has it in the first place' names

filters() {
	some
	is "$(found bug tabs login proxy --filter 'kind:bug' --mode keyword | wc -w)" 3
	is "$(found login tabs proxy --filter 'label:net' --mode keyword)" 'connection-reset-while-uploading '
	is "$(found login tabs proxy --mode keyword -s closed)" 'connection-reset-while-uploading '
	is "$(found login tabs proxy --mode keyword -s open,pending --filter kind:bug | wc -w)" 2
	is "$(found login tabs proxy --mode keyword --filter 'kind:bug OR kind:task' -s closed)" 'connection-reset-while-uploading ' \
		'a status binds the whole filter'
	is "$(found login tabs proxy --mode keyword --filter xylophone)" 'parser-splits-words-at-tabs ' \
		'a filter may ask for text too'
	is "$(found login tabs proxy --filter 'xylophone')" 'parser-splits-words-at-tabs ' 'in both halves'
	must_fail 2 tkt search login --filter 'statsu:open'
	has "$(cat "$err")" "did you mean 'status:'"
	like "$(cat "$err")" '^ *\^$'
	must_fail 2 tkt search login --filter 'kind:bug) OR (kind:task' -s open
	must_fail 2 tkt search login --status nonsense
	must_fail 2 tkt search login --mode nonsense
}
t 'filters and statuses hold for what is found' filters

before_limit() {
	some
	is "$(found login tabs proxy manual release --filter status:closed -n 1)" 'connection-reset-while-uploading '
	exit_is 0 tkt search login tabs proxy manual release --mode keyword -n 2 --json
	is "$(jq -c '[.data.total, .data.truncated, (.data.hits | length)]' "$out")" '[5,true,2]'
	exit_is 0 tkt search login tabs proxy manual release --mode keyword -n 0 --json
	is "$(jq -c '[.data.total, .data.truncated, (.data.hits | length)]' "$out")" '[5,false,5]'
}
t 'the filter comes before the limit, and the total before it too' before_limit

nothing() {
	some
	must_fail 1 tkt search xylofone --mode keyword
	is "$(cat "$err")" "tkt: no ticket matches 'xylofone'
hint: did you mean 'xylophone'?"
	lines "$out" 1
	must_fail 1 tkt search xylofone --mode keyword -q
	empty "$err"
	must_fail 1 tkt search xylofone --mode keyword --json
	empty "$err"
	is "$(jq -c '[.data.hits, .data.total, .data.suggestion]' "$out")" '[[],0,"xylophone"]'
	must_fail 1 tkt search qqqqqqqqqqqqqqq --mode keyword --json
	is "$(jq -c '.data.suggestion' "$out")" null
	must_fail 2 tkt search ''
	must_fail 2 tkt search '   '
	must_fail 2 tkt search
	must_fail 1 tkt search '?' --mode keyword
}
t 'nothing found says so, and what was meant perhaps' nothing

empty_root() {
	new_root
	must_fail 1 tkt search anything
	must_fail 1 tkt search anything --json
	is "$(jq -c '.data.hits' "$out")" '[]'
}
t 'a root without tickets finds nothing' empty_root

any_text() {
	some
	for text in '"' '""' '"open' '(' ')' '*' '**' 'a OR' 'NOT' 'NEAR(a b)' 'title:login' '-login' '--' "login'" '^login' '{login}' \
		'login AND' 'a+b' 'C++' '%s%n' "\\" '\"' '`id`' '$(id)' '; DROP TABLE ticket' "';--" '#' 'λόγος' 'ＬＯＧＩＮ' '🙂' \
		'login:page' '...' 'a"b"c*' '…' 'foo* *' '* foo'; do
		run tkt search -- "$text"
		[ "$status" -le 1 ] || fail "status $status for: $text"
		run tkt search --json -- "$text"
		[ "$status" -le 1 ] || fail "status $status for: $text"
		is "$(jq -r .data.query "$out")" "$text"
	done
	is "$(first 'ＬＯＧＩＮ')" login-forgets-the-return-path
	run tkt search "$(printf 'a\033[31mb login')"
	is "$status" 0
	must_fail 1 tkt search "$(printf 'zz\033[31mzz')" --mode keyword
	lacks "$(cat "$err")" "$(printf '\033')"
}
t 'any text is a legal search' any_text

from_stdin() {
	some
	printf 'the login page\n' | tkt search - >piped
	is "$(sed -n 2p piped | cut -f 3)" 20260501-120000-login-forgets-the-return-path
	{ yes 'some words of a very long log file with xylophone in it 0123456789' | head -c 100000; } >long
	tkt search - --json <long >piped
	is "$(jq -r '.data.hits[0].id' piped)" 20260501-120000-parser-splits-words-at-tabs
	is "$(jq -r '.data.query | length' piped)" 100000
	printf 'log\000in \377\376 \000xylophone' | tkt search - --mode keyword >piped
	is "$(sed -n 2p piped | cut -f 3)" 20260501-120000-parser-splits-words-at-tabs
	printf 'xylophone \377\000' | tkt search - --json >piped
	jq -e .data.query piped >/dev/null
	head -c 100000 /dev/urandom | run tkt search -
	[ "$status" -le 1 ] || fail "noise: status $status"
	run tkt search - </dev/null
	is "$status" 2
}
t 'the text may come from standard input, 100 kB of it, with NUL and broken UTF-8' from_stdin

explain() {
	some
	exit_is 0 tkt search login --explain
	like "$(cat "$err")" '^tkt: score = .* semantic .* keyword'
	is "$(sed -n 1p "$out" | cut -f 8-11)" "keyword${tab}keyword_rank${tab}semantic${tab}semantic_rank"
	like "$(sed -n 2p "$out" | cut -f 8-9)" "^[0-9]+\.[0-9]{4}${tab}1$"
	exit_is 0 tkt search login --explain --mode keyword --json
	is "$(jq -c '[.data.explain.fusion, .data.hits[0].explain.keyword.rank, .data.hits[0].explain.semantic]' "$out")" '[null,1,null]'
	exit_is 0 tkt search login --explain --json
	is "$(jq -c '.data.hits[0].explain | [.keyword.rank, (.semantic.score > 0)]' "$out")" '[1,true]'
	is "$(jq -r '.data.explain.embedder' "$out")" 'lsa-hash-1 (builtin)'
}
t '--explain shows scores, ranks and the formula' explain

modes() {
	some
	for mode in keyword semantic hybrid; do
		is "$(first login return --mode $mode)" login-forgets-the-return-path $mode
		is "$(tkt search login return --mode $mode --json | jq -r .data.mode)" $mode
		is "$(tkt search login return --mode $mode --json | jq -c '[.data.hits[].score] | (max <= 1 and min >= 0 and . == (sort | reverse))')" true
	done
}
t 'every mode answers, with scores from 1 down to 0' modes

fresh() {
	some
	tkt search login >/dev/null
	tkt create 'A marmalade jar' >/dev/null
	is "$(first marmalade)" a-marmalade-jar
	tkt comment write-the-manual -m 'It needs a kazoo.' >/dev/null
	is "$(first kazoo)" write-the-manual
	sed -i 's/xylophone/glockenspiel/' work-items/open/*-parser-*/thread.md
	is "$(found glockenspiel --mode keyword)" 'parser-splits-words-at-tabs '
	must_fail 1 tkt search xylophone --mode keyword
	rm -r work-items/open/*-marmalade-jar
	must_fail 1 tkt search marmalade --mode keyword
	printf 'trombone\n' >work-items/open/20260501-120000-login-forgets-the-return-path/artifacts/log.txt
	is "$(tkt search trombone --mode keyword --json | jq -c '.data.hits[0].matched_in')" '["artifacts"]'
}
t 'a search sees what changed a moment ago' fresh

broken() {
	some
	printf 'x\n' >work-items/open/20260501-120000-ship-release-one/item.md
	must_fail 1 tkt search login
	file_has "$err" 20260501-120000-ship-release-one
	is "$(sed -n 2p "$out" | cut -f 3)" 20260501-120000-login-forgets-the-return-path
	must_fail 1 tkt search login --json
	is "$(jq -c '[(.data.hits | length > 0), (.warnings | length)]' "$out")" '[true,1]'
	no_doctor
}
t 'a ticket that cannot be read is reported, the others are searched' broken

hostile() {
	new_root
	tkt create 'Evil one' -b "$(printf 'before \033[2Jxylophone\033]0;title\007 \342\200\256after')" >/dev/null
	for view in '' '--color=always --no-pager'; do
		# shellcheck disable=SC2086 # words
		tkt search xylophone $view >shown
		sed 's/\x1b\[[0-9;]*m//g' shown >plain # our own colours
		lacks "$(cat plain)" "$(printf '\033')"
		lacks "$(cat plain)" "$(printf '\007')"
		lacks "$(cat plain)" "$(printf '\342\200\256')"
	done
}
t 'what stands in a ticket cannot do anything to a terminal' hostile

terminal() {
	need script
	some
	TERM=xterm-256color script -qec 'stty cols 80 rows 40; tkt search login tabs proxy manual release -n 3 --mode keyword' /dev/null </dev/null >screen
	tr -d '\r' <screen | sed 's/\x1b\[[0-9;]*[mK]//g' >plain
	like "$(sed -n 1p plain)" '^TKT-[0-9a-f]{7}  .*  (open|pending|closed)  1\.00$'
	is "$(grep -c '^TKT-' plain)" 3
	has "$(cat plain)" '3 of 5 tickets; -n 0 shows all'
	has "$(cat screen)" "$(printf '\033[1m')"
	i=0
	while [ $i -lt 25 ]; do
		i=$((i + 1))
		tkt create "Marmalade jar number $i" --force >/dev/null
	done
	TERM=xterm-256color script -qec 'stty cols 60 rows 200; tkt search marmalade --mode keyword' /dev/null </dev/null >screen
	is "$(grep -c 'TKT-' screen)" 20
	file_has screen '20 of 25 tickets'
	is "$(tkt search marmalade --mode keyword | sed 1d | wc -l)" 25 'no hidden limit in a pipe'
}
t 'on a terminal a hit has two lines, and twenty are shown' terminal

off() {
	some
	rm -rf work-items/.tkt/index*
	want=$(found login page)
	rm -rf work-items/.tkt/index*
	TKT_INDEX=off
	export TKT_INDEX
	is "$(found login page)" "$want"
	tkt create 'Another thing' >/dev/null
	tkt list >/dev/null
	missing work-items/.tkt/index.sqlite
	unset TKT_INDEX
}
t 'TKT_INDEX=off leaves the disk alone and gives the same answer' off

read_only() {
	some
	want=$(found login page)
	rm -rf work-items/.tkt/index*
	chmod a-w work-items work-items/.tkt
	if [ -w work-items ]; then # root may write anywhere
		chmod u+w work-items work-items/.tkt
		rm -rf work-items/.tkt
		: >work-items/.tkt
	fi
	is "$(found login page)" "$want"
	chmod u+w work-items
	rm -rf work-items/.tkt
}
t 'a directory that cannot be written is searched all the same' read_only

n=0
keep() {
	mkdir -p docs
	n=$((n + 1))
	exit_is "$@"
	[ ! -s "$err" ] || fail "words on standard error: $*"
	cp "$out" "docs/$(printf %03d $n)"
}
json() {
	some
	tkt create 'Login loses the return path' --force >/dev/null
	keep 0 tkt search login --json
	keep 0 tkt search login --json --explain
	keep 0 tkt search login --json --explain --mode keyword
	keep 0 tkt search login --json --explain --mode semantic
	keep 1 tkt search zzzzz --json --mode keyword
	keep 0 tkt related login-forgets-the-return-path --json
	keep 0 tkt duplicates --json
	keep 0 tkt duplicates --json --threshold 0.3 --all
	keep 0 tkt index --json
	keep 0 tkt index refresh --json
	keep 0 tkt index rebuild --json
	keep 0 tkt create 'Login forgets the return path' --json
	keep 2 tkt search --json
	keep 2 tkt search x --filter '(' --json
	keep 2 tkt duplicates --threshold 2 --json
	keep 2 tkt index nonsense --json
	keep 3 tkt related nothing --json
	/usr/bin/python3 "$SRC/tests/e2e/json_check.py" "$SRC/man/schema" docs/* || fail 'a document is not what its schema says'
	is "$(jq -r '.data | keys_unsorted | join(" ")' docs/001)" 'query mode degraded hits total truncated suggestion'
	is "$(jq -r '.data.hits[0] | keys_unsorted | join(" ")' docs/001)" 'id key title status score matched_in snippet snippet_in'
}
t 'every answer is one valid JSON document' json

index() {
	some
	exit_is 0 tkt index rebuild
	is "$(grep '^state: ' "$out")" 'state: good'
	is "$(grep -c '^tickets: 6$' "$out")" 1
	is "$(grep '^text: ' "$out")" 'text: 6'
	is "$(grep '^vectors: ' "$out")" 'vectors: 6'
	empty "$err"
	tkt comment write-the-manual -m more >/dev/null
	exit_is 0 tkt index status
	is "$(grep '^stale: ' "$out")" 'stale: 1'
	exit_is 0 tkt index refresh
	is "$(grep '^stale: ' "$out")" 'stale: 0'
	like "$(grep '^read: ' "$out")" '^read: [1-6]$'
	printf noise >work-items/.tkt/index.sqlite
	exit_is 0 tkt index
	is "$(grep '^state: ' "$out")" 'state: not believed'
	is "$(first login)" login-forgets-the-return-path
	exit_is 0 tkt index status
	is "$(grep '^state: ' "$out")" 'state: good'
	must_fail 2 tkt index nonsense
	quietly tkt index rebuild -q
}
t 'index tells what it knows, and makes it anew' index

bar() {
	need script
	some
	TERM=xterm script -qec 'tkt index rebuild' /dev/null </dev/null >screen
	like "$(cat screen)" '(reading|words|learning|vectors) +\['
	like "$(tr '\r' '\n' <screen | grep 'path: ')" '^.\[Kpath: ' # wiped off before anything is said
	CI=1 TERM=xterm script -qec 'tkt index rebuild' /dev/null </dev/null >screen
	file_lacks screen '['
	tkt index rebuild >piped 2>&1
	file_lacks piped '['
}
t 'a rebuild shows a bar on a terminal, never in a pipe or in CI' bar

help() {
	must_fail 2 tkt find x
	has "$(cat "$err")" "did you mean 'tkt search'"
	must_fail 2 tkt grep x
	has "$(cat "$err")" "did you mean 'tkt search'"
	must_fail 2 tkt serach x
	has "$(cat "$err")" "did you mean 'tkt search'"
}
t 'who types find or grep is shown the way' help

long_text() {
	new_root
	tkt create 'There is a quagga' >/dev/null
	tkt create 'Nothing of the kind' >/dev/null
	# what is rare counts, wherever it stands
	{ seq -f 'w%.0f' 9000; echo quagga; } | tkt search --mode keyword - >"$out"
	is "$(sed 1d "$out" | cut -f 5)" 'There is a quagga'
	# and nobody guesses at what was pasted
	run tkt search --mode keyword "$(seq -f 'quagg%.0f' 40 | tr '\n' ' ')"
	is "$status" 1
	file_has "$err" 'no ticket matches'
	file_lacks "$err" 'did you mean'
}
t 'a long text is searched for its rarest words' long_text

bold() {
	new_root
	tkt create 'One' --body 'The **plugin** system.' >/dev/null
	is "$(tkt search plugin | sed 1d | cut -f 7)" 'The **plugin** system.'
	is "$(tkt search system | sed 1d | cut -f 7)" 'The **plugin** **system**.'
}
t 'what is bold already gets no more stars' bold

part_unreadable() {
	new_root
	no_doctor
	tkt create 'Good zebra' --slug good >/dev/null
	bad=work-items/open/$(tkt create 'Bad zebra' --slug bad --force)
	rm -r "$bad/artifacts"
	ln -s /etc "$bad/artifacts" # costs what it would have told, no more
	run tkt search --mode keyword zebra
	is "$status" 1
	is "$(sed 1d "$out" | cut -f 5 | sort | tr '\n' ,)" 'Bad zebra,Good zebra,'
	file_has "$err" "$bad"
	rm "$bad/artifacts" && mkdir "$bad/artifacts"
	head -c 1100000 /dev/zero | tr '\0' a >>"$bad/item.md" # no ticket can be made of that
	run tkt search --mode keyword --json zebra
	is "$status" 1
	is "$(jq -r '.data.hits[].title, .warnings[]' "$out" | grep -c -e 'Good zebra' -e 'larger than')" 2
	is "$(tkt index status | grep '^stale: ')" 'stale: 0'
}
t 'a ticket that cannot be read whole is told of, and never just missing' part_unreadable

by_key() {
	new_root
	id=$(tkt create 'There is a quagga' --body 'See txt.') # txt: near enough to TKT to be suggested
	key=$(tkt show "$id" --json=key | jq -r .data.ticket.key)
	run tkt search "${key%?}"
	is "$(sed 1d "$out" | cut -f 3)" "$id"
	empty "$err"
	is "$(tkt search --json "$key" | jq -r .data.suggestion)" null
}
t 'who names a ticket is not asked what was meant' by_key

limit_of_sizes() {
	new_root
	tkt create 'There is a quagga' >/dev/null
	rm -f work-items/.tkt/index*
	is "$(ulimit -f 16 && tkt search quagga | sed 1d | cut -f 5)" 'There is a quagga'
}
t 'no room for the index is no reason to fail' limit_of_sizes

done_testing
