#!/bin/sh
# Commits among the events of a ticket: show, history, --json.
. "$(dirname "$0")/lib.sh"

# One ticket: created at 12:00, a commit at 12:10, a comment at 12:20, a commit at 12:30.
some() {
	new_repo
	id=$(tkt create 'Login loops')
	key=$(tkt list --format keys)
	tick 600
	echo 1 >code
	commit "Look at cookies

Ticket: $key"
	first=$(git rev-parse HEAD)
	tick 600
	tkt comment "$id" -m 'Firefox too.' >/dev/null
	tick 600
	echo 2 >code
	commit "Fix the loop ($key)"
	second=$(git rev-parse HEAD)
}
short() { printf '%.10s' "$1"; }

in_show() {
	some
	tkt show "$id" | sed -n 's/^--- //p' >said
	is "$(cat said)" "2026-06-01T12:00:00Z Test Author: created
2026-06-01T12:10:00Z Test Author: commit $(short "$first") Look at cookies
2026-06-01T12:20:00Z Test Author: comment
2026-06-01T12:30:00Z Test Author: commit $(short "$second") Fix the loop ($key)"
}
t 'show tells commits among the events, by their time' in_show

in_show_last() {
	some
	is "$(tkt show "$id" --events 2 | sed -n 's/^--- //p')" "2 earlier events: --events all
2026-06-01T12:20:00Z Test Author: comment
2026-06-01T12:30:00Z Test Author: commit $(short "$second") Fix the loop ($key)"
}
t '--events counts commits too' in_show_last

in_history() {
	some
	tkt history "$id" >said
	is "$(cut -f 3,4 said | tail -n +2)" "create	created
commit	$(short "$first") Look at cookies
comment	comment
commit	$(short "$second") Fix the loop ($key)"
}
t 'history tells commits among the events' in_history

in_json() {
	some
	tkt show "$id" --json >said
	is "$(jq -r '.data.ticket.commits[] | [.sha, .method, .merged] | @tsv' said)" "$first	trailer	true
$second	message	true"
	tkt history "$id" --json >said
	is "$(jq -r '.data.commits[].sha' said)" "$first
$second"
	is "$(tkt list --json=key,commits | jq -r '.data.tickets[0].commits | length')" 2
	is "$(tkt show "$id" --json=commits | jq -r '.data.ticket.commits | length')" 2
}
t 'JSON has them' in_json

no_repository() {
	new_root
	id=$(tkt create 'Alone')
	exit_is 0 tkt show "$id"
	empty "$err"
	lacks "$(cat "$out")" commit
	is "$(tkt show "$id" --json | jq -c '[.data.ticket.commits, .warnings]')" '[null,[]]'
}
t 'outside a repository nothing is said' no_repository

unknown() {
	some
	exit_is 0 env TKT_GIT=none tkt show "$id"
	file_has "$err" 'not all commits are known'
	lacks "$(cat "$out")" 'commit '
	is "$(TKT_GIT=none tkt show "$id" --json | jq -c '[.data.ticket.commits, (.warnings | length)]')" '[null,1]'
}
t 'where history cannot be read that is said, and nothing is claimed' unknown

hostile() {
	new_repo
	id=$(tkt create 'Bait')
	key=$(tkt list --format keys)
	tick
	printf 'Evil \033]0;pwned\007 \342\200\256subject $(touch pwned) %s\n' "$key" >message
	git commit -q --allow-empty --author "$(printf 'Mal\033[31mlory <m@x>')" -F message
	tkt show "$id" >said
	tkt history "$id" >>said
	file_has said 'subject $(touch pwned)'
	! grep -q "$(printf '\033')" said || fail 'an escape sequence came through'
	file_has said 'U+202E'
	missing pwned
}
t 'a hostile subject does nothing to a terminal' hostile

# A commit that was rewritten is not there any more; what it became is.
amended() {
	some
	git commit -q --amend -m "Fix it for good ($key)"
	tkt history "$id" | cut -f 4 >said
	file_lacks said "$(short "$second")"
	file_has said "$(short "$(git rev-parse HEAD)") Fix it for good"
}
t 'what an amend replaced is gone from the timeline' amended

done_testing
