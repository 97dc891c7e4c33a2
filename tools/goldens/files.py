"""Reads and writes the files of a suite, byte for byte the same each time. Knows nothing of models."""

import json
import struct

import mlx.core as mx
import numpy as np

WIDTHS = {"F32": 4, "F16": 2, "BF16": 2, "U32": 4, "I32": 4, "U8": 1}
NUMPY = {"F32": np.float32, "F16": np.float16, "BF16": np.uint16, "U32": np.uint32, "I32": np.int32, "U8": np.uint8}
MLX = {mx.float32: "F32", mx.float16: "F16", mx.bfloat16: "BF16", mx.uint32: "U32", mx.int32: "I32", mx.uint8: "U8"}


def write_json(path, value):
    """One line per top-level key: small, and still readable in a diff."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in value.items())
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def write_tensors(path, tensors):
    """A safetensors file of MLX or NumPy arrays, in order of name, data aligned to 8 bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    header, blobs, end = {"__metadata__": {"format": "mlx"}}, [], 0
    for name, array in sorted(tensors.items()):
        array = array if isinstance(array, mx.array) else mx.array(array)
        blob = raw_bytes(array)
        header[name] = {"dtype": MLX[array.dtype], "shape": list(array.shape), "data_offsets": [end, end + len(blob)]}
        blobs.append(blob)
        end += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def raw_bytes(array):
    if array.dtype == mx.bfloat16:
        array = array.view(mx.uint16)
    return np.ascontiguousarray(np.array(array)).tobytes()


def read_tensors(path):
    """name -> NumPy array; bfloat16 is widened to float32. Written apart from MLX's reader, on purpose."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = np.frombuffer(data[8 + length + begin : 8 + length + end], NUMPY[entry["dtype"]])
            tensors[name] = widen(values, entry["dtype"]).reshape(entry["shape"])
    return tensors


def widen(values, dtype):
    return (values.astype(np.uint32) << 16).view(np.float32) if dtype == "BF16" else values
