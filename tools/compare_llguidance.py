#!/usr/bin/env python3
"""Times quipu's masks against llguidance's, on one thread each, in turns, over the same schemas, documents and tokens.

    JAVA_HOME=<a JDK 25> tools/compare_llguidance.py SCRATCH MASKBENCH TOKENIZER [--sample 8] [--rounds 3]

MASKBENCH is the folder of MaskBench's files, TOKENIZER one with tokenizer.json and config.json. Each round starts a fresh process of
either side, which goes through the same files (one of so many, by name): it compiles each schema and offers each of its documents as
json.dumps(data, ensure_ascii=False) prints it, a token at a time, computing the mask before each. Prints what both accept and refuse, the
medians over the rounds of the times' quantiles, and quipu's times divided by llguidance's; below 1, quipu is faster.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ["llguidance==1.9.1", "tokenizers==0.23.3", "numpy==2.4.6"]
COUNTS = ["compiled", "refused", "valid_accepted", "valid_rejected", "invalid_rejected", "invalid_accepted"]
QUANTILES = {"median": 0.5, "p95": 0.95, "p99": 0.99, "p999": 0.999, "max": 1.0}
INSIDE = "--inside-venv"
# one file of so many is run before anything is timed, as quipu does
FILES_A_REHEARSAL = 16
MIN_REHEARSALS = 500


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("maskbench", type=Path)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("--sample", type=int, default=8, metavar="N", help="take one file of N (8); 1: all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--whitespace", choices=["python", "any"], default="python", help="the blanks that both sides allow")
    parser.add_argument("--jar", type=Path, default=ROOT / "target/quipu.jar")
    parser.add_argument("--java-option", action="append", default=[], help="such as --java-option=-Xmx4g")
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inside_venv:
        print(json.dumps(llguidance_run(args.maskbench, args.tokenizer, args.whitespace)))
        return
    args.scratch.mkdir(parents=True, exist_ok=True)
    folder = sample(args.maskbench, args.scratch / "sample", args.sample)
    python = installed(args.scratch)
    java = Path(os.environ["JAVA_HOME"]) / "bin/java"
    both = ["--whitespace", args.whitespace]
    bench = ["schema", "bench", folder, "--tokenizer", args.tokenizer, "--json"]
    sides = {
        "llguidance": [python, __file__, args.scratch, folder, args.tokenizer, INSIDE, *both],
        "quipu": [java, *args.java_option, "-jar", args.jar, *bench, *both],
    }
    results = {side: [] for side in sides}
    for number in range(args.rounds):
        for side, command in sides.items():
            results[side].append(last_line(command))
            print(f"round {number + 1} {side}: {times(results[side][-1])}", file=sys.stderr, flush=True)
    report(results)


def sample(maskbench, folder, every):
    """A folder with links to one file of so many."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for file in sorted(maskbench.glob("*.json"))[::every]:
        (folder / file.name).symlink_to(file.resolve())
    return folder


def installed(scratch):
    venv = scratch / "venv"
    if not (venv / "bin/python").exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([venv / "bin/pip", "install", "-q", *REQUIREMENTS], check=True)
    return venv / "bin/python"


def last_line(command):
    environment = {**os.environ, "TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1"}
    done = subprocess.run(list(map(str, command)), env=environment, stdout=subprocess.PIPE, text=True)
    if not done.stdout.strip().endswith("}"):
        sys.exit(f"{command[0]} ended with {done.returncode} and no result")
    return json.loads(done.stdout.strip().splitlines()[-1])


def times(result):
    return ", ".join(f"{what} " + " ".join(f"{q} {result[what][q]:.4g}" for q in QUANTILES) for what in ("mask_us", "compile_ms"))


def report(results):
    print(f"{'':18}{'llguidance':>12}{'quipu':>12}{'ratio':>8}")
    for count in COUNTS:
        print(f"{count:18}{results['llguidance'][-1][count]:12}{results['quipu'][-1][count]:12}")
    for what in ("mask_us", "compile_ms"):
        for q in QUANTILES:
            theirs, ours = (statistics.median(r[what][q] for r in results[side]) for side in ("llguidance", "quipu"))
            print(f"{what + ' ' + q:18}{theirs:12.4g}{ours:12.4g}{ours / theirs:8.2f}")
    for side, runs in results.items():
        refused = Counter(runs[-1]["refused_by"]).most_common(12)
        print(f"{side} refuses: " + ", ".join(f"{reason} {n}" for reason, n in refused))


def llguidance_run(folder, tokenizer_folder, whitespace):
    import llguidance
    import tokenizers

    config = json.loads((tokenizer_folder / "config.json").read_text())
    eos = config["eos_token_id"]
    tokenizer = tokenizers.Tokenizer.from_file(str(tokenizer_folder / "tokenizer.json"))
    ll = llguidance.LLTokenizer(str(tokenizer_folder / "tokenizer.json"), eos_token=eos)
    options = {} if whitespace == "any" else {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
    bench = LlguidanceBench(ll, tokenizer, eos[0] if isinstance(eos, list) else eos, options)
    files = sorted(folder.glob("*.json"))
    for i in range(max(len(files) // FILES_A_REHEARSAL, MIN_REHEARSALS)):
        bench.run(json.loads(files[i * FILES_A_REHEARSAL % len(files)].read_text()))
    bench.reset()
    for file in files:
        bench.run(json.loads(file.read_text()))
    return bench.result()


class LlguidanceBench:
    def __init__(self, ll, tokenizer, eos, options):
        import numpy

        self.ll, self.tokenizer, self.eos, self.options = ll, tokenizer, eos, options
        self.mask = numpy.zeros((ll.vocab_size + 31) // 32, dtype=numpy.int32)
        self.reset()

    def reset(self):
        self.counts, self.refused_by, self.mask_ns, self.compile_ns = Counter(), Counter(), [], []

    def run(self, file):
        from llguidance import LLMatcher

        schema = json.dumps(file["schema"], ensure_ascii=False)
        start = time.perf_counter_ns()
        try:
            matcher = LLMatcher(self.ll, LLMatcher.grammar_from_json_schema(schema, overrides=self.options), log_level=0)
            error = matcher.get_error()
        except ValueError as e:
            error = str(e)
        if error:
            self.counts["refused"] += 1
            self.refused_by[error.splitlines()[0][:60]] += 1
            return
        self.compile_ns.append(time.perf_counter_ns() - start)
        self.counts["compiled"] += 1
        for test in file["tests"]:
            matcher.reset()
            accepted = self.accepts(matcher, json.dumps(test["data"], ensure_ascii=False))
            self.counts[("valid" if test["valid"] else "invalid") + ("_accepted" if accepted else "_rejected")] += 1

    def accepts(self, matcher, text):
        for token in self.tokenizer.encode(text, add_special_tokens=False).ids:
            if not self.allows(matcher, token) or not matcher.consume_token(token):
                return False
        return self.allows(matcher, self.eos)

    def allows(self, matcher, token):
        pointer, size = self.mask.ctypes.data, self.mask.nbytes
        start = time.perf_counter_ns()
        matcher.unsafe_compute_mask_ptr(pointer, size)
        self.mask_ns.append(time.perf_counter_ns() - start)
        return not matcher.is_error() and bool(self.mask[token >> 5] >> (token & 31) & 1)

    def result(self):
        return {
            **{count: self.counts[count] for count in COUNTS},
            "refused_by": dict(self.refused_by),
            "mask_us": quantiles(self.mask_ns, 1e3),
            "compile_ms": quantiles(self.compile_ns, 1e6),
        }


def quantiles(nanos, unit):
    ordered = sorted(nanos) or [0]
    return {name: ordered[max(0, math.ceil(len(ordered) * share) - 1)] / unit for name, share in QUANTILES.items()}


if __name__ == "__main__":
    main()
