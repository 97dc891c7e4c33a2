#!/usr/bin/env python3
"""How much sooner the answer to a second question about an image begins than that to the first one.

    JAVA_HOME=<a JDK 25> tools/image_follow_up.py MODEL [--rounds 3] [--jar target/quipu.jar] [-- FLAGS of quipu chat]

MODEL is a checkpoint with a vision tower, such as tools/make_gemma3_vision.py makes. Talks to `quipu chat` through pipes, as a
person does in a terminal, and waits for the first byte of each answer. A round is a new process: it is asked about one image to
warm up, forgets it (/clear), and is timed with another.
"""

import argparse
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

from follow_up import ROOT, ask, java

QUESTION = "What is in this picture, and what colours has it?"
SECOND = "And what is behind it?"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jar", type=Path, default=ROOT / "target/quipu.jar")
    parser.add_argument("flags", nargs="*")
    args = parser.parse_args()
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        images = [noise(Path(folder) / f"{seed}.png", seed) for seed in (1, 2)]
        for round_ in range(1, args.rounds + 1):
            first, second, tokens = measure(args, images)
            ratios.append(first / second)
            print(f"round {round_}: {tokens[0]} tokens, first answer after {first:.3f} s; "
                  f"second question, {tokens[1]} tokens, after {second:.3f} s; {first / second:.1f} times", flush=True)
    print(f"median: {statistics.median(ratios):.1f} times")


def noise(file, seed, width=640, height=480):
    """A picture that no other one is like."""
    rng = random.Random(seed)
    rows = b"".join(b"\0" + rng.randbytes(3 * width) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b"")]
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks))
    return file


def measure(args, images):
    command = [java(), "-jar", args.jar, "chat", "--model", args.model, "--verbose", "-m", "8", *args.flags]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0) as chat:
        show(chat, images[0])
        ask(chat, QUESTION)
        ask(chat, SECOND)
        chat.stdin.write(b"/clear\n")
        show(chat, images[1])
        first, tokens = ask(chat, QUESTION)
        second, more = ask(chat, SECOND)
        chat.stdin.close()
        return first, second, (tokens, more)


def show(chat, image):
    """Reads the line that says so."""
    chat.stdin.write(f"/image {image}\n".encode())
    while chat.stdout.read(1) != b"\n":
        if chat.poll() is not None:
            sys.exit("quipu chat ended")


if __name__ == "__main__":
    main()
