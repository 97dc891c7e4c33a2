"""What all goldens of sampling share: their files, formula logits, log-probabilities and draws as mlx-lm makes them."""

import json
import struct
from importlib.metadata import version

import mlx.core as mx
import numpy as np
from mlx_lm import sample_utils

SEED = 20261124
RNG = "mlx>=0.32.1"
MADE_WITH = {"mlx": version("mlx"), "mlx_lm": version("mlx-lm"), "device": "cpu", "dtype": "float32",
             "command": "tools/make_sampling_goldens.py golden", "seed": SEED}


def random_logits(rng, rows, vocabulary):
    return (2 * rng.standard_normal((rows, vocabulary))).astype(np.float32)


def formula_logits(rows, vocabulary, scale):
    i = np.arange(vocabulary, dtype=np.uint64)
    words = [(i * 2654435761 + r * 2246822519) % 2**32 >> 8 for r in range(rows)]
    return np.stack([(scale * (w / 2.0**23 - 1)).astype(np.float32) for w in words])


def log_probabilities(row):
    logits = mx.array(row)[None]
    return logits - mx.logsumexp(logits, keepdims=True)


def drawn(logits, sampler, seed):
    choose = sample_utils.make_sampler(**sampler)
    mx.random.seed(seed)
    return [int(choose(log_probabilities(row))[0]) for row in logits]


def write(root, kind, name, case, lines={}, **tensors):
    """`lines` are lists that end the case, an element a line."""
    folder = root / kind / name
    folder.mkdir(parents=True)
    case = {"id": f"{kind}/{name}", "kind": kind, "made_with": MADE_WITH} | case
    text = json.dumps(case, indent=1)
    for key, elements in lines.items():
        text = text[:-2] + f',\n "{key}": [\n  ' + ",\n  ".join(map(json.dumps, elements)) + "\n ]\n}"
    (folder / "case.json").write_text(text + "\n")
    if tensors:
        (folder / "tensors.safetensors").write_bytes(safetensors(tensors))


def safetensors(tensors):
    header, data = {}, b""
    for name, array in tensors.items():
        array = np.ascontiguousarray(array, dtype="<f4")
        offsets = [len(data), len(data) + array.nbytes]
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": offsets}
        data += array.tobytes()
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data
