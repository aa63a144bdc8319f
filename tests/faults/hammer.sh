#!/bin/sh
# Eight writers of tkt, two of tickets.sh, git committing and switching, SIGKILL (RELIABILITY T5).
# TKT_LONG=1: a minute; TKT_HAMMER_SECONDS, TKT_SEED: as told.
. "${0%/*}/../e2e/lib.sh"
trap 'exit 130' INT TERM HUP
python3 -B "$SRC/tests/faults/hammer.py"
