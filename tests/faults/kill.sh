#!/bin/sh
# SIGKILL before each system call that changes the root, by strace (RELIABILITY T2).
# TKT_LONG=1: all of them; else a spread of them. Arguments: names of commands (default: all).
. "${0%/*}/../e2e/lib.sh"
trap 'exit 130' INT TERM HUP
python3 -B "$SRC/tests/faults/sweep.py" kill "$@"
