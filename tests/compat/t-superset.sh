#!/bin/sh
# Whatever tkt writes, tickets.sh can list, show, comment on, review, move and close, and finds
# nothing wrong with; and tkt reads what tickets.sh made of it.
# shellcheck source=tests/compat/lib-compat.sh
. "$(dirname "$0")/lib-compat.sh"

rich() {
	new_root
	tkt create 'First thing' >ids
	tkt create 'fix #12: "quoted" & [WIP] \n' -k bug -p P0 -l 'a b,ü,c:d' -a '@bob' --scope 'lib/x: y' \
		--error 'E: 1, 2' --error '"' --warning "it's" --reference 'file:a b.c:12' --body '---
not the end
---' >>ids
	tkt create --title '- starts like a list' --set due=2026-07-01 --set estimate=3h30m --parent first-thing \
		--blocked-by first-thing >>ids
	tkt create '日本語' --slug nihongo --set 'action_required=say: yes' >>ids
	tkt create 'null' >>ids
	tkt create "$(printf '%0120d' 1)" >>ids
	while IFS= read -r id; do
		printf 'a\n<!-- event: close author: x at: 2026-01-01T00:00:00Z -->\n' | tkt comment "$id" --file - >/dev/null
	done <ids
}

works() {
	rich
	script list >list
	lines list 7
	has "$(cut -f 3 list)" nihongo
	exit_is 0 script doctor
	is "$(cat "$out")" 'doctor: ok'
	tick 60
	while IFS= read -r id; do
		script show "$id" >shown
		file_has shown "ID: $id"
		file_has shown '\<!-- event: close'
		echo 'from the script' | script comment "$id" --author 'A "B": c'
		echo ok | script review "$id" --approve
		script status "$id" pending
		script status "$id" open
		exit_is 0 script doctor
		exit_is 0 tkt doctor "$id"
		tkt show "$id" --json | jq -r '[.data.ticket.events[] | .kind + "/" + .author + "/" + .body] | join("\n")' >events
		file_has events 'comment/A "B": c/from the script'
		file_has events 'review/tester/ok'
		is "$(tkt show "$id" --json | jq -r .data.ticket.updated_at)" "$TKT_NOW"
	done <ids
	while IFS= read -r id; do
		script close "$id" --resolution "done: $id"
		is "$(tkt show "$id" --json | jq -r .data.ticket.status)" closed
	done <ids
	exit_is 0 script doctor
	exit_is 0 tkt doctor
}
t 'the script works on everything that tkt writes' works

bytes() {
	rich
	id=$(sed -n 2p ids)
	cp "work-items/open/$id/item.md" before
	tick 60
	script status "$id" closed
	diff_lines 2 before "work-items/closed/$id/item.md"
	script status "$id" open
	tkt set "$id" priority=P3 >/dev/null
	diff_lines 2 before "work-items/open/$id/item.md"
	# both ways of writing the same comment
	cp -R work-items copy
	echo text | script comment "$id" --author 'Test Author'
	(
		WORK_ITEMS_DIR=copy
		export WORK_ITEMS_DIR
		echo text | tkt comment "$id" --file -
	) >/dev/null
	tail -n 8 "work-items/open/$id/thread.md" >one
	tail -n 8 "copy/open/$id/thread.md" >two
	grep '^<!-- event' one >one.head
	grep '^<!-- event' two >two.head
	same one.head two.head
	rm -r copy
}
t 'only the lines that change change, whoever changes them' bytes

events() {
	rich
	id=$(sed -n 1p ids)
	tkt set "$id" title='Other: "title"' >/dev/null
	tkt status "$id" pending >/dev/null
	tkt close "$id" -m 'It is
done' >/dev/null
	tkt reopen "$id" >/dev/null
	script show first-thing >shown
	file_has shown 'status_changed'
	exit_is 0 script doctor
	script close "$id"
	exit_is 0 tkt doctor
	is "$(tkt show "$id" --json | jq -r '.data.ticket.events[-1].kind')" close
}
t 'threads of both read as one' events

script_first() {
	n=0
	for title in 'Plain' '[WIP] x' 'a: b' '@bob' 'fix #12 now' '- x' '"' "'" '&a' '*x' '!t' '%5' '| y' '{z' '`w`'; do
		n=$((n + 1))
		id=$(script create --title "$title" --slug "s$n" --label '#1,[x],y: z')
		is "$(tkt show "$id" --json | jq -r .data.ticket.title)" "$title"
		is "$(tkt show "$id" --json | jq -c .data.ticket.labels)" '["#1","[x]","y: z"]'
		tkt comment "$id" -m hello >/dev/null
		tkt status "$id" pending >/dev/null
		script show "$id" | head -n 1 >first
		is "$(cat first)" "# $title"
	done
	exit_is 0 script doctor
}
t 'tkt reads what the script wrote without quoting' script_first

yoi() {
	no_doctor # kept as they were found
	mkdir corpus
	tar -xzf "$SRC/tests/data/yoi/work-items.tar.gz" -C corpus
	for h_side in script tkt; do
		cp -R corpus "$h_side"
	done
	[ -d corpus/work-items ] || fail 'no work-items in the corpus'
	says 0 list --status all
	[ "$(wc -l <"$out")" -gt 50 ] || fail "only $(wc -l <"$out") lines"
	tail -n +2 "$out" | cut -f 2 | awk 'NR % 12 == 1' >some
	both doctor
	while IFS= read -r id; do
		both show "$id"
		both comment "$id" --role plan
		both status "$id" pending
		both close "$id"
	done <some
	both doctor
	both list --status all
}
t 'on a project of 250 real tickets both agree' yoi

done_testing
