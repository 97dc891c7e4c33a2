#!/usr/bin/env python3
"""Puts eyes before a Gemma 3 that reads text alone: a SigLIP tower and projector of full size, of random weights.

    tools/make_gemma3_vision.py TEXT OUT [--seed 4711]    # e.g. models/gemma-3-270m-4bit models/gemma-3-270m-vision

TEXT is a checkpoint of tools/make_gemma3.py, OUT becomes one of the form of Google's larger models: 27 layers over 4096
patches, 256 rows an image, bfloat16 (about 830 MB). What it says about images means nothing; it takes the time of a model
that does. Needs Python 3.11 or newer with NumPy, and no network; the same seed gives the same bytes.
"""

import argparse
import json
import shutil
import struct
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
MORE_TOKENS = 64  # than Gemma's text models have: Google's that see have as many
CHUNK = 1 << 24  # bytes
LAYERS, HIDDEN, INTERMEDIATE, PATCHES, PATCH = 27, 1152, 4304, 4096, 14
VISION = {"model_type": "siglip_vision_model", "hidden_size": HIDDEN, "intermediate_size": INTERMEDIATE,
          "num_attention_heads": 16, "num_hidden_layers": LAYERS, "image_size": 896, "patch_size": PATCH}
PROCESSOR = {"image_processor_type": "Gemma3ImageProcessor", "do_convert_rgb": None, "do_normalize": True,
             "do_pan_and_scan": None, "do_rescale": True, "do_resize": True, "image_mean": [0.5] * 3,
             "image_seq_length": 256, "image_std": [0.5] * 3, "processor_class": "Gemma3Processor", "resample": 2,
             "rescale_factor": 1 / 255, "size": {"height": 896, "width": 896}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=4711)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    config = json.loads((args.text / "config.json").read_text())
    write_json(args.out / "config.json", multimodal(config))
    write_json(args.out / "preprocessor_config.json", PROCESSOR)
    template = json.loads((ROOT / "golden/template/gemma/case.json").read_text())["template"]
    (args.out / "chat_template.jinja").write_text(template)
    for name in ("tokenizer.json", "tokenizer_config.json", "generation_config.json"):
        shutil.copyfile(args.text / name, args.out / name)
    copy_text(args.text / "model.safetensors", args.out / "model-00001-of-00002.safetensors")
    write_tower(args.out / "model-00002-of-00002.safetensors", config["hidden_size"], args.seed)
    print(f"{args.out}: " + ", ".join(sorted(f.name for f in args.out.iterdir())))


def multimodal(text):
    quantization = {key: text[key] for key in ("quantization", "quantization_config") if key in text}
    inner = {key: value for key, value in text.items() if key not in quantization}
    inner["model_type"] = "gemma3_text"
    inner["vocab_size"] += MORE_TOKENS
    return {"model_type": "gemma3", "architectures": ["Gemma3ForConditionalGeneration"], "boi_token_index": 255999,
            "eoi_token_index": 256000, "image_token_index": 262144, "mm_tokens_per_image": 256,
            "eos_token_id": text.get("eos_token_id"), "vocab_size": inner["vocab_size"],
            "text_config": inner, "vision_config": VISION, **quantization}


def write_json(file, value):
    file.write_text(json.dumps(value, indent=1) + "\n")


def copy_text(source, target):
    """The same tensors, as those of the text model in a larger one, whose embeddings have rows for the tokens of images."""
    with source.open("rb") as text, target.open("wb") as out:
        (length,) = struct.unpack("<Q", text.read(8))
        header = json.loads(text.read(length))
        header.pop("__metadata__", None)
        order = sorted(header, key=lambda name: header[name]["data_offsets"])
        copied, end = {}, 0
        for name in order:
            begin, size = end, span(header[name])
            shape = list(header[name]["shape"])
            more = MORE_TOKENS if ".embed_tokens." in name else 0
            end += size // shape[0] * (shape[0] + more)
            shape[0] += more
            copied["language_model." + name] = {**header[name], "shape": shape, "data_offsets": [begin, end]}
        write_header(out, copied)
        for name in order:
            size = span(header[name])
            for _ in range(0, size, CHUNK):
                out.write(text.read(min(CHUNK, size)))
                size -= min(CHUNK, size)
            out.write(bytes(span(copied["language_model." + name]) - span(header[name])))


def span(entry):
    begin, end = entry["data_offsets"]
    return end - begin


def write_header(out, header):
    data = json.dumps(header).encode()
    data += b" " * (-len(data) % 8)
    out.write(struct.pack("<Q", len(data)) + data)


def tower_tensors(text_hidden):
    """Name, shape and what one row sums over, in the order of the file."""
    tower = "vision_tower.vision_model."
    yield tower + "embeddings.patch_embedding.weight", (HIDDEN, PATCH, PATCH, 3)
    yield tower + "embeddings.patch_embedding.bias", (HIDDEN,)
    yield tower + "embeddings.position_embedding.weight", (PATCHES, HIDDEN)
    for layer in range(LAYERS):
        at = f"{tower}encoder.layers.{layer}."
        for norm in ("layer_norm1", "layer_norm2"):
            yield from both(at + norm, (HIDDEN,))
        for projection in ("q_proj", "k_proj", "v_proj", "out_proj"):
            yield from both(at + "self_attn." + projection, (HIDDEN, HIDDEN))
        yield from both(at + "mlp.fc1", (INTERMEDIATE, HIDDEN))
        yield from both(at + "mlp.fc2", (HIDDEN, INTERMEDIATE))
    yield from both(tower + "post_layernorm", (HIDDEN,))
    yield "multi_modal_projector.mm_input_projection_weight", (HIDDEN, text_hidden)
    yield "multi_modal_projector.mm_soft_emb_norm.weight", (HIDDEN,)


def both(path, shape):
    yield path + ".weight", shape
    yield path + ".bias", shape[:1]


def write_tower(file, text_hidden, seed):
    header, end = {}, 0
    tensors = list(tower_tensors(text_hidden))
    for name, shape in tensors:
        begin, end = end, end + 2 * int(np.prod(shape))
        header[name] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [begin, end]}
    generator = np.random.default_rng(seed)
    with file.open("wb") as out:
        write_header(out, header)
        for _, shape in tensors:
            deviation = 0.1 if len(shape) == 1 else (np.prod(shape) / shape[0]) ** -0.5
            values = generator.standard_normal(shape, dtype=np.float32) * np.float32(deviation)
            out.write((values.view(np.uint32) >> 16).astype("<u2").tobytes())


if __name__ == "__main__":
    main()
