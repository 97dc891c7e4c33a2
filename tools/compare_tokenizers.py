#!/usr/bin/env python3
"""Times quipu's tokenizer against Hugging Face `tokenizers`, on one thread each, in turns, over the same texts.

    JAVA_HOME=<a JDK 25> tools/compare_tokenizers.py SCRATCH NAME=FOLDER_OF_tokenizer.json [NAME=…] [--rounds 7]

Each round starts a fresh process of either side, which loads the tokenizer, encodes one long mixed text once (cold), and then
encodes the long text and some thousand short ones in turn with the other side (warm). All ids are compared. Prints medians and the
ratios of Hugging Face's time to quipu's; above 1, quipu is faster.
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ["tokenizers==0.23.3"]
TASKS = ["long", "short"]

# Both sides read the same commands: load, long, short; and answer milliseconds and a checksum of the ids.
HUGGING_FACE = """
import json, sys, time
from tokenizers import Tokenizer

def checksum(ids):
    sum = 0
    for id in ids:
        sum = (sum * 31 + id) & 0xFFFFFFFF
    return sum

def encode(texts):
    start = time.perf_counter()
    encodings = [tokenizer.encode(text, add_special_tokens=False) for text in texts]
    ms = (time.perf_counter() - start) * 1e3
    return ms, checksum(id for e in encodings for id in e.ids)

texts = json.load(open(sys.argv[2]))
for line in sys.stdin:
    if line.strip() == "load":
        start = time.perf_counter()
        tokenizer = Tokenizer.from_file(sys.argv[1] + "/tokenizer.json")
        ms, sum = (time.perf_counter() - start) * 1e3, 0
    else:
        ms, sum = encode(texts[line.strip()])
    print(ms, sum, flush=True)
"""

QUIPU = """
import dev.quipu.config.Json;
import dev.quipu.text.Tokenizer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class TokenizerTimes {
  public static void main(String[] args) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in));
    Tokenizer tokenizer = null;
    Map<?, ?> texts = null;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      int[][] ids = {};
      long start = System.nanoTime();
      if (line.equals("load")) {
        tokenizer = Tokenizer.load(Path.of(args[0]));
      } else {
        if (texts == null) {
          texts = (Map<?, ?>) Json.parse(Files.readString(Path.of(args[1])), args[1]);
          start = System.nanoTime();
        }
        List<?> list = (List<?>) texts.get(line);
        ids = new int[list.size()][];
        start = System.nanoTime();
        for (int i = 0; i < ids.length; i++) {
          ids[i] = tokenizer.encode((String) list.get(i), false);
        }
      }
      double ms = (System.nanoTime() - start) / 1e6;
      int sum = 0;
      for (int[] of : ids) {
        for (int id : of) {
          sum = sum * 31 + id;
        }
      }
      System.out.println(ms + " " + Integer.toUnsignedString(sum));
    }
  }
}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("tokenizers", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--repeats", type=int, default=6, help="warm measurements a round")
    parser.add_argument("--classes", type=Path, default=ROOT / "target/quipu.jar", help="the jar or the folder of classes of quipu")
    args = parser.parse_args()
    args.scratch.mkdir(parents=True, exist_ok=True)
    texts = args.scratch / "texts.json"
    texts.write_text(json.dumps(make_texts(random.Random(7))))
    sides = {"hugging face": [str(python(args.scratch)), "-c", HUGGING_FACE], "quipu": java(args.scratch, args.classes)}
    print(f"{'':12} {'':14} {'hugging face':>14} {'quipu':>10} {'ratio':>7}")
    for pair in args.tokenizers:
        name, folder = pair.split("=", 1)
        times = {}
        for _ in range(args.rounds):
            for what, side, ms in one_round(sides, [folder, str(texts)], args.repeats):
                times.setdefault(what, {}).setdefault(side, []).append(ms)
        report(name, times)


def report(name, times):
    for what, by_side in times.items():
        theirs, ours = (statistics.median(by_side[side]) for side in ("hugging face", "quipu"))
        print(f"{name:12} {what:14} {theirs:11.1f} ms {ours:7.1f} ms {theirs / ours:6.2f}x", flush=True)


def one_round(sides, arguments, repeats):
    """Yields what was measured, the side, and milliseconds."""
    workers = {side: Worker(command + arguments) for side, command in sides.items()}
    tasks = [("load", "load"), ("first long", "long")] + [(task, task) for task in TASKS for _ in range(repeats)]
    for what, task in tasks:
        sums = set()
        for side, worker in workers.items():
            ms, checksum = worker.ask(task)
            sums.add(checksum)
            yield what, side, ms
        if len(sums) != 1:
            sys.exit(f"{arguments[0]}: the ids of the {task} texts differ")
    for worker in workers.values():
        worker.close()


class Worker:
    def __init__(self, command):
        environment = {**os.environ, "TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1"}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def ask(self, task):
        print(task, file=self.process.stdin, flush=True)
        ms, checksum = self.process.stdout.readline().split()
        return float(ms), checksum

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def python(scratch):
    venv = scratch / "venv"
    if not (venv / "bin/python").exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([venv / "bin/pip", "install", "-q", *REQUIREMENTS], check=True)
    return venv / "bin/python"


def java(scratch, classes):
    bin = Path(os.environ["JAVA_HOME"]) / "bin"
    (scratch / "TokenizerTimes.java").write_text(QUIPU)
    path = f"{classes}:{':'.join(map(str, jackson()))}"
    subprocess.run([bin / "javac", "-cp", path, "-d", scratch, scratch / "TokenizerTimes.java"], check=True)
    return [str(bin / "java"), "-cp", f"{path}:{scratch}", "TokenizerTimes"]


def jackson():
    return sorted((Path.home() / ".m2/repository/tools/jackson/core").rglob("*.jar"))


def make_texts(rng):
    """One text of about a million characters of many kinds, and short ones cut out of the same."""
    paragraphs = prose(rng) + sources(rng) + [made_up(rng, kind) for kind in KINDS for _ in range(60)]
    rng.shuffle(paragraphs)
    long = "\n\n".join(paragraphs)[:1_000_000]
    starts = [rng.randrange(len(long) - 200) for _ in range(4000)]
    return {"long": [long], "short": [long[at:at + rng.randrange(10, 200)] for at in starts]}


def paragraphs_of(pattern, limit, rng):
    """Paragraphs of this repository's files, up to so many characters."""
    found = [p for f in sorted(ROOT.glob(pattern)) for p in f.read_text().split("\n\n")]
    rng.shuffle(found)
    out, size = [], 0
    for paragraph in found:
        out.append(paragraph)
        size += len(paragraph)
        if size > limit:
            break
    return out


def prose(rng):
    return paragraphs_of("*.md", 120_000, rng) + paragraphs_of("golden/*.md", 40_000, rng)


def sources(rng):
    return paragraphs_of("src/main/java/**/*.java", 250_000, rng) + paragraphs_of("tools/*.py", 50_000, rng)


# First and last character of what words of a script are made of, the length of a word, and what stands between words.
KINDS = {"chinese": ([(0x4E00, 0x5E00)], 9, "，"), "japanese": ([(0x3042, 0x3093), (0x30A2, 0x30F3), (0x4E00, 0x5200)], 12, "。"),
         "korean": ([(0xAC00, 0xB400)], 3, " "), "russian": ([(0x430, 0x44F)], 7, " "), "arabic": ([(0x627, 0x64A)], 5, " "),
         "hindi": ([(0x905, 0x94D)], 5, " "), "german": ([(0x61, 0x7A), (0xE4, 0xFC)], 6, " "),
         "emoji": ([(0x1F600, 0x1F64F), (0x1F300, 0x1F5FF)], 2, " "), "numbers": ([(0x30, 0x39)], 5, ", "), "markup": None}


def made_up(rng, kind):
    if kind == "markup":
        return "".join(f"<{t} class=\"c{rng.randrange(99)}\" id='{t}-{rng.randrange(9999)}'>{rng.choice(['a &amp; b', '', '*x*', 'Text'])}</{t}>\n"
                       for t in rng.choices(["div", "span", "td", "a", "li", "h2", "tool_call"], k=20))
    ranges, length, between = KINDS[kind]
    letters = [c for first, last in ranges for c in range(first, last + 1)]
    rng.shuffle(letters)

    # frequent letters are much more frequent, as in any language
    def word():
        return "".join(chr(letters[int(len(letters) * rng.random() ** 3)]) for _ in range(rng.randrange(1, 2 * length)))
    return between.join(word() for _ in range(800 // (length + 1)))


if __name__ == "__main__":
    main()
