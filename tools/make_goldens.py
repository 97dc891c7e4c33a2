#!/usr/bin/env python3
"""Makes the conformance suite (golden/FORMAT.md), whole or in parts; same seed, same bytes.

    python3 -m venv .venv && .venv/bin/pip install "mlx[cpu]==0.32.4" mlx-lm==0.32.2 mlx-vlm==0.7.10 numpy==2.4.6 \\
        tokenizers==0.23.3 transformers==5.24.0 jinja2==3.1.6 pillow==13.0.0
    .venv/bin/python tools/make_goldens.py OUT [--only models,ops,…] [--match 'gemma4-*'] [--edges 2] \\
        [--gemma FOLDER] [--old-mlx-lm PYTHON]

MLX computes every expected value in float32 on the CPU; an independent float64 decoder checks that the value's own
error is below half of the case's tolerance. The cases of Gemma 3 270M need the checkpoint that make_gemma3.py makes,
and are left out without it; so are the cache files of old, without an environment that has mlx-lm 0.31.3.
mlx-vlm, transformers, jinja2 and pillow are needed for images and templates alone.
"""

import argparse
import sys
from fnmatch import fnmatch
from pathlib import Path

import make_sampling_goldens
import mlx.core as mx
import tokenizer_corpus
import tokenizer_fuzz
from goldens import caches, real, refusals, vision_ops
from goldens.cases import Cases
from goldens.models import all_models
from goldens.ops import Ops
from goldens.suite import Suite

REPOSITORY = Path(__file__).resolve().parent.parent
MLX = ("mlx", "mlx-lm", "numpy", "tokenizers")
VISION = ("mlx", "mlx-vlm", "numpy", "pillow", "transformers")
EYES = ("mlx", "mlx-lm", *VISION[1:])
TEMPLATES = ("jinja2", "transformers")
PARTS = {
    "models": (MLX, lambda suite, args: write_models(suite, args.match)),
    "ops": (MLX, lambda suite, args: write_ops(suite, args.edges)),
    "refuse": (MLX, lambda suite, args: refusals.write_all(suite)),
    "caches": (MLX, lambda suite, args: caches.write_all(suite, args.old_mlx_lm)),
    "smol": (MLX, lambda suite, args: real.write_smol(suite, args.embedded)),
    "gemma": (MLX, lambda suite, args: args.gemma and real.write_gemma(suite, args.gemma)),
    "templates": (TEMPLATES, lambda suite, args: write_templates(suite)),
    "sampling": (MLX, lambda suite, args: make_sampling_goldens.main(suite.root)),
    "tokenizers": (MLX, lambda suite, args: write_tokenizers(suite, args)),
    "images": (VISION, lambda suite, args: write_images(suite)),
    "vision": (EYES, lambda suite, args: write_vision(suite, args.match)),
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
        print(f"{part}: {suite.count} cases" if suite.count else part, flush=True)
        for group, (share, error) in sorted(suite.worst.items()):
            print(f"  {group}: largest own error {error:.2g}, {share:.2f} of its tolerance", flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder of the suite")
    parser.add_argument("--seed", type=int, default=4711)
    parser.add_argument("--only", default=",".join(PARTS), help="parts to make, separated by commas")
    parser.add_argument("--match", default="*", help="make only the tiny models of this name, as gemma4-*")
    parser.add_argument(
        "--embedded", type=Path, default=REPOSITORY / "models" / real.SMOL, help="folder of the embedded model"
    )
    parser.add_argument("--edges", type=int, default=2, help="rows of each kind in op/quantize-edges-*, for a longer run")
    parser.add_argument("--old-mlx-lm", type=Path, help="python of an environment with mlx-lm 0.31.3, for cache/*-old")
    parser.add_argument("--gemma", type=Path, help="folder of " + real.GEMMA)
    return parser.parse_args()


def write_models(suite, pattern):
    cases = Cases(suite)
    for model in all_models():
        if fnmatch(model.name, pattern):
            cases.write_model(model)


def write_ops(suite, edges):
    ops = Ops(suite, edges)
    ops.write_all()
    vision_ops.write_all(ops)


def write_tokenizers(suite, args):
    """Sixty tiny tokenizers and four styles; and that of the embedded model, which lies beside its weights."""
    tokenizer_fuzz.make(suite.root, count=60, texts=5, seed=5)
    tokenizer_corpus.COMMAND = "tools/tokenizer_corpus.py"
    tokenizer_corpus.make(suite.root, real.SMOL, args.embedded / "tokenizer.json", texts=150, seed=4711)


def write_templates(suite):
    from goldens import templates

    templates.write_all(suite)


def write_images(suite):
    from goldens import images, odd_images  # Pillow and mlx-vlm are needed for this part alone

    images.write_all(suite)
    odd_images.write_all(suite)


def write_vision(suite, pattern):
    from goldens import vision  # as for images

    vision.write_all(suite, lambda name: fnmatch(name, pattern))


if __name__ == "__main__":
    main()
