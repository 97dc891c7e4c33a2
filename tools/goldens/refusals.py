"""The refuse cases: broken or unknown checkpoints that an engine must turn away by name, not by guess or crash."""

import json
import shutil
import struct

import mlx.core as mx

from . import checkpoints, models
from .mlx_runs import load_float32

TINY = {
    "hidden_size": 32,
    "intermediate_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 16,
    "vocab_size": 40,
}
UP = "model.layers.0.mlp.up_proj"


def write_all(suite):
    for name, (what, mentions, spoil) in CHECKPOINTS.items():
        folder = suite.root / "models" / ("refuse-" + name)
        make(folder, suite.seed, quantized=name in QUANTIZED)
        spoil(folder)
        suite.add(
            "refuse/" + name,
            "refuse",
            f"Fails if this checkpoint is accepted, crashes, or is refused without naming the culprit: {what}.",
            checkpoint=f"models/refuse-{name}",
            stage="checkpoint",
            mentions_any=mentions,
            reference_refuses=mlx_refuses(folder),
        )


def make(folder, seed, quantized):
    model = checkpoints.Model(
        "refuse", models.LLAMA | TINY, "", mx.float16, {"group_size": 32, "bits": 4} if quantized else None
    )
    checkpoints.write(model, folder, seed)


def mlx_refuses(folder):
    try:
        mx.eval(load_float32(folder)(mx.array([[1, 2, 3]])))
        return False
    except Exception:  # whatever it is, it is not an answer
        return True


def config(**changes):
    """Changes config.json; a value of None removes the key."""

    def spoil(folder):
        file = folder / "config.json"
        values = json.loads(file.read_text()) | changes
        file.write_text(json.dumps({k: v for k, v in values.items() if v is not None}, indent=1) + "\n")

    return spoil


def quantization(**changes):
    both = {"group_size": 32, "bits": 4} | changes
    return config(quantization=both, quantization_config=both)


def header(change):
    """Changes the header of the safetensors file and leaves its data alone."""

    def spoil(folder):
        file = folder / "model.safetensors"
        data = file.read_bytes()
        (length,) = struct.unpack("<Q", data[:8])
        entries = json.loads(data[8 : 8 + length])
        change(entries)
        text = json.dumps(entries, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        file.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])

    return spoil


def tensors(change):
    """Changes which tensors there are, a dict of name to (dtype, shape, bytes), and writes a sound file of them."""

    def spoil(folder):
        file = folder / "model.safetensors"
        data = file.read_bytes()
        (length,) = struct.unpack("<Q", data[:8])
        stored = {}
        for name, entry in json.loads(data[8 : 8 + length]).items():
            if name != "__metadata__":
                begin, end = entry["data_offsets"]
                stored[name] = (entry["dtype"], entry["shape"], data[8 + length + begin : 8 + length + end])
        change(stored)
        write_safetensors(file, stored)

    return spoil


def write_safetensors(file, stored):
    entries, end = {}, 0
    for name, (dtype, shape, bytes_) in stored.items():
        entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + len(bytes_)]}
        end += len(bytes_)
    text = json.dumps(entries, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    file.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(bytes_ for _, _, bytes_ in stored.values()))


def data(change):
    def spoil(folder):
        file = folder / "model.safetensors"
        file.write_bytes(change(file.read_bytes()))

    return spoil


def missing_shard(folder):
    entries = json.loads((folder / "model.safetensors").read_bytes()[8:].split(b"}}")[0] + b"}}")
    weight_map = {k: "model-00001-of-00002.safetensors" for k in entries if k != "__metadata__"}
    weight_map[UP + ".weight"] = "model-00002-of-00002.safetensors"
    shutil.move(folder / "model.safetensors", folder / "model-00001-of-00002.safetensors")
    header_of_shard(folder)
    (folder / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {}, "weight_map": weight_map}, indent=1) + "\n"
    )


def header_of_shard(folder):
    shard = folder / "model-00001-of-00002.safetensors"
    shutil.move(shard, folder / "model.safetensors")
    tensors(lambda stored: stored.pop(UP + ".weight"))(folder)
    shutil.move(folder / "model.safetensors", shard)


def beyond_the_end(entries):
    entries[UP + ".weight"]["data_offsets"] = [1 << 40, (1 << 40) + 2048]


def gap(folder):
    """64 bytes that no tensor owns lie before the last one."""
    last = []

    def move(entries):
        name = max((k for k in entries if k != "__metadata__"), key=lambda k: entries[k]["data_offsets"][1])
        last[:] = entries[name]["data_offsets"]
        entries[name]["data_offsets"] = [last[0] + 64, last[1] + 64]

    header(move)(folder)
    size = last[1] - last[0]
    data(lambda bytes_: bytes_[: len(bytes_) - size] + bytes(64) + bytes_[len(bytes_) - size :])(folder)


def wrong_shape(entries):
    entries[UP + ".weight"]["shape"] = [16, 64]


def wrong_size(entries):
    entries[UP + ".weight"]["shape"] = [32, 64]


QUANTIZED = ("bits-7", "group-size-48", "mode-unknown", "scales-missing", "scales-shape")
CHECKPOINTS = {
    "bits-7": ("quantization bits 7", ["bits"], quantization(bits=7)),
    "group-size-48": ("quantization group_size 48", ["group_size", "group size"], quantization(group_size=48)),
    "mode-unknown": ('quantization mode "ternary"', ["ternary"], quantization(mode="ternary")),
    "scales-missing": (
        "packed weights without scales",
        ["up_proj"],
        tensors(lambda stored: stored.pop(UP + ".scales")),
    ),
    "scales-shape": (
        "scales for another group size",
        ["up_proj"],
        header(lambda entries: entries[UP + ".scales"].update(shape=[16, 2])),
    ),
    "config-no-hidden_size": ("config without hidden_size", ["hidden_size"], config(hidden_size=None)),
    "config-not-json": (
        "config.json is not JSON",
        ["config.json"],
        lambda folder: (folder / "config.json").write_text('{"model_type": "llama", '),
    ),
    "config-absent": ("there is no config.json", ["config.json"], lambda folder: (folder / "config.json").unlink()),
    "config-unknown-key": ("a key that may change the result", ["attn_output_gate"], config(attn_output_gate=True)),
    "hidden-act": ("an activation that Llama does not have", ["hidden_act", "relu2"], config(hidden_act="relu2")),
    "model-type": ("unknown model_type", ["lambda-9"], config(model_type="lambda-9")),
    "model-type-absent": ("config without model_type", ["model_type"], config(model_type=None)),
    "rope-type": ("unknown rope_type", ["spiral"], config(rope_scaling={"rope_type": "spiral", "factor": 2.0})),
    "rope-no-factor": ("linear scaling without a factor", ["factor"], config(rope_scaling={"rope_type": "linear"})),
    "heads": ("3 key heads for 2 heads", ["num_key_value_heads", "num_attention_heads"], config(num_key_value_heads=3)),
    "heads-uneven": (
        "2 key heads for 3 heads",
        ["num_key_value_heads", "num_attention_heads"],
        config(num_attention_heads=3, num_key_value_heads=2),
    ),
    "layers-too-many": ("more layers than weights", ["layers.1."], config(num_hidden_layers=2)),
    "hidden-size-wrong": (
        "hidden_size differs from the weights",
        ["hidden_size", "expected", "shape"],
        config(hidden_size=48),
    ),
    "missing-tensor": ("a weight is absent", ["up_proj"], tensors(lambda stored: stored.pop(UP + ".weight"))),
    "extra-tensor": (
        "a weight that no layer reads",
        ["gate_norm"],
        tensors(lambda stored: stored.update({"model.layers.0.gate_norm.weight": stored["model.norm.weight"]})),
    ),
    "shape": ("a weight of another shape", ["up_proj"], header(wrong_shape)),
    "shape-size": ("a shape that its bytes do not fill", ["up_proj"], header(wrong_size)),
    "dtype-unknown": ("an unknown dtype", ["F12"], header(lambda entries: entries[UP + ".weight"].update(dtype="F12"))),
    "offsets": ("data offsets beyond the file", ["up_proj", "model.safetensors", "offset"], header(beyond_the_end)),
    "gap": ("a gap between tensors", ["model.norm.weight", "gap"], gap),
    "truncated": (
        "the file ends early",
        ["model.safetensors", "truncat", "offset", "beyond"],
        data(lambda bytes_: bytes_[:-700]),
    ),
    "header-length": (
        "a header longer than the file",
        ["header", "model.safetensors"],
        data(lambda bytes_: b"\xff" * 7 + b"\x7f" + bytes_[8:]),
    ),
    "header-not-json": (
        "a header that is not JSON",
        ["header", "model.safetensors"],
        data(lambda bytes_: bytes_[:8] + b"]" + bytes_[9:]),
    ),
    "empty-file": ("a file of no bytes", ["model.safetensors"], data(lambda _: b"")),
    "no-weights": (
        "no safetensors file at all",
        ["safetensors"],
        lambda folder: (folder / "model.safetensors").unlink(),
    ),
    "missing-shard": ("the index names a shard that is absent", ["model-00002-of-00002.safetensors"], missing_shard),
}
