#!/bin/sh
# Sparse checkouts: what git was told to leave out of the work tree is not missing, and writing there works.
. "$(dirname "$0")/lib.sh"

first=20260601-120000-first
gone=20260601-120000-gone
other=20260601-120000-other

# An open ticket with links to a closed one and to one that never was; $1: how closed/ is left out.
sparse() {
	new_repo full
	cd full
	for slug in first gone other; do
		tkt create "The $slug one" --slug $slug -b 'Text.' >/dev/null
	done
	tkt set first blocked_by=$gone parent=$gone related=$gone >/dev/null
	tkt close gone -m 'Done.' >/dev/null
	commit Tickets
	git clone -q . ../here
	cd ../here
	case $1 in
	cone) git sparse-checkout set --cone work-items/open work-items/pending ;;
	no-cone) git sparse-checkout set --no-cone '/*' '!/work-items/closed/' ;;
	index) git sparse-checkout set --cone --sparse-index work-items/open work-items/pending ;;
	esac
	missing work-items/closed
}
found() { tkt doctor "$@" | sed -n 's/^\(.*: [a-z]* T[0-9]*\): .*/\1/p'; }

left_out() {
	sparse "$1"
	for engine in auto program; do
		is "$(TKT_GIT=$engine found)" '.: info T097' "$1, $engine"
	done
	tkt doctor >said
	file_has said 'one ticket is not here: the checkout is sparse'
	rm said
	exit_is 0 tkt doctor --strict
	is "$(found first)" '.: info T097' 'one ticket'
	tkt doctor --fix >/dev/null
	missing work-items/closed
	is "$(git status --porcelain)" '' 'nothing was mended'
}
cone() { left_out cone; }
t 'cone mode: neither the directory nor the links into it are errors' cone
no_cone() { left_out no-cone; }
t 'patterns: neither the directory nor the links into it are errors' no_cone
sparse_index() { left_out index; }
t 'a sparse index: neither the directory nor the links into it are errors' sparse_index

still_missing() {
	no_doctor
	sparse cone
	sed -i "s/^related: .*/related: [20200101-000000-never]/" work-items/open/$first/item.md
	is "$(found)" ".: info T097
open/$first/item.md:16: warning T072" 'a link to nothing'
	git checkout -q -- work-items/open/$first
	rm work-items/open/$first/thread.md
	is "$(found)" ".: info T097
open/$first/thread.md: error T003" 'a file that is wanted here'
	git checkout -q -- work-items/open/$first
	git sparse-checkout disable
	is "$(found)" '' 'all is here'
	rm -r work-items/closed
	is "$(found | sed 's/:[0-9]*: /: /')" "closed: error T001
open/$first/item.md: error T071
open/$first/item.md: error T070
open/$first/item.md: warning T072" 'nothing is left out'
}
t 'what is missing for another reason is found all the same' still_missing

no_artifacts() {
	sparse cone
	git sparse-checkout set --no-cone '/*' '!artifacts/'
	exists work-items/closed/$gone/item.md
	missing work-items/open/$first/artifacts
	is "$(found)" '.: info T097'
	tkt doctor >said
	file_has said 'files are not here: the checkout is sparse'
	rm said
	tkt doctor --fix >/dev/null
	missing work-items/open/$first/artifacts
}
t 'files of tickets may be left out too' no_artifacts

closing() {
	sparse "$1"
	tkt close other -m 'Done too.' >/dev/null
	exists work-items/closed/$other/item.md
	is "$(found)" '.: info T097'
	git add -A 2>/dev/null || :
	is "$(found)" ".: info T097
closed/$other: warning T092" 'git add leaves it out'
	is "$(tkt doctor --json | jq -r '.data.findings[] | select(.code == "T092").fix')" \
		'git add --sparse -A work-items stages all of it'
	git add --sparse -A work-items
	is "$(found)" '.: info T097'
	git commit -q -m Closed
	is "$(git status --porcelain)" '' 'all is committed'
	tkt reopen other -m 'Not yet.' >/dev/null
	is "$(found)" '.: info T097'
}
closing_cone() { closing cone; }
t 'cone mode: a ticket can be closed, and doctor tells how to stage it' closing_cone
closing_no_cone() { closing no-cone; }
t 'patterns: a ticket can be closed, and doctor tells how to stage it' closing_no_cone

conflict() {
	sparse cone
	cd ../full
	tkt comment gone -m 'One side.' >/dev/null
	commit One
	cd ../here
	git checkout -q -b work "$(git rev-parse HEAD)"
	git sparse-checkout disable
	tkt comment gone -m 'Other side.' >/dev/null
	commit Other
	git sparse-checkout set --cone work-items/open work-items/pending
	git fetch -q
	must_fail 1 git merge -q origin/main
	tkt doctor --fix >/dev/null
	is "$(found)" ".: info T097
closed/$gone/thread.md: warning T091"
	is "$(tkt doctor --json | jq -r '.data.findings[] | select(.code == "T091").fix')" \
		'git add --sparse -A work-items, and git commit'
	git add --sparse -A work-items
	git commit -q -m Merged
	is "$(found)" '.: info T097'
	is "$(git show HEAD:work-items/closed/$gone/thread.md | grep -c ' side\.$')" 2 'both comments'
}
t 'a conflict in what is left out is merged as elsewhere' conflict

done_testing
