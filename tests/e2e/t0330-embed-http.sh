#!/bin/sh
# Vectors from a server over HTTP: consent, the key, what is asked and kept, and servers that misbehave.
. "$(dirname "$0")/lib.sh"
need python3 git jq

secret=canary-0123456789-secret

# --- a server and a project that names it ----------------------------------------------------------

# Goes when the test does. $url; log: a line of JSON a request; mode: how it behaves.
serve() {
	python3 "$SRC/tests/e2e/embed_server.py" port log mode &
	i=0
	while [ ! -s port ]; do
		i=$((i + 1))
		[ $i -lt 500 ] || fail 'the server does not start'
		sleep 0.02
	done
	url=http://127.0.0.1:$(cat port)
}
mode() { echo "$1" >mode; }
requests() { if [ -f log ]; then wc -l <log; else echo 0; fi; }
texts() { if [ -f log ]; then jq -s 'map(.n) | add // 0' log; else echo 0; fi; }

ask_for() { # MORE: further keys of the embedding
	cat >work-items/config.yml <<-END
		project: demo
		search:
		  embedding: {provider: ${provider:-ollama}, url: "$url", model: toy, timeout_ms: ${timeout:-2000}${1:+, $1}}
	END
}
some() {
	new_root
	serve
	tkt create 'The car does not start' --body 'Turning the key does nothing at all.' >/dev/null
	tkt create 'Tea is cold' --body 'Boil more water.' >/dev/null
	tkt create 'Paint the fence' --body 'Green, or blue.' >/dev/null
	ask_for
}
consent() {
	TKT_EMBEDDING_URL=$url
	export TKT_EMBEDDING_URL
}
search() { exit_is 0 tkt search --json "$@"; }
degraded() { jq -r '.data.degraded // "no"' "$out"; }
first() { jq -r '.data.hits[0].title' "$out"; }

# --- consent ---------------------------------------------------------------------------------------

unasked() {
	some
	search car
	is "$(first)" 'The car does not start'
	is "$(jq -r '.warnings | length' "$out")" 1
	file_has "$out" "config.yml asks for embeddings from $url: allow it with 'git config tkt.embeddingUrl $url'"
	exit_is 0 tkt index refresh
	exit_is 0 tkt index rebuild
	run tkt related 20260601-120000-tea-is-cold
	TKT_EMBEDDING_URL=$url/other exit_is 0 tkt search car
	file_has "$err" "allow it with"
	is "$(requests)" 0
}
t 'a server that only config.yml names is never asked, and one line says how to allow it' unasked

allowed() {
	some
	export HOME="$PWD"
	unset GIT_CONFIG_GLOBAL
	git init -q
	git config --global tkt.embeddingUrl "$url"
	search automobile
	is "$(first)" 'The car does not start'
	is "$(degraded)" no
	is "$(jq '.warnings | length' "$out")" 0
	n=$(requests)
	[ "$n" -gt 0 ] || fail 'nobody was asked'
	rm .gitconfig work-items/.tkt/index.sqlite
	search car
	is "$(requests)" "$n"
	git config tkt.embeddingUrl "$url/"
	search car
	[ "$(requests)" -gt "$n" ] || fail 'nobody was asked'
	n=$(requests)
	for word in builtin off; do
		TKT_EMBEDDING=$word exit_is 0 tkt search car
		empty "$err"
	done
	is "$(requests)" "$n"
	git config tkt.embeddingUrl 'ftp://example.com'
	must_fail 5 tkt search car
	file_has "$err" 'tkt.embeddingUrl of git config must begin with http'
}
t 'git config of the user or of the clone allows it; TKT_EMBEDDING overrides' allowed

own_server() {
	some
	printf 'project: demo\n' >work-items/config.yml
	consent
	exit_is 0 tkt search car
	is "$(requests)" 0
	TKT_EMBEDDING=ollama TKT_EMBEDDING_MODEL=mine exit_is 0 tkt search --json automobile
	is "$(first)" 'The car does not start'
	file_has log '"model": "mine"'
}
t 'who says provider, address and model needs nothing in config.yml' own_server

# --- the key ---------------------------------------------------------------------------------------

canary() {
	some
	consent
	export TKT_TEST_KEY="$secret"
	for provider in ollama openai-compatible; do
		ask_for 'api_key_env: TKT_TEST_KEY'
		for m in ok s401 s500 notjson; do
			mode $m
			for args in 'search car' 'search --json --explain automobile' '-v search car' 'index refresh' 'index rebuild' \
				'index status' 'duplicates' '--json index status' 'config search.embedding' 'create another'; do
				# shellcheck disable=SC2086 # words
				run tkt $args
				file_lacks "$out" canary
				file_lacks "$err" canary
			done
		done
	done
	file_has log "Bearer $secret"
	! grep -rqa canary work-items || fail 'the key lies in work-items'
	ask_for 'api_key_env: canary-0123'
	must_fail 5 tkt search car
	file_has "$err" "'api_key_env' must be the name"
	file_lacks "$err" canary
	printf 'project: demo\n' >work-items/config.yml
}
t 'the key goes to the server and shows up nowhere else' canary

in_the_clear() {
	some
	url=http://192.0.2.1:80/v1
	consent
	export TKT_TEST_KEY="$secret"
	ask_for 'api_key_env: TKT_TEST_KEY'
	exit_is 0 tkt search car
	file_has "$err" 'is not sent to http://192.0.2.1:80/v1 in the clear'
}
t 'a key is not sent over a network in the clear' in_the_clear

# --- what is asked and what is kept ----------------------------------------------------------------

kept() {
	some
	consent
	exit_is 0 tkt index refresh
	n=$(texts)
	exit_is 0 tkt index refresh
	is "$(texts)" "$n"
	tkt comment 20260601-120000-tea-is-cold -m 'The kettle is broken, says the kitchen.'
	exit_is 0 tkt index refresh
	is "$(texts)" $((n + 1)) 'one new passage'
	tkt status 20260601-120000-tea-is-cold closed -m 'The kettle is broken, says the kitchen.' >/dev/null
	exit_is 0 tkt index rebuild
	rebuilt=$(texts)
	[ "$rebuilt" -le $((n + 2)) ] || fail "$rebuilt texts after the rebuild, $n before"
	exit_is 0 tkt index rebuild
	is "$(texts)" "$rebuilt" 'a rebuild asks for nothing'
	search automobile
	is "$(first)" 'The car does not start'
	is "$(texts)" $((rebuilt + 1)) 'the query'
}
t 'a changed ticket costs its new passages, a rebuild nothing' kept

batches() {
	some
	consent
	i=0
	while [ $i -lt 12 ]; do
		i=$((i + 1))
		echo "$i $(seq -s ' ' $i 12000)" | tkt create "Long one $i" --body-file - >/dev/null
	done
	exit_is 0 tkt index refresh
	is "$(jq -s 'all(.n <= 64 and .bytes <= 102400)' log)" true
	is "$(jq -s 'map(.n) | max > 16' log)" true 'many texts in one request'
	[ "$(requests)" -ge 3 ] || fail 'one request for all'
	is "$(jq -s 'map(.client) | unique | length' log)" 1 'connections'
	is "$(tkt index status --json | jq '.data.vectors')" 15
}
t 'requests hold at most 64 texts and 100 kB, over one connection' batches

remade() {
	some
	consent
	mode dims32
	search automobile
	is "$(first)" 'The car does not start'
	mode dims48
	search car
	has "$(degraded)" "the model 'toy' gives vectors of 48 numbers now, not of 32"
	search automobile
	is "$(degraded)" no
	is "$(first)" 'The car does not start'
	mode ok
	n=$(texts)
	ask_for 'dimensions: 128'
	search automobile
	is "$(first)" 'The car does not start'
	is "$(tail -n 1 log | jq .dimensions)" 128
	[ "$(texts)" -ge $((n + 4)) ] || fail 'other dimensions, the same vectors'
}
t 'vectors are made anew when the model or its dimensions change' remade

# --- servers that misbehave ------------------------------------------------------------------------

wrong_servers() {
	some
	consent
	timeout=300
	ask_for
	head="the embedding server at $url "
	while IFS=: read -r m words; do
		mode "$m"
		search car
		is "$(first)" 'The car does not start' "$m"
		has "$(degraded)" "$head" "$m"
		has "$(degraded)" "$words" "$m"
		is "$(degraded | wc -l)" 1 "$m"
	done <<-END
		missing:sends fewer vectors than texts
		extra:sends more vectors than texts
		lengths:another length
		zero:nothing but zeros
		nan:not all numbers
		notjson:does not answer with JSON
		cutjson:does not answer with JSON
		dupkeys:twice
		truncated:broke off
		reset:broke off
		huge:too large
		hang:did not answer within 0.3 s
		drip:did not answer within 0.3 s
		s404:does not know the address or the model (HTTP 404): model "toy" not found
		s500:says no (HTTP 500)
		redirect:sends elsewhere, which is not followed (HTTP 302)
		long429:is busy (HTTP 429): quota
	END
	file_lacks log elsewhere
	mode s404
	exit_is 1 tkt index refresh
	mode ok
	exit_is 0 tkt index refresh
	search automobile
	is "$(degraded)" no
	is "$(first)" 'The car does not start'
}
t 'whatever a server does, search answers by words and says why in one line' wrong_servers

away() {
	some
	url=http://127.0.0.1:1
	consent
	ask_for
	search car
	is "$(first)" 'The car does not start'
	is "$(degraded)" 'the embedding server at http://127.0.0.1:1 cannot be reached'
	search --mode keyword car
	is "$(degraded)" no
}
t 'a server that is away is no error' away

bit_by_bit() {
	some
	consent
	i=0
	while [ $i -lt 20 ]; do
		i=$((i + 1))
		echo "$i $(seq -s ' ' $i 900)" | tkt create "Long one $i" --body-file - >/dev/null
	done
	mode slow
	timeout=700
	ask_for
	search automobile
	before=$(tkt index status --json | jq '.data.vectors')
	[ "$before" -gt 0 ] || fail 'nothing was kept'
	mode hang
	search car
	is "$(tkt index status --json | jq '.data.vectors')" "$before" 'after the server hung'
	mode closeonce
	exit_is 0 tkt index refresh
	is "$(tkt index status --json | jq '.data.vectors')" 23
}
t 'what was embedded within the time stays, and the next search goes on' bit_by_bit

done_testing
