#!/bin/sh
# ENOSPC, EIO and EROFS from system calls on the root, by strace (RELIABILITY T3).
# TKT_LONG=1: all of them; else a spread of them. Arguments: names of commands (default: all).
. "${0%/*}/../e2e/lib.sh"
trap 'exit 130' INT TERM HUP
python3 -B "$SRC/tests/faults/sweep.py" errno "$@"
