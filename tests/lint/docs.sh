#!/bin/sh
# The documents say what the program does: the table of commands against the manual, and the README's
# tour run as it stands.
. "$(dirname "$0")/lib.sh"
need jq mandoc python3 git

tkt=$TKT_BUILD/tkt
[ -x "$tkt" ] || { echo "Bail out! no $tkt: make"; exit 1; }
# Nothing of the user's: as in tests/e2e/lib.sh.
mkdir "$tmp/home" "$tmp/bin"
ln -s "$tkt" "$tmp/bin/tkt"
PATH=$tmp/bin:$PATH
HOME=$tmp/home
TKT_NOW=2026-06-01T12:00:00Z
TKT_AUTHOR='Test Author'
GIT_AUTHOR_NAME='Test Author' GIT_AUTHOR_EMAIL=author@example.com GIT_AUTHOR_DATE=$TKT_NOW
GIT_COMMITTER_NAME='Test Author' GIT_COMMITTER_EMAIL=author@example.com GIT_COMMITTER_DATE=$TKT_NOW
GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export PATH HOME TKT_NOW TKT_AUTHOR GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_NAME \
	GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM
unset WORK_ITEMS_DIR XDG_CONFIG_HOME

# --- commands and their pages ---

tkt --json help >"$tmp/help.json" 2>"$tmp/err" || point not 'tkt --json help' "$tmp/err"
jq -r '.data.commands[].name' "$tmp/help.json" | sort >"$tmp/commands"
count=$(wc -l <"$tmp/commands")
if [ "$count" -ge 10 ]; then point ok "tkt help knows $count commands"; else point not 'tkt help knows the commands'; fi

tkt help | awk '/^  [a-z][a-z-]* / { print $1 }' | sort >"$tmp/overview"
grep -v -x -e hook -e merge-item -e merge-thread "$tmp/commands" >"$tmp/shown" # the others are called by git
diff "$tmp/overview" "$tmp/shown" >"$tmp/x"
finds_nothing 'tkt help lists the commands of the table' "$tmp/x"

while IFS= read -r c; do
	[ -f "man/tkt-$c.1" ] || echo "no man/tkt-$c.1"
done <"$tmp/commands" >"$tmp/x"
for page in man/tkt-*.1; do
	[ -f "$page" ] || continue
	c=${page#man/tkt-}
	grep -q -x -F -e "${c%.1}" "$tmp/commands" || echo "$page: tkt help does not know that command"
done >>"$tmp/x"
finds_nothing 'every command has its page, every page its command' "$tmp/x"

jq -r '.data.options[] | "--" + .name, (if .letter then "-" + .letter else empty end)' "$tmp/help.json" |
	sort >"$tmp/globals"

# Options that the list of a page describes: .It Fl k , Fl -kind Ar KIND
page_list() {
	awk '/^\.It / {
		for (i = 2; i < NF; i++)
			if ($i == "Fl") {
				t = $(i + 1)
				sub(/[][,.|()=]+$/, "", t)
				sub(/^\\-/, "-", t)
				print "-" t
			}
	}' "$1" | sort -u
}
# Long options that its synopsis names, as a reader sees them.
page_synopsis() {
	mandoc -T ascii -O width=500 "$1" | col -b | awk '/^[A-Z]/ { on = /^SYNOPSIS/ } on' |
		grep -o -E -e '--[a-z][a-z-]*' | sort -u
}

while IFS= read -r c; do
	page=man/tkt-$c.1
	[ -f "$page" ] || continue
	jq -r --arg c "$c" '.data.commands[] | select(.name == $c) | .options[] |
		"--" + .name, (if .letter then "-" + .letter else empty end)' "$tmp/help.json" | sort >"$tmp/options"
	sort -u "$tmp/options" "$tmp/globals" >"$tmp/known"
	page_list "$page" >"$tmp/listed"
	page_synopsis "$page" >"$tmp/synopsis"
	comm -23 "$tmp/options" "$tmp/listed" | sed "s|^|$page: does not describe |"
	comm -13 "$tmp/known" "$tmp/listed" | sed "s|^|$page: describes, but tkt $c does not know, |"
	comm -13 "$tmp/known" "$tmp/synopsis" | sed "s|^|$page: its synopsis has, but tkt $c does not know, |"
done <"$tmp/commands" >"$tmp/x"
finds_nothing 'pages and table agree on the options of every command' "$tmp/x"

page_list man/tkt.1 2>/dev/null >"$tmp/listed"
comm -23 "$tmp/globals" "$tmp/listed" | sed 's|^|man/tkt.1: does not describe |' >"$tmp/x"
finds_nothing 'tkt.1 describes the options of every command' "$tmp/x"

# "-h" of every command works where there is no project.
while IFS= read -r c; do
	(cd "$tmp/home" && tkt "$c" -h >"$tmp/h" 2>&1 </dev/null) && grep -q "^usage: tkt $c" "$tmp/h" || echo "tkt $c -h"
done <"$tmp/commands" >"$tmp/x"
finds_nothing 'every command explains itself with -h, anywhere' "$tmp/x"

# --- README and CHANGELOG ---

for f in README.md CHANGELOG.md LICENSE; do
	[ -s "$f" ] || echo "no $f"
done >"$tmp/x"
version=$("$tkt" version | grep -o -E '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1)
[ ! -s CHANGELOG.md ] || grep -q -F -e "$version" -e nreleased CHANGELOG.md || echo "CHANGELOG.md does not name $version" >>"$tmp/x"
finds_nothing 'README, CHANGELOG and LICENSE are there, and the CHANGELOG has this version' "$tmp/x"

# A tree like a fresh clone: the files that git has or would take.
mkdir "$tmp/clone"
if git rev-parse --git-dir >/dev/null 2>&1; then
	git ls-files -z -c -o --exclude-standard | xargs -0 -I{} sh -c '[ ! -f "$1" ] || printf "%s\0" "$1"' sh {} |
		xargs -0 cp --parents -P -t "$tmp/clone"
else
	tar cf - --exclude=./build . | tar xf - -C "$tmp/clone"
fi
(cd "$tmp/clone" && git init -q -b main && git add -A && git commit -q -m 'A clone') >"$tmp/log" 2>&1
[ -s README.md ] && succeeds 'the tour of README.md prints what it says' python3 tests/lint/console.py README.md "$tmp/clone"

# Local links lead somewhere.
for f in README.md CHANGELOG.md; do
	[ ! -f "$f" ] || grep -o -E '\]\([^)]+\)' "$f" | sed 's/^](//; s/)$//; s/#.*//' | grep -v -E '^(https?:|mailto:|$)' |
		while IFS= read -r link; do
			[ -e "$link" ] || echo "$f: no $link"
		done
done >"$tmp/x"
finds_nothing 'links of the documents lead somewhere' "$tmp/x"

done_testing
