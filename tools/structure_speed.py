#!/usr/bin/env python3
"""What a schema costs in generation: tokens a second with one and without, in turns, in one process of quipu.

    tools/structure_speed.py TOKENIZER SCRATCH      # e.g. tools/structure_speed.py ~/scratch/llama31 ~/scratch

TOKENIZER is the folder of tools/fetch_llama3_tokenizer.py; SCRATCH receives a made-up checkpoint of the shape of
Llama 3.2 1B in 4 bits (700 MB, reusable) and what is asked and answered. No token is forced and all are drawn at
temperature 1: the texts mean nothing, but that is all the same to the clock. Needs target/quipu.jar and a JDK 25.
"""

import argparse
import json
import os
import shutil
import statistics
import struct
import subprocess
from pathlib import Path

LAYERS, HIDDEN, INTERMEDIATE, HEADS, KV_HEADS, HEAD, VOCABULARY, GROUP = 16, 2048, 8192, 32, 8, 64, 128256, 64
CONFIG = {
    "model_type": "llama",
    "num_hidden_layers": LAYERS,
    "hidden_size": HIDDEN,
    "intermediate_size": INTERMEDIATE,
    "num_attention_heads": HEADS,
    "num_key_value_heads": KV_HEADS,
    "head_dim": HEAD,
    "vocab_size": VOCABULARY,
    "max_position_embeddings": 4096,
    "rms_norm_eps": 1e-5,
    "rope_theta": 500000.0,
    "tie_word_embeddings": True,
    "bos_token_id": 128000,
    "eos_token_id": [128001, 128008, 128009],
    "quantization": {"group_size": GROUP, "bits": 4},
}
PERSON = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "minimum": 0, "maximum": 99999},
        "name": {"type": "string", "minLength": 1, "maxLength": 80},
        "email": {"type": "string", "format": "email"},
        "kind": {"enum": ["person", "company", "other"]},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 5},
        "address": {"type": "object", "properties": {"city": {"type": "string"}, "zip": {"type": "string"}}},
    },
    "required": ["id", "name", "email", "kind", "tags"],
    "additionalProperties": False,
}
SCHEMA = {"type": "array", "items": PERSON, "minItems": 100}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--java", default="java", help="of a JDK 25")
    args = parser.parse_args()
    model = args.scratch / "made-up-1b"
    if not (model / "config.json").exists():
        make(model, args.tokenizer)
    rates = measure(model, args)
    ratios = [with_schema / without for without, with_schema in rates]
    print("tokens/s without and with a schema, in turns:")
    print("\n".join(f"  {without:6.2f} {with_schema:6.2f}" for without, with_schema in rates))
    print(f"median of the ratios: {statistics.median(ratios):.3f}")


def make(folder, tokenizer):
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {"model.norm.weight": ("BF16", [HIDDEN])}
    linear(tensors, "model.embed_tokens", VOCABULARY, HIDDEN)
    for layer in range(LAYERS):
        name = f"model.layers.{layer}."
        tensors[name + "input_layernorm.weight"] = ("BF16", [HIDDEN])
        tensors[name + "post_attention_layernorm.weight"] = ("BF16", [HIDDEN])
        for part, out, width in (
            ("self_attn.q_proj", HEADS * HEAD, HIDDEN),
            ("self_attn.k_proj", KV_HEADS * HEAD, HIDDEN),
            ("self_attn.v_proj", KV_HEADS * HEAD, HIDDEN),
            ("self_attn.o_proj", HIDDEN, HEADS * HEAD),
            ("mlp.gate_proj", INTERMEDIATE, HIDDEN),
            ("mlp.up_proj", INTERMEDIATE, HIDDEN),
            ("mlp.down_proj", HIDDEN, INTERMEDIATE),
        ):
            linear(tensors, name + part, out, width)
    write(folder / "model.safetensors", tensors)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tokenizer / name, folder / name)
    (folder / "config.json").write_text(json.dumps(CONFIG))


def linear(tensors, name, out, width):
    tensors[name + ".weight"] = ("U32", [out, width // 8])
    tensors[name + ".scales"] = ("BF16", [out, width // GROUP])
    tensors[name + ".biases"] = ("BF16", [out, width // GROUP])


def write(file, tensors):
    header, at = {}, 0
    for name, (dtype, shape) in tensors.items():
        size = bytes_of(dtype, shape)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with file.open("wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for name, (dtype, shape) in tensors.items():
            out.write(content(name, bytes_of(dtype, shape)))


def bytes_of(dtype, shape):
    size = 4 if dtype == "U32" else 2
    for length in shape:
        size *= length
    return size


def content(name, size):
    """Random codes, of a mean of 0 and a deviation that keeps activations as they are; norms of 1."""
    if name.endswith("norm.weight"):
        return struct.pack("<H", 0x3F80) * (size // 2)  # 1
    if name.endswith(".weight"):
        return os.urandom(size)
    return struct.pack("<H", 0x3B80 if name.endswith("scales") else 0xBCF0) * (size // 2)  # 2^-8, -7.5 * 2^-8


def measure(model, args):
    prompts, out = args.scratch / "structure-prompts.jsonl", args.scratch / "structure-out.jsonl"
    out.unlink(missing_ok=True)
    requests = []
    for turn in range(args.rounds + 1):  # the first to get warm
        plain = {"id": 2 * turn, "prompt": "A list of people:", "seed": turn}
        requests += [plain, plain | {"id": 2 * turn + 1, "json_schema": SCHEMA, "no_forced_tokens": True}]
    prompts.write_text("".join(json.dumps(request) + "\n" for request in requests))
    jar = Path(__file__).resolve().parent.parent / "target" / "quipu.jar"
    command = [args.java, "-Xmx4g", "-jar", jar, "--prompts", prompts, "--out", out, "--batch-size", "1"]
    command += ["--model", model, "--temp", "1", "-m", str(args.tokens)]
    subprocess.run(command, check=True)
    rates = {}
    for line in out.read_text().splitlines():
        result = json.loads(line)
        assert result["generation_tokens"] == args.tokens, result
        rates[result["id"]] = result["generation_tps"]
    return [(rates[2 * turn], rates[2 * turn + 1]) for turn in range(1, args.rounds + 1)]


if __name__ == "__main__":
    main()
