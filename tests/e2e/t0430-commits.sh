#!/bin/sh
# tkt commits: which commits belong to a ticket, in real repositories.
. "$(dirname "$0")/lib.sh"
need git jq

TKT_FSYNC=off
export TKT_FSYNC

# A repository with two tickets: $id $k and $id2 $k2.
tickets() {
	new_repo
	id=$(tkt create 'Login forgets the path')
	id2=$(tkt create 'Another thing')
	k=$(key "$id")
	k2=$(key "$id2")
	commit 'Write down what is to be done'
}
key() { tkt show "$1" --json | jq -r .data.ticket.key; }
# change MESSAGE: a commit of a file; its name is in $sha.
change() {
	tick 60
	n=$((${n:-0} + 1))
	echo "$n" >"file$n"
	git add "file$n"
	git commit -q -m "$1"
	sha=$(git rev-parse HEAD)
}
# of REF: "subject:method" of each commit, oldest first.
of() { tkt commits "$1" --json | jq -r '.data.commits[] | .subject + ":" + .method'; }
shas() { tkt commits "$1" --json | jq -r '.data.commits[].sha'; }
# agree REF: the program, the library, a new index and none at all say the same.
agree() {
	tkt commits "$1" --json >first.json
	TKT_GIT=program tkt commits "$1" --json >other.json
	same first.json other.json
	for engine in library program; do
		rm -rf work-items/.tkt
		TKT_GIT=$engine tkt commits "$1" --json >other.json
		same first.json other.json
		TKT_GIT=$engine TKT_INDEX=off tkt commits "$1" --json >other.json
		same first.json other.json
	done
}

ways() {
	tickets
	change "Read the parser, see $k"
	change "fixes $k at last"
	change "Tidy up

Refs: $k"
	change "Nothing to do with it"
	change "By its slug

Ticket: login-forgets-the-path"
	change "By its id

Ticket: $id"
	change "By a shorter key

Refs: $(echo "$k" | cut -c1-9)"
	change "Not $k2"
	is "$(of "$id")" "Read the parser, see $k:message
fixes $k at last:keyword
Tidy up:trailer
By its slug:trailer
By its id:trailer
By a shorter key:trailer"
	is "$(of "$id2")" "Not $k2:message"
	agree "$id"
}
t 'a commit is found by trailer, keyword and word, by key, slug and id' ways

fields() {
	tickets
	change "Fixes: $k"
	printf 'one\ntwo\nthree\n' >text
	git add text
	git rm -q "file$n"
	tick 60
	git commit -q -m "More of it

Fixes: $k"
	exit_is 0 tkt commits "$id"
	lines "$out" 3
	is "$(sed -n 3p "$out")" "$(git rev-parse HEAD)	$TKT_NOW	Test Author	trailer	yes	2	3	1	main	More of it"
	is "$(tkt commits "$id" --json | jq -c '.data.commits[1] | [.files_changed, .insertions, .deletions, .closes, .merged, .branches, .merge, .missing]')" \
		'[2,3,1,true,true,["main"],false,false]'
	is "$(tkt commits "$id" --json | jq -c '[.kind, .data.state, .data.reason]')" '["commit.list","known",null]'
}
t 'a commit is shown with author, time, files, lines, branches and whether it is merged' fields

none() {
	tickets
	exit_is 0 tkt commits "$id"
	lines "$out" 1
	empty "$err"
	must_fail 3 tkt commits nothing
}
t 'a ticket without commits has none, and that is known' none

merge() {
	tickets
	git switch -q -c "$k-login"
	change 'Work on the parser'
	change 'More work'
	git switch -q main
	change 'Elsewhere'
	git switch -q "$k-login"
	is "$(of "$id")" 'Work on the parser:branch
More work:branch'
	is "$(tkt commits "$id" --json | jq -c '[.data.commits[].merged] | unique')" '[false]'
	git switch -q main
	tick 60
	git merge -q --no-ff "$k-login"
	git branch -q -D "$k-login"
	is "$(of "$id")" "Work on the parser:branch
More work:branch
Merge branch '$k-login':merge"
	is "$(tkt commits "$id" --json | jq -c '[.data.commits[].merged] | unique')" '[true]'
	agree "$id"
}
t 'what stands on a branch of its name, and what its merge brought, belongs to a ticket' merge

stacked() {
	tickets
	git switch -q -c "fix/$k"
	change 'Below'
	git switch -q -c "$k2"
	change 'Above'
	is "$(of "$id")" 'Below:branch'
	is "$(of "$id2")" 'Above:branch'
	git switch -q -c develop main
	git merge -q --no-ff -m 'Bring it together' "fix/$k"
	is "$(of "$id")" ''
	git switch -q main
	git branch -q -D develop
	is "$(of "$id")" 'Below:branch'
	agree "$id2"
}
t 'a branch on a branch has its own commits, and what develop has is nobody'"'"'s' stacked

fast_forward() {
	tickets
	git switch -q -c "$k"
	change "Work $k"
	change 'Without a name'
	git switch -q main
	git merge -q --ff-only "$k"
	is "$(of "$id")" "Work $k:message"
	git branch -q -d "$k"
	is "$(of "$id")" "Work $k:message"
	is "$(tkt commits "$id" --json | jq -c '.data.commits[0].branches')" '["main"]'
}
t 'after a fast-forward merge the messages remain' fast_forward

squash() {
	tickets
	git switch -q -c side
	change "One $k"
	one=$sha
	change 'Two'
	git switch -q main
	tick 60
	git merge -q --squash side >/dev/null
	git commit -q -m "All of it ($k)"
	is "$(of "$id")" "One $k:message
All of it ($k):message"
	git branch -q -D side
	is "$(of "$id")" "All of it ($k):message"
	git cherry-pick "$one" >/dev/null 2>&1 || git cherry-pick --skip
	git switch -q -c pick main~1
	tick 60
	git cherry-pick "$one" >/dev/null
	is "$(of "$id")" "All of it ($k):message
One $k:message"
	agree "$id"
}
t 'squashed and picked commits count where they are' squash

rewrite() {
	tickets
	change "First $k"
	change "Second $k"
	is "$(of "$id")" "First $k:message
Second $k:message"
	git commit -q --amend -m "Second, amended, $k"
	is "$(of "$id")" "First $k:message
Second, amended, $k:message"
	git commit -q --amend -m 'Second, without'
	is "$(of "$id")" "First $k:message"
	GIT_SEQUENCE_EDITOR="sed -i '1s/^pick/reword/'" GIT_EDITOR="sed -i 's/First/Reworded/'" git rebase -q -i HEAD~2 2>/dev/null
	is "$(of "$id")" "Reworded $k:message"
	git reset -q --hard HEAD~2
	is "$(of "$id")" ''
	git reflog expire --expire=now --all
	git gc -q --prune=now
	is "$(of "$id")" ''
	change "After it all $k"
	is "$(of "$id")" "After it all $k:message"
	agree "$id"
}
t 'amend, rebase, reset and gc leave no commit that is gone' rewrite

force_push() {
	tickets
	git init -q --bare ../hub.git
	git remote add origin ../hub.git
	git push -q -u origin main
	git clone -q ../hub.git ../there -b main
	change "Before $k"
	git push -q origin main
	(
		cd ../there
		git pull -q
		is "$(of "$id")" "Before $k:message"
	)
	git commit -q --amend -m "Instead $k"
	git push -q -f origin main
	(
		cd ../there
		git fetch -q
		is "$(of "$id")" "Before $k:message
Instead $k:message"
		is "$(tkt commits "$id" --json | jq -c '[.data.commits[].branches]')" '[["main"],["origin/main"]]'
		git reset -q --hard origin/main
		is "$(of "$id")" "Instead $k:message"
		agree "$id"
	)
	rm -rf ../there ../hub.git
}
t 'what is pushed by force is told as it is after the fetch' force_push

worktree() {
	tickets
	change "On main $k"
	git worktree add -q ../beside -b other
	(
		cd ../beside
		change "Beside $k"
		is "$(of "$id")" "On main $k:message
Beside $k:message"
		git checkout -q --detach
		change "On no branch $k"
		agree "$id"
	)
	is "$(of "$id")" "On main $k:message
Beside $k:message
On no branch $k:message"
	git worktree remove --force ../beside
	is "$(of "$id")" "On main $k:message
Beside $k:message"
}
t 'worktrees and detached heads count, from either side' worktree

shallow() {
	tickets
	change "Long ago $k"
	change "Just now $k"
	git clone -q --depth 1 "file://$PWD" ../ci
	(
		cd ../ci
		exit_is 0 tkt commits "$id" --json
		is "$(jq -r '.data.commits[].subject' "$out")" "Just now $k"
		is "$(jq -r .data.state "$out")" unknown
		has "$(jq -r .data.reason "$out")" shallow
		exit_is 0 tkt commits "$id"
		file_has "$err" 'shallow'
		agree "$id"
		git fetch -q --unshallow
		is "$(of "$id")" "Long ago $k:message
Just now $k:message"
		is "$(tkt commits "$id" --json | jq -r .data.state)" known
		agree "$id"
	)
	rm -rf ../ci
}
t 'a shallow clone says that it does not know all, until it does' shallow

# A power cut leaves an empty file, a disk any noise.
broken() {
	tickets
	change "One $k"
	change "Two $k"
	git branch other
	git update-ref refs/heads/gone HEAD~1
	main=$(cat .git/refs/heads/main)
	for noise in '' 'no name of a commit'; do
		for engine in library program; do
			printf '%s' "$noise" >.git/refs/heads/main
			TKT_GIT=$engine tkt commits "$id" --json >broken.json
			is "$(jq -r .data.state broken.json)" unknown
			has "$(jq -r .data.reason broken.json)" "'refs/heads/main' is broken"
			is "$(jq '.data.commits | length' broken.json)" 2
			git update-ref -d refs/heads/other
			git update-ref -d refs/heads/gone
			must_fail 6 env TKT_GIT=$engine tkt commits "$id"
			file_has "$err" 'broken'
			echo "$main" >.git/refs/heads/main
			git branch other
			git branch gone HEAD~1
			is "$(TKT_GIT=$engine tkt commits "$id" --json | jq -r .data.state)" known
		done
	done
	agree "$id"
}
t 'a ref that holds nothing makes the commits unknown, not none' broken

# git passes over them.
misnamed() {
	tickets
	change "One $k"
	nl=$(printf 'a\nb')
	for name in "$nl" 'a b' 'a~1' 'x..y' 'c.lock' "$(printf '\033[31m')"; do
		cp .git/refs/heads/main ".git/refs/heads/$name"
	done
	: >.git/refs/heads/d.lock
	is "$(tkt commits "$id" --json | jq -c '[.data.state, .data.commits[].branches]')" '["known",["main"]]'
	agree "$id"
	for name in "$nl" 'a b' 'a~1' 'x..y' 'c.lock' "$(printf '\033[31m')" d.lock; do
		rm ".git/refs/heads/$name"
	done
}
t 'files that git would not take for refs are none' misnamed

unknown() {
	tickets
	change "One $k"
	must_fail 6 env TKT_GIT=none tkt commits "$id"
	file_has "$err" 'unknown'
	must_fail 6 env TKT_GIT=none tkt commits "$id" --json
	is "$(jq -c '[.kind, .data.state, .data.commits]' "$out")" '["commit.list","unknown",[]]'
	mv .git ../away.git
	rm -rf work-items/.tkt
	must_fail 6 tkt commits "$id"
	file_has "$err" 'repository'
	is "$(tkt commits "$id" --json | jq -r .data.state)" unknown
	mv ../away.git .git
	is "$(of "$id")" "One $k:message"
}
t 'where no history can be read the answer is unknown, never none' unknown

# Ids whose keys begin alike: a second in one day, tried until two agree.
twins() {
	i=0
	while :; do
		i=$((i + 1))
		name=20260601-$(printf '%06d' "$i")-twin
		printf '%s %s\n' "$(printf %s "$name" | git hash-object --stdin | cut -c1-4)" "$name"
		[ "$i" -lt 500 ] || break
	done | sort | awk '$1 == last { print name; print $2; exit } { last = $1; name = $2 }'
}
ambiguous() {
	tickets
	twins >../names
	[ -s ../names ] || fail 'no twins'
	while read -r name; do
		cp -r "work-items/open/$id" "work-items/open/$name"
		sed -i "s/^id: .*/id: $name/; s/^slug: .*/slug: $name/" "work-items/open/$name/item.md"
	done <../names
	a=$(sed -n 1p ../names)
	b=$(sed -n 2p ../names)
	short=TKT-$(printf %s "$a" | git hash-object --stdin | cut -c1-4)
	change "Which one? $short"
	change "This one: $(key "$a")"
	is "$(of "$a")" "This one: $(key "$a"):message"
	is "$(of "$b")" ''
	rm -rf "work-items/open/$b"
	is "$(of "$a")" "Which one? $short:message
This one: $(key "$a"):message"
	agree "$a"
}
t 'the beginning of two keys is nobody'"'"'s, until one of them goes' ambiguous

numbers() {
	tickets
	tkt set "$id" number=12 >/dev/null
	tkt set "$id2" number=1234 aliases=OLD-7 >/dev/null
	change 'fixes #12'
	change 'TKT-1234 is done'
	change "Something

Refs: OLD-7"
	is "$(of "$id")" 'fixes #12:keyword'
	has "$(of "$id2")" 'TKT-1234 is done:message'
	has "$(of "$id2")" 'Something:trailer'
	tkt set "$id" aliases=another-thing >/dev/null
	change "A slug comes before an alias

Ticket: another-thing"
	has "$(of "$id2")" 'A slug comes before an alias:trailer'
	is "$(of "$id")" 'fixes #12:keyword'
}
t 'numbers and aliases are names too' numbers

renamed() {
	tickets
	change "By its slug

Ticket: login-forgets-the-path"
	tkt set "$id" slug=sign-in-forgets >/dev/null
	is "$(of "$id")" ''
	change "By its new slug

Ticket: sign-in-forgets"
	is "$(of "$id")" 'By its new slug:trailer'
	change "Before the prefix changes, $k"
	change "Foreign words: WI-${k#*-}"
	is "$(of "$id")" "By its new slug:trailer
Before the prefix changes, $k:message"
	tkt config project.prefix WI >/dev/null 2>&1 || sed -i 's/^\( *\)prefix:.*/\1prefix: WI/' work-items/config.yml
	new=$(key "$id")
	has "$new" WI-
	is "$(of "$id")" "By its new slug:trailer
Foreign words: $new:message"
	change "Afterwards $new"
	is "$(of "$id")" "By its new slug:trailer
Foreign words: $new:message
Afterwards $new:message"
	agree "$id"
}
t 'another slug and another prefix are seen without being told' renamed

hostile() {
	tickets
	esc=$(printf '\033')
	change "$k ${esc}[31mred${esc}]0;title \$(touch pwned) \`touch pwned\` 'quotes\" %s%n"
	printf 'Subject %s\n\nbody\r\nTicket: %s; rm -rf /\n\nFixes: ../../etc/passwd\n' "$k" "$k2" >../message
	git commit -q --allow-empty -F ../message
	printf 'tree %s\nauthor A\tB <a> 1 +0000\ncommitter C <c> 9999999999 +0000\n\n%s in\ttabs\n' "$(git rev-parse 'HEAD^{tree}')" "$k" >../raw
	git update-ref refs/heads/odd "$(git hash-object -t commit -w --stdin --literally <../raw)"
	exit_is 0 tkt commits "$id"
	lines "$out" 4
	file_lacks "$out" "$esc"
	is "$(awk -F'\t' '{ print NF }' "$out" | sort -u)" 10
	exit_is 0 env TERM=xterm tkt --color always commits "$id" --json
	file_lacks "$out" "$esc"
	missing pwned
	agree "$id"
	no_fsck
}
t 'a hostile message is data' hostile

kept() {
	tickets
	change "One $k"
	is "$(of "$id")" "One $k:message"
	tkt index rebuild >/dev/null
	is "$(TKT_GIT=library of "$id")" "One $k:message"
	printf garbage >work-items/.tkt/index.sqlite
	is "$(of "$id")" "One $k:message"
	chmod 500 work-items/.tkt 2>/dev/null || :
	change "Two $k"
	is "$(of "$id")" "One $k:message
Two $k:message"
	chmod 700 work-items/.tkt
	agree "$id"
}
t 'the index may be rebuilt, broken or out of reach' kept

# The same by other means: every commit that a ref reaches, and a word search over its message.
reckoned() {
	tickets
	awk -v k="$k" -v k2="$k2" 'BEGIN {
		srand(7)
		split("fix parser login path tidy words more less TKT TKT- fixes closes", w, " ")
		for (i = 1; i <= 300; i++) {
			line = ""
			for (j = 0; j < 6; j++) line = line (j ? " " : "") w[1 + int(rand() * 12)]
			r = rand()
			if (r < .15) line = line " " k; else if (r < .25) line = line " (" k2 ")"; else if (r < .3) line = line " x" k
			else if (r < .35) line = line " " k "x"; else if (r < .4) line = line "\n\nFixes: " k
			b = 1 + int(rand() * 3)
			printf "commit refs/heads/b%d\nmark :%d\ncommitter C <c@d> %d +0000\ndata <<END\n%s\nEND\n", b, i, 1780000000 + i * 60, line
			if (!(b in seen)) print "from refs/heads/main^0"
			if (rand() < .1) for (o = 1; o <= 3; o++) if (o != b && (o in seen)) { printf "merge :%d\n", seen[o]; break }
			seen[b] = i
			printf "\n"
		}
	}' >../stream
	git fast-import --quiet <../stream
	for ref in "$id $k" "$id2 $k2"; do
		git log --all --format='%H%x00%B%x01' | tr '\n\001' ' \n' | tr '\000' ' ' |
			grep -E "(^|[^A-Za-z0-9_.-])${ref#* }([^A-Za-z0-9_-]|\$)" | awk '{ print $1 }' | sort >../wanted
		shas "${ref% *}" | sort >../got
		[ -s ../wanted ] || fail 'nothing to compare'
		same ../got ../wanted
	done
	agree "$id"
}
t 'three hundred random messages on three branches: as git log and grep have it' reckoned

done_testing
