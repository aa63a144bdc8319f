"""Evaluation sets: what is read from disk, and the same as a tree of tickets.

A set is a folder or a .tar.gz with these files; only the first and one of queries.* are needed.

    corpus.jsonl        {id, title, body, comments [{kind, author, at, body}], tags, state, kind, priority, created_at}
    queries.jsonl       {qid, text, relevant [id]}; also slice and split, where the two below are not there
    queries.tsv         qid, text                          (instead, with qrels.txt)
    queries.SPLIT.*     of that split only; goes before queries.*
    qrels.txt           qid 0 id 1                         goes before `relevant`
    slices.tsv          qid, slice...                      "-" is none
    related.jsonl       {doc, relevant [id]}, or related.qrels.txt with qids SET-rel-ID
    dups.jsonl          {a, b}                             pairs known to be duplicates
    dup_labels.jsonl    {a, b, label}                      pairs that a reader judged
"""
import io
import json
import os
import re
import tarfile
from collections import defaultdict
from dataclasses import dataclass, field

SLICES = ['all', 'hard', 'mid', 'easy', 'gap', 'cjk']
CJK = '\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f'
HAS_CJK = re.compile(f'[{CJK}]')


@dataclass
class Query:
    qid: str
    text: str
    relevant: frozenset
    slices: set = field(default_factory=set)


@dataclass
class EvalSet:
    name: str
    tickets: list
    queries: list
    related: list  # (id, frozenset of ids)
    dups: list     # (id, id)
    labels: list   # (id, id, label)


# --- reading ---

def files_of(path):
    """{name: bytes} of a folder or an archive; folders inside an archive do not matter."""
    if os.path.isdir(path):
        names = [n for n in os.listdir(path) if os.path.isfile(os.path.join(path, n))]
        return {n: open(os.path.join(path, n), 'rb').read() for n in names}
    with tarfile.open(path) as tar:
        return {os.path.basename(m.name): tar.extractfile(m).read() for m in tar if m.isfile()}


def json_lines(files, name):
    text = io.StringIO(files.get(name, b'').decode('utf-8'), newline='\n')
    return [json.loads(line) for line in text if line.strip()]


def table(files, name, sep=None):
    text = files.get(name, b'').decode('utf-8')
    return [line.split(sep) for line in text.split('\n') if line.strip()]


def qrels(files, name):
    out = defaultdict(set)
    for row in table(files, name):
        if len(row) >= 4 and float(row[3]) > 0:
            out[row[0]].add(row[2])
    return out


def read_queries(files, split):
    rows = []
    for stem in (f'queries.{split}', 'queries'):
        rows = [r for r in json_lines(files, stem + '.jsonl') if r.get('split', split) == split]
        rows = rows or [{'qid': r[0], 'text': r[1]} for r in table(files, stem + '.tsv', '\t') if len(r) > 1]
        if rows:
            break
    judged = qrels(files, f'qrels.{split}.txt') or qrels(files, 'qrels.txt')
    slices = {r[0]: {s for s in r[1:] if s != '-'} for r in table(files, 'slices.tsv')}
    out = []
    for r in rows:
        relevant = judged.get(r['qid']) or set(r.get('relevant', []))
        if not relevant:
            continue
        mine = slices.get(r['qid'], {r['slice']} if 'slice' in r else set()) | {'all'}
        if HAS_CJK.search(r['text']):
            mine.add('cjk')
        out.append(Query(r['qid'], r['text'], frozenset(relevant), mine))
    return out


def read_set(path, split):
    files = files_of(path)
    name = re.sub(r'\.(tar\.gz|tgz)$', '', os.path.basename(path.rstrip('/')))
    related = [(r['doc'], frozenset(r['relevant'])) for r in json_lines(files, 'related.jsonl')]
    related = related or [(qid.split('-rel-', 1)[1], frozenset(rel))
                          for qid, rel in sorted(qrels(files, 'related.qrels.txt').items()) if '-rel-' in qid]
    return EvalSet(name, json_lines(files, 'corpus.jsonl'), read_queries(files, split), related,
                   [(r['a'], r['b']) for r in json_lines(files, 'dups.jsonl')],
                   [(r['a'], r['b'], r['label']) for r in json_lines(files, 'dup_labels.jsonl')])


def find_sets(path):
    """Every folder or archive with a corpus in it, by name; `path` may be one itself."""
    if os.path.isfile(path) or os.path.exists(os.path.join(path, 'corpus.jsonl')):
        return [path]
    found = []
    for name in sorted(os.listdir(path)):
        full = os.path.join(path, name)
        if os.path.exists(os.path.join(full, 'corpus.jsonl')):
            found.append(full)
        elif name.endswith(('.tar.gz', '.tgz')):
            with tarfile.open(full) as tar:
                if any(os.path.basename(m) == 'corpus.jsonl' for m in tar.getnames()):
                    found.append(full)
    return found


# --- writing: tickets as `tkt create`, `tkt comment` and `tkt close` leave them ---

PRIORITY = {'critical': 'P0', 'high': 'P1', 'medium': 'P2', 'low': 'P3'}
HEADING = {'implementation_report': 'Implementation report', 'review': 'Review: approve'}


def one_line(text):
    return ' '.join(re.sub(r'[\x00-\x1f\x7f]', ' ', text or '').split())


def quoted(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'


def plain_or_quoted(text):
    """What YAML and a reader of lines take for the same string stands as it is."""
    if re.fullmatch(r'[^\W\d_][\w ,./()+-]*', text) and not text.endswith(' ') \
            and text.lower() not in ('null', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n'):
        return text
    return quoted(text)


def label(text):
    text = one_line(text)
    return text if re.fullmatch(r'[A-Za-z][\w./-]*', text) else quoted(text.replace(',', ' '))


def stamp(text, otherwise):
    """Times of any precision and zone; the zone is dropped, as it does not matter here."""
    m = re.match(r'(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?)?', text or '')
    return f'{m[1]}T{m[2] or "00:00"}:{m[3] or "00"}Z' if m else otherwise


def event(kind, author, at, heading, body, more=''):
    body = re.sub(r'^(\\*<!-- event:)', r'\\\1', body, flags=re.M)
    if not re.fullmatch(r'[^\s":>-][^\s":>]*', author) or '--' in author:
        author = quoted(author.replace('--', '-'))
    return f'<!-- event: {kind} author: {author} at: {at}{more} -->\n\n## {heading}\n\n{body}\n\n---\n'


def thread_of(ticket, created):
    out = [event('create', 'eval', created, 'Created', 'Created by tkt.')]
    for c in ticket.get('comments') or []:
        kind = c.get('kind') if re.fullmatch(r'[a-z][a-z_]*', c.get('kind') or '') else 'comment'
        heading = HEADING.get(kind, kind.replace('_', ' ').capitalize())
        out.append(event(kind, one_line(c.get('author')) or 'unknown', stamp(c.get('at'), created), heading,
                         c['body'].strip('\n'), ' status: approve' if kind == 'review' else ''))
    return '\n'.join(out)


def item_of(ticket, ident, slug, status, created):
    times = [created] + [stamp(c.get('at'), created) for c in ticket.get('comments') or []]
    kind = ticket.get('kind') if re.fullmatch(r'[a-z][a-z_-]*', ticket.get('kind') or '') else 'task'
    priority = PRIORITY.get(ticket.get('priority'), ticket.get('priority') or 'P2')
    head = [('id', ident), ('slug', slug), ('title', plain_or_quoted(one_line(ticket['title']))), ('status', status),
            ('kind', kind), ('priority', priority if re.fullmatch('P[0-4]', priority) else 'P2'),
            ('labels', '[' + ', '.join(label(t) for t in ticket.get('tags') or [] if one_line(t)) + ']'),
            ('created_at', created), ('updated_at', max(times)), ('assignee', 'null'), ('legacy_ticket', 'null')]
    return '---\n' + ''.join(f'{k}: {v}\n' for k, v in head) + '---\n\n' + ticket['body'].rstrip('\n') + '\n'


def put(path, text):
    with open(path, 'w', encoding='utf-8', newline='\n') as f:
        f.write(text)


def write_tree(tickets, top, own_ids=False):
    """Makes top/work-items; the answer is {id of the ticket's directory: id in the corpus}. Ids are as tkt makes them, of
    time and title, or those of the corpus, which other tools made."""
    root = os.path.join(top, 'work-items')
    names, slugs = {}, set()
    for status in ('open', 'pending', 'closed'):
        os.makedirs(os.path.join(root, status))
    for n, ticket in enumerate(tickets):
        first = re.sub('[^a-z0-9]+', '-', ticket['title'].lower()).strip('-')[:64].strip('-') or 'item'
        slug, k = first, 2
        while slug in slugs:
            slug, k = f'{first}-{k}', k + 1
        slugs.add(slug)
        created = stamp(ticket.get('created_at'), f'2026-01-01T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z')
        ident = re.sub(r'[-:Z]', '', created).replace('T', '-') + '-' + slug
        if own_ids:
            ident = re.sub(r'[^A-Za-z0-9._-]|^[.-]', '_', ticket['id'])[:200]
        names[ident] = ticket['id']
        status = 'closed' if ticket.get('state') in ('closed', 'done') else 'open'
        where = os.path.join(root, status, ident)
        os.makedirs(os.path.join(where, 'artifacts'))
        put(os.path.join(where, 'artifacts', '.gitkeep'), '')
        put(os.path.join(where, 'item.md'), item_of(ticket, ident, slug, status, created))
        put(os.path.join(where, 'thread.md'), thread_of(ticket, created))
    return names
