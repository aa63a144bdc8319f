"""Every command, with every one of its system calls failing (or killing it) in turn.

    sweep.py seam     by the fault counter of sys/io (a -DTKT_FAULTS build)
    sweep.py kill     SIGKILL at system calls, by strace
    sweep.py errno    errors of system calls, by strace
"""
import os
import re
import sys

import kit


def fault_run(case, spec, tkt_env=None):
    """One run with TKT_FAULT=spec: (fired, wrong)."""
    with case.fresh() as d:
        mark = d + "/fault.log"
        status, said = kit.run(case.argv(kit.FAULTS_TKT), d, case.env(d, TKT_FAULT="%s@%s" % (spec, mark)))
        fired = os.path.exists(mark)
        if not fired:
            return False, "" if status == 0 else "%s: no fault, but status %d: %s" % (spec, status, said[:200])
        with open(mark, encoding="utf-8") as f:
            where = f.readline().strip()
        wrong = case.judge(d, status, once="+" not in spec and "kill" not in spec)
        return True, wrong and "%s at call %s: %s [%s]" % (spec, where, wrong, said.strip()[:160])


def count_calls(case, kind):
    """How many faults of this kind can strike: by doubling, then halving."""
    high = 1
    while fault_run(case, "%d:%s" % (high, kind))[0]:
        high *= 2
    low = high // 2
    while low + 1 < high:
        middle = (low + high) // 2
        if fault_run(case, "%d:%s" % (middle, kind))[0]:
            low = middle
        else:
            high = middle
    return low


def seam(tap, top, cases):
    kinds = ["EIO", "kill", "ENOSPC", "short", "EIO+", "ENOSPC+", "short+"]
    for case in cases:
        calls = {k: count_calls(case, k) for k in ("EIO", "short")}
        total, wrong = 0, []
        if calls["EIO"] < 10:
            wrong.append("only %d calls go through sys/io" % calls["EIO"])
        for kind in kinds:
            n = calls["short" if kind.startswith("short") else "EIO"]
            # Where something strikes first, it has to strike again, and then no more.
            if not fault_run(case, "%d:%s" % (n, kind))[0] and "short" not in kind:
                wrong.append("%s does not strike at call %d" % (kind, n))
            jobs = kit.sample(n, 12 if kind in ("EIO", "kill") else 5)
            total += len(jobs)
            wrong += kit.each(jobs, lambda i, k=kind: fault_run(case, "%d:%s" % (i, k))[1])
        tap.point("%s is all or nothing under a fault at any of its %d calls" % (case.command.name, calls["EIO"]),
                  wrong, "%d faults" % total)
        compound(tap, case, calls["EIO"])


def compound(tap, case, calls):
    """A fault while the next command repairs what a killed one left."""
    states, wrong, total = {}, [], 0
    for n in kit.sample(calls, 12):
        d = case.fresh().__enter__()
        kit.run(case.argv(kit.FAULTS_TKT), d, case.env(d, TKT_FAULT="%d:kill" % n))
        if os.path.exists(d + "/work-items/.tkt/journal"):
            states.setdefault(kit.digest(kit.snapshot(d)), (n, d))

    def again(job):
        n, d, spec = job
        with kit.Copy(d) as copy:
            mark = copy + "/fault.log"
            status, said = case.recover(copy, kit.FAULTS_TKT, TKT_FAULT="%s@%s" % (spec, mark))
            if not os.path.exists(mark):
                return None
            bad = case.judge_after(copy, False)
            if not bad and status not in (0, kit.EIO_STATUS, -9):
                bad = "status %d: %s" % (status, said.strip()[:100])
            return bad and "killed at %d, then %s: %s" % (n, spec, bad)

    for n, d in list(states.values())[:None if kit.LONG else 4]:
        for kind in ("kill", "EIO", "EIO+", "short"):
            jobs = [(n, d, "%d:%s" % (m, kind)) for m in kit.sample(70, 10 if kind in ("kill", "EIO") else 4)]
            total += len(jobs)
            wrong += kit.each(jobs, again)
    tap.point("%s: a fault during the recovery changes nothing about that" % case.command.name, wrong,
              "%d states with a journal, %d faults" % (len(states), total))


# --- strace -------------------------------------------------------------------------------------

CHANGING = re.compile(r"^(write|pwrite64|writev|rename|renameat|renameat2|unlink|unlinkat|mkdir|mkdirat|fsync|"
                      r"fdatasync|ftruncate|fallocate|fchmod|fchmodat|flock|linkat|symlinkat)$")
LINE = re.compile(r"^(\d+) +(\w+)\((.*)")


def pairs(case, changing):
    """(syscall, ordinal) of the command's calls on files of the root, as strace counts them."""
    with case.fresh() as d:
        log = d + "/strace.log"
        status, said = kit.run(("strace", "-f", "-y", "-o", log) + case.argv(kit.TKT), d, case.env(d))
        if status:
            raise SystemExit("Bail out! strace: status %d: %s" % (status, said[:300]))
        with open(log, encoding="utf-8", errors="replace") as f:
            lines = f.readlines()
    counts, found, first = {}, [], None
    for line in lines:
        m = LINE.match(line)
        if not m or "<... " in line:
            continue
        pid, name, rest = m.groups()
        first = first or pid
        if pid != first:  # an editor's own calls are not ours
            continue
        counts[name] = counts.get(name, 0) + 1
        mine = d + "/work-items" in rest and "exited" not in rest
        creates = name.startswith("open") and ("O_CREAT" in rest or "O_TRUNC" in rest)
        if mine and (not changing or creates or CHANGING.match(name)):
            found.append((name, counts[name]))
    return found


def inject(case, name, ordinal, what):
    """(status, directory) of a run in which that call gets what strace is told to do to it."""
    copy = case.fresh()
    d = copy.__enter__()
    family = "/^" + name + "$" if name.startswith("rename") else name
    log = d + "/strace.log"
    argv = ("strace", "-y", "-o", log, "-e", "trace=" + family, "-e", "signal=none",
            "-e", "inject=%s:%s:when=%d" % (family, what, ordinal)) + case.argv(kit.TKT)
    status, said = kit.run(argv, d, case.env(d))
    fired = False
    if os.path.exists(log):
        with open(log, encoding="utf-8", errors="replace") as f:
            text = f.read()
        fired = "(INJECTED)" in text
    if status in (-9, 137): # strace ends as its child did, and nothing else here sends that signal
        fired = True
    return copy, d, status, fired, said


def strace_sweep(tap, cases, what, title, most):
    for case in cases:
        changing = not kit.LONG or "KILL" in what
        found = pairs(case, changing)
        chosen = [found[i - 1] for i in kit.sample(len(found), most)]
        struck = []

        def one(pair):
            copy, d, status, fired, said = inject(case, pair[0], pair[1], what)
            try:
                if not fired or ("KILL" in what and status not in (-9, 137)):
                    return "%s #%d: the injection did not fire (status %d)" % (pair + (status,))
                struck.append(pair)
                wrong = case.judge(d, status, once="KILL" not in what)
                return wrong and "%s #%d %s: %s [%s]" % (pair + (what, wrong, said.strip()[:160]))
            finally:
                copy.__exit__()

        wrong = kit.each(chosen, one)
        if not chosen:
            wrong.append("strace saw no call on the root")
        tap.point(title % case.command.name, wrong, "%d of %d calls" % (len(struck), len(found)))


def kill(tap, _top, cases):
    strace_sweep(tap, cases, "signal=KILL", "%s, killed before any system call, is all or nothing", 60)


def errno(tap, top, cases):
    cases = list(cases)
    for name in ("ENOSPC", "EIO", "EROFS"):
        strace_sweep(tap, cases, "error=" + name, "%s says so when a system call fails with " + name, 12)


if __name__ == "__main__":
    kit.main({"seam": seam, "kill": kill, "errno": errno}[sys.argv[1]])
