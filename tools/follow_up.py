#!/usr/bin/env python3
"""How much sooner the answer to a follow-up question begins than that to the first one, about the same long document.

    JAVA_HOME=<a JDK 25> tools/follow_up.py [--rounds 5] [--jar target/quipu.jar] [--tokens 3000] [-- FLAGS of quipu chat]

Talks to `quipu chat` through pipes, as a person does in a terminal, and waits for the first byte of each answer. A round is a
new process: it reads one document to warm up, forgets it (/clear), and is timed with another. For Gemma's base model:

    tools/follow_up.py -- --model FOLDER --chat-template FILE

where FILE holds Gemma's published template; --gemma-template writes that of golden/template/gemma there first.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACES = ["north", "harbour", "old mill", "river", "market", "chapel", "quarry", "orchard"]
SIGHTS = ["three herons", "a broken cart", "smoke", "nobody", "two pedlars", "fresh snow", "a lost dog", "lanterns"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jar", type=Path, default=ROOT / "target/quipu.jar")
    parser.add_argument("--tokens", type=int, default=3000, help="of the document, about")
    parser.add_argument("--gemma-template", type=Path, metavar="FILE")
    parser.add_argument("flags", nargs="*")
    args = parser.parse_args()
    if args.gemma_template:
        template = json.loads((ROOT / "golden/template/gemma/case.json").read_text())["template"]
        args.gemma_template.write_text(template)
    ratios = []
    for round_ in range(1, args.rounds + 1):
        first, second, tokens = measure(args)
        ratios.append(first / second)
        print(f"round {round_}: {tokens[0]} tokens, first answer after {first:.3f} s; "
              f"follow-up of {tokens[1]} tokens after {second:.3f} s; {first / second:.1f} times", flush=True)
    print(f"median: {statistics.median(ratios):.1f} times")


def measure(args):
    command = [java(), "-jar", args.jar, "chat", "--verbose", "-m", "8", *args.flags]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0) as chat:
        ask(chat, document(1, args.tokens) + " What was seen at the quarry?")
        ask(chat, "And at the mill?")
        chat.stdin.write(b"/clear\n")
        first, tokens = ask(chat, document(2, args.tokens) + " What was seen at the chapel?")
        second, more = ask(chat, "And what at the harbour?")
        chat.stdin.close()
        return first, second, (tokens, more)


def java():
    return Path(os.environ["JAVA_HOME"]) / "bin/java"


def ask(chat, question):
    """Seconds to the first byte of the answer, and tokens of the whole prompt. Reads the answer to its end."""
    start = time.monotonic()
    chat.stdin.write(question.encode() + b"\n")
    chat.stdout.read(1)
    seconds = time.monotonic() - start
    figures = None
    while figures is None:
        line = chat.stderr.readline().decode()
        if not line:
            raise SystemExit("quipu chat ended")
        figures = re.match(r"Prompt: (\d+) tokens", line)
    while not chat.stdout.read(65536).endswith(b"\n"):
        pass
    return seconds, int(figures[1])


def document(seed, tokens):
    """Sentences of about 18 tokens, all different."""
    return " ".join(f"On day {day} of year {seed} the watchman went to the {PLACES[day * seed % 8]} and wrote that he had seen "
                    f"{SIGHTS[(day * 5 + seed) % 8]}." for day in range(1, tokens // 24 + 1))


if __name__ == "__main__":
    main()
