#!/bin/sh
# Random sessions: the same steps by tickets.sh and by tkt, compared after each. A short round with one
# fixed seed and one new one; a long one with TKT_LONG=1. A failure prints how to repeat it.
# shellcheck source=tests/compat/lib-compat.sh
. "$(dirname "$0")/lib-compat.sh"

fresh=$(($(od -An -N4 -tu4 /dev/urandom)))
steps=150
[ -z "${TKT_LONG:-}" ] || steps=1500

session() {
	no_doctor
	need python3
	python3 "$SRC/tests/compat/session.py" --script "$1 $SCRIPT" --tkt "$DIALECT" --seed "$2" \
		--steps "${4:-$steps}" --wild "$3" dirs
}

t "$steps random steps agree, seed 1" session sh 1 0.1
t "$steps random steps agree, new seed $fresh" session sh "$fresh" 0.1
t "$steps random steps agree in a damaged tree, new seed $fresh" session sh "$fresh" 0.5
t 'random steps agree under bash --posix' session 'bash --posix' 2 0.1 40
if command -v busybox >/dev/null; then
	t 'random steps agree under busybox sh' session 'busybox sh' 3 0.1 40
fi
if [ -n "${TKT_LONG:-}" ]; then
	n=0
	while [ $n -lt 20 ]; do
		n=$((n + 1))
		t "$steps random steps agree, new seed $((fresh + n))" session sh $((fresh + n)) 0.2
	done
fi

done_testing
