#!/usr/bin/env python3
"""Shows that the conformance suite catches mistakes: makes each of tools/mutations.py, alone, and runs what must fail.

    JAVA_HOME=<a JDK 25> tools/mutate.py SCRATCH [--only 'RoPE*'] [--jobs N] [--whole]
    tools/mutate.py --list

A mistake is one change in a copy of an engine's source or of the expected data. One in a source is compiled into a
folder of its own, which stands before the engine's classes; then `quipu conform` runs the cases that the list names
for it, in both regimes, or Maven the unit tests, where no case can tell. All of these are run once without a change,
and must pass. With --whole every case is run but those of real models, to see which ones catch a mistake.

Needs a built checkout (mvn -DskipTests package) and no network. Writes into SCRATCH only. Ends with 1 if a mistake
passes unseen, or if a change does not fit the sources any more.
"""

import argparse
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple
from xml.etree import ElementTree

from mutations import MUTATIONS, Number

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src/main/java"
RESOURCES = ROOT / "src/main/resources"
GOLDEN = ROOT / "golden"
JAR = ROOT / "target/quipu.jar"  # for the libraries in it
TESTS = ROOT / "target/test-classes"
VECTOR = ["--add-modules", "jdk.incubator.vector"]
JAVAC_FLAGS = ["-nowarn", "-proc:none", "-implicit:none", "-XDstringConcat=inline", "-J-XX:TieredStopAtLevel=1"]
MAVEN = ["mvn", "-o", "-q", "surefire:test@default-test", "-Dsurefire.failIfNoSpecifiedTests=true"]
KINDS = "detokenize draw filter greedy image kv logits long op perplexity refuse rng sequence template tokenize trace"
WHOLE = [f"{kind}/*" for kind in KINDS.split()]
TIMEOUT = 1800  # seconds
FLOATS = {"F32": "<f", "U32": "<I", "I32": "<i", "U8": "<B"}


class Unfit(Exception):
    """A mutation that cannot be made, or whose run says nothing."""


class Result(NamedTuple):
    verdict: str
    what: str

    @property
    def caught(self):
        return self.verdict == "caught"


def main():
    args = arguments()
    chosen = [m for m in MUTATIONS if any(fnmatchcase(m.name, glob) for glob in args.only)]
    require(chosen, f"no mutation has a name like {' or '.join(args.only)}")
    if args.list:
        for m in chosen:
            print(f"{m.name:<44} {place(m):<44} {m.by}")
        return
    require(args.scratch, "name a scratch folder")
    started = time.monotonic()
    workshop = Workshop(args.scratch.resolve(), args.whole)
    workshop.require_passing(chosen)
    desks = SimpleQueue()
    for number in range(args.jobs):
        desks.put(workshop.scratch / f"desk-{number}")
    results = []
    with ThreadPoolExecutor(args.jobs) as pool:
        for m, result in zip(chosen, pool.map(lambda m: workshop.attempt(m, desks), chosen)):
            results.append(result)
            print(line(m, result), flush=True)
    report(chosen, results, time.monotonic() - started)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scratch", type=Path, nargs="?")
    parser.add_argument("--only", action="append", metavar="NAME-GLOB", help="only such names; may be repeated")
    parser.add_argument("--list", action="store_true", help="print the mutations and do nothing")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="mutations at a time; one a processor")
    parser.add_argument("--whole", action="store_true", help="run all cases but the real models, not those of the list")
    args = parser.parse_args()
    args.only = args.only or ["*"]
    return args


def require(condition, message):
    if not condition:
        sys.exit(message)


class Workshop:
    """The engine as it is, compiled, and what a mutation is tried with. A desk is a folder that one thread works in."""

    def __init__(self, scratch, whole):
        require("JAVA_HOME" in os.environ, "JAVA_HOME must be a JDK 25")
        require(JAR.exists() and TESTS.exists(), f"there is no {JAR.relative_to(ROOT)} yet: mvn -DskipTests package")
        self.scratch, self.whole = scratch, whole
        self.classes = scratch / "classes"
        self.bin = Path(os.environ["JAVA_HOME"]) / "bin"
        fresh(self.classes)
        self.compile(sorted(SOURCES.rglob("*.java")), self.classes, [JAR])

    def compile(self, files, to, path):
        command = [self.bin / "javac", *JAVAC_FLAGS, *VECTOR, "-d", to, "-cp", joined(path), *files]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise Unfit("does not compile: " + first_line(done.stderr, "error:"))

    def require_passing(self, mutations):
        """What is to fail for a mutation is there, and passes without one."""
        desk = self.scratch / "desk-0"
        cases = [str(file.parent.relative_to(GOLDEN)) for file in GOLDEN.rglob("case.json")]
        for m in mutations:
            gone = [] if is_test(m) else [g for g in m.by.split() if not any(fnmatchcase(c, g) for c in cases)]
            require(not gone, f"mutation {m.name}: there is no case {' or '.join(gone)}")
        for engine in sorted({(m.ops, m.bits) for m in mutations if not is_test(m)}):
            same = [m for m in mutations if (m.ops, m.bits) == engine and not is_test(m)]
            globs = sorted({glob for m in same for glob in m.by.split()})
            failed = self.conform(GOLDEN, self.globs(globs), *engine, [])
            require(not failed, f"without a mutation, with {engine[0]} operations: {first(failed)} failed")
        tests = sorted({name for m in mutations if is_test(m) for name in tests_of(m)})
        failed = self.test(desk, tests, None) if tests else []
        require(not failed, f"without a mutation: {first(failed)} failed")

    def attempt(self, mutation, desks):
        desk = desks.get()
        try:
            failed = self.run(mutation, desk)
            return Result("caught", f"by {first(failed)}") if failed else Result("SURVIVED", f"{mutation.by} passed")
        except Unfit as e:
            return Result("UNFIT", str(e))
        finally:
            desks.put(desk)

    def run(self, m, desk):
        if m.file.startswith("golden/"):
            return self.conform(changed_suite(m, fresh(desk / "suite")), m.by.split(), m.ops, m.bits, [])
        overlay = fresh(desk / "classes")
        self.compile(changed_sources(m, fresh(desk / "sources")), overlay, [self.classes, JAR])
        if is_test(m):
            return self.test(desk, tests_of(m), overlay)
        return self.conform(GOLDEN, self.globs(m.by.split()), m.ops, m.bits, [overlay])

    def globs(self, globs):
        return WHOLE if self.whole else globs

    def conform(self, suite, globs, ops, bits, before):
        """The ids of the cases that failed."""
        command = [self.bin / "java", *VECTOR, "--enable-native-access=ALL-UNNAMED"]
        command += [f"-Dquipu.vector.bits={bits}"] if bits else []
        command += ["-cp", joined([*before, self.classes, JAR]), "dev.quipu.cli.Main", "conform", suite]
        command += ["--models", ROOT / "models", "--ops", ops, "--threads", "2"]
        command += [word for glob in globs for word in ("--only", glob)]
        done = finished(command)
        failed = re.findall(r"^FAIL (\S+): ", done.stdout, re.MULTILINE)
        if done.returncode not in (0, 1) or not re.search(r"^[0-9]+ passed, ", done.stdout, re.MULTILINE):
            raise Unfit("conform broke: " + first_line(done.stderr, ""))
        if done.returncode == 1 and not failed:
            raise Unfit("conform ran no case")
        return failed

    def test(self, desk, names, overlay):
        """The tests of these classes that failed."""
        project = fresh(desk / "project")
        for name in ("pom.xml", "src", "golden", "models", "README.md"):
            (project / name).symlink_to(ROOT / name)
        for part in [self.classes, RESOURCES, *([overlay] if overlay else [])]:
            shutil.copytree(part, project / "target/classes", dirs_exist_ok=True)
        (project / "target/test-classes").symlink_to(TESTS)
        done = finished([*MAVEN, "-Dtest=" + ",".join(names)], cwd=project)
        reports = [ElementTree.parse(p).getroot() for p in sorted(project.glob("target/surefire-reports/TEST-*.xml"))]
        if len(reports) != len(names):
            raise Unfit("Maven broke: " + first_line(done.stdout + done.stderr, "ERROR"))
        tests = [test for report in reports for test in report.iter("testcase")]
        return [named(test) for test in tests if {part.tag for part in test} & {"failure", "error"}]


def named(test):
    """Class.method, without the parameters."""
    return test.get("classname").split(".")[-1] + "." + re.split(r"[({\[]", test.get("name"))[0]


def is_test(mutation):
    return not re.search(r"[/*]", mutation.by)


def tests_of(mutation):
    return mutation.by.split()


def changed_sources(m, folder):
    """The mutated copy, and whatever else javac may have put one of its constants into."""
    original = ROOT / m.file
    copy = folder / Path(m.file).relative_to("src/main/java")
    copy.parent.mkdir(parents=True)
    text = original.read_text(encoding="utf-8")
    copy.write_text(changed(text, m), encoding="utf-8")
    if "static final" not in lines_of(text, m):
        return [copy]
    name = re.compile(rf"\b{original.stem}\b")
    others = (f for f in SOURCES.rglob("*.java") if f != original and name.search(f.read_text(encoding="utf-8")))
    return [copy, *sorted(others)]


def changed_suite(m, folder):
    """A suite of one case, mutated, beside the models and tokenizers of the real one."""
    for name in ("models", "tokenizers"):
        (folder / name).symlink_to(GOLDEN / name)
    file = Path(m.file).relative_to("golden")
    shutil.copytree(GOLDEN / file.parent, folder / file.parent)
    if isinstance(m, Number):
        tolerance = json.loads((folder / file.parent / "case.json").read_text(encoding="utf-8")).get("tolerance", {})
        (folder / file).write_bytes(renumbered((folder / file).read_bytes(), m, tolerance))
    else:
        (folder / file).write_text(changed((folder / file).read_text(encoding="utf-8"), m), encoding="utf-8")
    return folder


def changed(text, m):
    at = found(text, m)
    return text[:at] + m.new + text[at + len(m.old) :]


def found(text, m):
    """Where the text to be replaced begins: its only place, or the first one after the only place of another."""
    begin = 0
    if m.after:
        begin = text.find(m.after) + len(m.after)
        if text.count(m.after) != 1:
            raise Unfit(f"mutation {m.name} no longer applies: {text.count(m.after)} places of {m.after!r} in {m.file}")
    places = text.count(m.old, begin)
    if places == 0 or places > 1 and not m.after:
        raise Unfit(f"mutation {m.name} no longer applies: {places} places of {m.old!r} in {m.file}")
    return text.index(m.old, begin)


def lines_of(text, m):
    """The whole lines in which the replaced text stands."""
    at = found(text, m)
    return text[text.rfind("\n", 0, at) + 1 : (text + "\n").index("\n", at + len(m.old))]


def renumbered(data, m, tolerance):
    """A safetensors file with one number changed."""
    (length,) = struct.unpack("<Q", data[:8])
    entry = json.loads(data[8 : 8 + length]).get(m.tensor)
    if entry is None:
        raise Unfit(f"mutation {m.name} no longer applies: no tensor {m.tensor} in {m.file}")
    form = FLOATS[entry["dtype"]]
    at = 8 + length + entry["data_offsets"][0] + m.element * struct.calcsize(form)
    (old,) = struct.unpack_from(form, data, at)
    new = m.change(old, tolerance)
    return data[:at] + struct.pack(form, new) + data[at + struct.calcsize(form) :]


def finished(command, **options):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, **options)
    except subprocess.TimeoutExpired:
        raise Unfit(f"not done after {TIMEOUT} seconds") from None


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def joined(path):
    return os.pathsep.join(str(p) for p in path)


def first_line(text, mark):
    lines = [line.strip() for line in text.splitlines() if mark in line]
    return lines[0] if lines else text.strip()[:200]


def first(failed):
    return f"{len(failed)}: {', '.join(failed[:2])}{', …' if len(failed) > 2 else ''}"


def place(m):
    parts = Path(m.file).parts
    return "/".join(parts[1:-1] if parts[0] == "golden" else parts[-2:])


def line(m, result):
    return f"{m.name:<44} {place(m):<44} {result.verdict} {result.what}"


def report(mutations, results, seconds):
    missed = [(m, result) for m, result in zip(mutations, results) if not result.caught]
    for m, result in missed:
        print(f"MISSED: {line(m, result)}")
    tests = sum(is_test(m) for m in mutations)
    data = sum(m.file.startswith("golden/") for m in mutations)
    print(
        f"{len(mutations)} mutations ({data} of expected data, {tests} for unit tests): "
        f"{len(mutations) - len(missed)} caught, {len(missed)} not; {seconds / 60:.1f} minutes"
    )
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
