#!/bin/sh
# make install into a directory: what is there works from there, and uninstall leaves nothing.
. "$(dirname "$0")/lib.sh"
need pkg-config

to=$tmp/to
# `make`, as a user would call it, on a copy of this build: should the flags differ, it is the copy that
# is built anew, and not what other tests use at this moment.
mkdir "$tmp/build"
cp -a "$TKT_BUILD/." "$tmp/build"
make_() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -C "$SRC" ${CC:+CC="$CC"} ${SAN:+SAN="$SAN"} BUILD="$tmp/build" \
		DESTDIR="$to" PREFIX=/usr "$@"
}
succeeds 'make install' make_ install
find "$to" ! -type d | sed "s|^$to||" | sort >"$tmp/installed"

for f in /usr/bin/tkt /usr/lib/libtkt.a /usr/lib/pkgconfig/libtkt.pc /usr/include/tkt/tkt.h \
	/usr/share/man/man1/tkt.1 /usr/share/bash-completion/completions/tkt \
	/usr/share/zsh/site-functions/_tkt /usr/share/fish/vendor_completions.d/tkt.fish; do
	grep -q -x -F "$f" "$tmp/installed" || echo "no $f"
done >"$tmp/x"
for f in man/*.[1-9]; do
	grep -q -x -F "/usr/share/man/man${f##*.}/${f##*/}" "$tmp/installed" || echo "no ${f##*/}"
done >>"$tmp/x"
finds_nothing 'program, library, headers, manual and completion are installed' "$tmp/x"

grep -v -E '^/usr/(bin|lib|include/tkt|share)/' "$tmp/installed" >"$tmp/x"
finds_nothing 'nothing is installed elsewhere' "$tmp/x"
grep -r -l -F -e "$SRC" -e "$to" "$to/usr/lib/pkgconfig" "$to/usr/include" "$to/usr/share" >"$tmp/x" 2>/dev/null
finds_nothing 'no installed text names the directory of the sources' "$tmp/x"
# -I.../tkt comes before the directories of the system: a tkt/sys/file.h there is everybody's <sys/file.h>.
sed -n 's|^/usr/include/tkt/||p' "$tmp/installed" | while IFS= read -r h; do
	for d in /usr/include "/usr/include/$(${CC:-cc} -print-multiarch 2>/dev/null || ${CC:-cc} -dumpmachine)"; do
		[ ! -f "$d/$h" ] || echo "tkt/$h hides <$h> of $d"
	done
done >"$tmp/x"
finds_nothing 'no installed header hides one of the system' "$tmp/x"
succeeds 'the installed tkt runs' "$to/usr/bin/tkt" version

# Each example, with nothing but what was installed.
pc() { PKG_CONFIG_PATH=$to/usr/lib/pkgconfig pkg-config --define-variable=prefix="$to/usr" "$@"; }
mkdir -p "$tmp/project"
(cd "$tmp/project" && TKT_NOW=2026-06-01T12:00:00Z HOME=$tmp "$to/usr/bin/tkt" init --no-git &&
	TKT_NOW=2026-06-01T12:00:00Z HOME=$tmp "$to/usr/bin/tkt" create 'An open thing' -p P1) >"$tmp/log" 2>&1 ||
	point not 'a project for the examples' "$tmp/log"
for f in contrib/examples/*.c; do
	name=${f##*/}
	name=${name%.c}
	# shellcheck disable=SC2046,SC2086 # words
	succeeds "example $name builds against what is installed" ${CC:-cc} -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror \
		${SAN:+-fsanitize="$SAN"} "$f" $(pc --cflags --libs --static libtkt) -o "$tmp/$name"
	[ -x "$tmp/$name" ] || continue
	succeeds "example $name runs" "$tmp/$name" "$tmp/project/work-items"
	"$tmp/$name" "$tmp/project/work-items" >"$tmp/log" 2>&1 </dev/null
	grep -q 'An open thing' "$tmp/log" && rm "$tmp/log"
	finds_nothing "example $name shows the ticket" "$tmp/log"
done

succeeds 'make uninstall' make_ uninstall
find "$to" ! -type d >"$tmp/x"
[ ! -d "$to/usr/include/tkt" ] || echo "$to/usr/include/tkt" >>"$tmp/x"
finds_nothing 'uninstall leaves nothing' "$tmp/x"

done_testing
