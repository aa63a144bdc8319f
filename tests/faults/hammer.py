"""Many writers at once: tkt, the script, git, and SIGKILL.

Every append carries a token of its own; each writer keeps a log of what it asked for and what it was told.
Afterwards: told "done" is there exactly once, killed is there once or not at all, nothing is cut or mixed, and
no ticket was lost or doubled by the moves that went on meanwhile.
"""
import collections
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

import kit

SECONDS = float(os.environ.get("TKT_HAMMER_SECONDS") or (60 if kit.LONG else 6))
SCRIPT = os.environ.get("SRC", ".") + "/tickets.sh"
EVENT = re.compile(rb"^<!-- event: (\S+) author: .*-->$", re.M)


class Log:
    def __init__(self):
        self.lock, self.entries = threading.Lock(), []

    def add(self, *entry):
        with self.lock:
            self.entries.append(entry)


class Writer(threading.Thread):
    """One process after the other; now and then one of them is killed."""

    def __init__(self, number, world, script):
        super().__init__()
        self.number, self.world, self.script = number, world, script
        self.random = random.Random(world.seed * 100 + number)

    def argv(self, token):
        """(what is asked for, argv, standard input)"""
        w = self.world
        ticket = self.random.choice(w.tickets)
        body = "%s begins\n%s\n%s ends" % (token, "line of text\n" * self.random.choice((1, 3, 400, 1500)), token)
        kind = self.random.random()
        if self.script:
            return ("token", (SCRIPT, "comment", ticket, "--author", "script"), body)
        if kind < 0.70:
            return ("token", (kit.TKT, "--lock-timeout", "60", "comment", ticket), body)
        if kind < 0.85:
            return ("move", (kit.TKT, "--lock-timeout", "60", "status", w.mover,
                             self.random.choice(("open", "pending")), "-m", token), "")
        return ("set", (kit.TKT, "--lock-timeout", "60", "set", ticket, "priority=P%d" % self.random.randrange(4)), "")

    def run(self):
        e = kit.env()
        e.pop("TKT_NOW")
        n = 0
        while time.monotonic() < self.world.end:
            n += 1
            token = "tok-%d-%d-x" % (self.number, n)
            what, argv, text = self.argv(token)
            p = subprocess.Popen(argv, cwd=self.world.home, env=e, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT)
            if not self.script and self.random.random() < 0.15:
                threading.Timer(self.random.random() * 0.02, p.send_signal, (signal.SIGKILL,)).start()
            said, _ = p.communicate(text.encode())
            self.world.log.add(what, token, p.returncode, said.decode("utf-8", "replace").strip()[:200])


class Git(threading.Thread):
    """Commits, and switches between two branches that differ in one ticket nobody else touches."""

    def __init__(self, world):
        super().__init__()
        self.world, self.rounds, self.switches = world, 0, 0

    def run(self):
        home, e = self.world.home, self.world.git_env
        while time.monotonic() < self.world.end:
            kit.run(("git", "add", "-A"), home, e)
            kit.run(("git", "commit", "-qm", "round"), home, e)
            self.rounds += 1
            for branch in ("other", "main"):
                # The branch is main with one file changed: only that is written by git.
                if branch == "other":
                    self.make_other(home, e)
                status, _ = kit.run(("git", "checkout", "-q", branch), home, e)
                self.switches += status == 0
            time.sleep(0.05)
        kit.run(("git", "checkout", "-q", "main"), home, e)

    def make_other(self, home, e):
        e = dict(e, GIT_INDEX_FILE=home + "/.git/other-index")
        script = ("git read-tree main && blob=$(echo \"round $0\" | git hash-object -w --stdin) && "
                  "git update-index --add --cacheinfo 100644,$blob,work-items/open/%s/artifacts/note.txt && "
                  "tree=$(git write-tree) && git update-ref refs/heads/other "
                  "$(git commit-tree -p main -m other $tree)" % kit.Z)
        kit.run(("sh", "-c", script, str(self.rounds)), home, e)


class World:
    def __init__(self, top):
        self.seed = int(os.environ.get("TKT_SEED") or random.randrange(1 << 20))
        self.log = Log()
        self.home = kit.make_fixture(top)
        self.tickets, self.mover = [kit.A, kit.B], kit.C
        self.git_env = kit.env(GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@b", GIT_COMMITTER_NAME="a",
                               GIT_COMMITTER_EMAIL="a@b")
        for argv in (("git", "init", "-qb", "main"), ("git", "add", "-A"), ("git", "commit", "-qm", "start")):
            kit.must(argv, self.home, self.git_env)
        kit.must((kit.TKT, "reopen", self.mover), self.home)
        self.end = time.monotonic() + SECONDS


def threads(home):
    """{id: bytes} of all threads; a ticket in two places is a failure."""
    found, double = {}, []
    root = home + "/work-items/"
    for status in ("open", "pending", "closed"):
        for name in sorted(os.listdir(root + status)):
            path = "%s%s/%s/thread.md" % (root, status, name)
            if os.path.isfile(path):
                if name in found:
                    double.append(name)
                with open(path, "rb") as f:
                    found[name] = f.read()
    return found, double


def count(log, texts):
    """What is wrong with the tokens."""
    wrong, told = [], collections.Counter()
    everything = b"\n".join(texts.values())
    begins = collections.Counter(re.findall(rb"(tok-\d+-\d+-x) begins", everything))
    ends = collections.Counter(re.findall(rb"(tok-\d+-\d+-x) ends", everything))
    whole = collections.Counter(
        m for m in re.findall(rb"(tok-\d+-\d+-x) begins\n(?:line of text\n)+\n?\1 ends", everything))
    for what, token, status, said in log.entries:
        told[(what, status)] += 1
        token = token.encode()
        n = begins[token]
        if what == "token":
            if not n == ends[token] == whole[token]:
                wrong.append("%s is not whole (%d begin, %d end)" % (token.decode(), n, ends[token]))
            if status == 0 and n != 1:
                wrong.append("%s was acknowledged and is there %d times" % (token.decode(), n))
            if n > 1:
                wrong.append("%s is there %d times" % (token.decode(), n))
        if status not in (0, -9, 137):
            if status == 4 and what == "move":
                continue # lost a race, and said so
            wrong.append("%s %s: status %d: %s" % (what, token.decode(), status, said))
    return wrong, told


def main():
    tap, top = kit.Tap(), kit.scratch()
    try:
        world = World(top)
        writers = [Writer(i, world, False) for i in range(8)] + [Writer(8 + i, world, True) for i in range(2)]
        git = Git(world)
        everyone = writers + [git]
        for w in everyone:
            w.start()
        for w in everyone:
            w.join()
        # What the last killed one left is completed by the next that takes the lock.
        status, said = kit.run((kit.TKT, "comment", kit.Z, "-m", "the last one"), world.home)
        tap.point("the next command works", [said] if status else [])
        texts, double = threads(world.home)
        wrong, told = count(world.log, texts)
        note = "seed %d, %d commits, %d checkouts, " % (world.seed, git.rounds, git.switches) + ", ".join(
            "%s %d: %d" % (k + (v,)) for k, v in sorted(told.items()))
        if not sum(v for (w, s), v in told.items() if w == "token" and s == 0) > 10:
            wrong.append("next to nothing was done")
        if not told[("token", -9)] and SECONDS >= 5:
            wrong.append("nobody was killed")
        if SECONDS >= 5 and not git.switches:
            wrong.append("git never switched")
        tap.point("what was acknowledged is there once and whole, what was killed at most once", wrong, note)
        lost = {kit.A, kit.B, kit.C, kit.Z} - set(texts)
        tap.point("no ticket is lost or in two places",
                  ["lost " + x for x in lost] + ["double " + x for x in double])
        status, said = kit.run((kit.TKT, "doctor"), world.home)
        if status:
            kit.run((kit.TKT, "doctor", "--fix"), world.home)
            again, said_again = kit.run((kit.TKT, "doctor"), world.home)
            tap.point("doctor finds the tree well, or makes it so", [said_again] if again else [], said[:300])
        else:
            tap.point("doctor finds the tree well, or makes it so", [])
        left = kit.private(world.home)
        tap.point("nothing is left in .tkt", left)
        status, said = kit.run(("git", "fsck", "--strict", "--no-dangling"), world.home, world.git_env)
        tap.point("git finds its own well", [said] if status else [])
    finally:
        if os.environ.get("KEEP"):
            print("# kept: " + top)
        else:
            shutil.rmtree(top, ignore_errors=True)
    tap.end()


if __name__ == "__main__":
    main()
