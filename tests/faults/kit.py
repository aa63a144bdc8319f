"""What the fault tests share: a root to break, the commands that change it, and the oracle.

The oracle knows nothing about tkt's insides. It compares all files of the root (but .tkt/ and the
ticket that recovery writes to) with what they were before the command and with what the same command
makes of them when nothing goes wrong. Anything but one of the two is a failure.
"""
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

BUILD = os.environ.get("TKT_BUILD") or "build/release"
TKT = BUILD + "/tkt"
FAULTS_TKT = (os.environ.get("TKT_FAULTS_BUILD") or BUILD + "-faults") + "/tkt"
LONG = os.environ.get("TKT_LONG", "") not in ("", "0")
WORKERS = 2
EIO_STATUS = 6

A, B, C, Z = ("20260601-120000-alpha", "20260601-120100-beta", "20260601-120200-gamma",
              "20260601-120300-zulu")


def scratch():
    """A directory in memory where there is one: fsync is a call here, not a wait."""
    base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    return tempfile.mkdtemp(prefix="tkt-faults-", dir=base)


def env(now="2026-06-02T09:00:00Z", **more):
    e = {k: v for k, v in os.environ.items() if not k.startswith(("TKT_", "GIT_"))}
    e.update(TKT_NOW=now, TKT_AUTHOR="Test Author", LC_ALL="C.UTF-8", TZ="UTC", HOME="/nonexistent",
             GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1", GIT_CEILING_DIRECTORIES="/")
    e.pop("WORK_ITEMS_DIR", None)
    e.update(more)
    return e


def run(argv, cwd, e=None, text=""):
    e = dict(e or env())
    if argv[0] == "strace": # the leak checker cannot work below it
        e["ASAN_OPTIONS"] = e.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    p = subprocess.run(argv, cwd=cwd, env=e, input=text.encode(), capture_output=True,
                       close_fds=False, check=False)
    return p.returncode, p.stdout.decode("utf-8", "replace") + p.stderr.decode("utf-8", "replace")


def must(argv, cwd, e=None, text=""):
    status, said = run(argv, cwd, e, text)
    if status:
        raise SystemExit("Bail out! %s: status %d: %s" % (" ".join(argv), status, said[:400].strip()))


def make_fixture(top):
    """top/fixture/work-items: three statuses, a thread, a cascade waiting, a file to attach."""
    home = top + "/fixture"
    os.mkdir(home)

    def at(minute, *argv):
        must((TKT,) + argv, home, env("2026-06-01T12:%02d:00Z" % minute))

    at(0, "init", "--no-git")
    for minute, name in enumerate(("alpha", "beta", "gamma", "zulu")):
        at(minute, "create", name, "--body", "What %s is about.\n\n- [ ] one\n- [ ] two" % name,
           "-l", "first,second")
    at(10, "comment", A, "-m", "A first comment.\n\nWith a paragraph.")
    at(11, "comment", A, "-m", "A second one.")
    at(12, "status", B, "pending", "-m", "waits")
    at(13, "close", C, "-m", "It is done.")
    at(14, "set", Z, "priority=P1")
    with open(home + "/attachment.txt", "w", encoding="utf-8") as f:
        f.write("attached\n" * 500)
    with open(home + "/editor", "w", encoding="utf-8") as f:
        f.write("#!/bin/sh\nsed -e 's/^title: alpha/title: omega/' -e 's/is about/is really about/' \"$1\" >\"$1.x\" && "
                "cat \"$1.x\" >\"$1\" && rm \"$1.x\"\n")
    os.chmod(home + "/editor", 0o755)
    return home


def break_status(home):
    """What doctor --fix mends: a frontmatter that differs from the directory."""
    item = "%s/work-items/pending/%s/item.md" % (home, B)
    with open(item, encoding="utf-8") as f:
        text = f.read()
    with open(item, "w", encoding="utf-8") as f:
        f.write(text.replace("pending", "open", 1))


def drop_private(home):
    """As after a clone: the first command has to make .tkt, and a journal in it must not vanish with it."""
    shutil.rmtree(home + "/work-items/.tkt")


class Command:
    def __init__(self, name, *argv, prepare=None, says=(), **more):
        self.name, self.argv, self.prepare, self.says, self.more = name, argv, prepare, says, more


COMMANDS = [
    Command("create", "create", "Delta task", "--body", "A body\nof two lines", "-l", "ui"),
    Command("comment", "comment", A, "-m", "The comment that must not be torn.\n\n" + "word " * 200),
    Command("set", "set", A, "priority=P0"),
    Command("label", "label", A, "+third", "-first"),
    Command("status", "status", A, "pending", "-m", "why"),
    Command("status after a clone", "status", A, "pending", prepare=drop_private),
    Command("close", "close", A, B, "-m", "Done and dusted."),
    Command("reopen", "reopen", C, "-m", "Not done after all."),
    Command("attach", "attach", A, "attachment.txt"),
    Command("edit", "edit", A, EDITOR="editor"),
    Command("doctor --fix", "doctor", "--fix", prepare=break_status, says=(1, )), # what it cannot read is a finding,
]


def snapshot(home):
    """Every file and directory of the root that is not private and not ticket Z."""
    root = home + "/work-items"
    seen = {}
    for where, dirs, files in os.walk(root):
        rel = os.path.relpath(where, root)
        dirs[:] = [d for d in dirs if d != Z and not (rel == "." and d == ".tkt")]
        seen[rel + "/"] = b""
        for f in files:
            with open(where + "/" + f, "rb") as h:
                seen[os.path.join(rel, f)] = h.read()
    return seen


def private(home):
    """What is left in .tkt that should not be."""
    left = []
    base = home + "/work-items/.tkt"
    for where, _, files in os.walk(base):
        rel = os.path.relpath(where, base)
        if rel.split("/")[0] in ("tmp", "rescued"):
            left += [os.path.join(rel, f) for f in files]
            if rel not in ("tmp", "rescued"):
                left.append(rel)
        elif rel == ".":
            left += [f for f in files if f.startswith("journal")]
    return left


def differs(got, want):
    out = []
    for k in sorted(set(got) | set(want)):
        if k not in got:
            out.append("no " + k)
        elif k not in want:
            out.append("also " + k)
        elif got[k] != want[k]:
            out.append("%s differs (%d bytes, not %d)" % (k, len(got[k]), len(want[k])))
    return "; ".join(out[:4])


class Case:
    """One command with its before and after."""

    def __init__(self, top, fixture, command):
        self.command = command
        self.top = top
        self.home = "%s/case-%s" % (top, command.name.replace(" ", ""))
        shutil.copytree(fixture, self.home, symlinks=True)
        if command.prepare:
            command.prepare(self.home)
        self.old = snapshot(self.home)
        with self.fresh() as d:
            must(self.argv(TKT), d, self.env(d))
            self.new = snapshot(d)
            if private(d):
                raise SystemExit("Bail out! %s leaves %s" % (command.name, private(d)))
        if self.new == self.old:
            raise SystemExit("Bail out! %s changes nothing" % command.name)

    def argv(self, tkt):
        return (tkt,) + self.command.argv

    def env(self, d, **more):
        e = dict(self.command.more)
        if "EDITOR" in e:
            e["EDITOR"] = d + "/" + e["EDITOR"]
            e["VISUAL"] = e["EDITOR"]
        e.update(more)
        return env(**e)

    def fresh(self):
        return Copy(self.home)

    def recover(self, d, tkt=TKT, **more):
        return run((tkt, "comment", Z, "-m", "the next command"), d, env("2026-06-03T09:00:00Z", **more))

    def judge_after(self, d, acknowledged):
        """'' or what is wrong, after the next clean command has run."""
        status, said = self.recover(d)
        if status:
            return "the next command fails (%d): %s" % (status, said.strip()[:200])
        now = snapshot(d)
        if acknowledged and now != self.new:
            return "was acknowledged, but: " + differs(now, self.new)
        if now not in (self.old, self.new):
            return "neither old (%s) nor new (%s)" % (differs(now, self.old), differs(now, self.new))
        wrong = self.judge_private(d, now)
        if wrong:
            return wrong
        if now != self.old or self.command.prepare is not break_status:
            status, said = run((TKT, "doctor"), d)
            if status:
                return "doctor: " + said.strip()[:300]
        return ""

    def judge_private(self, d, now):
        """A killed writer's temporaries may stay until doctor --fix finds them an hour old; nothing else may."""
        left = private(d)
        if [p for p in left if not p.startswith("tmp/")]:
            return "left behind: " + " ".join(left)
        if left:
            status, said = run((TKT, "doctor", "--fix"), d, env("2099-01-01T00:00:00Z"))
            if private(d):
                return "doctor --fix (%d) leaves: %s" % (status, " ".join(private(d)))
            if snapshot(d) != now and self.command.prepare is not break_status:
                return "doctor --fix changed: %s [%s]" % (differs(snapshot(d), now), said[:100])
        return ""

    def judge(self, d, status, once):
        """once: a failed call in a living process, which then has to clean up after itself."""
        if status not in (0, EIO_STATUS, 137, -9) + self.command.says:
            return "status is %d" % status
        if status == 0 and snapshot(d) != self.new:
            return "status 0, but: " + differs(snapshot(d), self.new)
        if once and [p for p in private(d) if p.startswith("tmp")] and \
                not os.path.exists(d + "/work-items/.tkt/journal"):
            return "a temporary was left: " + " ".join(private(d))
        return self.judge_after(d, status == 0)


class Copy:
    def __init__(self, home):
        self.home = home

    def __enter__(self):
        self.d = tempfile.mkdtemp(dir=os.path.dirname(self.home))
        shutil.copytree(self.home, self.d, symlinks=True, dirs_exist_ok=True)
        return self.d

    def __exit__(self, *_):
        if not os.environ.get("KEEP"):
            shutil.rmtree(self.d, ignore_errors=True)


def digest(snap):
    h = hashlib.sha1()
    for k in sorted(snap):
        h.update(k.encode() + b"\0" + str(len(snap[k])).encode() + b"\0" + snap[k])
    return h.hexdigest()


class Tap:
    def __init__(self):
        self.n = self.failed = 0
        self.lock = threading.Lock()

    def point(self, name, wrong, note=""):
        with self.lock:
            self.n += 1
            print("%sok %d - %s" % ("not " if wrong else "", self.n, name))
            if note:
                print("# " + note)
            for w in wrong[:6]:
                print("# " + w.replace("\n", " | "))
            if len(wrong) > 6:
                print("# and %d more" % (len(wrong) - 6))
            self.failed += bool(wrong)
            sys.stdout.flush()

    def end(self):
        print("1..%d" % self.n)
        sys.exit(self.failed != 0)


def sample(n, most, seed=1):
    """1..n, or `most` of them spread over it."""
    if LONG or n <= most:
        return list(range(1, n + 1))
    return sorted({1 + (i * n + seed) // most % n for i in range(most)})


def each(jobs, work):
    """work(job) for all, a few at a time; the answers that are not empty."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return [a for a in pool.map(work, jobs) if a]


def cases(names=None):
    top = scratch()
    fixture = make_fixture(top)
    wanted = [c for c in COMMANDS if not names or c.name in names]
    return top, (Case(top, fixture, c) for c in wanted)


def main(body):
    """body(tap, top, cases); the rest of the line names commands."""
    tap = Tap()
    top, found = cases(sys.argv[2:])
    try:
        body(tap, top, found)
    finally:
        if os.environ.get("KEEP"):
            print("# kept: " + top)
        else:
            shutil.rmtree(top, ignore_errors=True)
    tap.end()
