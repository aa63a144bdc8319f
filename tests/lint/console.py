#!/usr/bin/env python3
"""Runs the ```console blocks of a Markdown file and compares what they print.

usage: console.py FILE DIRECTORY

A line `$ command` is run, lines `> more` below it belong to it, and what follows up to the next `$` or
the end of the block is what it prints (both streams). A line `…` stands for any number of lines. All
blocks are one bash session that starts in DIRECTORY; no command may need a terminal or the network.
"""
import subprocess
import sys

MARK = '@@console@@'


def blocks(text):
    """[line number, command, [expected lines]] in order."""
    found, inside, ticks = [], False, ''
    for number, line in enumerate(text.split('\n'), 1):
        strip = line.strip()
        if not inside and strip.startswith('```') and strip.strip('`').strip() == 'console':
            inside, ticks = True, strip[:len(strip) - len(strip.lstrip('`'))]
        elif inside and strip == ticks:
            inside = False
        elif inside and line.startswith('$ '):
            found.append([number, line[2:], []])
        elif inside and line.startswith('> ') and found and not found[-1][2]:
            found[-1][1] += '\n' + line[2:]
        elif inside and found:
            found[-1][2].append(line.rstrip())
    for block in found:
        while block[2] and not block[2][-1]:
            block[2].pop()
    return found


def fits(want, got):
    """Lines against lines; a lone … takes any number."""
    if not want:
        return not got
    if want[0] == '…':
        return any(fits(want[1:], got[k:]) for k in range(len(got) + 1))
    return bool(got) and want[0] == got[0] and fits(want[1:], got[1:])


def main():
    with open(sys.argv[1], encoding='utf-8') as f:
        todo = blocks(f.read())
    if not todo:
        sys.exit('no ```console block in ' + sys.argv[1])
    script = ''.join(f"printf '%s\\n' '{MARK}'\n{command}\n" for _, command, _ in todo)
    run = subprocess.run(['bash', '-c', 'exec 2>&1\n' + script], cwd=sys.argv[2], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, timeout=120, check=False)
    got = run.stdout.decode('utf-8', 'replace').split(MARK + '\n')[1:]
    bad = 0
    for k, (number, command, want) in enumerate(todo):
        have = got[k].split('\n') if k < len(got) else ['(was not reached)']
        have = [line.rstrip() for line in have]
        while have and not have[-1]:
            have.pop()
        if not fits(want, have):
            bad = 1
            print(f'{sys.argv[1]}:{number}: $ {command}')
            print('\n'.join('  wanted: ' + line for line in want))
            print('\n'.join('  got:    ' + line for line in have))
    sys.exit(bad)


main()
