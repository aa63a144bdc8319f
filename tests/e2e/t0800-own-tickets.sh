#!/bin/sh
# The project's own work lives in work-items/ and is held to what the project says of tickets.
. "$(dirname "$0")/lib.sh"

clean() {
	no_doctor
	exit_is 0 tkt --root "$SRC/work-items" doctor --strict
	exit_is 0 sh -c 'cd "$SRC" && exec ./tickets.sh doctor'
}
t 'doctor, and the doctor of the script, find nothing in the tickets of this project' clean

named() {
	no_doctor
	exit_is 0 tkt --root "$SRC/work-items" list --status all --format keys
	has "$(cat "$out")" TKT-8d8d657
}
t 'the tickets that commits name are there' named

done_testing
