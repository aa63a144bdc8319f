#!/usr/bin/env python3
"""Random sessions: every step is done by tickets.sh in one directory and by tkt under that name in
another; standard output, standard error, exit status and the two trees must agree after each.

    session.py --script "dash /path/tickets.sh" --tkt /path/bin/tickets.sh --seed 7 --steps 150 DIR

Prints nothing and exits 0 when they agree; else the step, the difference, and how to repeat it.
"""
import argparse
import concurrent.futures
import os
import random
import shlex
import shutil
import stat
import subprocess
import sys

TITLES = [
    "First thing", "first  THING!", "Fix `id` $(id) $HOME ${x} %s %d \\n \\t \\\\", "-n", "--title",
    'say "hi" \'there\'', "a: b # c", "[WIP] x", "@bob", "& ref", "---", "----", "é ü ñ", "日本語のタイトル",
    "tab\there", "  blanks  ", "🙂", "*", "?", "~", "a/b/../c", "x" * 90, "y" * 300, "z-" * 92, "#", "!", "|pipe",
    "\x1b[31mred", "\x7f", "null", "bad \udcff byte", "\udcc3", "key: value: more", "trailing\\", "", "two\nlines",
    "\r", "CRLF\r", "\u2028", "(", ")", "=", "-", "[", "]", "id: x", "<!-- event: x -->", "0", "00", "1e3", "0x10",
]
SLUGS = ["", "thing", "Thing Two", "é", "--", "a" * 184, "a" * 185, "x_y", "-x-", "two\nlines", "1", "01", "1.0"]
LABELS = ["", ",", "a,b", " a , b ,, c d ", "é,日本", "-n,--x", "*,?", "$HOME,`id`", "a\\b", "\ta\t,\x0bb", "a\nb", '"x"',
          "[x]", "x, ,y"]
WORDS = ["task", "bug", "", "a b", "$(id)", "-", "é", "P0", "P9", "x\ny", "\\", "#1"]
ROLES = ["comment", "plan", "decision", "implementation_report", "review", "create", "close", "status_changed", "fix",
         "my role", "a:b", "a>b", "-->", "--", "---", "a--b", 'q"uote', "back\\slash", "é", "", "a\nb", "\t", "\x7f",
         "claimed", "-n", "$x"]
AUTHORS = ["me", "Ann Other", "", "a: b", "x --> y", "--", "-----", "-", 'a "b" c', "back\\slash\\", "é ü", "a\nb\tc\rd",
           "\x01\x1f\x7f", "me at: 2026-01-01T00:00:00Z", "a\udcffb", "$(id)", "`id`", "0", "%s", "日本"]
BODIES = [
    b"", b"\n", b"hello", b"hello\n", b"hello\n\n\n", b"a\n\n---\n", b"<!-- event: comment author: x at: 2026-01-01T00:00:00Z -->\n",
    b"\\<!-- event: x", b"\\\\\\<!-- event:\nx\n <!-- event: y -->\n", b"<!-- event:", b"<!--event: x\n", b"-n\n", b"$HOME `id` \\n %s\n",
    "é 日本 🙂\n".encode(), b"\xff\xfe bad\n", b"cr\r\nlf\r\n", b"## Heading\n\ntext\n", b"x" * 5000 + b"\n", b"l\n" * 200,
    b"\t\x0b\x0c\x1b[0m\n", b"```\nunclosed\n", b"---", b"a\n<!-- event: b\n\\<!-- event: c\nd",
]
USERS = [None, "", "tester", "Ann Other", "a--b", "é", 'x"y', "nl\nname"]
TIMES = ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z", "2024-02-29T23:59:59Z"]
BAD_TIMES = ["2026-02-29T00:00:00Z", "2026-1-2T03:04:05Z", "x", "2026-13-01T00:00:00Z", "2026-01-02T24:00:00Z",
             "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-02 03:04:05Z", "2026-00-10T00:00:00Z",
             "2026-01-02T03:60:05Z", "2026-06-31T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z"]
BLANKS = ["", " ", "\t ", " \v\f\r ", "  "]
STATUSES = ["open", "pending", "closed"]
KEYS = ["id", "slug", "title", "status", "kind", "priority", "labels", "created_at", "updated_at", "assignee",
        "legacy_ticket"]


def fs(text):
    return os.fsencode(text)


class Session:
    def __init__(self, top, seed, script, tkt):
        self.r = random.Random(seed)
        self.sides = [(os.path.join(top, "script"), script), (os.path.join(top, "tkt"), tkt)]
        for d, _ in self.sides:
            os.makedirs(d)
        self.root = self.r.choice(["work-items"] * 6 + ["-odd dir/w=i", "deep/er/", "./x"])
        self.pool = concurrent.futures.ThreadPoolExecutor(2)

    # --- what is there ---------------------------------------------------------------------------

    def tickets(self):
        """(status, name) of everything below the status directories."""
        out = []
        for s in STATUSES:
            d = os.path.join(self.sides[0][0], self.root, s)
            if os.path.isdir(d):
                out += [(s, n) for n in sorted(os.listdir(fs(d)))]
        return [(s, os.fsdecode(n)) for s, n in out]

    def ref(self):
        names = [n for _, n in self.tickets()]
        slugs = [n[16:] for n in names]
        if not names or self.r.random() < 0.08:
            return self.r.choice(["nothing", "", "-x", "*", "a\nb", "first", ".", "..", "open", "\\", "2026"])
        return self.r.choice(self.r.choice([names, names, names, slugs]))

    # --- steps -----------------------------------------------------------------------------------

    def options(self, table, most=5):
        args = []
        for _ in range(self.r.randrange(most + 1)):
            name, values = self.r.choice(table)
            args.append(name)
            if values is not None and self.r.random() > 0.02:
                args.append(self.r.choice(values))
        if self.r.random() < 0.03:
            args.insert(self.r.randrange(len(args) + 1), self.r.choice(["--bogus", "word", "", "--file=x", "-h", "--"]))
        return args

    def command(self):
        r, pick = self.r, self.r.random()
        files = ["body.md", "body.md", "empty.md", "missing", "", "a dir", "-", "link.md", "-dash.md"]
        if pick < 0.26:
            args = ["create", "--title", r.choice(TITLES)]
            return args + self.options([("--slug", SLUGS), ("--kind", WORDS), ("--priority", WORDS), ("--label", LABELS),
                                        ("--title", TITLES)], 3)
        if pick < 0.34:
            return ["list"] + r.choice([[], ["--status", "all"], ["--status", "open"], ["--status", "pending"],
                                        ["--status", "closed"], ["--status"], ["--status", "bad"], ["x"],
                                        ["--status", "bad", "x"], ["--status", "bad", "--status", "all"]])
        if pick < 0.44:
            return ["show"] + r.choice([[self.ref()]] * 8 + [[], [self.ref(), "x"]])
        if pick < 0.62:
            return ["comment"] + [self.ref()] * (r.random() > 0.02) + self.options(
                [("--role", ROLES), ("--role", ROLES), ("--author", AUTHORS), ("--file", files)], 3)
        if pick < 0.70:
            return ["review"] + [self.ref()] * (r.random() > 0.02) + self.options(
                [("--approve", None), ("--request-changes", None), ("--author", AUTHORS), ("--file", files)], 3)
        if pick < 0.80:
            return ["status"] + r.choice([[self.ref(), r.choice(STATUSES + ["all", "", "Open"])]] * 9 + [[self.ref()], []])
        if pick < 0.90:
            return ["close"] + [self.ref()] * (r.random() > 0.02) + self.options(
                [("--resolution", ["done", "", "two\nlines", "-n", "\\n %s", "é", "<!-- event: x"]), ("--file", files)], 2)
        if pick < 0.98:
            return ["doctor"] + r.choice([[]] * 9 + [["x"]])
        return r.choice([[], ["help"], ["-h"], ["--help", "x"], [""], ["bogus"], ["Bogus", "x"], ["--version"]])

    def step(self):
        r = self.r
        env = {k: os.environ[k] for k in ("PATH", "HOME", "TMPDIR") if k in os.environ}
        env.update(LC_ALL=r.choice(["C", "C.UTF-8"]), TKT_FSYNC="off", TKT_NOW=r.choice(TIMES))
        if r.random() < 0.02:
            env["TKT_NOW"] = r.choice(BAD_TIMES)
        user = r.choice(USERS)
        if user is not None:
            env["USER"] = user
        if self.root != "work-items" or r.random() < 0.1:
            env["WORK_ITEMS_DIR"] = self.root
        elif r.random() < 0.1:
            env["WORK_ITEMS_DIR"] = ""
        if r.random() < 0.02:
            env["WORK_ITEMS_DIR"] = "not-there"
        args, body = self.command(), r.choice(BODIES)
        return args, body, env

    # --- what other hands do to the files, on both sides alike -------------------------------------

    def vandal(self):
        r = self.r
        what = r.choice(["rm-thread", "torn-thread", "no-eol", "item", "move", "copy", "file", "dir", "link", "crlf",
                         "artifacts", "todo", "legacy", "item-link", "thread-link", "rm-item", "rm-status", "hard"])
        names = self.tickets()
        if not names:
            return what
        s, n = r.choice(names)
        roll, word, line = r.random(), r.choice(KEYS + ["column", "x"]), r.choice(TITLES)
        to, odd = r.choice(STATUSES), r.choice(["odd name", ".hidden", "-dash", "ü", "x" * 201, "plain", "a\nb", "X.1"])
        for d, _ in self.sides:
            root = os.path.join(d, self.root)
            path = os.path.join(root, s, n)
            try:
                self.damage(what, d, root, path, (roll, word, line, to, odd, n))
            except (OSError, shutil.Error):
                pass  # it is not there, or is something else already: the same on both sides
        return what

    @staticmethod
    def edit_item(path, roll, word, line):
        with open(path + "/item.md", "rb") as f:
            lines = f.read().split(b"\n")
        at = int(roll * 1000) % max(1, min(len(lines), 14))
        if roll < 0.4:
            lines.insert(at, fs("%s:%s%s" % (word, BLANKS[int(roll * 1e6) % len(BLANKS)], line.replace("\n", " "))))
        elif roll < 0.6:
            del lines[at]
        elif roll < 0.7:
            lines[0] = b"\xef\xbb\xbf---"
        elif roll < 0.8:
            lines = [x for x in lines if x != b"---"][:12]
        elif roll < 0.9:
            lines.insert(at, b"updated_at:\t\t x \r")
        else:
            lines = lines[:1] + [b"---"] + lines[1:]
        with open(path + "/item.md", "wb") as f:
            f.write(b"\n".join(lines))

    def damage(self, what, d, root, path, more):
        roll, word, line, to, odd, name = more
        if what == "rm-thread":
            os.unlink(path + "/thread.md")
        elif what in ("torn-thread", "no-eol"):
            with open(path + ("/thread.md" if what[0] == "t" else "/item.md"), "ab") as f:
                f.write(b"torn" if roll < 0.8 else b"")
        elif what == "item":
            self.edit_item(path, roll, word, line)
        elif what == "move":
            os.rename(path, os.path.join(root, to, name))
        elif what == "copy":
            if not os.path.lexists(os.path.join(root, to, name)):
                shutil.copytree(path, os.path.join(root, to, name), symlinks=True)
        elif what == "file":
            open(os.path.join(root, to, "stray"), "w", encoding="ascii").close()
        elif what == "dir":
            os.mkdir(os.path.join(root, to, odd))
            with open(os.path.join(root, to, odd, "item.md"), "w", encoding="ascii") as f:
                f.write("---\nid: odd\nslug: thing\n---\n")
        elif what == "link":
            os.symlink(os.path.join("..", "..", "x"), os.path.join(root, to, "linked"))
        elif what == "crlf":
            with open(path + "/item.md", "rb") as f:
                text = f.read().replace(b"\n", b"\r\n")
            with open(path + "/item.md", "wb") as f:
                f.write(text)
        elif what == "artifacts":
            os.rename(path + "/artifacts", path + "/artefacts")
        elif what == "todo":
            with open(d + "/TODO.md", "w", encoding="ascii") as f:
                f.write(["tickets/ .md\n", "see tickets/a.md\n", "tickets/[x].md\n", "tickets/ x.review.md\n"][int(roll * 4)])
        elif what == "legacy":
            os.makedirs(d + "/tickets", exist_ok=True)
            for f in [["a.md"], ["b.review.md"], ["c.txt", ".md"], []][int(roll * 4)]:
                open(d + "/tickets/" + f, "w", encoding="ascii").close()
        elif what in ("item-link", "thread-link"):
            f = path + ("/item.md" if what[0] == "i" else "/thread.md")
            os.rename(f, path + "/real.md")
            os.symlink("real.md", f)
        elif what == "rm-item":
            os.unlink(path + "/item.md")
        elif what == "rm-status":
            os.rmdir(os.path.join(root, to))
        elif what == "hard":
            os.link(path + "/thread.md", path + "/other-name.md")

    # --- doing and comparing ---------------------------------------------------------------------

    @staticmethod
    def run(side, args, body, env):
        d, argv = side
        p = subprocess.run(argv + [fs(a) for a in args], input=body, env={k: fs(v) for k, v in env.items()}, cwd=d,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=False)
        return p.returncode, p.stdout, p.stderr

    @staticmethod
    def tree(d):
        out = {}
        for base, dirs, files in os.walk(fs(d)):
            dirs[:] = sorted(x for x in dirs if x != b".tkt")
            for name in dirs + files:
                path = os.path.join(base, name)
                st = os.lstat(path)
                key = os.path.relpath(path, fs(d))
                mode = oct(st.st_mode)
                if stat.S_ISLNK(st.st_mode):
                    out[key] = (mode, os.readlink(path))
                elif stat.S_ISREG(st.st_mode):
                    with open(path, "rb") as f:
                        out[key] = (mode, f.read())
                else:
                    out[key] = (mode, b"")
        return out

    def compare(self, answers):
        diffs = []
        for what, a, b in zip(("exit status", "standard output", "standard error"), *answers):
            if a != b:
                diffs.append("%s:\n  script %r\n  tkt    %r" % (what, a, b))
        if answers[0][0] not in (0, 1):
            diffs.append("exit status %r is neither 0 nor 1" % answers[0][0])
        trees = [self.tree(d) for d, _ in self.sides]
        for key in sorted(set(trees[0]) | set(trees[1])):
            a, b = (t.get(key) for t in trees)
            if a != b:
                diffs.append("file %r:\n  script %r\n  tkt    %r" % (key, a, b))
        for d, _ in self.sides:
            left = os.path.join(d, self.root, ".tkt", "tmp")
            if os.path.isdir(left) and os.listdir(left):
                diffs.append("left in %s: %r" % (left, os.listdir(left)))
        return diffs

    def setup(self):
        for d, _ in self.sides:
            for name, text in (("body.md", b"from a file\n\n<!-- event: z\n"), ("empty.md", b""), ("-dash.md", b"dash")):
                with open(os.path.join(d, name), "wb") as f:
                    f.write(text)
            os.mkdir(os.path.join(d, "a dir"))
            os.symlink("body.md", os.path.join(d, "link.md"))

    def go(self, steps, wild):
        self.setup()
        done = {}
        for i in range(steps):
            note = self.vandal() if self.r.random() < wild else ""
            args, body, env = self.step()
            answers = list(self.pool.map(lambda side: self.run(side, args, body, env), self.sides))
            diffs = self.compare(answers)
            if diffs:
                print("step %d%s: %s" % (i, note and " (after %s)" % note, shlex.join(args).encode("utf-8", "backslashreplace").decode()))
                print("environment: %r  input: %r" % (env, body))
                print("\n".join(diffs))
                return 1
            key = (args[0] if args else "", answers[0][0])
            done[key] = done.get(key, 0) + 1
        if os.environ.get("TKT_SESSION_COUNTS"):
            print(sorted(done.items()))
        return 0


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--script", required=True)
    p.add_argument("--tkt", required=True)
    p.add_argument("--seed", type=int, required=True)
    p.add_argument("--steps", type=int, default=150)
    p.add_argument("--wild", type=float, default=0.12, help="how often the files are damaged before a step")
    p.add_argument("dir")
    a = p.parse_args()
    s = Session(a.dir, a.seed, shlex.split(a.script), shlex.split(a.tkt))
    status = s.go(a.steps, a.wild)
    if status:
        print("repeat: session.py --seed %d --steps %d --wild %g" % (a.seed, a.steps, a.wild))
    return status


if __name__ == "__main__":
    sys.exit(main())
