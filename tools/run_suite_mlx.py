#!/usr/bin/env python3
"""Runs the conformance suite (golden/FORMAT.md) with mlx-lm itself, in float32 on the CPU.

    tools/run_suite_mlx.py golden [--models DIR]... [--only GLOB]

Needs mlx and mlx-lm; with transformers and tokenizers it also runs the text cases, with mlx-vlm and Pillow the image
cases. What is missing, or cannot be asked of mlx-lm, is skipped with the reason. One line a failed or skipped case;
the last line is `N passed, N failed, N skipped`, and the exit code 0 only when nothing failed and something passed.
"""

import argparse
import json
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import mlx.core as mx

from goldens import engine_mlx

REPOSITORY = Path(__file__).resolve().parent.parent


def main():
    args = arguments()
    mx.set_default_device(mx.cpu)
    places = engine_mlx.Places(args.suite, [*args.models, REPOSITORY / "models"])
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for identity in identities(args.suite, args.only):
        counts[run(identity, args.suite / identity, places)] += 1
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    sys.exit(0 if counts["passed"] and not counts["failed"] else 1)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", type=Path)
    parser.add_argument(
        "--models", type=Path, action="append", default=[], help="folder of checkpoints, again and again"
    )
    parser.add_argument("--only", default="*", help="only cases whose id matches, as logits/*")
    return parser.parse_args()


def identities(suite, pattern):
    found = (file.parent.relative_to(suite).as_posix() for file in suite.rglob("case.json"))
    return sorted(identity for identity in found if fnmatchcase(identity, pattern))


def run(identity, folder, places):
    try:
        case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
        engine_mlx.check(case, folder, places)
        return "passed"
    except engine_mlx.Skip as reason:
        print(f"SKIPPED {identity}: {reason}", flush=True)
        return "skipped"
    except Exception as failure:  # of the case, whatever it is: the rest still runs
        print(f"FAILED {identity}: {type(failure).__name__}: {failure}", flush=True)
        return "failed"


if __name__ == "__main__":
    main()
