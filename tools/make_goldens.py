#!/usr/bin/env python3
"""Makes the model, op, refuse and real parts of the conformance suite (golden/FORMAT.md); same seed, same bytes.

    python3 -m venv .venv && .venv/bin/pip install "mlx[cpu]==0.32.4" mlx-lm==0.32.2 numpy==2.4.6 tokenizers==0.23.3
    .venv/bin/python tools/make_goldens.py OUT [--seed 4711] [--only models,ops,refuse,smol] [--gemma FOLDER]

MLX computes every expected value in float32 on the CPU; an independent float64 decoder checks that the value's own
error is below half of the case's tolerance. The cases of Gemma 3 270M need the checkpoint that make_gemma3.py makes,
and are left out without it. The tokenizer, sampling and template parts of the suite have programs of their own.
"""

import argparse
import sys
from pathlib import Path

import mlx.core as mx

from goldens import real, refusals
from goldens.cases import Cases
from goldens.checkpoints import all_models
from goldens.ops import Ops
from goldens.suite import Suite

REPOSITORY = Path(__file__).resolve().parent.parent
MLX = ("mlx", "mlx-lm", "numpy", "tokenizers")
VISION = ("mlx", "mlx-vlm", "numpy", "pillow", "transformers")
PARTS = {
    "models": (MLX, lambda suite, args: write_models(suite)),
    "ops": (MLX, lambda suite, args: Ops(suite).write_all()),
    "refuse": (MLX, lambda suite, args: refusals.write_all(suite)),
    "smol": (MLX, lambda suite, args: real.write_smol(suite, args.embedded)),
    "gemma": (MLX, lambda suite, args: args.gemma and real.write_gemma(suite, args.gemma)),
    "images": (VISION, lambda suite, args: write_images(suite)),
}


def main():
    args = arguments()
    mx.set_default_device(mx.cpu)
    for part in args.only.split(","):
        packages, write = PARTS[part]
        suite = Suite(args.out, args.seed, packages)
        try:
            write(suite, args)
        except ValueError as failure:
            sys.exit(f"{part}: {failure}")
        print(f"{part}: {suite.count} cases", flush=True)
        for group, (share, error) in sorted(suite.worst.items()):
            print(f"  {group}: largest own error {error:.2g}, {share:.2f} of its tolerance", flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder of the suite")
    parser.add_argument("--seed", type=int, default=4711)
    parser.add_argument("--only", default=",".join(PARTS), help="parts to make, separated by commas")
    parser.add_argument(
        "--embedded", type=Path, default=REPOSITORY / "models" / real.SMOL, help="folder of the embedded model"
    )
    parser.add_argument("--gemma", type=Path, help="folder of " + real.GEMMA)
    return parser.parse_args()


def write_models(suite):
    cases = Cases(suite)
    for model in all_models():
        cases.write_model(model)


def write_images(suite):
    from goldens import images  # Pillow and mlx-vlm are needed for this part alone

    images.write_all(suite)


if __name__ == "__main__":
    main()
