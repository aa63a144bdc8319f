#!/bin/sh
# Two builds of the same sources in two directories, at two times, give the same bytes.
. "$(dirname "$0")/lib.sh"

case ${SAN:-} in
?*) echo "1..0 # SKIP sanitizers ($SAN) name the directory in what they build"; exit 0 ;;
esac

build() { # DIR
	mkdir -p "$1"
	cp -R Makefile cmd lib "$1/"
	[ ! -d contrib ] || cp -R contrib "$1/"
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -C "$1" -j"$(nproc)" ${CC:+CC="$CC"} BUILD=build/x build/x/tkt build/x/libtkt.a
}
succeeds 'it builds in one directory' build "$tmp/a"
succeeds 'it builds in another, whose name is longer' build "$tmp/a-much-longer-name/of-a-directory"
succeeds 'both tkt are the same' cmp "$tmp/a/build/x/tkt" "$tmp/a-much-longer-name/of-a-directory/build/x/tkt"
succeeds 'both libtkt.a are the same' cmp "$tmp/a/build/x/libtkt.a" "$tmp/a-much-longer-name/of-a-directory/build/x/libtkt.a"
grep -a -o -F "$tmp" "$tmp/a/build/x/tkt" "$tmp/a/build/x/libtkt.a" | sort -u >"$tmp/x"
finds_nothing 'the place where it was built is not in them' "$tmp/x"

done_testing
