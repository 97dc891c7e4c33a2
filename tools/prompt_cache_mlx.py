#!/usr/bin/env python3
"""Hands prompt caches from quipu to mlx-lm and back, and compares what each goes on with, in float32 on the CPU.

    tools/prompt_cache_mlx.py SCRATCH MODEL... [--quipu 'java -jar target/quipu.jar'] [--mlx-only]

Needs the environment of make_goldens.py, and target/quipu.jar. For each MODEL, a folder, and each length of text:
`quipu cache-prompt` writes a file; mlx-lm loads it, has the same numbers in it as after reading the tokens itself, and
goes on greedily with the same tokens; mlx_lm.generate takes the file from the command line. Then mlx-lm writes a file
as mlx_lm.cache_prompt does, and `quipu generate --prompt-cache-file` gives the text that mlx-lm goes on with; for that
a margin below 0.002 between the best two tokens ends the comparison. `--mlx-only` leaves this second half out. Ends
with 1 if anything differs.
"""

import argparse
import json
import shlex
import subprocess
import sys
from pathlib import Path

import mlx.core as mx
import numpy as np
from goldens.mlx_runs import Session, follow, load_float32
from mlx_lm.models.cache import load_prompt_cache, save_prompt_cache
from mlx_lm.utils import load_tokenizer

STORY = (
    "The river rises in the hills above the town and turns twice before it reaches the old mill. In spring it is "
    "loud and brown; by August you can cross it on the stones. The miller's daughter kept a book of its heights, one "
    "line for every day, and when she was eighty she gave the book to the school. "
)
QUESTION = "What did the miller's daughter do?"
LENGTHS = {"short": 1, "long": 12}  # times the story; the longer one is longer than the window of Gemma 3
COUNT = 24  # tokens that each goes on with
NEAR_TIE = 2e-3
NUMBERS = 2e-3  # how far keys and values may be from mlx-lm's own, as a share of the largest


class Difference(Exception):
    """What quipu and mlx-lm do not agree on."""


def main():
    args = arguments()
    mx.set_default_device(mx.cpu)
    failed = 0
    for folder in args.models:
        for name, times in LENGTHS.items():
            label = f"{folder.name} {name}"
            try:
                found = Exchange(args, folder, name, STORY * times).run()
                print(f"{label}: {found}", flush=True)
            except Difference as difference:
                failed += 1
                print(f"FAILED {label}: {difference}", flush=True)
    sys.exit(1 if failed else 0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--quipu", default="java -jar target/quipu.jar", help="how quipu is started")
    parser.add_argument("--mlx-only", action="store_true", help="only what mlx-lm does with files of quipu")
    return parser.parse_args()


class Exchange:
    """One model and one text."""

    def __init__(self, args, folder, name, text):
        self.args, self.folder, self.text = args, folder, text
        self.model = load_float32(folder)
        self.tokenizer = load_tokenizer(folder)
        args.scratch.mkdir(parents=True, exist_ok=True)
        self.ours = args.scratch / f"{folder.name}-{name}-quipu.safetensors"
        self.theirs = args.scratch / f"{folder.name}-{name}-mlx.safetensors"

    def run(self):
        found = self.to_mlx()
        return found if self.args.mlx_only else f"{found}; back: {self.to_quipu()}"

    def quipu(self, *words, stdin=None):
        command = [*shlex.split(self.args.quipu), *map(str, words)]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True)
        if done.returncode != 0:
            raise Difference(f"{shlex.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def to_mlx(self):
        self.quipu(
            *("cache-prompt", "--model", self.folder, "--prompt", "-", "--prompt-cache-file", self.ours),
            stdin=self.text,
        )
        cache, metadata = load_prompt_cache(str(self.ours), return_metadata=True)
        tokens = [int(token) for token in metadata["quipu_tokens"].split()]
        self.check_metadata(metadata, tokens)
        cold = Session(self.model)
        cold.feed(tokens)
        worst = compare(cache, cold.cache)
        warm = Session(self.model)
        warm.cache = cache
        question = self.suffix()
        expected = follow(cold, cold.logits(question)[-1], COUNT)
        got = follow(warm, warm.logits(question)[-1], COUNT)
        same_tokens(got, expected)
        self.command_line()
        return f"{len(tokens)} tokens, numbers within {worst:.1e}, the same {len(got[0])} tokens"

    def check_metadata(self, metadata, tokens):
        tokenizer_config = json.loads(metadata["tokenizer_config"])
        if metadata["model"] != str(self.folder) or tokenizer_config != {"trust_remote_code": False}:
            raise Difference(f"metadata: {metadata['model']}, {metadata['tokenizer_config']}")
        if tokens != self.prompt():
            raise Difference(f"mlx_lm.cache_prompt reads {len(self.prompt())} tokens, quipu {len(tokens)}, or others")

    def prompt(self):
        """mlx_lm/cache_prompt.py"""
        if not self.tokenizer.has_chat_template:
            return self.tokenizer.encode(self.text)
        return self.tokenizer.apply_chat_template(
            [{"role": "user", "content": self.text}], add_generation_prompt=False, continue_final_message=True
        )

    def suffix(self):
        """What mlx_lm/generate.py feeds after a file: the rendered template from the question on."""
        if not self.tokenizer.has_chat_template:
            return self.tokenizer.encode(QUESTION)
        question, probe = (
            self.tokenizer.apply_chat_template(
                [{"role": "user", "content": content}], tokenize=False, add_generation_prompt=True
            )
            for content in (QUESTION, "<query>")
        )
        return self.tokenizer.encode(question[probe.index("<query>") :], add_special_tokens=False)

    def command_line(self):
        command = [sys.executable, "-m", "mlx_lm", "generate", "--prompt-cache-file", str(self.ours), "-m", "2"]
        done = subprocess.run([*command, "--prompt", QUESTION, "--temp", "0"], capture_output=True, text=True)
        if done.returncode != 0:
            raise Difference(f"mlx_lm.generate: {done.stderr.strip()[-500:]}")

    def to_quipu(self):
        session, tokens = Session(self.model), self.prompt()
        session.feed(tokens)
        metadata = {"model": str(self.folder), "tokenizer_config": json.dumps({"trust_remote_code": False})}
        save_prompt_cache(str(self.theirs), session.cache, metadata)
        expected, margins = follow(session, session.logits(self.suffix())[-1], COUNT, self.tokenizer.eos_token_ids)
        sure = next((i for i, margin in enumerate(margins) if margin < NEAR_TIE), COUNT)
        text = self.tokenizer.decode([t for t in expected[:sure] if t not in self.tokenizer.eos_token_ids])
        got = self.quipu(
            *("generate", "--model", self.folder, "--prompt-cache-file", self.theirs, "--prompt", QUESTION),
            *("--temp", 0, "--max-tokens", COUNT),
        )
        if not got.startswith(text):
            raise Difference(f"mlx-lm goes on with {text!r}, quipu with {got!r}")
        return f"the same text of {sure} tokens"


def compare(got, expected):
    """The numbers of all layers: the last rows, as many as both have. Returns the largest difference."""
    worst = 0.0
    for l, (a, b) in enumerate(zip(got, expected, strict=True)):
        if type(a) is not type(b) or a.offset != b.offset or getattr(a, "max_size", 0) != getattr(b, "max_size", 0):
            kinds = [f"{type(cache).__name__} at {cache.offset}" for cache in (a, b)]
            raise Difference(f"layer {l}: {kinds[0]}, mlx-lm's own: {kinds[1]}")
        for what in ("keys", "values"):
            x, y = (np.array(in_order(c, getattr(c, what)).astype(mx.float32)) for c in (a, b))
            rows = min(x.shape[2], y.shape[2])
            error = np.abs(x[:, :, -rows:] - y[:, :, -rows:]).max() / np.abs(y).max()
            if not error < NUMBERS:
                raise Difference(f"layer {l}: {what} differ by {error:.2g} of the largest")
            worst = max(worst, float(error))
    return worst


def in_order(cache, rows):
    return cache._temporal_order(rows) if hasattr(cache, "max_size") else rows[:, :, : cache.offset]


def same_tokens(got, expected):
    """As far as mlx-lm itself is sure."""
    for step, (a, b, margin) in enumerate(zip(got[0], *expected)):
        if margin < NEAR_TIE:
            return
        if a != b:
            raise Difference(f"step {step}: token {a} after the file, {b} without it")


if __name__ == "__main__":
    main()
