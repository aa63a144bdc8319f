#!/bin/sh
# The floors of the house (tkt-hacking(7)): a folder of lib/ includes itself and lower floors only,
# rooms on one floor are strangers, and each outside library is known in one room.
. "$(dirname "$0")/lib.sh"

find lib cmd -name '*.[ch]' -type f | sort >"$tmp/files"
if [ "$(wc -l <"$tmp/files")" -gt 10 ]; then point ok 'there are sources to look at'; else point not 'there are sources to look at'; fi

# file:line:header, of every #include, without comments after it.
xargs grep -n -E '^[[:blank:]]*#[[:blank:]]*include' <"$tmp/files" |
	sed -E 's/^([^:]*:[0-9]*):[[:blank:]]*#[[:blank:]]*include[[:blank:]]*([<"])([^>"]*).*/\1:\2\3/' >"$tmp/includes"

# base < text, sys < store < git, index < board < ops; lib/tkt.h stands on the roof.
awk -F: '
	BEGIN {
		floor["base"] = 0
		floor["text"] = 1; floor["sys"] = 1
		floor["store"] = 2
		floor["git"] = 3; floor["index"] = 3
		floor["board"] = 4
		floor["ops"] = 5
	}
	$1 !~ /^lib\// { next }
	{
		quoted = substr($3, 1, 1) == "\""
		header = substr($3, 2)
		split($1, at, "/")
		room = at[2]
		if (room == "tkt.h")
			next
		if (!(room in floor)) {
			print $1 ":" $2 ": lib/" room "/ stands on no floor"
			next
		}
		if (header ~ /^cmd\// || header ~ /\.\.\//)
			print $1 ":" $2 ": reaches out of lib/: " header
		else if (quoted && header !~ /\//)
			print $1 ":" $2 ": does not show its floor: " header
		else if (quoted) {
			split(header, to, "/")
			if (!(to[1] in floor))
				print $1 ":" $2 ": no floor of that name: " header
			else if (to[1] != room && floor[to[1]] >= floor[room])
				print $1 ":" $2 ": floor " floor[room] " (" room ") includes floor " floor[to[1]] " (" to[1] "): " header
		}
	}' "$tmp/includes" >"$tmp/floors"
finds_nothing 'lib/ includes its own room and lower floors only' "$tmp/floors"

awk -F: '
	$1 ~ /^lib\// && $3 ~ /^"/ && 1 { h[substr($3, 2)] = $1 ":" $2 }
	END { for (f in h) if ((getline line <("lib/" f)) < 0) print h[f] ": no such header: " f }' \
	"$tmp/includes" >"$tmp/absent"
finds_nothing 'every header that lib/ includes is there' "$tmp/absent"

# header pattern, the only place that may include it, what it is for
fence() {
	awk -F: -v header="$1" -v room="$2" '
		substr($3, 2) ~ header && $1 !~ room { print $1 ":" $2 ": " substr($3, 2) }' \
		"$tmp/includes" >"$tmp/fence"
	finds_nothing "$3" "$tmp/fence"
}
fence '^yaml\.h$' '^lib/text/yaml\.c$' 'libyaml is known in lib/text/yaml.c only'
fence '^cmark' '^lib/text/markdown[^/]*\.c$' 'cmark is known in lib/text/markdown*.c only'
fence '^jansson' '^lib/text/json\.c$' 'jansson is known in lib/text/json.c only'
fence '^sqlite3' '^lib/index/' 'SQLite is known in lib/index/ only'
fence '^git2' '^lib/git/' 'libgit2 is known in lib/git/ only'
fence '^curl/' '^lib/sys/fetch\.c$' 'libcurl is known in lib/sys/fetch.c only'
fence '^microhttpd' '^cmd/web/' 'libmicrohttpd is known in cmd/web/ only'

# cmd goes through ops: of the lower floors it sees the data (base, text) and what ops hands out. The
# dialect of tickets.sh writes bytes of its own, which no use case of ops has.
awk -F: '$1 ~ /^cmd\// && $1 !~ /^cmd\/compat/ && $3 ~ /^"(sys\/journal|store\/txn)\.h/ { print $1 ":" $2 ": " substr($3, 2) }' \
	"$tmp/includes" >"$tmp/doors"
finds_nothing 'cmd/ changes tickets through ops/ only' "$tmp/doors"

done_testing
