#!/usr/bin/env python3
"""Writes the tables of golden/README.md: which cases there are, by family, weight format and kind.

    tools/golden_table.py golden [--check]

Needs only Python. An empty cell without a reason in this program is an error; with --check, so is a table that is out
of date.
"""

import argparse
import json
import re
import struct
import sys
from collections import Counter, defaultdict
from pathlib import Path

KINDS = ("logits", "trace", "greedy", "perplexity", "long")
FORMATS = ("f32", "bf16", "f16", "affine", "mxfp4, mxfp8, nvfp4", "mixed")
DTYPES = {"F32": "f32", "BF16": "bf16", "F16": "f16"}
FAMILIES = (
    "llama",
    "mistral",
    "ministral3",
    "qwen2",
    "qwen3",
    "smollm3",
    "phi3",
    "helium",
    "gemma",
    "gemma2",
    "gemma3_text",
    "gemma3 (wrapped)",
    "gemma4_text",
    "gemma4 (wrapped)",
)
REASONS = [  # (family, format, kind) as patterns, and why nothing is there
    (
        ".*",
        "(?!bf16).*",
        "long",
        "positions beyond 9,000 test the rotation, once for each kind of it; the format of weights has no part in it",
    ),
    (
        "mistral|qwen2|qwen3|smollm3|gemma|gemma2|gemma3.*|gemma4 .*",
        "bf16",
        "long",
        "this family's kinds of rotation are those of a family that has such a case",
    ),
]
OTHERS = {
    "kv": "logits over a cache that rotates or is packed, in cases of the kind `logits`",
    "op": "one operation alone, by name",
    "filter": "logits processors and sampling filters",
    "draw": "seeded draws",
    "sequence": "tokens one after the other: processors with a history that grows, draws, logprobs",
    "rng": "Threefry, keys, uniform and categorical numbers",
    "tokenize": "ids and decoded texts",
    "detokenize_stream": "text as it comes",
    "template": "chat templates, rendered or refused",
    "image": "image files as a tower receives them",
    "cache": "files of prompt caches, as mlx-lm writes them, gone on with or refused",
    "refuse": "checkpoints that must be turned away by name",
    "vision": "towers, projectors and what follows",
}
BEGIN, END = "<!-- made by tools/golden_table.py -->", "<!-- end -->"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", type=Path)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if the table is out of date")
    args = parser.parse_args()
    readme = args.suite / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    made = f"{before}{BEGIN}\n{tables(args.suite)}{END}{after}"
    if args.check and made != text:
        sys.exit(f"{readme} is out of date: run tools/golden_table.py {args.suite}")
    if not args.check:
        readme.write_text(made, encoding="utf-8")


def tables(suite):
    cases = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(suite.rglob("case.json"))]
    models = defaultdict(Counter)
    for case in cases:
        if kind_of(case) in KINDS and (suite / case["checkpoint"]).is_dir():
            kind = "long" if case["id"].startswith("long/") else case["kind"]
            models[row(suite / case["checkpoint"])][kind] += 1
    return model_table(models) + real_table(suite, cases) + other_table(cases)


def kind_of(case):
    """The kind; cases of a cache that is not kept as usual, and those with images, are counted by themselves."""
    return "kv" if "kv" in case else "vision" if "images" in case and "checkpoint" in case else case["kind"]


def row(folder):
    """(family, format) of a checkpoint in the suite."""
    config = json.loads((folder / "config.json").read_text())
    family = config["model_type"] + (" (wrapped)" if "text_config" in config else "")
    quantization = config.get("quantization")
    if not quantization:
        return family, dense_format(folder)
    if any(isinstance(value, (dict, bool)) for value in quantization.values()):
        return family, "mixed"
    return family, "affine" if quantization.get("mode", "affine") == "affine" else "mxfp4, mxfp8, nvfp4"


def dense_format(folder):
    with sorted(folder.glob("*.safetensors"))[0].open("rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    kinds = {entry["dtype"] for name, entry in header.items() if name.endswith("weight")}
    return DTYPES[kinds.pop()]


def model_table(models):
    lines, notes = ["| family | weights | " + " | ".join(KINDS) + " |", "|---" * (len(KINDS) + 2) + "|"], []
    for family in FAMILIES:
        for form in FORMATS:
            cells = [str(models[family, form][kind] or reason(family, form, kind, notes)) for kind in KINDS]
            lines.append(f"| {family} | {form} | " + " | ".join(cells) + " |")
    left = {family for family, _ in models} - set(FAMILIES)
    if left:
        sys.exit(f"families without a row: {sorted(left)}")
    return "\n".join(lines) + "\n\n" + "".join(f"{i + 1}. {note}\n" for i, note in enumerate(notes)) + "\n"


def reason(family, form, kind, notes):
    """A dash with the number of its reason."""
    for families, forms, kinds, why in REASONS:
        if all(re.fullmatch(p, v) for p, v in ((families, family), (forms, form), (kinds, kind))):
            notes += [why] if why not in notes else []
            return f"– ({notes.index(why) + 1})"
    sys.exit(f"no case and no reason: {family}, {form}, {kind}")


def real_table(suite, cases):
    counts = Counter(
        (case["checkpoint"].split("/")[-1], case["kind"])
        for case in cases
        if "checkpoint" in case and case["kind"] in KINDS and not (suite / case["checkpoint"]).is_dir()
    )
    kinds = [kind for kind in KINDS if kind not in ("trace", "long")]
    lines = ["| real checkpoint | " + " | ".join(kinds) + " |", "|---" * (len(kinds) + 1) + "|"]
    for name in sorted({name for name, _ in counts}):
        lines.append(f"| {name} | " + " | ".join(str(counts[name, kind]) for kind in kinds) + " |")
    return "\n".join(lines) + "\n\n"


def other_table(cases):
    lines = ["| kind | cases | what |", "|---|---|---|"]
    for kind, what in OTHERS.items():
        those = [case for case in cases if kind_of(case) == kind]
        if kind == "op":
            names = Counter(case["op"] for case in those)
            what += ": " + ", ".join(f"{name} {count}" for name, count in sorted(names.items()))
        if kind == "draw":
            settings = (one["sampler"] for case in those for one in case.get("settings", [case]))
            what += f", by {len({json.dumps(s, sort_keys=True) for s in settings})} settings of the sampler"
        if kind == "image":
            names = Counter(case["processor"] for case in those)
            what += ": " + ", ".join(f"{name} {count}" for name, count in sorted(names.items()))
        if kind == "vision":
            names = Counter(case["checkpoint"].split("/")[-1].split("-")[0] for case in those)
            what += ": " + ", ".join(f"{name} {count}" for name, count in sorted(names.items()))
            names = Counter(case["kind"] for case in those)
            what += "; of the kinds " + ", ".join(f"{name} {count}" for name, count in sorted(names.items()))
        if those:
            lines.append(f"| {kind} | {len(those)} | {what} |")
    return "\n".join(lines) + "\n\n" + f"{len(cases)} cases in all.\n"


if __name__ == "__main__":
    main()
