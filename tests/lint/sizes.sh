#!/bin/sh
# Files to 500 lines, functions to 60: past that, split before adding. There are no exceptions.
. "$(dirname "$0")/lib.sh"

sources lib cmd >"$tmp/files"
count=$(wc -l <"$tmp/files")
if [ "$count" -gt 10 ]; then point ok "there are $count sources to measure"; else point not 'there are sources to measure'; fi

xargs wc -l <"$tmp/files" | awk '$2 != "total" && $1 > 500 { print $2 ": " $1 " lines" }' >"$tmp/long"
finds_nothing 'no file of lib/ or cmd/ is longer than 500 lines' "$tmp/long"

# Kernel style: a function's braces stand alone in column 0.
xargs awk '
	FNR == 1 { start = 0; name = "?" }
	/^[A-Za-z_].*\(/ && !/^(#|typedef|struct [a-z_]+ \{|enum)/ {
		name = $0
		sub(/\(.*/, "", name)
		sub(/.*[ *]/, "", name)
	}
	/^\{/ { start = FNR }
	/^\}/ {
		if (start && FNR - start + 1 > 62) # the braces are not counted
			print FILENAME ":" start ": " name "() has " FNR - start - 1 " lines"
		start = 0
	}' <"$tmp/files" >"$tmp/big"
finds_nothing 'no function is longer than 60 lines' "$tmp/big"

done_testing
