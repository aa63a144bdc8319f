#!/bin/sh
# tickets.sh - tickets as plain files, with nothing but a POSIX shell and its usual tools.
#
# Stands alone: reads and writes the same files as tkt (man tkt-format) and needs no tkt. Called
# under this name, tkt does byte for byte the same; tests/compat holds the two together.
#
# A change holds the lock that tkt holds, where flock(1) exists. thread.md is only ever appended
# to, with one write; item.md is replaced by a rename; no symbolic link is written through.
set -eu
LC_ALL=C
export LC_ALL

STATUSES='open pending closed'
FIELDS='id slug title status kind priority labels created_at updated_at assignee legacy_ticket'
NL='
'
ROOT=${WORK_ITEMS_DIR:-work-items} # as it is shown
case $ROOT in                      # as it is opened: no tool takes it for an option
/*) W=$ROOT ;;
*) W=./$ROOT ;;
esac
ME=${USER:-unknown}
TMP=
ITEM_TMP=
NEW_TMP=
LOCKED=

# shellcheck disable=SC2317 # called by the trap
cleanup() {
	rc=$?
	trap - EXIT
	[ -z "$TMP" ] || rm -rf "$TMP"
	[ -z "$ITEM_TMP" ] || rm -f "$ITEM_TMP"
	[ -z "$NEW_TMP" ] || rm -rf "$NEW_TMP"
	# 0, 1, or a signal: no tool's own number
	if [ "$rc" -gt 1 ] && [ "$rc" -lt 128 ]; then
		rc=1
	fi
	exit "$rc"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

usage() {
	cat <<'EOF'
tickets.sh - tickets as files in the repository

Usage:
  tickets.sh help
  tickets.sh list [--status open|pending|closed|all]
  tickets.sh show <id-or-slug>
  tickets.sh create --title <title> [--slug <slug>] [--kind <kind>] [--priority <priority>] [--label a,b]
  tickets.sh comment <id-or-slug> [--role comment|plan|decision|implementation_report] [--author <name>] [--file <path>]
  tickets.sh review <id-or-slug> --approve|--request-changes [--author <name>] [--file <path>]
  tickets.sh status <id-or-slug> open|pending|closed
  tickets.sh close <id-or-slug> [--resolution <text>|--file <path>]
  tickets.sh doctor

Without --file, comment and review read their text from standard input.

Files:
  work-items/{open,pending,closed}/<id>/item.md
  work-items/{open,pending,closed}/<id>/thread.md
  work-items/{open,pending,closed}/<id>/artifacts/

Environment:
  WORK_ITEMS_DIR  the directory with the tickets (default: work-items)
  USER            the author of events where --author does not say
  TKT_NOW         a time like 2026-01-02T03:04:05Z to take for now
EOF
}

die() {
	printf 'error: %s\n' "$1" >&2
	exit 1
}

# --- the clock ----------------------------------------------------------------------------------

bad_now() { die "TKT_NOW is '$NOW', not like 2026-01-02T03:04:05Z"; }

# NOW, and STAMP: the same as the head of an id
clock() {
	NOW=${TKT_NOW:-$(date -u '+%Y-%m-%dT%H:%M:%SZ')}
	case $NOW in
	[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z) ;;
	*) bad_now ;;
	esac
	digits=$(printf '%s' "$NOW" | tr -cd 0-9)
	STAMP=${digits%??????}-${digits#????????}
	year=${digits%??????????}
	digits=${digits#????}
	month=${digits%????????}
	digits=${digits#??}
	day=${digits%??????}
	digits=${digits#??}
	case $month$day in
	00?? | 1[3-9]?? | ??00 | ??3[2-9] | 0[469]31 | 1131 | 023?) bad_now ;;
	0229)
		case $year in
		*00) year=${year%00} ;;
		*) year=${year#??} ;;
		esac
		case $year in
		[02468][048] | [13579][26]) ;;
		*) bad_now ;;
		esac
		;;
	esac
	case $digits in
	2[4-9]*) bad_now ;;
	esac
}

# --- reading ------------------------------------------------------------------------------------

is_status() {
	case $1 in
	open | pending | closed) ;;
	*) return 1 ;;
	esac
}

is_dir() { [ -d "$1" ] && [ ! -L "$1" ]; }
is_file() { [ -f "$1" ] && [ ! -L "$1" ]; }

# The tickets in a status directory, a line "status/name" each, in byte order. A name that is no
# id (tkt-format(5)) is nothing to open, and neither is a link.
names() {
	is_dir "$W/$1" || return 0
	for path in "$W/$1"/*; do
		name=${path##*/}
		case $name in
		-* | *[!A-Za-z0-9._-]*) continue ;;
		esac
		if [ "${#name}" -le 200 ] && is_dir "$path" && is_file "$path/item.md"; then
			printf '%s/%s\n' "$1" "$name"
		fi
	done
}

all_names() {
	for status in $STATUSES; do
		names "$status"
	done
}

# The frontmatter as a plain line reader has it. load() fills F with the first line of each key;
# opened tells whether line 1 was ---.
READER='
function load(file,	line, at, key) {
	split("", F)
	opened = 0
	while ((getline line < file) > 0) {
		if (!opened) {
			if (line != "---")
				break
			opened = 1
			continue
		}
		if (line == "---")
			break
		at = index(line, ":")
		key = substr(line, 1, at - 1)
		if (at < 2 || key in F)
			continue
		line = substr(line, at + 1)
		sub(/^[ \t\v\f\r]+/, "", line)
		F[key] = line
	}
	close(file)
}
'

# The tickets that answer to a reference: the frontmatter's id or slug, exactly.
matches() {
	all_names | Q=$1 W=$W awk "$READER"'
		{
			load(ENVIRON["W"] "/" $0 "/item.md")
			q = ENVIRON["Q"] ""
			if (q != "" && (F["id"] "" == q || F["slug"] "" == q))
				print
		}'
}

# A reference as DIR ("status/name") and STATUS. None or several may be a ticket that was just
# moving from one directory to the next: then a second look.
find_ticket() {
	look=0
	while [ $look -lt 3 ]; do
		look=$((look + 1))
		DIR=$(matches "$1")
		case $DIR in
		'' | *"$NL"*) ;;
		*) break ;;
		esac
	done
	case $DIR in
	'') die "work item not found: $1" ;;
	*"$NL"*)
		printf '%s\n' "$DIR" | while IFS= read -r line; do
			printf '%s/%s\n' "$ROOT" "$line" >&2
		done
		die "ambiguous work item: $1"
		;;
	esac
	STATUS=${DIR%%/*}
	SHOWN=$ROOT/$DIR
	D=$W/$DIR
}

# --- writing ------------------------------------------------------------------------------------

need_tmp() {
	[ -n "$TMP" ] || TMP=$(mktemp -d "${TMPDIR:-/tmp}/tickets.XXXXXXXXXX") ||
		die 'cannot make a temporary directory'
}

# A file that is there may be written: regular, no link, no second name outside of here.
plain() {
	if [ -L "$1" ] || { [ -e "$1" ] && [ ! -f "$1" ]; } ||
		{ [ -f "$1" ] && [ -n "$(find "$1" -links +1)" ]; }; then
		die "not a plain file: $ROOT${1#"$W"}"
	fi
}

# A directory that is there is one, and no link.
real_dir() {
	if [ -L "$1" ] || { [ -e "$1" ] && [ ! -d "$1" ]; }; then
		die "not a directory: $ROOT${1#"$W"}"
	fi
}

make_dir() {
	real_dir "$1"
	[ -d "$1" ] || mkdir -p "$1" 2>/dev/null || [ -d "$1" ] ||
		die "cannot make the directory: $ROOT${1#"$W"}"
}

# The writer lock of the root, where flock(1) exists. .tkt is private and ignores itself in git.
lock() {
	[ -z "$LOCKED" ] || return 0
	LOCKED=1
	for status in $STATUSES; do
		real_dir "$W/$status"
	done
	make_dir "$W/.tkt"
	make_dir "$W/.tkt/tmp"
	plain "$W/.tkt/.gitignore"
	plain "$W/.tkt/lock"
	[ -f "$W/.tkt/.gitignore" ] || printf '*\n' >"$W/.tkt/.gitignore"
	command -v flock >/dev/null 2>&1 || return 0
	(exec 9>>"$W/.tkt/lock") 2>/dev/null || die "cannot write: $ROOT/.tkt/lock"
	exec 9>>"$W/.tkt/lock"
	rc=0
	flock -E 75 -w 10 9 9>&9 2>/dev/null || rc=$?
	case $rc in
	0) return 0 ;;
	75) die "work items are locked: $ROOT" ;;
	esac
	# a flock that knows no -w; 9>&9: a Korn shell keeps the descriptor to itself
	tries=0
	until flock -n 9 9>&9; do
		tries=$((tries + 1))
		[ "$tries" -le 10 ] || die "work items are locked: $ROOT"
		sleep 1
	done
}

make_dirs() {
	[ -d "$W" ] || mkdir -p "$W" 2>/dev/null || [ -d "$W" ] ||
		die "cannot make the directory: $ROOT"
	lock
	for status in $STATUSES; do
		make_dir "$W/$status"
	done
}

# The body of an event in $TMP/body: a file, standard input, or nothing on a terminal.
read_body() {
	need_tmp
	if [ -n "$1" ]; then
		[ -f "$1" ] || die "file not found: $1"
		cat <"$1" >"$TMP/body" || die "cannot read: $1"
	elif [ -t 0 ]; then
		printf 'No body provided.\n' >"$TMP/body"
	else
		cat >"$TMP/body" 2>/dev/null || die 'cannot read standard input'
	fi
}

# A value of an event's header (tkt-format(5)): quoted where it could be misread.
value() {
	V=$1 awk 'BEGIN {
		v = ENVIRON["V"]
		for (i = 1; i < 128; i++)
			code[sprintf("%c", i)] = i
		plain = v != "" && index(v, "--") == 0
		out = last = ""
		for (i = 1; i <= length(v); i++) {
			c = substr(v, i, 1)
			n = code[c] + 0
			if (c == "\"" || c == "\\") {
				add = "\\" c
				plain = 0
			} else if (n && n < 32 || n == 127) {
				add = n == 10 ? "\\n" : n == 13 ? "\\r" : n == 9 ? "\\t" : sprintf("\\x%02x", n)
				plain = 0
			} else if (c == "-" && last == "-") {
				add = "\\x2d"
			} else {
				add = c
				if (c == " " || c == ":" || c == ">")
					plain = 0
			}
			last = substr(add, length(add), 1)
			out = out add
		}
		printf "%s", plain ? v : "\"" out "\""
	}'
}

# kind, heading, author, status or '': the event around $TMP/body, as $TMP/event
build_event() {
	kind=$(value "$1")
	author=$(value "$3")
	{
		printf '\n<!-- event: %s author: %s at: %s%s -->\n\n## %s\n\n' \
			"$kind" "$author" "$NOW" "${4:+ status: $4}" "$2"
		{
			cat "$TMP/body"
			echo
		} | sed 's/^\\*<!-- event:/\\&/'
		printf '\n---\n'
	} >"$TMP/event"
	[ "$(wc -c <"$TMP/event")" -le 1052672 ] || die 'the event is larger than 1 MiB'
}

# One write(2) on an O_APPEND descriptor: dd reads all of the event, then writes it.
append_event() {
	if [ ! -s "$D/thread.md" ]; then
		# no empty line at the top of a file
		tail -n +2 "$TMP/event" >"$TMP/append"
	elif [ "$(tail -c 1 "$D/thread.md" | wc -l)" -eq 1 ]; then
		mv "$TMP/event" "$TMP/append"
	else
		{
			echo
			cat "$TMP/event"
		} >"$TMP/append"
	fi
	dd bs=4194304 <"$TMP/append" 2>/dev/null >>"$D/thread.md" ||
		die "cannot write: $SHOWN/thread.md"
}

# updated_at, and the status if one is given; every other byte of item.md stays.
set_fields() {
	ITEM_TMP=$(mktemp "$W/.tkt/tmp/item.XXXXXXXXXX") || die "cannot write in: $ROOT/.tkt/tmp"
	cp -p "$D/item.md" "$ITEM_TMP"
	sed "
1 {
	/^---\$/ b
	b rest
}
/^---\$/ b rest
s/^updated_at:.*/updated_at: $NOW/
${1:+s/^status:.*/status: $1/}
b
:rest
\$! {
	n
	b rest
}
" "$D/item.md" >"$ITEM_TMP"
	mv -f "$ITEM_TMP" "$D/item.md"
	ITEM_TMP=
}

# --- commands -----------------------------------------------------------------------------------

cmd_list() {
	filter=open
	while [ $# -gt 0 ]; do
		case $1 in
		--status)
			[ $# -ge 2 ] || die '--status requires a value'
			filter=$2
			;;
		*) die "unknown list argument: $1" ;;
		esac
		shift 2
	done
	[ "$filter" = all ] || is_status "$filter" || die "invalid status: $filter"
	printf 'status\tid\tslug\ttitle\tkind\tpriority\tupdated_at\n'
	for status in $STATUSES; do
		if [ "$filter" = all ] || [ "$filter" = "$status" ]; then
			names "$status"
		fi
	done | W=$W awk "$READER"'
		{
			load(ENVIRON["W"] "/" $0 "/item.md")
			t = "\t"
			print F["status"] t F["id"] t F["slug"] t F["title"] t F["kind"] t F["priority"] t F["updated_at"]
		}'
}

cmd_show() {
	[ $# -eq 1 ] || die 'show requires <id-or-slug>'
	find_ticket "$1"
	FILE=$D/item.md SHOWN=$SHOWN awk "$READER"'
		BEGIN {
			load(ENVIRON["FILE"])
			print "# " F["title"] "\n"
			print "Path: " ENVIRON["SHOWN"]
			print "Status: " F["status"]
			print "ID: " F["id"]
			print "Slug: " F["slug"] "\n"
		}'
	printf '## item.md\n\n'
	cat "$D/item.md"
	printf '\n\n## thread.md\n\n'
	if is_file "$D/thread.md"; then
		tail -n 80 "$D/thread.md"
	else
		printf '(missing thread.md)\n'
	fi
}

slugify() {
	slug=$(printf '%s' "$1" | tr '[:upper:]' '[:lower:]' | tr -cs a-z0-9 -)
	slug=${slug#-}
	slug=${slug%-}
	[ -n "$slug" ] || slug=item
}

# a,b -> [a, b]: blanks trimmed, empty ones dropped
labels() {
	L=$1 awk 'BEGIN {
		n = split(ENVIRON["L"], a, ",")
		for (i = 1; i <= n; i++) {
			gsub(/^[ \t\v\f\r]+|[ \t\v\f\r]+$/, "", a[i])
			if (a[i] != "")
				out = out (out == "" ? "" : ", ") a[i]
		}
		print "[" out "]"
	}'
}

one_line() {
	case $2 in
	*"$NL"*) die "invalid $1: $2" ;;
	esac
}

taken() {
	for status in $STATUSES; do
		if [ -e "$W/$status/$1" ] || [ -L "$W/$status/$1" ]; then
			return 0
		fi
	done
	return 1
}

new_item() {
	printf '%s\n' --- "id: $id" "slug: $slug" "title: $title" 'status: open' "kind: $kind" \
		"priority: $priority" "labels: $list" "created_at: $NOW" "updated_at: $NOW" \
		'assignee: null' 'legacy_ticket: null' --- '' '## Background' '' \
		'Created by tickets.sh.' '' '## Acceptance criteria' '' '- TBD'
}

new_thread() {
	printf '%s\n' "<!-- event: create author: tickets.sh at: $NOW -->" '' '## Created' '' \
		'Created by tickets.sh create.' '' ---
}

cmd_create() {
	title='' slug='' kind=task priority=P2 labels=
	while [ $# -gt 0 ]; do
		case $1 in
		--title | --slug | --kind | --priority | --label)
			[ $# -ge 2 ] || die "$1 requires a value"
			;;
		esac
		case $1 in
		--title) title=$2 ;;
		--slug) slug=$2 ;;
		--kind) kind=$2 ;;
		--priority) priority=$2 ;;
		--label) labels=$2 ;;
		*) die "unknown create argument: $1" ;;
		esac
		shift 2
	done
	[ -n "$title" ] || die 'create requires --title'
	one_line title "$title"
	one_line kind "$kind"
	one_line priority "$priority"
	one_line label "$labels"
	slugify "${slug:-$title}"
	list=$(labels "$labels")
	clock
	[ "${#slug}" -le 184 ] || die "'$STAMP-$slug' is longer than an id may be"
	make_dirs
	id=$STAMP-$slug
	n=1
	while taken "$id"; do
		n=$((n + 1))
		id=$STAMP-$slug-$n
	done
	[ "${#id}" -le 200 ] || die "'$id' is longer than an id may be"
	# filled aside, then there at once: a rename onto a ticket that is there fails
	NEW_TMP=$(mktemp -d "$W/.tkt/tmp/new.XXXXXXXXXX") || die "cannot write in: $ROOT/.tkt/tmp"
	mkdir "$NEW_TMP/$id" "$NEW_TMP/$id/artifacts"
	: >"$NEW_TMP/$id/artifacts/.gitkeep"
	new_item >"$NEW_TMP/$id/item.md"
	new_thread >"$NEW_TMP/$id/thread.md"
	mv "$NEW_TMP/$id" "$W/open/"
	rmdir "$NEW_TMP"
	NEW_TMP=
	printf '%s\n' "$id"
}

# Both kinds of events that people write: query, kind, heading, author, status or '', file or ''.
say() {
	find_ticket "$1"
	read_body "$6"
	clock
	build_event "$2" "$3" "$4" "$5"
	lock
	find_ticket "$1" # it may have moved while the text was written
	plain "$D/thread.md"
	plain "$D/item.md"
	append_event
	set_fields ''
}

cmd_comment() {
	[ $# -ge 1 ] || die 'comment requires <id-or-slug>'
	query=$1 role=comment author=$ME file=
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--role | --author | --file) [ $# -ge 2 ] || die "$1 requires a value" ;;
		esac
		case $1 in
		--role) role=$2 ;;
		--author) author=$2 ;;
		--file) file=$2 ;;
		*) die "unknown comment argument: $1" ;;
		esac
		shift 2
	done
	case $role in
	comment) heading=Comment ;;
	plan) heading=Plan ;;
	decision) heading=Decision ;;
	implementation_report) heading='Implementation report' ;;
	'' | *[[:cntrl:]]*) die "invalid role: $role" ;;
	*) heading=$role ;;
	esac
	say "$query" "$role" "$heading" "$author" '' "$file"
}

cmd_review() {
	[ $# -ge 1 ] || die 'review requires <id-or-slug>'
	query=$1 verdict='' author=$ME file=
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--author | --file) [ $# -ge 2 ] || die "$1 requires a value" ;;
		esac
		case $1 in
		--approve) verdict=approve ;;
		--request-changes) verdict=request_changes ;;
		--author) author=$2 && shift ;;
		--file) file=$2 && shift ;;
		*) die "unknown review argument: $1" ;;
		esac
		shift
	done
	case $verdict in
	approve) heading='Review: approve' ;;
	request_changes) heading='Review: request changes' ;;
	*) die 'review requires --approve or --request-changes' ;;
	esac
	say "$query" review "$heading" "$author" "$verdict" "$file"
}

# The ticket found last goes to another status; it keeps the name of its directory.
check_move() {
	plain "$D/item.md"
	name=${DIR#*/}
	if [ "$STATUS" != "$1" ] && { [ -e "$W/$1/$name" ] || [ -L "$W/$1/$name" ]; }; then
		die "target already exists: $ROOT/$1/$name"
	fi
}

move() {
	if [ "$STATUS" != "$1" ]; then
		mv "$D" "$W/$1/"
		DIR=$1/$name STATUS=$1 SHOWN=$ROOT/$1/$name D=$W/$1/$name
	fi
	set_fields "$1"
}

cmd_status() {
	[ $# -eq 2 ] || die 'status requires <id-or-slug> <open|pending|closed>'
	is_status "$2" || die "invalid status: $2"
	find_ticket "$1"
	clock
	make_dirs
	find_ticket "$1"
	check_move "$2"
	move "$2"
}

cmd_close() {
	[ $# -ge 1 ] || die 'close requires <id-or-slug>'
	query=$1 resolution='' file=
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--resolution | --file) [ $# -ge 2 ] || die "$1 requires a value" ;;
		esac
		case $1 in
		--resolution) resolution=$2 ;;
		--file) file=$2 ;;
		*) die "unknown close argument: $1" ;;
		esac
		shift 2
	done
	find_ticket "$query"
	if [ -n "$file" ]; then
		read_body "$file"
	else
		need_tmp
		printf '%s\n' "${resolution:-Closed.}" >"$TMP/body"
	fi
	clock
	build_event close Closed "$ME" closed
	make_dirs
	find_ticket "$query"
	check_move closed
	plain "$D/thread.md"
	plain "$D/resolution.md"
	move closed
	NEW_TMP=$(mktemp -d "$W/.tkt/tmp/new.XXXXXXXXXX") || die "cannot write in: $ROOT/.tkt/tmp"
	[ ! -f "$D/resolution.md" ] || cp -p "$D/resolution.md" "$NEW_TMP/resolution.md"
	cat "$TMP/body" >"$NEW_TMP/resolution.md"
	mv -f "$NEW_TMP/resolution.md" "$D/"
	rmdir "$NEW_TMP"
	NEW_TMP=
	append_event
}

# --- doctor -------------------------------------------------------------------------------------

# What awk is to look at: "E finding", or "T status/name" for a ticket whose item.md can be read.
survey() {
	for status in $STATUSES; do
		is_dir "$W/$status" || printf 'E missing directory: %s\n' "$ROOT/$status"
	done
	for status in $STATUSES; do
		is_dir "$W/$status" || continue
		for path in "$W/$status"/*; do
			is_dir "$path" || continue
			name=$status/${path##*/}
			case $name in
			*"$NL"*) continue ;;
			esac
			if is_file "$path/item.md"; then
				is_file "$path/thread.md" || printf 'E missing thread.md: %s\n' "$ROOT/$name"
				is_dir "$path/artifacts" || printf 'E missing artifacts/: %s\n' "$ROOT/$name"
				printf 'T %s\n' "$name"
			else
				printf 'E missing item.md: %s\n' "$ROOT/$name"
			fi
		done
	done
}

findings() {
	survey | ROOT=$ROOT W=$W T=$TMP FIELDS=$FIELDS awk "$READER"'
		/^E/ { print "doctor: " substr($0, 3); next }
		{
			dir = substr($0, 3)
			name = status = dir
			sub(/\/.*/, "", status)
			sub(/^[^\/]*\//, "", name)
			shown = ENVIRON["ROOT"] "/" dir
			item = shown "/item.md"
			load(ENVIRON["W"] "/" dir "/item.md")
			if (!opened)
				print "doctor: item.md missing frontmatter opener: " item
			n = split(ENVIRON["FIELDS"], field, " ")
			for (i = 1; i <= n; i++)
				if (F[field[i]] == "")
					print "doctor: missing required field " q field[i] q ": " item
			if (F["id"] != "") {
				print F["id"] >(ENVIRON["T"] "/ids")
				if (F["id"] "" != name)
					print "doctor: directory id mismatch: " shown " has id " F["id"]
			}
			if (F["slug"] != "")
				print F["slug"] >(ENVIRON["T"] "/slugs")
			if (F["status"] "" != status)
				print "doctor: status mismatch: " item " has " q F["status"] q " under " q status q
		}' q="'" -
	for what in id slug; do
		sort "$TMP/${what}s" | uniq -d | sed "s/^/doctor: duplicate $what: /"
	done
	if [ -f TODO.md ] && grep -Eq 'tickets/[^][ )]+\.md|tickets/.*\.review\.md' TODO.md; then
		printf 'doctor: TODO.md still references legacy tickets/*.md\n'
	fi
	for path in tickets/*.md tickets/*.review.md; do
		[ ! -e "$path" ] || printf 'doctor: legacy ticket file remains: %s\n' "$path"
	done
}

cmd_doctor() {
	[ $# -eq 0 ] || die 'doctor takes no arguments'
	need_tmp
	: >"$TMP/ids"
	: >"$TMP/slugs"
	findings >"$TMP/findings"
	if [ -s "$TMP/findings" ]; then
		cat "$TMP/findings" >&2
		printf 'doctor: %d error(s)\n' "$(wc -l <"$TMP/findings")" >&2
		exit 1
	fi
	printf 'doctor: ok\n'
}

command=${1:-help}
[ $# -eq 0 ] || shift
case $command in
help | --help | -h) usage ;;
list | show | create | comment | review | status | close | doctor) "cmd_$command" "$@" ;;
*)
	usage >&2
	die "unknown command: $command"
	;;
esac
