#!/bin/sh
# --json: every answer is one document that its JSON Schema (man/schema/) describes fully.
. "$(dirname "$0")/lib.sh"

n=0
# keep STATUS CMD…: the answer goes to docs/, standard error must stay empty.
keep() {
	mkdir -p docs
	n=$((n + 1))
	exit_is "$@"
	[ ! -s "$err" ] || fail "words on standard error: $*"
	cp "$out" "docs/$(printf %03d $n)"
}
valid() {
	/usr/bin/python3 "$SRC/tests/e2e/json_check.py" "$SRC/man/schema" docs/* || fail 'a document is not what its schema says'
}
some() {
	new_repo
	tkt create 'First thing' -k bug -l a,b -p P1 --scope src --error e1 --set 'context={a: 1}' --set estimate=90 \
		--set readiness=ready --set needs_preflight=true --set due=2026-07-01 --reference https://example.org >/dev/null
	tkt create 'Second thing' --parent first-thing --blocked-by first-thing --related first-thing >/dev/null
	tkt comment first-thing -m 'Hello.' >/dev/null
	echo x >f.txt
}

answers() {
	some
	keep 0 tkt --json init
	keep 0 tkt list --json
	keep 0 tkt list --json --status all --limit 1
	keep 0 tkt list --json=id,title,rev,events,body
	keep 0 tkt show --json first-thing
	keep 0 tkt show --json first-thing second-thing
	keep 0 tkt show --json=id,labels second-thing
	keep 0 tkt history --json first-thing
	keep 0 tkt create --json 'Third thing'
	keep 0 tkt set --json first-thing priority=P0 labels+=c
	keep 0 tkt set --json first-thing priority=P0
	keep 0 tkt set --json first-thing second-thing scope=x
	keep 0 tkt label --json first-thing +x
	keep 0 tkt assign --json first-thing @me
	keep 0 tkt comment --json first-thing -m x --idempotency-key k
	keep 0 tkt comment --json first-thing -m x --idempotency-key k
	keep 0 tkt review --json first-thing --approve -m x
	keep 0 tkt attach --json first-thing f.txt
	keep 0 tkt show --json first-thing
	keep 0 tkt status --json second-thing pending
	keep 0 tkt close --json first-thing -m 'Done.'
	keep 0 tkt reopen --json first-thing
	keep 0 tkt close --json first-thing second-thing
	keep 0 tkt show --json first-thing
	keep 0 tkt where --json
	keep 0 tkt config --json
	keep 0 tkt config --json project demo
	keep 0 tkt config --json project
	keep 1 tkt config --json board.nothing
	keep 0 tkt version --json
	keep 0 tkt help --json
	keep 0 tkt help list --json
	keep 0 tkt list -h --json
	keep 0 tkt completion bash --json
	keep 0 tkt doctor --json
	is "$(tkt list --json | jq -c '.data.tickets')" "$(tkt --json list | jq -c '.data.tickets')"
	valid
}
t 'every answer is valid' answers

errors() {
	some
	keep 2 tkt --json nonsense
	keep 2 tkt list --nonsense --json
	keep 2 tkt --json list --limit x
	keep 2 tkt --json list 'a:b'
	keep 2 tkt --json list '(a'
	keep 2 tkt --json=nonsense list
	keep 2 tkt show --json
	keep 3 tkt show --json nothing
	keep 3 tkt show --json 2026
	keep 4 tkt close --json first-thing --if-rev 0123456789abcdef
	keep 1 tkt comment --json first-thing
	keep 5 tkt create --json 'x' --priority P1
	keep 3 tkt --json -C nowhere list
	keep 3 tkt -C nowhere list --json
	keep 3 tkt --json --root nowhere list
	is "$(jq -r .kind docs/* | sort -u)" error
	is "$(jq -r '.error.candidates | length' docs/009)" 2
	valid
}
t 'every error is valid, and alone on standard output' errors

errors_but_first() { # tkt --json alone is the overview
	some
	keep 0 tkt --json
	valid
}
t 'tkt --json is the table of commands' errors_but_first

broken() {
	some
	printf 'x\n' >"work-items/open/$(tkt show first-thing --json=id | jq -r .data.ticket.id)/item.md"
	keep 1 tkt list --json
	keep 1 tkt doctor --json
	no_doctor
	valid
}
t 'what cannot be read stands in warnings' broken

fields_of_contract() {
	some
	is "$(tkt list --json second-thing | jq -r '.data.tickets[0] | keys_unsorted | join(" ")' | tr ' ' '\n' | grep -v -x -e workflow -e fingerprint | tr '\n' ' ')" \
		'id key slug title status column kind priority labels assignee created_at updated_at created_by started_at completed_at parent children blocked_by open_blockers blocks blocked related readiness needs_preflight action_required risk_flags scope errors warnings context references estimate due number aliases legacy_ticket path rev extra '
	is "$(tkt show --json second-thing | jq -c '.data.ticket | keys_unsorted[-5:]')" '["body","events","artifacts","resolution","commits"]'
}
t 'a ticket has the fields of the contract, in their order' fields_of_contract

not_utf8() {
	some
	id=$(tkt show first-thing --json=id | jq -r .data.ticket.id)
	printf 'bytes: \377\376 and \303\050\n' >>"work-items/open/$id/item.md"
	keep 0 tkt show --json first-thing
	no_doctor
	valid
}
t 'bytes that are no UTF-8 do not break a document' not_utf8


done_testing
