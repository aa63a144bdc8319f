"""Keyword search by FTS5 alone, as others would set it up: what tkt has to beat, measured in the same run.

    and       SQLite as it comes: one row a ticket, unicode61, every word must be there
    or        the same rows, any word may be there
    tickets   tuned: identifiers split, CJK in pairs, porter, stop words dropped, low column weights
    passages  tuned: the same words; a row for the title and for each window of the text, the title in
              each; the best row of a ticket counts
"""
import re
import sqlite3
import unicodedata

from sets import CJK

STOP = frozenset('''a about after all also an and any are as at be because been before being both but by can could did do
does doing done for from had has have he her his how i if in into is it its just may me more most my no not now of
off on once only or other our out over own same she should so some such than that the their them then there these
they this those through to too under up us very was we were what when where which while who why will with would you
your'''.split())
RUN = re.compile(f'([{CJK}]+)|([^\\W{CJK}]+)')
HUMP = re.compile(r'[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_A-Za-z]+')


def words(text):
    """Tokens of a text, each a list: the word, and its parts if it is made of some."""
    for m in RUN.finditer(unicodedata.normalize('NFKC', text)):
        if m[1]:
            yield from ([m[1][i:i + 2]] for i in range(max(1, len(m[1]) - 1)))
            continue
        parts = HUMP.findall(m[2])
        whole = m[2].lower().strip('_')
        if whole:
            yield [whole] + ([p.lower() for p in parts] if len(parts) > 1 else [])


def split_text(text):
    # '_' would be a separator to unicode61: the whole identifier is one word here.
    return ' '.join(w.replace('_', 'ˍ') for group in words(text) for w in group)


def windows(text):
    size = 360 if re.search(f'[{CJK}]', text) else 720
    step = size * 3 // 4
    return [text[i:i + size] for i in range(0, max(1, len(text) - (size - step)), step)] if text.strip() else []


class Baselines:
    NAMES = ['and', 'or', 'tickets', 'passages']

    def __init__(self, tickets):
        self.db = sqlite3.connect(':memory:', check_same_thread=False)
        self.ids = [t['id'] for t in tickets]
        run = self.db.execute
        run("create virtual table plain using fts5(title, tags, body, comments, tokenize=unicode61)")
        run("create virtual table tuned using fts5(title, tags, body, comments, tokenize='porter unicode61')")
        run("create virtual table passage using fts5(title, tags, body, tokenize='porter unicode61')")
        run("create table part(row integer primary key, ticket, factor)")
        row = 0
        for n, t in enumerate(tickets, 1):
            said = '\n'.join(c['body'] for c in t.get('comments') or [])
            fields = [t['title'], ' '.join(t.get('tags') or []), t['body'], said]
            run('insert into plain(rowid, title, tags, body, comments) values(?, ?, ?, ?, ?)', [n] + fields)
            fields = [split_text(f) for f in fields]
            run('insert into tuned(rowid, title, tags, body, comments) values(?, ?, ?, ?, ?)', [n] + fields)
            parts = [('', 1.)] + [(w, 1.) for w in windows(t['body'])] + [(w, .85) for w in windows(said)]
            for text, factor in parts:
                row += 1
                run('insert into passage(rowid, title, tags, body) values(?, ?, ?, ?)', [row] + fields[:2] + [split_text(text)])
                run('insert into part values(?, ?, ?)', [row, n, factor])

    def ask(self, name, text):
        if name in ('and', 'or'):
            terms = re.findall(r'\w+', text)
            sql = 'select rowid, bm25(plain) s from plain where plain match ? order by s, rowid limit 10'
        elif name == 'tickets':
            terms = self.terms(text)
            sql = 'select rowid, bm25(tuned, 1.5, .5, .5, .15) s from tuned where tuned match ? order by s, rowid limit 10'
        else:
            terms = self.terms(text)
            sql = '''with hit as materialized (select rowid r, bm25(passage, 1, .5, .5) s from passage where passage match ?)
                select ticket, min(s * factor) best from hit join part on row = r group by ticket
                order by best, ticket limit 10'''
        if not terms:
            return []
        match = (' ' if name == 'and' else ' OR ').join('"' + t + '"' for t in terms)
        return [self.ids[n - 1] for n, _ in self.db.execute(sql, [match])]

    @staticmethod
    def terms(text):
        found = [w.replace('_', 'ˍ') for group in words(text) for w in group]
        kept = [w for w in found if w not in STOP]
        return list(dict.fromkeys(kept or found))
