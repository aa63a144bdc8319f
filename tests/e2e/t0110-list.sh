#!/bin/sh
# tkt list: what is shown, in which form, and what a wrong query says.
. "$(dirname "$0")/lib.sh"

tab=$(printf '\t')

some() {
	new_root
	at 2026-05-01T12:00:00Z
	tkt create 'Old one' -k bug -p P1 -l ui -a alice >/dev/null
	at 2026-06-01T12:00:00Z
	tkt create 'New login page' -p P0 -l ui,auth >/dev/null
	tkt create 'Waiting one' >/dev/null
	tkt create 'Done one' >/dev/null
	tkt status waiting-one pending >/dev/null
	tkt close done-one >/dev/null
}
ids() { tkt list --format ids "$@" | sed 's/^[0-9]*-[0-9]*-//' | tr '\n' ' '; }

tsv() {
	some
	exit_is 0 tkt list
	is "$(cat "$out")" "status${tab}id${tab}slug${tab}title${tab}kind${tab}priority${tab}updated_at
open${tab}20260501-120000-old-one${tab}old-one${tab}Old one${tab}bug${tab}P1${tab}2026-05-01T12:00:00Z
open${tab}20260601-120000-new-login-page${tab}new-login-page${tab}New login page${tab}task${tab}P0${tab}2026-06-01T12:00:00Z
pending${tab}20260601-120000-waiting-one${tab}waiting-one${tab}Waiting one${tab}task${tab}P2${tab}2026-06-01T12:00:00Z"
	empty "$err"
}
t 'in a pipe list prints the seven columns, of all that is not closed' tsv

options() {
	some
	is "$(ids)" 'old-one new-login-page waiting-one '
	is "$(ids --status all)" 'old-one new-login-page waiting-one done-one '
	is "$(ids --status closed,pending)" 'waiting-one done-one '
	is "$(ids -s open)" 'old-one new-login-page '
	is "$(ids --kind bug)" 'old-one '
	is "$(ids --label ui)" 'old-one new-login-page '
	is "$(ids --label ui --label auth)" 'new-login-page '
	is "$(ids --label auth,other)" 'new-login-page '
	is "$(ids --assignee alice)" 'old-one '
	is "$(ids --assignee none)" 'new-login-page waiting-one '
	is "$(ids --sort priority)" 'new-login-page old-one waiting-one '
	is "$(ids --sort updated:desc -n1)" "$(ids --sort updated:desc --limit 1)"
	is "$(ids --limit 2 | wc -w)" 2
	is "$(tkt ls --format keys --kind bug)" "TKT-$(printf %s 20260501-120000-old-one | git hash-object --stdin | cut -c1-7)"
}
t 'options narrow the list, and all of them hold together' options

queries() {
	some
	is "$(ids kind:bug)" 'old-one '
	is "$(ids label:ui -label:auth)" 'old-one '
	is "$(ids -label:ui)" 'waiting-one '
	is "$(ids kind:bug OR label:auth)" 'old-one new-login-page '
	is "$(ids '(kind:bug OR label:auth)' 'priority:<=P0')" 'new-login-page '
	is "$(ids 'updated:>7d')" 'old-one '
	is "$(ids status:closed)" 'done-one '
	is "$(ids login)" 'new-login-page '
	is "$(ids 'login page')" 'new-login-page '
	is "$(ids 'page login')" '' 'words that came as one argument are a phrase'
	is "$(ids page login)" 'new-login-page '
	is "$(ids 'kind:bug old')" 'old-one '
	is "$(ids 'kind:bug OR login' --label auth)" 'new-login-page ' 'options bind the whole query'
}
t 'words are a query; an argument with blanks is a phrase or an expression' queries

wrong() {
	some
	must_fail 2 tkt list 'kind:bug statsu:open'
	is "$(sed -n 2,3p "$err")" '  kind:bug statsu:open
           ^'
	file_has "$err" "did you mean 'status:'"
	empty "$out"
	must_fail 2 tkt list '(kind:bug' --label ui
	must_fail 2 tkt list --sort nonsense
	must_fail 2 tkt list --status nonsense
	must_fail 2 tkt list --format nonsense
	file_has "$err" 'table tsv ids keys'
}
t 'a wrong query ends with status 2 and a caret under the place' wrong

nothing() {
	new_root
	exit_is 0 tkt list
	lines "$out" 1
	empty "$err"
	is "$(tkt list --format ids)" ''
	is "$(tkt list --json | jq -c '.data')" '{"tickets":[],"total":0,"truncated":false,"next":null}'
}
t 'an empty list is no error' nothing

bad_one() {
	some
	printf 'no frontmatter\n' >work-items/open/20260601-120000-new-login-page/item.md
	exit_is 1 tkt list
	lines "$out" 3
	file_has "$err" 'work-items/open/20260601-120000-new-login-page/item.md'
	exit_is 1 tkt list --json
	empty "$err"
	is "$(jq '.data.tickets | length' "$out")" 2
	is "$(jq -r '.warnings[0].code' "$out")" invalid
	has "$(jq -r '.warnings[0].file' "$out")" 20260601-120000-new-login-page/item.md
	no_doctor
}
t 'a bad ticket hides no others: the rest is printed, with status 1' bad_one

fields() {
	some
	is "$(tkt list --json=id,labels kind:bug | jq -c .data.tickets)" '[{"id":"20260501-120000-old-one","labels":["ui"]}]'
	must_fail 2 tkt list --json=id,nonsense
	is "$(jq -r .error.code "$out")" usage
	has "$(jq -r .error.hint "$out")" 'id,key,slug,title'
	is "$(tkt --json list -n 1 | jq -c '[.data.total, .data.truncated]')" '[3,true]'
}
t '--json=id,title picks fields; an unknown one lists them' fields

made_visible() {
	new_root
	id=$(tkt create 'A title')
	esc=$(printf '\033')
	sed -i "s/^title:.*/title: \"a\\\\tb\\\\x1b[31mc\\\\u202ed\"/" "work-items/open/$id/item.md"
	exit_is 0 tkt list
	is "$(sed -n 2p "$out" | awk -F "$tab" '{print NF}')" 7
	file_lacks "$out" "$esc"
	file_has "$out" '<U+202E>'
	file_has "$out" '^['
	no_doctor
}
t 'tabs and control characters in values are made visible' made_visible

root_above() {
	some
	mkdir -p deep/er
	cd deep/er
	is "$(tkt list --format ids | wc -l)" 3
	cd ../..
	is "$(tkt -C deep/er list --format ids | wc -l)" 3
	is "$(cd / && tkt list --root "$OLDPWD/work-items" --format ids | wc -l)" 3
	is "$(cd / && WORK_ITEMS_DIR="$OLDPWD/work-items" tkt list --format ids | wc -l)" 3
}
t 'the root is found going up, or named' root_above

done_testing
