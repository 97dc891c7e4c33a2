"""Writes the cases of a suite, and refuses a golden whose own error is not below half of its tolerance."""

from importlib.metadata import version

import numpy as np

from .files import write_json, write_tensors


class Suite:
    """`packages` are those whose versions decide the bytes."""

    def __init__(self, root, seed, packages):
        self.root, self.seed = root, seed
        self.made_with = {package.replace("-", "_"): version(package) for package in packages} | {
            "device": "cpu",
            "dtype": "float32",
            "command": f"make_goldens.py --seed {seed}",
            "seed": seed,
        }
        self.count, self.worst = 0, {}

    def add(self, identity, kind, about, tensors=None, tolerance=None, **content):
        head = {"id": identity, "kind": kind, "about": about, "made_with": self.made_with}
        if tolerance:
            head["tolerance"] = tolerance
        write_json(self.root / identity / "case.json", head | content)
        if tensors:
            write_tensors(self.root / identity / "tensors.safetensors", tensors)
        self.count += 1

    def write_file(self, identity, name, data):
        """A file beside a case.json, such as an image."""
        folder = self.root / identity
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)

    def check(self, identity, float32, float64, tolerance):
        """The float32 value against an independent float64 one: what share of the tolerance does it use up?"""
        float32, float64 = np.asarray(float32, np.float64), np.asarray(float64, np.float64)
        if float32.shape != float64.shape:
            raise ValueError(f"{identity}: shape {float32.shape} but the float64 computation has {float64.shape}")
        finite = np.isfinite(float64)
        if not (float32[~finite] == float64[~finite]).all():
            raise ValueError(f"{identity}: infinities differ")
        error = np.abs(float32[finite] - float64[finite])
        allowed = tolerance["atol"] + tolerance["rtol"] * np.abs(float64[finite])
        share = float((error / np.maximum(allowed, 1e-300)).max()) if error.size and error.max() > 0 else 0.0
        if not share < 0.5:
            raise ValueError(f"{identity}: error {error.max():.3g} is {share:.2f} of the tolerance {tolerance}")
        group = identity.split("-")[0]
        self.worst[group] = max(self.worst.get(group, (0.0, 0.0)), (share, float(error.max()) if error.size else 0.0))
