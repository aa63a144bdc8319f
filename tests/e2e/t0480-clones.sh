#!/bin/sh
# Clones whose people change the same tickets at random, and meet through a bare repository in every way that git has:
# nothing is lost, nothing doubled, all end with one tree, doctor is content. tests/e2e/clones.py plays them.
. "$(dirname "$0")/lib.sh"
need git python3

TKT_FSYNC=off
TKT_INDEX=off
export TKT_FSYNC TKT_INDEX

rounds=25 seeds=1
[ -z "${TKT_LONG:-}" ] || rounds=60 seeds=25

play() { # CLONES WAY [OPTION…]
	clones=$1 way=$2
	shift 2
	first=${TKT_SEED:-$((clones * 7))}
	n=0
	while [ "$n" -lt "$seeds" ]; do
		mkdir "$n"
		(cd "$n" && python3 "$SRC/tests/e2e/clones.py" --seed "$((first + n))" --clones "$clones" \
			--rounds "$rounds" --way "$way" "$@" >"$out" 2>&1) || fail "the clones do not agree"
		cat "$out"
		rm -rf "$n"
		n=$((n + 1))
	done
}
t 'two clones that merge' play 2 merge
t 'five clones that merge' play 5 merge
t 'two clones that rebase' play 2 rebase
t 'five clones that rebase' play 5 rebase
t 'two clones that squash' play 2 squash
t 'five clones that squash' play 5 squash
t 'two clones that merge, rebase, squash, pick, stash and try octopus merges' play 2 mixed
t 'five clones that merge, rebase, squash, pick, stash and try octopus merges' play 5 mixed
t 'five clones without merge drivers: doctor --fix mends what git leaves' play 5 mixed --plain
t 'two clones without merge drivers that rebase' play 2 rebase --plain

# The clones must be able to see a loss: an event taken out of a thread, an event put in twice.
sees() { # HOW
	no_doctor
	mkdir bin
	cat >bin/tkt <<-END
		#!/bin/sh
		case \$1 in merge-thread)
			"$TKT" "\$@" || exit
			$1
			exit 0 ;;
		esac
		exec "$TKT" "\$@"
	END
	chmod +x bin/tkt
	bin=$PWD/bin
	mkdir w
	(cd w && PATH=$bin:$PATH exit_is 1 python3 "$SRC/tests/e2e/clones.py" --seed 3 --clones 3 --rounds 25 --way merge)
	file_has "$out" 'stands in'
	rm -rf w
}
# shellcheck disable=SC2016
t 'a driver that drops an event is found out' sees 'sed -i "/token 1[0-9]\\./d" "$3"'
# shellcheck disable=SC2016
t 'a driver that doubles an event is found out' sees 'printf "\n%s\n\n## Comment\n\ntoken 12.\n\n---\n" "<!-- event: comment author: x at: 2026-06-01T12:00:00Z -->" >>"$3"'

done_testing
