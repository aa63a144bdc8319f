#!/usr/bin/env python3
"""Cuts the small sets of tests/data/search out of whole ones. The same input gives the same bytes.

usage: cut.py DIR DESTINATION        DIR holds yoi, backlog and beads, as sets.py reads them

Of each set: 25 queries, drawn so that every slice is there (and, where there are any, Japanese ones); the tickets that
answer them; tickets that are linked to those, or known as duplicates; then, half and half, the tickets whose titles are
nearest to those of the answers, which are what a search can confuse, and any others, until there are 48. Neither half
is chosen by full text, so that no way of searching is favoured. Texts are not changed; comments of a ticket over
12,000 characters in all are left out from the end.
"""
import gzip
import io
import json
import os
import random
import re
import sys
import tarfile

sys.dont_write_bytecode = True  # the source tree stays as it is

from sets import find_sets, json_lines, files_of, qrels, read_set

QUERIES, TICKETS, COMMENTS = 25, 48, 12000
SHARE = [('gap', 5), ('hard', 8), ('mid', 7), ('easy', 5)]


def draw(queries, rnd):
    """Queries by slice; of two languages, each in turn."""
    left = sorted(queries, key=lambda q: q.qid)
    rnd.shuffle(left)
    taken = []
    for name, n in SHARE:
        mine = [q for q in left if name in q.slices and (name == 'gap' or 'gap' not in q.slices)]
        cjk, other = [q for q in mine if 'cjk' in q.slices], [q for q in mine if 'cjk' not in q.slices]
        turns = [q for pair in zip(cjk, other) for q in pair] + mine
        picked = list({q.qid: q for q in turns}.values())[:n]
        taken += picked
        left = [q for q in left if q not in picked]
    return sorted((taken + left)[:QUERIES], key=lambda q: q.qid)


def title_words(ticket):
    return set(re.findall(r'\w{3,}', ticket['title'].lower()))


def choose(s, queries, rnd):
    by_id = {t['id']: t for t in s.tickets}
    keep = dict.fromkeys(i for q in queries for i in sorted(q.relevant))
    answers = list(keep)
    for pair in s.dups:
        keep.update(dict.fromkeys(pair))
    for doc, rel in s.related:
        near = sorted(rel & set(by_id))
        if doc in answers and near and len(keep) < TICKETS - 10:
            keep[near[0]] = None
    words = {i: title_words(t) for i, t in by_id.items()}
    rest = [i for i in sorted(by_id) if i not in keep]
    rnd.shuffle(rest)
    near = sorted(rest, key=lambda i: -max(len(words[i] & words[a]) / (len(words[i] | words[a]) or 1) for a in answers))
    while len(keep) < TICKETS:
        for source in (near, rest):
            keep[next(i for i in source if i not in keep)] = None
    return set(list(keep)[:max(TICKETS, len(answers))])


def shortened(ticket):
    size, comments = 0, []
    for c in ticket['comments']:
        size += len(c['body'])
        if size > COMMENTS:
            break
        comments.append(c)
    return dict(ticket, comments=comments)


def lines(rows):
    return ''.join(json.dumps(r, ensure_ascii=False) + '\n' for r in rows)


def cut(path, rnd):
    s = read_set(path, 'dev')
    files = files_of(path)
    queries = draw(s.queries, rnd)
    keep = choose(s, queries, rnd)
    qids = {q.qid for q in queries}
    related = [{'doc': doc, 'relevant': sorted(rel & keep)} for doc, rel in s.related if doc in keep and rel & keep]
    out = {
        'corpus.jsonl': lines(shortened(t) for t in s.tickets if t['id'] in keep),
        'queries.jsonl': lines({'qid': q.qid, 'text': q.text, 'relevant': sorted(q.relevant)} for q in queries),
        'slices.tsv': ''.join(f'{r[0]}\t{r[1]}\t{r[2]}\n' for r in map(str.split, files['slices.tsv'].decode().splitlines())
                              if r[0] in qids),
        'related.jsonl': lines(related),
        'dups.jsonl': lines(r for r in json_lines(files, 'dups.jsonl') if {r['a'], r['b']} <= keep),
    }
    assert all(q.relevant == frozenset(qrels(files, 'qrels.txt')[q.qid]) for q in queries)
    print(s.name, len(keep), 'tickets', len(queries), 'queries', len(related), 'related',
          {x: sum(x in q.slices for q in queries) for x in ('hard', 'mid', 'easy', 'gap', 'cjk')})
    return s.name, out


def pack(name, files, where):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode='w', format=tarfile.USTAR_FORMAT) as tar:
        for file, text in files.items():
            info = tarfile.TarInfo(f'{name}/{file}')
            info.size = len(text.encode())
            tar.addfile(info, io.BytesIO(text.encode()))
    with open(os.path.join(where, f'{name}-small.tar.gz'), 'wb') as f:
        with gzip.GzipFile('', 'wb', 9, f, 0) as z:
            z.write(raw.getvalue())


def main():
    source, where = sys.argv[1:]
    os.makedirs(where, exist_ok=True)
    for path in find_sets(source):
        pack(*cut(path, random.Random(3)), where)


if __name__ == '__main__':
    main()
