#!/usr/bin/env python3
"""How long the first token takes, from the start of the process, against a Java program that only touches FloatVector.

    JAVA_HOME=<a JDK 25> tools/first_token.py [--runs 10] SCRATCH [-- COMMAND ...]

COMMAND is what is measured until its first byte of output; by default this checkout's ./quipu with a question. The two run
in turns, after a run of each that does not count. Prints each pair, the medians and their ratio.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUESTION = [str(ROOT / "quipu"), "--temp", "0", "-m", "40", "Why is the sky blue?"]
FLAGS = ["--add-modules", "jdk.incubator.vector"]
PROGRAM = """
import jdk.incubator.vector.FloatVector;
public class TouchFloatVector {
  public static void main(String[] args) {
    System.out.println(FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1f).lane(0));
  }
}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("command", nargs="*", default=QUESTION)
    args = parser.parse_args()
    baseline = compiled(args.scratch)
    first_byte(baseline), first_byte(args.command)
    pairs = []
    for run in range(args.runs):
        pairs.append((whole(baseline), first_byte(args.command)))
        print(f"run {run + 1}: FloatVector {pairs[-1][0]:.3f} s, first token {pairs[-1][1]:.3f} s", flush=True)
    touch, token = (statistics.median(side) for side in zip(*pairs))
    print(f"medians: FloatVector {touch:.3f} s, first token {token:.3f} s, {token / touch:.1f} times")


def compiled(scratch):
    """The command of the program that touches FloatVector."""
    if "JAVA_HOME" not in os.environ:
        sys.exit("JAVA_HOME must be a JDK 25")
    java = Path(os.environ["JAVA_HOME"]) / "bin"
    scratch.mkdir(parents=True, exist_ok=True)
    (scratch / "TouchFloatVector.java").write_text(PROGRAM)
    subprocess.run([java / "javac", *FLAGS, "-d", scratch, scratch / "TouchFloatVector.java"], check=True, stderr=subprocess.DEVNULL)
    return [str(java / "java"), *FLAGS, "-cp", str(scratch), "TouchFloatVector"]


def whole(command):
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - start


def first_byte(command):
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as process:
        process.stdout.read(1)
        seconds = time.monotonic() - start
        process.stdout.read()
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return seconds


if __name__ == "__main__":
    main()
