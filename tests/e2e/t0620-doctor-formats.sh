#!/bin/sh
# The report of tkt doctor in every format: read by what would read it.
. "$(dirname "$0")/lib.sh"

id=20260101-000001-alpha

# One error, one warning, one note; words that each format has to escape.
broken() {
	no_doctor
	mkdir "${1:-.}/top" && cd "${1:-.}/top"
	git init -q .
	cp -r "$SRC/tests/golden/doctor/base/work-items" .
	sed -i -e 's/^status: .*/status: a%b,c:d <e> "f" \&/' -e 's/^priority: .*/priority: urgent/' \
		-e 's/^title: .*/title: one: two/' work-items/open/$id/item.md
}

text() {
	broken
	must_fail 1 tkt doctor
	is "$(sed 's/: [^:]*$//' "$out" | sed 2,3d | head -n 1)" "open/$id/item.md:4: info T038"
	lines "$out" 4
	file_has "$out" "open/$id/item.md:5: error T032: status is 'a%b,c:d <e> \"f\" &' under open/"
	file_has "$out" 'doctor: 1 error, 1 warning (3 tickets, 1 note)'
	must_fail 1 tkt doctor -v
	lines "$out" 7
	must_fail 1 tkt doctor -q
	lines "$out" 3
	must_fail 1 tkt doctor --level error
	lines "$out" 2
	must_fail 1 tkt --color always doctor
	grep -q "$(printf '\033')" "$out" || fail 'no colour'
	file_has "$out" 'doctor --fix does'
}
t 'text: a line a finding in a pipe, with what to do on a terminal' text

statuses() {
	broken
	sed -i 's/^status: .*/status: open/' work-items/open/$id/item.md
	exit_is 0 tkt doctor
	must_fail 1 tkt doctor --strict
	sed -i 's/^priority: .*/priority: P2/' work-items/open/$id/item.md
	exit_is 0 tkt doctor --strict
	must_fail 2 tkt doctor --format yaml
	must_fail 2 tkt --json doctor --format sarif
	rm -r work-items/open work-items/pending work-items/closed
	must_fail 3 tkt doctor
}
t 'exit: 1 for errors, for warnings with --strict, never for notes' statuses

json() {
	broken
	must_fail 1 tkt --json doctor
	cp "$out" a.json
	must_fail 1 tkt doctor --format=json
	same a.json "$out"
	is "$(jq -r '.kind + " " + (.data | "\(.errors) \(.warnings) \(.infos) \(.tickets)")' a.json)" 'doctor 1 1 1 3'
	is "$(jq -c '.data.findings[] | select(.code == "T032") | [.level, .file, .line, .id]' a.json)" \
		"[\"error\",\"open/$id/item.md\",5,\"$id\"]"
	is "$(jq '[.data.findings[] | select((.message | length) == 0 or (.fix | length) == 0)] | length' a.json)" 0
}
t 'json: one document in the common envelope' json

github() {
	broken
	must_fail 1 tkt doctor --format=github
	lines "$out" 3
	head -n 1 "$out" >first
	file_has first "::error file=work-items/open/$id/item.md,line=5,endLine=5,col=1,title=T032 status-mismatch::status is 'a%25b,c:d <e> \"f\" &'"
	file_has "$out" '::warning file='
	file_has "$out" '::notice file='
	mkdir 'work-items/open/one, two: 50%'
	must_fail 1 tkt doctor --format=github
	file_has "$out" 'file=work-items/open/one%2C two%3A 50%25,title='
}
t 'github: escaped commands, errors first, paths from the top of git' github

gitlab() {
	broken
	# Two findings that differ in nothing but their line.
	sed -i '/^legacy_ticket/a stray\nstray' work-items/open/$id/item.md
	must_fail 1 tkt doctor --format=gitlab
	is "$(jq 'length' "$out")" 5
	is "$(jq '[.[].fingerprint] | unique | length' "$out")" 5
	is "$(jq -r '[.[].severity] | unique | join(" ")' "$out")" 'info major minor'
	is "$(jq '[.[] | select(.description and .check_name and .location.path and (.location.lines.begin >= 1))] | length' "$out")" 5
	jq -r '.[].fingerprint' "$out" | sort >before
	sed -i '/^id:/i # a comment' work-items/open/$id/item.md
	must_fail 1 tkt doctor --format=gitlab
	jq -r '.[].fingerprint' "$out" | sort >after
	same before after
}
t 'gitlab: fingerprints are unique, and stay when lines are added above' gitlab

sarif() {
	broken
	mkdir 'work-items/open/one two%'
	must_fail 1 tkt doctor --format=sarif
	is "$(jq -r '.version + " " + .runs[0].tool.driver.name' "$out")" '2.1.0 tkt'
	has "$(jq -r '."$schema"' "$out")" sarif-2.1.0
	is "$(jq '.runs[0].tool.driver.rules | length' "$out")" "$(tkt doctor --codes | wc -l)"
	# Each result points to its own rule, has a level that SARIF knows, a message and a place.
	is "$(jq '.runs[0] | .tool.driver.rules as $r | [.results[] | select($r[.ruleIndex].id != .ruleId
		or ((.level | IN("error", "warning", "note")) | not) or (.message.text | length) == 0
		or (.locations[0].physicalLocation.artifactLocation.uri | test("^work-items/[A-Za-z0-9._~%/-]+$") | not)
		or (.partialFingerprints | length) == 0)] | length' "$out")" 0
	is "$(jq -r '.runs[0].results[] | select(.ruleId == "T009") | .locations[0].physicalLocation.artifactLocation.uri' "$out")" \
		work-items/open/one%20two%25
	is "$(jq -r '.runs[0].results[] | select(.ruleId == "T032") | .locations[0].physicalLocation.region.startLine' "$out")" 5
}
t 'sarif: rules, results and places as 2.1.0 has them' sarif

junit() {
	broken
	must_fail 1 tkt doctor --format=junit
	python3 - "$out" "$(tkt doctor --codes | wc -l)" <<'EOF'
import sys
import xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
suite = root.find('testsuite')
cases = suite.findall('testcase')
assert root.tag == 'testsuites' and len(cases) == int(sys.argv[2]) == int(suite.get('tests')), len(cases)
failed = [c for c in cases if c.find('failure') is not None]
assert int(suite.get('failures')) == len(failed) == 1, failed
assert failed[0].get('name') == 'T032 status-mismatch'
assert '''a%b,c:d <e> "f" &''' in failed[0].find('failure').text
assert len([c for c in cases if c.find('system-out') is not None]) == 2
EOF
	must_fail 1 tkt doctor --format=junit --strict
	file_has "$out" 'failures="2"'
}
t 'junit: a test a code, failing where there is an error' junit

tap() {
	broken
	must_fail 1 tkt doctor --format=tap
	n=$(tkt doctor --codes | wc -l)
	file_has "$out" "1..$n"
	is "$(grep -c -E '^(not )?ok [0-9]+ - T[0-9]{3} ' "$out")" "$n"
	is "$(grep -c '^not ok' "$out")" 1
	is "$(grep '^not ok' "$out" | cut -d ' ' -f 5)" T032
	grep -A 1 '^not ok' "$out" | grep -q "^# work-items/open/$id/item.md:5: " || fail 'no diagnostic'
}
t 'tap: the same tests as TAP' tap

beside() {
	broken
	echo 'see tickets/first.md' >TODO.md
	must_fail 1 tkt doctor --format=github
	file_has "$out" 'file=TODO.md,line=1,'
	cd work-items/open
	must_fail 1 tkt doctor --format=github
	file_has "$out" "file=work-items/open/$id/item.md,line=5,"
	mkdir ../../deep && cp -r ../../work-items ../../deep/tickets-here
	must_fail 1 tkt --root ../../deep/tickets-here doctor --format=github
	file_has "$out" "file=deep/tickets-here/open/$id/item.md,line=5,"
}
t 'paths start at the top of git, wherever one stands and whatever the root is called' beside

hostile() {
	broken
	sed -i "s/^status: .*/status: $(printf 'red\033[31m')/" work-items/open/$id/item.md
	for format in text json github gitlab sarif junit tap; do
		must_fail 1 tkt doctor --format=$format
		! grep -q "$(printf '\033')" "$out" || fail "$format lets an escape through"
	done
}
t 'no format lets control characters through' hostile

ci_jobs() {
	broken
	sed -n 's/.*\(tkt doctor --[a-z= -]*\).*/\1/p' "$SRC"/contrib/ci/*.yml >jobs
	[ "$(wc -l <jobs)" -ge 5 ] || fail 'the jobs call no doctor'
	while read -r job; do
		# shellcheck disable=SC2086 # words
		must_fail 1 $job
	done <jobs
	for file in "$SRC"/contrib/ci/*.yml; do
		! grep -n "$(printf '\t')" "$file" || fail "YAML knows no tabs: $file"
	done
}
t 'what the CI jobs of contrib/ci call is there' ci_jobs

same_every_time() {
	tar xzf "$SRC/tests/data/yoi/work-items.tar.gz"
	for n in 1 2 3; do
		i=0
		# Enough tickets for several threads.
		while [ $i -lt 12 ] && [ $n = 1 ]; do
			for dir in work-items/closed/2026*; do
				case $dir in *x[0-9]*) continue ;; esac
				cp -r "$dir" "${dir}x$i"
			done
			i=$((i + 1))
		done
		run tkt doctor
		cp "$out" "report.$n"
	done
	same report.1 report.2
	same report.1 report.3
	rm -r work-items/closed/*x[0-9]*
}
t 'the report of a thousand tickets is the same every time' same_every_time

done_testing
