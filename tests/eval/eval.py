#!/usr/bin/env python3
"""How good is tkt at finding? The real command, over sets of queries with known answers.

usage: eval.py [--tkt FILE] [--split NAME] [--modes a,b] [--jobs N] [--own-ids] [--work DIR] [--json FILE] [DIR...]

Each DIR holds sets (a folder or .tar.gz each; sets.py says what is in one); default tests/data/search. For every set a
tree of tickets is written, `tkt doctor` must accept it, and each query is one process of `tkt search`. Beside it stand
keyword search by FTS5 alone, measured in the same run (baselines.py), and figures that are quoted (quoted.py).
--work DIR keeps the trees there. --own-ids: directories are named by the ids of the corpus. Exit 1 if a command failed
or printed what is no answer.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

sys.dont_write_bytecode = True  # the source tree stays as it is

import quoted
from baselines import Baselines
from scores import MEASURES, mean, measure, paired
from sets import SLICES, find_sets, read_set, write_tree

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
MODES = ['keyword', 'semantic', 'hybrid']
TITLES = {'and': 'FTS5 as it comes (AND)', 'or': 'FTS5 unicode61, OR', 'tickets': 'FTS5 whole tickets, tuned',
          'passages': 'FTS5 passages, tuned'}
THRESHOLDS = [None, .85, .8, .75]


class Failed(Exception):
    pass


class Command:
    """tkt on one tree, with nothing of the user's around it."""

    def __init__(self, tkt, top, jobs):
        self.tkt, self.root, self.jobs = tkt, os.path.join(top, 'work-items'), jobs
        keep = ('PATH', 'TMPDIR', 'LD_LIBRARY_PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')
        self.env = {k: os.environ[k] for k in keep if k in os.environ}
        self.env.update(HOME=top, LC_ALL='C.UTF-8', TZ='UTC', TKT_AUTHOR='eval', GIT_CONFIG_GLOBAL='/dev/null',
                        GIT_CONFIG_NOSYSTEM='1')
        self.failures, self.degraded = [], 0

    def run(self, *args):
        return subprocess.run([self.tkt, '--root', self.root, *args], env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def data(self, *args):
        """`data` of the one JSON document, or None and a failure noted."""
        done = self.run('--json', *args)
        try:
            answer = json.loads(done.stdout)
            if answer['kind'] == 'error':
                raise ValueError(answer['error']['message'])
            if done.returncode:
                raise ValueError(f'status {done.returncode}')
            return answer['data']
        except (ValueError, KeyError, TypeError) as e:
            said = done.stderr.decode('utf-8', 'replace').strip() or str(e)
            self.failures.append(f'{" ".join(args)[:120]}: {said[:200]}')
            return None

    def hits(self, names, *args):
        data = self.data(*args)
        if data is None:
            return []
        if data.get('degraded'):
            self.degraded += 1
        found = next((v for v in data.values() if isinstance(v, list)), [])
        return [names.get(h['id'], '?') for h in found]

    def each(self, function, items):
        """function(item) for all; so many processes at once. Answers and the mean milliseconds of one."""
        start = time.monotonic()
        with ThreadPoolExecutor(self.jobs) as pool:
            out = list(pool.map(function, items))
        return out, (time.monotonic() - start) * 1e3 * self.jobs / max(1, len(items))


# --- asking ---

def prepare(command, say):
    done = command.run('doctor')
    if done.returncode:
        raise Failed('tkt doctor refuses the tree:\n' + done.stderr.decode()[:2000] + done.stdout.decode()[:2000])
    start = time.monotonic()
    done = command.run('index', 'rebuild')
    if done.returncode:
        command.failures.append('index rebuild: ' + done.stderr.decode()[:200].strip())
    say(f'index, with vectors: {time.monotonic() - start:.2f} s')


def ask_all(command, s, names, modes, base, say):
    """{name: [measures of each query]}"""
    out, times = {}, []
    for mode in modes:
        found, ms = command.each(
            lambda q: command.hits(names, 'search', '--mode', mode, '--limit', '10', '--', q.text), s.queries)
        times.append(f'{mode} {ms:.1f}')
        out['tkt ' + mode] = [measure(f, q.relevant) for f, q in zip(found, s.queries)]
    if times:
        say('one search, ms: ' + ', '.join(times))
    for name in Baselines.NAMES:
        out[TITLES[name]] = [measure(base.ask(name, q.text), q.relevant) for q in s.queries]
    return out


def ask_related(command, s, names):
    ids = {theirs: ours for ours, theirs in names.items()}
    rows = [(doc, rel) for doc, rel in s.related if doc in ids]
    found, _ = command.each(lambda r: command.hits(names, 'related', ids[r[0]], '--limit', '10'), rows)
    return [measure([d for d in f if d != doc], rel) for f, (doc, rel) in zip(found, rows)]


def base_related(base, s):
    """Keyword search with the title and the first words of the ticket."""
    tickets = {t['id']: t for t in s.tickets}
    out = []
    for doc, rel in s.related:
        t = tickets.get(doc)
        if t:
            first = ' '.join((t['title'] + ' ' + t['body']).split()[:120])
            out.append(measure([d for d in base.ask('tickets', first) if d != doc], rel))
    return out


def pairs_in(data):
    """Pairs of ids: of groups that name their pairs (by id or place), of groups alone, or of a plain list of pairs."""
    def name(x, members=()):
        return x['id'] if isinstance(x, dict) else members[x] if isinstance(x, int) else x
    out = set()
    for row in next((v for v in data.values() if isinstance(v, list)), []):
        if 'a' in row and 'b' in row:
            out.add(frozenset([name(row['a']), name(row['b'])]))
            continue
        members = [name(m) for m in row.get('tickets', [])]
        if 'pairs' in row:
            out.update(frozenset([name(p['a'], members), name(p['b'], members)]) for p in row['pairs'])
        else:
            out.update(frozenset(p) for p in combinations(members, 2))
    return out


def ask_duplicates(command, s, names):
    """[(threshold, pairs told, known duplicates among them, {label: among them})]"""
    out = []
    for threshold in THRESHOLDS:
        data = command.data('duplicates', *(['--threshold', str(threshold)] if threshold else []))
        if data is None:
            break
        told = {frozenset(names.get(i, '?') for i in p) for p in pairs_in(data)}
        labels = {}
        for a, b, label in s.labels:
            labels[label] = labels.get(label, 0) + (frozenset([a, b]) in told)
        out.append((threshold, len(told), sum(frozenset(p) in told for p in s.dups), labels))
    return out


# --- telling ---

def cell(values):
    return ' '.join('1.00' if v > .9995 else f'{v:.3f}'[1:] for v in values)


def show_table(s, results):
    there = [x for x in SLICES if any(x in q.slices for q in s.queries)]
    counts = {x: sum(x in q.slices for q in s.queries) for x in there}
    print('\n' + ' ' * 34 + ''.join(f'{x + " (" + str(counts[x]) + ")":17}' for x in there).rstrip())
    print(f'{"measured in this run":34}' + ''.join(f'{"MRR  nDCG Rec":17}' for _ in there).rstrip())
    for name, rows in results.items():
        cells = []
        for x in there:
            mine = [r for r, q in zip(rows, s.queries) if x in q.slices]
            cells.append(f'{cell([mean([r[i] for r in mine]) for i in range(3)]):17}')
        print(f'{name:34}' + ''.join(cells).rstrip())


def show_quoted(s, split):
    if not any(s.name in halves.get(split, {}) for halves in quoted.NDCG.values()):
        print('quoted: nothing is known of this set elsewhere')
        return
    print('quoted from the study, not measured here; the same queries')
    for name, halves in quoted.NDCG.items():
        mrr, recall = quoted.MORE[name][s.name] if split == 'held-out' else (None, None)
        cells = [' -- ' if v is None else cell([v]) for v in (mrr, halves[split][s.name], recall)]
        print(f'{name:34}{" ".join(cells)}')


def show_difference(what, results_of, sets_, ours, theirs):
    for x in SLICES:
        cells, n = [], 0
        for i in range(2):
            lists = []
            for s, results in zip(sets_, results_of):
                if ours in results and theirs in results:
                    lists.append([a[i] - b[i] for a, b, q in zip(results[ours], results[theirs], s.queries) if x in q.slices])
            n = sum(map(len, lists))
            d, low, high = paired(lists)
            cells.append(f'{MEASURES[i]} {d:+.3f} [{low:+.3f}, {high:+.3f}]')
        if n:
            print(f'  {what if x == "all" else "":34}{x:5}{n:5}  ' + '   '.join(cells))


def show_duplicates(s, rows):
    for threshold, told, known, labels in rows:
        said = ', '.join(f'{label} {n} of {sum(x == label for _, _, x in s.labels)}' for label, n in sorted(labels.items()))
        print(f'duplicates at {threshold or "the default"}: {told} pairs; known {known} of {len(s.dups)}'
              + (f'; of the pairs that a reader judged: {said}' if said else ''))


# --- one set, all sets ---

def one_set(path, options, work, report):
    s = read_set(path, options.split)
    print(f'\n== {s.name}: {len(s.tickets)} tickets, {len(s.queries)} queries ({options.split})')
    if not s.queries:
        raise Failed(f'{path}: no queries of this split')
    top = os.path.join(work, s.name)
    names = write_tree(s.tickets, top, options.own_ids)
    command = Command(options.tkt, top, options.jobs)
    notes = []
    prepare(command, notes.append)
    base = Baselines(s.tickets)
    results = ask_all(command, s, names, options.modes, base, notes.append)
    related = {'tkt related': ask_related(command, s, names), 'FTS5, title and first words': base_related(base, s)}
    duplicates = ask_duplicates(command, s, names) if s.dups or s.labels else []
    print('; '.join(notes))
    if command.degraded:
        print(f'{command.degraded} answers were degraded')
    show_table(s, results)
    show_quoted(s, options.split)
    if s.related:
        print()
        for name, rows in related.items():
            print(f'{name + " (" + str(len(rows)) + ")":34}{cell([mean([r[i] for r in rows]) for i in range(3)])}')
        for name, known in quoted.RELATED.items():
            if options.split == 'held-out' and s.name in known:
                print(f'{name:34} --  {cell([known[s.name]])}  --   quoted')
    show_duplicates(s, duplicates)
    report[s.name] = {
        'queries': len(s.queries), 'failures': len(command.failures), 'degraded': command.degraded,
        'duplicates': [{'threshold': t, 'pairs': n, 'known': k, 'of': len(s.dups)} for t, n, k, _ in duplicates],
        'results': {name: {x: [mean([r[i] for r, q in zip(rows, s.queries) if x in q.slices]) for i in range(3)]
                           for x in SLICES if any(x in q.slices for q in s.queries)} for name, rows in results.items()},
        'related': [mean([r[i] for r in related['tkt related']]) for i in range(3)] if s.related else None}
    for failure in command.failures[:5]:
        print('FAILED: ' + failure)
    if len(command.failures) > 5:
        print(f'FAILED: and {len(command.failures) - 5} more')
    return s, results, len(command.failures)


def compare(done):
    sets_, results = [d[0] for d in done], [d[1] for d in done]
    pairs = [('tkt hybrid', TITLES['passages']), ('tkt hybrid', TITLES['tickets']), ('tkt hybrid', 'tkt keyword'),
             ('tkt keyword', TITLES['passages'])]
    for ours, theirs in pairs:
        if not any(ours in r and theirs in r for r in results):
            continue
        print(f'\n{ours} - {theirs}: mean difference [95 %, paired bootstrap over queries]')
        for s, r in zip(sets_, results):
            show_difference(s.name, [r], [s], ours, theirs)
        if len(sets_) > 1:
            show_difference('all sets, each counting the same', results, sets_, ours, theirs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--tkt', default=os.path.join(os.environ.get('TKT_BUILD', os.path.join(SOURCE, 'build/release')), 'tkt'))
    parser.add_argument('--split', default='dev')
    parser.add_argument('--modes', type=lambda m: [x for x in m.split(',') if x], default=MODES)
    parser.add_argument('--jobs', type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument('--own-ids', action='store_true')
    parser.add_argument('--work')
    parser.add_argument('--json')
    parser.add_argument('dirs', nargs='*', default=[os.path.join(SOURCE, 'tests/data/search')])
    options = parser.parse_args()
    options.tkt = os.path.abspath(options.tkt)
    paths = [p for d in options.dirs for p in find_sets(d)]
    if not paths:
        sys.exit('eval.py: no sets in ' + ' '.join(options.dirs))
    done, report, failures = [], {}, 0
    with tempfile.TemporaryDirectory(prefix='tkt-eval-') as scratch:
        work = options.work or scratch
        os.makedirs(work, exist_ok=True)
        for path in paths:
            try:
                s, results, failed = one_set(path, options, work, report)
                done.append((s, results))
                failures += failed
            except Failed as e:
                print(f'FAILED: {e}')
                failures += 1
            sys.stdout.flush()
    compare(done)
    if options.json:
        with open(options.json, 'w', encoding='utf-8') as f:
            json.dump(report, f, indent=1)
            f.write('\n')
    sys.exit(1 if failures else 0)


if __name__ == '__main__':
    main()
