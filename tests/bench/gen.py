#!/usr/bin/env python3
"""Grows the real tickets of tests/data/yoi into a tree of N. The same N gives the same bytes.

usage: gen.py N DIRECTORY        makes DIRECTORY/work-items, and DIRECTORY/{open,closed}.ids, slugs, keys

A quarter of the tickets is open, a twentieth pending, the rest closed; each has a body and three to
eight events that are real text (about 16 KB together), and one in five waits for an earlier one.
"""
import hashlib
import os
import random
import re
import sys
import tarfile
from datetime import datetime, timedelta

HERE = os.path.dirname(os.path.abspath(__file__))
EVENT = re.compile(r'^<!-- event: (\S+) author: (\S+) at: \S+(?: [^\n]*)?-->\n', re.M)
STATUS = ['open'] * 5 + ['pending'] + ['closed'] * 14
LABELS = ['ui', 'tui', 'backend', 'docs', 'build', 'index', 'storage', 'api']
KINDS = ['task', 'bug', 'feature', 'improvement', 'spike']


def corpus():
    """Titles, bodies of item.md, (kind, text) of events, resolutions."""
    titles, bodies, events, resolutions = [], [], [], []
    with tarfile.open(os.path.join(HERE, '../data/yoi/work-items.tar.gz')) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            name = os.path.basename(member.name)
            if name not in ('item.md', 'thread.md', 'resolution.md') or member.name.count('/') != 3:
                continue
            text = tar.extractfile(member).read().decode()
            if name == 'item.md':
                head, body = text.split('---\n', 2)[1:]
                titles.append(re.search(r'^title: (.*)$', head, re.M).group(1).strip('"\''))
                bodies.append(body)
            elif name == 'resolution.md':
                resolutions.append(text)
            else:
                part = EVENT.split(text)
                for k in range(1, len(part), 3):
                    body = re.sub(r'^## [^\n]*\n', '', part[k + 2].strip()).strip()
                    events.append((part[k], re.sub(r'\n*---$', '', body).strip()))
    return titles, bodies, events, resolutions


def line(value):
    """A title on one line of YAML that a line reader understands, too."""
    if re.fullmatch(r"[^\W\d_][^:#\"'\\\[\]{}&*!|>%@`]*", value) and value == value.strip():
        return value
    return '"' + value.replace('\\', '\\\\').replace('"', '\\"') + '"'


def stamp(t):
    return t.strftime('%Y-%m-%dT%H:%M:%SZ')


def event(kind, author, when, heading, body, extra=''):
    return f'<!-- event: {kind} author: {author} at: {stamp(when)}{extra} -->\n\n## {heading}\n\n{body}\n\n---\n'


def tickets(count):
    rnd = random.Random(20261121)
    titles, bodies, events, resolutions = corpus()
    talk = [text for kind, text in events if kind in ('comment', 'plan', 'decision', 'implementation_report', 'review')]
    start = datetime(2024, 1, 1)
    ids = []
    for i in range(count):
        created = start + timedelta(seconds=int(i * 880 * 86400 / count))
        status = STATUS[rnd.randrange(len(STATUS))]
        slug = re.sub('[^a-z0-9]+', '-', rnd.choice(titles).lower()).strip('-')[:40].strip('-') or 'item'
        slug = f'{slug}-{i}'
        ident = created.strftime('%Y%m%d-%H%M%S-') + slug
        when = created
        parts = [event('create', 'alice', when, 'Created', f'Made as number {i}.')]
        for _ in range(rnd.randrange(2, 8)):
            when += timedelta(hours=rnd.randrange(1, 40))
            parts.append(event('comment', rnd.choice(['alice', 'bob', 'carol']), when, 'Comment', rnd.choice(talk)))
        resolution = None
        if status == 'closed':
            when += timedelta(hours=1)
            resolution = rnd.choice(resolutions) if resolutions else 'Done.\n'
            parts.append(event('close', 'alice', when, 'Closed', resolution.strip(), ' status: closed'))
        head = [f'id: {ident}', f'slug: {slug}', f'title: {line(rnd.choice(titles) + " " + str(i))}', f'status: {status}',
                f'kind: {rnd.choice(KINDS)}', f'priority: P{rnd.choice([0, 1, 1, 2, 2, 2, 2, 3, 3, 4])}',
                'labels: [' + ', '.join(rnd.sample(LABELS, rnd.randrange(3))) + ']', f'created_at: {stamp(created)}',
                f'updated_at: {stamp(when)}', f'assignee: {rnd.choice(["null", "null", "alice", "bob"])}', 'legacy_ticket: null']
        if ids and rnd.random() < .2:
            head.append('blocked_by: [' + ', '.join(sorted(set(rnd.choices(ids[-500:], k=rnd.randrange(1, 3))))) + ']')
        ids.append(ident)
        body = rnd.choice(bodies) + f'\nThe word of this ticket is uq{i}zx.\n'
        yield status, ident, slug, '---\n' + '\n'.join(head) + '\n---\n' + body, '\n'.join(parts), resolution


def write(path, text):
    with open(path, 'w', encoding='utf-8', newline='') as f:
        f.write(text)


def main():
    count, top = int(sys.argv[1]), sys.argv[2]
    root = os.path.join(top, 'work-items')
    for status in ('open', 'pending', 'closed'):
        os.makedirs(os.path.join(root, status))
    names = {'open': [], 'pending': [], 'closed': []}
    slugs = []
    for status, ident, slug, item, thread, resolution in tickets(count):
        where = os.path.join(root, status, ident)
        os.makedirs(os.path.join(where, 'artifacts'))
        write(os.path.join(where, 'artifacts/.gitkeep'), '')
        write(os.path.join(where, 'item.md'), item)
        write(os.path.join(where, 'thread.md'), thread)
        if resolution is not None:
            write(os.path.join(where, 'resolution.md'), resolution)
        names[status].append(ident)
        slugs.append(slug)
    everyone = [x for s in names.values() for x in s]
    write(os.path.join(top, 'open.ids'), '\n'.join(names['open']) + '\n')
    write(os.path.join(top, 'all.ids'), '\n'.join(everyone) + '\n')
    write(os.path.join(top, 'slugs'), '\n'.join(slugs) + '\n')
    write(os.path.join(top, 'keys'), '\n'.join(
        'TKT-' + hashlib.sha1(f'blob {len(x)}\0{x}'.encode()).hexdigest()[:7] for x in everyone) + '\n')


main()
