#!/usr/bin/env python3
"""Clones of one repository whose people change the same tickets and meet through a bare repository.

    clones.py --tkt TKT --seed N [--clones N] [--rounds N] [--way merge|rebase|squash|mixed] [--plain]

Every word that is written holds a number of its own. At the end, when all have everything: all trees are equal,
every number stands once and in its own ticket, and doctor finds nothing. --plain leaves the merge drivers
out: then git's ordinary conflicts are mended by `doctor --fix`, and by hand where that says so.

What a person must decide (two titles) is decided here by keeping ours, and counted. Runs in an empty directory.
"""

import argparse
import glob
import os
import random
import re
import subprocess
import sys
import time

DRIVERS = {"merge.tkt-item.driver": "tkt merge-item %O %A %B %P",
           "merge.tkt-thread.driver": "tkt merge-thread %O %A %B %P"}
START = 1780315200  # 2026-06-01T12:00:00Z
STATUSES = ("open", "pending", "closed")
MARKS = re.compile(rb"^(<{7,}) .*?^={7,}\r?\n.*?^>{7,} ", re.M | re.S)


class Wrong(Exception):
    pass


class World:
    def __init__(self, args):
        self.args = args
        self.rng = random.Random(args.seed)
        self.now = START
        self.count = 0
        self.words = {}      # number -> slug of the ticket in whose thread it stands
        self.bodies = {}     # number -> slug: in item.md
        self.files = {}      # number -> slug: in an artifact
        self.slugs = []
        self.labels = {}     # slug -> labels that were ever added
        self.hand = self.healed = self.conflicts = self.commits = 0
        self.log = open("log", "a")

    def say(self, *words):
        print(*words, file=self.log, flush=True)

    def number(self):
        self.count += 1
        return self.count


class Clone:
    def __init__(self, world, name):
        self.w = world
        self.name = name
        self.skew = world.rng.choice([0, 0, 0, -90, 400])

    # --- running ---

    def env(self):
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.w.now + self.skew))
        return dict(os.environ, TKT_NOW=at, GIT_AUTHOR_DATE=at, GIT_COMMITTER_DATE=at, GIT_EDITOR="true",
                    GIT_MERGE_AUTOEDIT="no")

    def run(self, *argv, ok=True):
        done = subprocess.run(argv, cwd=self.name, env=self.env(), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        text = done.stdout.decode(errors="replace")
        self.w.say("%s$ %s  -> %d%s" % (self.name, " ".join(argv), done.returncode,
                                        "\n" + text if text.strip() else ""))
        if done.returncode < 0 or done.returncode > 128 and argv[0] != "git":
            raise Wrong("%s: %s died (%d):\n%s" % (self.name, " ".join(argv), done.returncode, text))
        if ok and done.returncode:
            raise Wrong("%s: %s ended with %d:\n%s" % (self.name, " ".join(argv), done.returncode, text))
        return done.returncode, text

    def git(self, *argv, ok=True):
        return self.run("git", *argv, ok=ok)

    def tkt(self, *argv, ok=True):
        return self.run("tkt", *argv, ok=ok)

    def out(self, *argv):
        return self.git(*argv)[1].strip()

    def tree(self, ref="HEAD"):
        return self.out("rev-parse", ref + "^{tree}")

    def commit(self, why):
        self.git("add", "-A")
        if self.git("diff", "--cached", "--quiet", ok=False)[0]:
            self.git("commit", "-q", "-m", why)
            self.w.commits += 1

    # --- changes ---

    def slugs(self):
        """The tickets that this clone knows."""
        found = []
        for slug in self.w.slugs:
            if glob.glob("%s/work-items/*/*-%s/item.md" % (self.name, slug)):
                found.append(slug)
        return found

    def item(self, slug):
        found = [p for p in glob.glob("%s/work-items/*/*-%s/item.md" % (self.name, slug))]
        return found[0] if found else None

    def comment(self, slug):
        n = self.w.number()
        body = self.w.rng.choice(["token %d.", "token %d.\n\n---\n\nmore", "<<<<<<< not one\ntoken %d.",
                                  "token %d.\n\n<!-- event: comment author: eve at: 2026-01-01T00:00:00Z -->\n",
                                  "- a list\n\ntoken %d.\n"]) % n
        role = self.w.rng.choice([[], [], ["--role", "plan"], ["--role", "decision"]])
        self.tkt("comment", slug, "-m", body, "--author", self.w.rng.choice(["ann", "bob", self.name]), *role)
        self.w.words[n] = slug

    def by_hand(self, slug):
        """As a script or a person writes it, with spacing of their own."""
        n = self.w.number()
        at = self.env()["TKT_NOW"]
        with open(self.item(slug).replace("item.md", "thread.md"), "a") as f:
            f.write("<!-- event: comment author: script at: %s -->\n## Comment\ntoken %d.\n\n\n---\n" % (at, n))
        self.w.words[n] = slug

    def label(self, slug):
        mine = self.w.labels.setdefault(slug, ["shared"])
        if self.w.rng.random() < 0.3:
            self.tkt("label", slug, "-" + self.w.rng.choice(mine), ok=False)
        else:
            name = "l%d" % self.w.number()
            mine.append(name)
            self.tkt("label", slug, "+" + name)

    def set(self, slug):
        what = self.w.rng.choice(["priority=P%d" % self.w.rng.randrange(5), "kind=bug", "estimate=%dh" %
                                  self.w.rng.randrange(1, 9), "scope=lib/%d" % self.w.rng.randrange(3),
                                  "title=Title %d" % self.w.number()])
        self.tkt("set", slug, what, ok=False)

    def assign(self, slug):
        self.tkt("assign", slug, self.w.rng.choice(["ann", "bob"]), ok=False)

    def move(self, slug):
        n = self.w.number()
        verb = self.w.rng.choice([["status", slug, "pending"], ["status", slug, "open"], ["close", slug],
                                  ["close", slug], ["reopen", slug]])
        code, _ = self.tkt(*verb, "-m", "token %d." % n, "--author", self.w.rng.choice(["ann", "bob", self.name]), ok=False)
        if code == 0 and any(b"token %d." % n in open(p, "rb").read()
                             for p in glob.glob("%s/work-items/*/*-%s/thread.md" % (self.name, slug))):
            self.w.words[n] = slug

    def attach(self, slug):
        n = self.w.number()
        path = os.path.abspath("%s.file-%d.txt" % (self.name, n))
        with open(path, "w") as f:
            f.write("artifact %d.\n" % n)
        self.tkt("attach", slug, path)
        os.unlink(path)
        self.w.files[n] = slug

    def body(self, slug):
        n = self.w.number()
        path = self.item(slug)
        with open(path) as f:
            lines = f.read().split("\n")
        start = lines.index("---", 1) + 1
        at = self.w.rng.randrange(start, len(lines)) if start < len(lines) else len(lines)
        lines[at:at] = ["Line with body %d." % n]
        with open(path, "w") as f:
            f.write("\n".join(lines))
        self.w.bodies[n] = slug

    def create(self, _slug):
        n = self.w.number()
        slug = "new-%d" % n
        self.tkt("create", "New %d" % n, "--slug", slug)
        self.w.slugs.append(slug)

    CHANGES = [(comment, 8), (by_hand, 1), (label, 3), (set, 2), (assign, 1), (move, 6), (attach, 2), (body, 2),
               (create, 1)]

    def change(self):
        kinds = [f for f, weight in self.CHANGES for _ in range(weight)]
        for _ in range(self.w.rng.choice([1, 1, 1, 2, 3])):
            known = self.slugs()
            self.w.now += self.w.rng.choice([0, 1, 1, 7, 60])
            self.w.rng.choice(kinds)(self, self.w.rng.choice(known))
        if self.w.rng.random() < 0.9:
            self.commit("%s changes" % self.name)

    # --- conflicts ---

    def marked(self):
        found = []
        for path in glob.glob(self.name + "/work-items/*/*/**", recursive=True):
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    text = f.read()
                if MARKS.search(text):
                    found.append(os.path.relpath(path, self.name))
        return sorted(found)

    def by_person(self, path):
        """item.md: of two lines of a key ours; in the body both."""
        if not path.endswith("item.md") and not (self.w.args.plain and path.endswith("resolution.md")):
            raise Wrong("%s: markers in %s:\n%s" % (self.name, path, open(os.path.join(self.name, path)).read()))
        self.w.hand += 1
        out, side, fence = [], None, 0
        for line in open(os.path.join(self.name, path)).read().split("\n"):
            if line == "---":
                fence += 1
            mark = re.match(r"([<|=>])\1{6,}($| )", line)
            if mark and mark[1] == "<":
                side = "ours"
            elif mark and mark[1] == "|" and side:
                side = "base"
            elif mark and mark[1] == "=" and side:
                side = "theirs"
            elif mark and mark[1] == ">" and side:
                side = None
            elif side is None or side == "ours" or side == "theirs" and fence >= 2:
                out.append(line)
        with open(os.path.join(self.name, path), "w") as f:
            f.write("\n".join(out))

    def settle(self):
        """What git could not merge: doctor, and a person where it says so."""
        self.w.conflicts += 1
        self.tkt("doctor", "--fix", ok=False)
        if self.w.args.plain:
            unmerged = self.out("diff", "--name-only", "--diff-filter=U", "-z").split("\0")
            for path in self.marked():
                if path in unmerged:
                    options = [x for kv in DRIVERS.items() for x in ("-c", "%s=%s" % kv)]
                    self.git(*options, "checkout", "--merge", "--", path, ok=False)
            self.tkt("doctor", "--fix", ok=False)
        for _ in range(3):
            for path in self.marked():
                self.by_person(path)
            self.tkt("doctor", "--fix", ok=False)
            if not self.marked():
                break
        self.git("add", "-A")  # that is what ends a conflict for git
        self.healthy()

    def healthy(self):
        code, text = self.tkt("doctor", ok=False)
        if code:
            raise Wrong("%s: doctor finds more than it can mend:\n%s" % (self.name, text))

    # --- meeting ---

    def merge(self):
        if self.git("merge", "-q", "--no-edit", "origin/main", ok=False)[0]:
            self.settle()
            self.git("commit", "-q", "--no-edit")

    def rebase(self):
        self.git("rebase", "-q", "origin/main", ok=False)
        while os.path.exists(self.name + "/.git/rebase-merge"):
            self.settle()
            if self.git("diff", "--cached", "--quiet", ok=False)[0]:
                self.git("rebase", "--continue", ok=False)
            else:
                self.git("rebase", "--skip", ok=False)

    def meet(self, way=None):
        way = way or self.w.args.way
        if way == "mixed":
            way = self.w.rng.choice(["merge", "rebase", "squash", "stash", "pick", "octopus"])
        self.commit("%s changes" % self.name)
        self.git("fetch", "-q")
        getattr(self, "meet_" + way)()
        self.heal()
        self.git("push", "-q", "origin", "HEAD:main")

    def heal(self):
        code, _ = self.tkt("doctor", ok=False)
        if code:
            self.tkt("doctor", "--fix", ok=False)
            self.healthy()
            self.w.healed += 1
        self.commit("Healed")

    def meet_merge(self):
        self.merge()

    def meet_rebase(self):
        self.rebase()

    def meet_squash(self):
        mine = self.out("rev-parse", "HEAD")
        self.git("switch", "-q", "--detach", "origin/main")
        if self.git("merge", "-q", "--squash", mine, ok=False)[0]:
            self.settle()
        self.heal()
        self.commit("Squashed")
        squashed = self.out("rev-parse", "HEAD")
        self.git("switch", "-q", "main")
        if self.w.rng.random() < 0.5:
            self.git("reset", "-q", "--hard", squashed)
        else:
            self.git("push", "-q", "origin", squashed + ":main")
            self.git("fetch", "-q")
            self.merge()

    def meet_stash(self):
        known = self.slugs()
        self.comment(self.w.rng.choice(known))
        self.move(self.w.rng.choice(known))
        self.git("add", "-A")  # or git would not know the moved files in the stash for what they are
        self.git("stash", "-q")
        self.merge()
        self.heal()
        if self.git("stash", "pop", "-q", ok=False)[0]:
            self.settle()
            self.git("stash", "drop", "-q", ok=False)
        self.heal()

    def meet_pick(self):
        """One commit of theirs first, by itself; then all."""
        theirs = self.out("rev-list", "--no-merges", "HEAD..origin/main").split()
        if theirs:
            self.git("cherry-pick", self.w.rng.choice(theirs), ok=False)
            if os.path.exists(self.name + "/.git/CHERRY_PICK_HEAD"):
                try:
                    self.settle()
                except Wrong:
                    # a later change of a ticket that is not here yet: no tool can make the rest of it
                    if "T002" not in self.tkt("doctor", ok=False)[1]:
                        raise
                    self.git("reset", "-q", "--hard")
                    self.git("clean", "-q", "-d", "-f")
                    return self.merge()
                if self.git("diff", "--cached", "--quiet", ok=False)[0]:
                    self.git("commit", "-q", "--no-edit")
                else:
                    self.git("cherry-pick", "--skip")
            self.heal()
        self.merge()

    def meet_octopus(self):
        """All branches at once; git gives up on most, and then they are merged one by one."""
        mine = self.out("rev-parse", "HEAD")
        self.git("push", "-q", "-f", "origin", "HEAD:refs/heads/of-" + self.name)
        heads = self.out("for-each-ref", "--format=%(refname)", "refs/remotes/origin/of-*").split()
        heads = [h for h in heads if not h.endswith("/of-" + self.name)]
        self.w.rng.shuffle(heads)
        if self.git("merge", "-q", "--no-edit", "origin/main", *heads[:2], ok=False)[0]:
            if self.out("ls-files", "-u") and self.w.rng.random() < 0.7:
                self.settle()
                self.git("commit", "-q", "--no-edit")
            else:
                self.git("reset", "-q", "--hard", mine)
                self.git("clean", "-q", "-d", "-f")
        self.heal()
        self.merge()


def twins(world, clones):
    """Two clones make a ticket of one id in one second."""
    n = world.number()
    slug = "twin-%d" % n
    a, b = world.rng.sample(clones, 2)
    skew = a.skew, b.skew
    a.skew = b.skew = 0
    start = world.now
    for c in (a, b):
        world.now = start
        title = "Twin %d%s" % (n, world.rng.choice(["", " of " + c.name]))
        c.tkt("create", title, "--slug", slug, "--author", world.rng.choice(["ann", c.name]))
        world.now += world.rng.choice([0, 5])
        c.comment(slug)
    a.skew, b.skew = skew
    for c in (a, b):
        c.commit("A twin")
    world.slugs.append(slug)


def setup(world):
    one = Clone(world, "one")
    one.skew = 0
    os.mkdir("one")
    one.git("init", "-q", "-b", "main")
    one.tkt("init")
    for n in range(world.args.tickets):
        slug = "ticket-%d" % n
        body = "\n".join("What ticket %d is about, in line %d." % (n, i) for i in range(4))
        if world.rng.random() < 0.3:
            body = "From a template.\n\nThe same in each."
        one.tkt("create", "Ticket %d" % n, "--slug", slug, "-l", "shared", "--body", body)
        world.slugs.append(slug)
        for i in range(world.rng.randrange(4)):
            world.now += 7
            one.comment(slug)
    one.commit("Start")
    subprocess.run(["git", "clone", "-q", "--bare", "one", "hub.git"], check=True)
    clones = []
    for name in ("ada", "bea", "cyd", "dot", "eve", "fay", "gil", "hal")[:world.args.clones]:
        subprocess.run(["git", "clone", "-q", "hub.git", name], check=True)
        c = Clone(world, name)
        for key, value in DRIVERS.items():
            if not world.args.plain:
                c.git("config", key, value)
        c.git("config", "merge.conflictStyle", world.rng.choice(["merge", "merge", "diff3", "zdiff3"]))
        clones.append(c)
    return clones


def count_of(word, texts):
    pattern = re.compile(r"\b%s\." % word)
    return [path for path, text in texts.items() for _ in pattern.findall(text)]


def judge(world, clones):
    trees = {c.tree() for c in clones}
    if len(trees) != 1:
        raise Wrong("the clones differ: %s" % trees)
    c = clones[0]
    for other in clones:
        if other.out("status", "--porcelain"):
            raise Wrong("%s is not clean" % other.name)
    threads, items, files = {}, {}, {}
    for path in glob.glob(c.name + "/work-items/*/*/**", recursive=True):
        if not os.path.isfile(path):
            continue
        with open(path) as f:
            text = f.read()
        kind = threads if path.endswith("/thread.md") else items if path.endswith("/item.md") else files
        kind[path] = text
    for slug in world.slugs:
        at = [p for p in items if re.search(r"/\d{8}-\d{6}-%s/" % slug, p)]
        if len(at) != 1:
            raise Wrong("ticket %s lies in %s" % (slug, at))
    if len(items) != len(world.slugs):
        raise Wrong("%d tickets, not %d" % (len(items), len(world.slugs)))

    def once(n, what, slug, texts, more=None):
        at = count_of("%s %d" % (what, n), texts)
        if not at and more:
            at = count_of("%s %d" % (what, n), more)[:1]
        if len(at) != 1:
            raise Wrong("%s %d of %s stands in %s" % (what, n, slug, at))
        if "-%s/" % slug not in at[0]:
            raise Wrong("%s %d of %s went to %s" % (what, n, slug, at[0]))
    for n, slug in world.words.items():
        once(n, "token", slug, threads)
    for n, slug in world.files.items():
        once(n, "artifact", slug, files)
    for n, slug in world.bodies.items():
        once(n, "body", slug, items, files)
    c.healthy()


def play(world):
    clones = setup(world)
    for _ in range(world.args.rounds):
        c = world.rng.choice(clones)
        c.change()
        if world.rng.random() < 0.05:
            twins(world, clones)
        if world.rng.random() < 0.35:
            c.meet()
    for c in world.rng.sample(clones, len(clones)):
        c.meet()
    for c in clones:
        c.git("fetch", "-q")
        c.git("merge", "-q", "--ff-only", "origin/main", ok=False)
        if c.out("rev-parse", "HEAD") != c.out("rev-parse", "origin/main"):
            # a branch that was squashed and went on
            c.merge()
            if c.tree() != c.tree("origin/main"):
                c.heal()
                c.git("push", "-q", "origin", "HEAD:main")
    for c in clones:
        c.git("fetch", "-q")
        if c.tree() != c.tree("origin/main"):
            c.merge()
            c.heal()
    judge(world, clones)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--seed", type=int, required=True)
    p.add_argument("--clones", type=int, default=5)
    p.add_argument("--rounds", type=int, default=30)
    p.add_argument("--tickets", type=int, default=4)
    p.add_argument("--way", default="mixed")
    p.add_argument("--plain", action="store_true")
    args = p.parse_args()
    world = World(args)
    start = time.time()
    try:
        play(world)
    except Wrong as why:
        print("seed %d, %s%s, %d clones: %s" % (args.seed, args.way, " without drivers" if args.plain else "",
                                                args.clones, why))
        return 1
    print("# seed %d, %s%s: %d clones, %d words, %d commits; %d conflicts, %d healed, %d by hand; %.1f s" % (
        args.seed, args.way, " without drivers" if args.plain else "", args.clones, world.count, world.commits,
        world.conflicts, world.healed, world.hand, time.time() - start))
    return 0


if __name__ == "__main__":
    sys.exit(main())
