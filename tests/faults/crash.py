"""Power cuts: what may be on the disk after one, at any moment of a command.

strace records what the command did to the root. Every prefix of that list is a moment at which the
power may fail; of what is in the prefix, only what an fsync covered is sure to be on the disk:

  - what was written to a file, or how it was cut, may be missing (or half there) until that file is fsynced;
  - a name made, removed or moved may be missing until its directory is fsynced (the new one, for a move,
    which happens as a whole or not at all); the order of such changes is nobody's promise.

Each distinct state is laid out in memory; then the next command runs, and the oracle of kit.py looks. After
the last call the command has said "done", so every state of the full list must hold the change.

This is the only test that sees a missing fsync.
"""
import itertools
import os
import re
import sys

import kit

LINE = re.compile(r"^(\d+) +(\w+)\((.*)\) += +(-?\d+)(.*)$")
PART = re.compile(r'(?:(AT_FDCWD|\d+)<((?:\\x[0-9a-f]{2})*)>(\(deleted\))?)|"((?:\\x[0-9a-f]{2})*)"')


def unhex(text):
    return bytes.fromhex(text.replace("\\x", "")).decode("utf-8", "surrogateescape")


class Node:
    def __init__(self, number, names=None, data=b""):
        self.number, self.names, self.data = number, names, data


class World:
    """A tree of nodes: as recorded (all effects at once), or as rebuilt from a choice of effects."""

    def __init__(self, home):
        self.nodes = []
        self.top = self.load(home)

    def node(self, names=None, data=b""):
        self.nodes.append(Node(len(self.nodes), names, data))
        return self.nodes[-1]

    def load(self, path):
        if os.path.isdir(path):
            return self.node({n: self.load(path + "/" + n) for n in sorted(os.listdir(path))})
        with open(path, "rb") as f:
            return self.node(None, f.read())


class Recorder:
    """Turns the trace into effects on numbered nodes, following the tree along."""

    def __init__(self, world, home):
        self.world, self.home, self.ops, self.fds = world, home, [], {}

    def find(self, path):
        """(directory node, name, node or None) of an absolute path in the root; None if outside."""
        path = os.path.normpath(path)
        if path != self.home and not path.startswith(self.home + "/"):
            return None
        at, parent, name = self.world.top, None, ""
        for name in [p for p in path[len(self.home):].split("/") if p]:
            if at is None or at.names is None:
                return None
            parent, at = at, at.names.get(name)
        return parent, name, at

    def call(self, name, args, result, tail):
        parts = PART.findall(args)
        paths, base, fd_node, deleted = [], None, None, False
        for fd, where, gone, text in parts:
            if where or fd:
                base = unhex(where)
                deleted = deleted or bool(gone)
                fd_node = self.find(base)
            else:
                paths.append(os.path.join(base or os.path.dirname(self.home), unhex(text)))
        if result < 0 or deleted:
            return
        method = getattr(self, "do_" + name, None)
        if method:
            method(args, paths, fd_node, result, tail)

    def do(self, **op):
        self.ops.append(op)
        apply_op(op, None)

    def do_open(self, args, paths, _fd, _result, _tail):
        found = self.find(paths[0]) if paths else None
        if not found:
            return
        parent, name, node = found
        if node is None and "O_CREAT" in args and parent is not None:
            self.do(kind="create", dirs=[parent], name=name, node=self.world.node(None))
        elif node is not None and "O_TRUNC" in args and node.names is None and node.data:
            self.do(kind="trunc", node=node, size=0)

    do_openat = do_openat2 = do_open

    def do_write(self, args, _paths, fd, result, _tail):
        if not fd or not fd[2] or not result:
            return
        text = re.search(r'"((?:\\x[0-9a-f]{2})*)"', args).group(1)
        self.do(kind="write", node=fd[2], data=bytes.fromhex(text.replace("\\x", ""))[:result])

    def do_ftruncate(self, args, _paths, fd, _result, _tail):
        if fd and fd[2]:
            self.do(kind="trunc", node=fd[2], size=int(args.rsplit(",", 1)[1]))

    def do_fsync(self, _args, _paths, fd, _result, _tail):
        if fd and fd[2]:
            self.do(kind="fsync", node=fd[2])

    do_fdatasync = do_fsync

    def do_mkdirat(self, _args, paths, _fd, _result, _tail):
        found = self.find(paths[0])
        if found and found[0]:
            self.do(kind="create", dirs=[found[0]], name=found[1], node=self.world.node({}))

    do_mkdir = do_mkdirat

    def do_unlinkat(self, _args, paths, _fd, _result, _tail):
        found = self.find(paths[0])
        if found and found[0]:
            self.do(kind="unlink", dirs=[found[0]], name=found[1])

    do_unlink = do_rmdir = do_unlinkat

    def do_renameat(self, _args, paths, _fd, _result, _tail):
        a, b = self.find(paths[0]), self.find(paths[1])
        if not a or not b:
            raise SystemExit("Bail out! a rename out of the root: %s" % paths)
        self.do(kind="rename", dirs=[a[0], b[0]], name=a[1], to=b[1], node=a[2])

    do_rename = do_renameat2 = do_renameat


def apply_op(op, half):
    """half: the write that only half of reached the disk."""
    kind, node = op["kind"], op.get("node")
    if kind == "create":
        op["dirs"][0].names[op["name"]] = node
    elif kind == "unlink":
        op["dirs"][0].names.pop(op["name"], None)
    elif kind == "rename":
        if op["dirs"][0].names.get(op["name"]) is node:
            del op["dirs"][0].names[op["name"]]
        op["dirs"][1].names[op["to"]] = node
    elif kind == "write": # each of ours goes to the end
        data = op["data"]
        node.data += data[:len(data) // 2] if half is op else data
    elif kind == "trunc":
        node.data = node.data[:op["size"]].ljust(op["size"], b"\0")


def record(case):
    """(home, world, initial contents, ops): the world is left as it was before the command."""
    with case.fresh() as d:
        home = d + "/work-items"
        world = World(home)
        before = {n.number: (dict(n.names) if n.names is not None else None, n.data) for n in world.nodes}
        log = case.top + "/" + os.path.basename(d) + ".trace"
        # Without the index: it is never synced, and what a power cut leaves of it is not believed
        # (tests/unit/t_index.c damages it in every way).
        status, said = kit.run(("strace", "-f", "-y", "-s", "16777216", "-xx", "-o", log) + case.argv(kit.TKT), d,
                               dict(case.env(d), TKT_INDEX="off"))
        if status:
            raise SystemExit("Bail out! strace: status %d: %s" % (status, said[:300]))
        recorder, waiting = Recorder(world, home), {}
        with open(log, encoding="utf-8", errors="surrogateescape") as f:
            for line in f:
                line = line.rstrip("\n")
                pid = line.split(" ", 1)[0]
                if line.endswith("<unfinished ...>"):
                    waiting[pid] = line[:-len("<unfinished ...>")]
                    continue
                m = re.match(r"^\d+ +<\.\.\. \w+ resumed>(.*)$", line)
                if m:
                    line = waiting.pop(pid, "") + m.group(1)
                m = LINE.match(line)
                if m:
                    recorder.call(m.group(2), m.group(3), int(m.group(4)), m.group(5))
        os.unlink(log)
        # The model must end where the file system did, or it proves nothing.
        model = flatten(world.top)
        real = flatten(World(home).top)
        for tree in (model, real): # a cache, written in place and never synced: any bytes will do
            tree.pop("/.tkt/slugs", None)
        if model != real:
            raise SystemExit("Bail out! the model of %s differs from the disk: %s" %
                             (case.command.name, kit.differs(model, real)))
        return world, before, recorder.ops


def flatten(node, path="", into=None):
    into = {} if into is None else into
    if node.names is None:
        into[path] = node.data
    else:
        into[path + "/"] = b""
        for name, n in node.names.items():
            flatten(n, path + "/" + name, into)
    return into


def rebuild(world, before, ops, keep, half):
    """The tree after those of ops that are in keep."""
    for node in world.nodes:
        names, data = before.get(node.number, ({} if node.names is not None else None, b""))
        node.names, node.data = (dict(names) if names is not None else None), data
    for i, op in enumerate(ops):
        if i in keep:
            apply_op(op, half)
    return flatten(world.top)


def pending(ops):
    """Indexes of name changes and of data changes that no fsync has made sure."""
    names, data = [], []
    for i, op in enumerate(ops):
        if op["kind"] in ("write", "trunc"):
            if not any(o["kind"] == "fsync" and o["node"] is op["node"] for o in ops[i:]):
                data.append(i)
        elif op["kind"] != "fsync":
            if not any(o["kind"] == "fsync" and o["node"] is op["dirs"][-1] for o in ops[i:]):
                names.append(i)
    return names, data


def choices(items):
    """Which of them reached the disk: all subsets of a few; of many none, all, all but one, one."""
    if len(items) <= 4:
        for n in range(len(items) + 1):
            yield from (set(c) for c in itertools.combinations(items, n))
    else:
        yield set()
        yield set(items)
        for i in items:
            yield {i}
            yield set(items) - {i}


def states(world, before, ops):
    """Every distinct (tree, acknowledged) that a power cut may leave."""
    seen = {}
    for k in range(len(ops) + 1):
        prefix = ops[:k]
        names, data = pending(prefix)
        sure = set(range(k)) - set(names) - set(data)
        for some_names in choices(names):
            for some_data in choices(data):
                halves = [None] + [ops[i] for i in some_data if ops[i]["kind"] == "write"][-1:]
                for half in halves:
                    tree = rebuild(world, before, prefix, sure | some_names | some_data, half)
                    key = (kit.digest(tree), k == len(ops))
                    if key not in seen:
                        seen[key] = (tree, k, sorted((set(names) | set(data)) - some_names - some_data),
                                     half is not None)
    return [(tree, key[1], k, lost, half) for key, (tree, k, lost, half) in seen.items()]


def lay_out(tree, home):
    """The tree at home/work-items, in the place of the one there."""
    root = home + "/work-items"
    for where, dirs, files in os.walk(root, topdown=False):
        for f in files:
            os.unlink(where + "/" + f)
        for d in dirs:
            os.rmdir(where + "/" + d)
    for path in sorted(tree):
        if path.endswith("/"):
            os.makedirs(root + path, exist_ok=True)
        else:
            with open(root + path, "wb") as f:
                f.write(tree[path])


def tell(op):
    node = op.get("node")
    return "%s %s%s" % (op["kind"], op.get("name", "") or (node and "#%d" % node.number),
                        " -> " + op["to"] if "to" in op else "")


def crash(tap, _top, cases):
    for case in cases:
        world, before, ops = record(case)
        found = states(world, before, ops)
        # The short round: all that is acknowledged, and some of the rest.
        if not kit.LONG:
            rest = [s for s in found if not s[1]]
            found = [s for s in found if s[1]] + [rest[i - 1] for i in kit.sample(len(rest), 60)]

        def one(state):
            tree, acknowledged, k, lost, half = state
            with case.fresh() as d:
                lay_out(tree, d)
                wrong = case.judge_after(d, acknowledged)
                if not wrong:
                    return ""
                return "cut after %d of %d (%s)%s%s: %s" % (
                    k, len(ops), tell(ops[k - 1]) if k else "start",
                    ", lost: " + ", ".join(tell(ops[i]) for i in lost) if lost else "",
                    ", the last write half" if half else "", wrong)

        fsyncs = sum(o["kind"] == "fsync" for o in ops)
        tap.point("%s survives a power cut at any moment" % case.command.name, kit.each(found, one),
                  "%d effects, %d fsyncs, %d states" % (len(ops), fsyncs, len(found)))


if __name__ == "__main__":
    sys.argv.insert(1, "crash")
    kit.main(crash)
