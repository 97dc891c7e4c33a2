"""Writes a prompt-cache file of mlx-lm 0.32 as mlx-lm 0.31.3 does, which runs this.

    python old_cache.py FROM TO
"""

import sys
from importlib.metadata import version

import mlx.core as mx
from mlx_lm.models import cache as caches

FIELDS = {
    "KVCache": ("offset",),
    "RotatingKVCache": ("offset", "keep", "max_size", "_idx"),
    "QuantizedKVCache": ("offset", "group_size", "bits"),
}


def main(source, target):
    if version("mlx-lm") != "0.31.3":
        sys.exit("mlx-lm must be 0.31.3 but is " + version("mlx-lm"))
    tensors, metadata = mx.load(source, return_metadata=True)
    user = {key[2:]: value for key, value in metadata.items() if key.startswith("0.")}
    layers = sum(key.startswith("1.") for key in metadata)
    caches.save_prompt_cache(target, [layer(tensors, l, metadata[f"1.{l}"]) for l in range(layers)], user)


def layer(tensors, number, kind):
    cache = getattr(caches, kind).__new__(getattr(caches, kind))
    cache.keys, cache.values = (whole(tensors, f"{number}.{part}") for part in range(2))
    for i, field in enumerate(FIELDS[kind]):
        setattr(cache, field, tensors[f"{number}.{2 + i}"].item())
    return cache


def whole(tensors, name):
    """Keys or values; of packed ones the words, scales and biases."""
    return tensors[name] if name in tensors else tuple(tensors[f"{name}.{part}"] for part in range(3))


if __name__ == "__main__":
    main(*sys.argv[1:])
