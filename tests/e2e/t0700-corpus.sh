#!/bin/sh
# A real tree: 112 tickets that a project kept with tickets.sh, Japanese and English, with the values
# that YAML alone misreads. tkt takes all of it as it is and changes nothing that it was not asked to.
. "$(dirname "$0")/lib.sh"

# Its last change is of 2026-06-05.
at 2026-07-01T00:00:00Z

corpus() {
	tar xzf "$SRC/tests/data/yoi/work-items.tar.gz"
	# The archive's LICENSE is no business of a working tree.
	rm -f LICENSE
}
# Bodies quote frontmatter, too: the first line of that key.
field() { sed -n "s/^$1:[[:blank:]]*//p" "$2" | head -n 1; }
# Every file with its bytes, for "nothing changed".
picture() { find work-items -path work-items/.tkt -prune -o -type f -print0 | sort -z | xargs -0 sha1sum; }

counted() {
	corpus
	is "$(tkt list --status all --format ids | wc -l)" 112
	is "$(tkt list --status open --format ids | wc -l)" 24
	is "$(tkt list --status pending --format ids | wc -l)" 1
	is "$(tkt list --status closed --format ids | wc -l)" 87
	is "$(tkt list --format ids | wc -l)" 25 'a plain list is all that is not closed'
}
t 'all 112 tickets are listed' counted

clean() {
	corpus
	picture >before
	exit_is 0 tkt doctor
	exit_is 0 tkt --json doctor
	is "$(jq '.data.errors' "$out")" 0
	picture >after
	same before after
}
t 'doctor finds no error in it, and looking changes no file' clean

listed() {
	corpus
	tkt list --status all --format tsv >rows
	for s in open pending closed; do
		for d in "work-items/$s"/*/; do
			item=$d/item.md
			printf '%s' "$s"
			for key in id slug title kind priority updated_at; do
				printf '\t%s' "$(field "$key" "$item")"
			done
			echo
		done
	done >wanted
	grep -v '^status' rows >got
	same got wanted
}
t 'the seven columns are those that sed reads in the files' listed

shown() {
	corpus
	picture >before
	for d in work-items/*/*/; do
		id=$(basename "$d")
		tkt show --raw "$id" >raw || fail "show --raw $id"
		# --raw is the file as it is, whatever may follow it.
		head -c "$(wc -c <"$d/item.md")" raw | cmp -s - "$d/item.md" || fail "show --raw $id is not its item.md"
		tkt show "$id" >/dev/null || fail "show $id"
	done
	picture >after
	same before after
}
t 'every ticket can be shown, raw and not' shown

by_slug() {
	corpus
	for d in work-items/*/*/; do
		slug=$(field slug "$d/item.md")
		echo "$(basename "$d") $(tkt --json show "$slug" | jq -r '.data.ticket.id, .data.ticket.key' | paste -sd ' ' -)"
	done >got
	for d in work-items/*/*/; do
		id=$(basename "$d")
		echo "$id $id TKT-$(printf %s "$id" | git hash-object --stdin | cut -c1-7)"
	done >wanted
	same got wanted
}
t 'a slug finds its ticket, and its key is what git computes' by_slug

threads() {
	corpus
	for d in work-items/*/*/; do
		[ -f "$d/thread.md" ] || continue
		id=$(basename "$d")
		wanted=$(grep -c '^<!-- event: .* author: .* at: .*-->$' "$d/thread.md" || :)
		got=$(tkt --json show "$id" | jq '.data.ticket.events | length')
		echo "$id $got $wanted"
	done | awk '$2 != $3' >differ
	empty differ
}
t 'every event header is an event' threads

no_op() {
	corpus
	picture >before
	for d in work-items/*/*/; do
		id=$(basename "$d")
		kind=$(field kind "$d/item.md")
		run tkt set "$id" "kind=$kind"
		[ "$status" = 0 ] || fail "set kind=$kind on $id"
	done
	picture >after
	same before after
}
t 'setting a field to what it is changes no byte' no_op

edited() {
	corpus
	picture >before
	for d in work-items/open/*/; do
		run env EDITOR=true tkt edit "$(basename "$d")"
		# 1: "the text did not change" is the answer
		[ "$status" -le 1 ] || fail "edit of $d"
	done
	picture >after
	same before after
}
t 'an edit that changes nothing changes no byte' edited

two_lines() {
	corpus
	for d in work-items/open/*/; do
		id=$(basename "$d")
		cp "$d/item.md" old.md
		cp "$d/thread.md" old-thread.md
		tkt status "$id" pending
		diff_lines 2 old.md "work-items/pending/$id/item.md"
		diff old.md "work-items/pending/$id/item.md" | grep '^>' | sed 's/:.*//' | sort >keys
		is "$(paste -sd ' ' keys)" '> status > updated_at'
		head -c "$(wc -c <old-thread.md)" "work-items/pending/$id/thread.md" | cmp -s - old-thread.md ||
			fail "$id: the thread's old bytes changed"
	done
}
t 'a change of status is a diff of two lines' two_lines

closed() {
	corpus
	cp -R work-items old
	# shellcheck disable=SC2046 # ids have no blanks
	set -- $(tkt list --status open --format ids)
	tkt close "$@" -m 'All done.'
	is "$(tkt list --status open --format ids | wc -l)" 0
	for id; do
		diff_lines 2 "old/open/$id/item.md" "work-items/closed/$id/item.md"
		exists "work-items/closed/$id/resolution.md"
	done
}
t 'many closes in one command are each a diff of two lines' closed

done_testing
