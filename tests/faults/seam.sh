#!/bin/sh
# Every call of sys/io fails or kills, once and for good, also during the recovery (RELIABILITY T1).
# TKT_LONG=1: all of them; else a spread of them. Arguments: names of commands (default: all).
. "${0%/*}/../e2e/lib.sh"
trap 'exit 130' INT TERM HUP
python3 -B "$SRC/tests/faults/sweep.py" seam "$@"
