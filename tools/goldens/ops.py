"""The op cases: every operation of a decoder alone, at odd sizes, in float32 by MLX and in float64 by the reference."""

import math

import mlx.core as mx
import mlx.nn as nn
import numpy as np

from . import reference
from .checkpoints import MODES, generator
from .mlx_runs import dequantized, float32

DTYPES = {"float32": mx.float32, "bfloat16": mx.bfloat16, "float16": mx.float16}
BITS, GROUPS = (2, 3, 4, 5, 6, 8), (32, 64, 128)
TIGHT = {"atol": 1e-5, "rtol": 1e-5}
PRODUCT = {"atol": 5e-5, "rtol": 2e-5}
LONG_PRODUCT = {
    "atol": 3e-4,
    "rtol": 2e-5,
    "why": "1,152 products of codes up to 255; engines that multiply codes by sums of a group cancel scale and bias at the end",
}
EXACT = {"atol": 0.0, "rtol": 0.0}
PRODUCTS = (  # rows, inputs, outputs: tails of every lane width
    (1, 173, 75),
    (5, 64, 32),
    (7, 75, 61),
    (33, 96, 17),
    (2, 1, 3),
    (1, 1023, 9),
    (3, 257, 33),
    (17, 31, 1),
    (65, 67, 5),
    (1, 15, 130),
)


class Ops:
    def __init__(self, suite, edges=2):
        self.suite, self.edges = suite, edges

    def write_all(self):
        for part in (
            self.norms,
            self.rotations,
            self.attentions,
            self.activations,
            self.softmaxes,
            self.softmax_extremes,
            self.scaled_rotations,
            self.matmuls,
            self.quantized,
            self.long_rows,
            self.codes,
        ):
            part()

    def case(self, name, op, about, params, inputs, out, wide, tolerance=TIGHT):
        """`out` is MLX's float32 result, `wide` the float64 one."""
        identity = "op/" + name
        self.suite.check(identity, np.array(float32(out)), wide, tolerance)
        self.suite.add(
            identity,
            "op",
            about,
            inputs | {"out": out},
            tolerance,
            op=op,
            params=params,
            inputs={role: role for role in inputs},
            expected={"out": "out"},
        )

    def random(self, name):
        return generator("op " + name, self.suite.seed)

    def normal(self, name, *shape):
        return self.random(name).standard_normal(shape).astype(np.float32)

    def norms(self):
        for width in (37, 64, 200):
            for form, about in (
                ("weight", "eps is outside the root, or a row's mean square is wrong"),
                ("plus_one", "the weight is not 1 + w"),
                ("bare", "a missing weight is not 1"),
            ):
                name = f"rms_norm-{form}-{width}"
                x, weight = self.normal(name, 5, width), self.normal(name + "w", width)
                x[1] *= 1e-4  # small enough for eps to matter
                x[3] = 0
                factor = {"weight": weight, "plus_one": 1 + weight, "bare": None}[form]
                out = mx.fast.rms_norm(mx.array(x), None if factor is None else mx.array(factor), 1e-6)
                wide = reference.rms_norm(
                    wide64(x), {"weight": wide64(weight), "plus_one": 1 + wide64(weight), "bare": 1.0}[form], 1e-6
                )
                inputs = {"x": x} if form == "bare" else {"x": x, "weight": weight}
                self.case(
                    name,
                    "rms_norm",
                    f"Fails if {about}; row 3 is zero.",
                    {"eps": 1e-6} | ({"plus_one": True} if form == "plus_one" else {}),
                    inputs,
                    out,
                    wide,
                )

    def rotations(self):
        plain = {"dims": 20, "traditional": False, "scale": 1.0, "offset": 0, "base": 10000.0}
        kinds = {
            "halves": ({}, "element i is not paired with i + dims/2"),
            "traditional": ({"traditional": True}, "element 2i is not paired with 2i + 1"),
            "partial": ({"dims": 12}, "elements beyond dims are changed"),
            "partial-traditional": ({"dims": 12, "traditional": True}, "elements beyond dims are changed"),
            "offset": ({"offset": 131}, "the offset is not added to the position"),
            "scale": ({"offset": 17, "scale": 0.125, "base": 1e6}, "linear scaling does not multiply the position"),
            "one-token": ({"offset": 63}, "a single token is not at the offset"),
            "offset-9000": ({"offset": 9000}, "angles far out lose accuracy"),
            "offset-131000": ({"offset": 131000, "base": 5e5}, "angles far out lose accuracy"),
            "freqs": ({"offset": 5, "freqs": True}, "freqs are not periods, or infinity does not mean no rotation"),
            "freqs-traditional": ({"offset": 5, "freqs": True, "traditional": True}, "freqs are not periods"),
        }
        for kind, (changes, about) in kinds.items():
            self.rotation("rope-" + kind, plain | changes, f"Fails if {about}.", 1 if kind == "one-token" else 7)

    def rotation(self, name, params, about, tokens, freqs=None):
        x = self.normal(name, 3, tokens, 20)
        if params.pop("freqs", False):
            freqs = (1e4 ** (np.arange(10) / 10) * (1 + np.arange(10) / 3)).astype(np.float32)
            freqs[7:] = np.inf
            del params["base"]
        out = mx.fast.rope(
            mx.array(x)[None],
            params["dims"],
            traditional=params["traditional"],
            scale=params["scale"],
            offset=params["offset"],
            base=params.get("base"),
            freqs=None if freqs is None else mx.array(freqs),
        )[0]
        steps = params["base"] ** (np.arange(0, params["dims"], 2) / params["dims"]) if freqs is None else wide64(freqs)
        positions = (params["offset"] + np.arange(tokens)) * params["scale"]
        wide = reference.rotate(wide64(x), positions[:, None] / steps, params["traditional"])
        tolerance = far(TIGHT, params["offset"] * params["scale"])
        self.case(
            name, "rope", about, params, {"x": x} | ({} if freqs is None else {"freqs": freqs}), out, wide, tolerance
        )

    def scaled_rotations(self):
        """The periods of every kind of scaling, as a model's table would hold them."""
        base, long_factor = 10000.0, [1.0, 1.1, 1.3, 1.6, 2.0, 2.7, 3.5, 5.0, 8.0, 13.0]
        kinds = {
            "linear": {"rope_type": "linear", "factor": 3.5},
            "dynamic": {"rope_type": "dynamic", "factor": 2.5},
            "llama3": {
                "rope_type": "llama3",
                "factor": 8.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 1024,
            },
            "yarn": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 1024},
            "longrope": {"rope_type": "longrope", "long_factor": long_factor, "original_max_position_embeddings": 1024},
            "proportional": {"rope_type": "proportional", "partial_rotary_factor": 0.5},
        }
        for kind, scaling in kinds.items():
            freqs, _ = reference.periods(scaling, 20, base, 512, 1500)
            about = f"Fails if the periods of {kind} scaling are not used as they are."
            params = {"dims": 20, "traditional": False, "scale": 1.0, "offset": 1493}
            self.rotation(f"rope-{kind}", params, about, 7, freqs.astype(np.float32))

    def attentions(self):
        shapes = {  # query heads, key heads, queries, keys, head_dim
            "causal": ((2, 2, 13, 13, 24), {}, "a query sees later keys"),
            "gqa3": ((6, 2, 13, 13, 24), {}, "query head h does not read key head h / 3"),
            "mqa": ((5, 1, 9, 9, 17), {}, "one key head does not serve all queries"),
            "offset": ((4, 2, 5, 18, 16), {}, "query t is not at position keys - queries + t"),
            "decode": ((6, 2, 1, 41, 32), {}, "one query does not see every key"),
            "decode-window": ((6, 2, 1, 41, 32), {"window": 8}, "one query sees more than the window"),
            "window": ((3, 1, 23, 23, 20), {"window": 6}, "the window does not count the query itself"),
            "window-offset": (
                (4, 2, 7, 30, 20),
                {"window": 9},
                "the window is not measured from the query's own position",
            ),
            "window-one": ((2, 1, 6, 6, 8), {"window": 1}, "a window of one is not the query alone"),
            "softcap": ((4, 2, 11, 11, 16), {"softcap": 5.0}, "scores are capped after masking, or not at all"),
            "full": ((3, 3, 8, 12, 24), {"causal": False}, "a mask is applied although none is asked for"),
            "wide": ((2, 1, 37, 101, 48), {}, "keys after the first block are lost"),
            "softcap-gqa3": ((6, 2, 9, 9, 16), {"softcap": 3.0}, "a soft cap loses the sharing of keys"),
            "softcap-window-offset": (
                (6, 2, 5, 29, 20),
                {"softcap": 4.0, "window": 7},
                "a masked score is capped instead of hidden",
            ),
            "softcap-full": ((3, 1, 7, 12, 16), {"softcap": 2.0, "causal": False}, "a cap brings a mask with it"),
            "softcap-decode": ((6, 2, 1, 33, 24), {"softcap": 2.5}, "one query is not capped"),
            "full-gqa3": (
                (6, 2, 7, 11, 20),
                {"causal": False},
                "without a mask query head h does not read key head h / 3",
            ),
            "full-offset": (
                (2, 1, 4, 19, 72),
                {"causal": False},
                "later keys are hidden although no mask is asked for",
            ),
            "tower": (
                (2, 2, 43, 291, 72),
                {"causal": False},
                "patches do not see those of later blocks of keys, or heads of 72 channels are cut",
            ),
            "gqa3-window-offset": ((9, 3, 6, 40, 20), {"window": 11}, "sharing, window and offset do not go together"),
            "mha": ((4, 4, 10, 10, 12), {}, "query heads of their own keys are mixed"),
            "one-key": ((3, 1, 1, 1, 20), {}, "a single key is not the answer"),
            "sharp": ((3, 1, 8, 24, 16), {"scale": 40.0}, "the maximum is not subtracted before exp"),
            "long": ((3, 1, 3, 1029, 16), {}, "blocks of keys are joined wrongly"),
            "window-long": ((3, 1, 2, 1029, 16), {"window": 513}, "a window wider than a block is cut"),
            "head-256": ((4, 1, 6, 21, 256), {"window": 12}, "a wide head is cut"),
        }
        for kind, (shape, changes, about) in shapes.items():
            self.attention(
                "sdpa-" + kind, shape, {"causal": True, "window": None, "softcap": None} | changes, f"Fails if {about}."
            )

    def attention(self, name, shape, params, about):
        heads, kv, queries, keys, dim = shape
        params = {"scale": 1.7 * dim**-0.5} | params
        q, k, v = (
            self.normal(name + "q", heads, queries, dim),
            self.normal(name + "k", kv, keys, dim),
            self.normal(name + "v", kv, keys, dim),
        )
        wide = reference.attention(
            wide64(q), wide64(k), wide64(v), params["scale"], params["causal"], params["window"], params["softcap"]
        )
        self.case(name, "sdpa", about, params, {"q": q, "k": k, "v": v}, mlx_attention(q, k, v, params), wide)

    def activations(self):
        x = (
            np.concatenate([self.normal("activations", 150) * 3, [0, -0.0, 1e-8, -1e-8, 20, -20, 90, -90, 1e4, -1e4]])
            .astype(np.float32)
            .reshape(4, 40)
        )
        up = self.normal("up", 4, 40)
        one = {
            "silu": (nn.silu, reference.silu, "the sigmoid overflows"),
            "gelu_tanh": (nn.gelu_approx, reference.gelu_tanh, "the constant is wrong"),
            "gelu_erf": (nn.gelu, reference.gelu_erf, "the tanh form is used"),
        }
        with np.errstate(over="ignore"):
            for op, (fast, exact, about) in one.items():
                self.case(
                    op, op, f"Fails if {about}, also far from zero.", {}, {"x": x}, fast(mx.array(x)), exact(wide64(x))
                )
            for op, of in (("swiglu", "silu"), ("geglu", "gelu_tanh")):
                out = one[of][0](mx.array(x)) * mx.array(up)
                self.case(
                    op,
                    op,
                    "Fails if gate and up are swapped.",
                    {},
                    {"gate": x, "up": up},
                    out,
                    one[of][1](wide64(x)) * wide64(up),
                )
        self.case(
            "softcap",
            "softcap",
            "Fails if the cap does not scale both sides of tanh.",
            {"cap": 30.0},
            {"x": x},
            mx.tanh(mx.array(x) / 30.0) * 30.0,
            np.tanh(wide64(x) / 30.0) * 30.0,
        )

    def softmaxes(self):
        x = self.normal("softmax", 6, 77) * 4
        x[2] += 500
        x[3, ::2] = -np.inf
        x[4] -= 500
        self.case(
            "softmax",
            "softmax",
            "Fails if the maximum is not subtracted; row 3 holds minus infinity.",
            {},
            {"x": x},
            mx.softmax(mx.array(x), axis=-1),
            reference.softmax(wide64(x)),
            {"atol": 1e-6, "rtol": 1e-5},
        )
        finite = np.where(np.isfinite(x), x, np.float32(-7))
        out = mx.array(finite) - mx.logsumexp(mx.array(finite), axis=-1, keepdims=True)
        self.case(
            "log_softmax",
            "log_softmax",
            "Fails if the maximum is not subtracted.",
            {},
            {"x": finite},
            out,
            reference.log_softmax(wide64(finite)),
            {"atol": 1e-4, "rtol": 1e-5},
        )

    def softmax_extremes(self):
        wide = self.normal("softmax-wide", 3, 1003) * 3
        rows = {
            "wide": (wide, "the sum of a wide row is not accurate"),
            "one": (np.array([[7.0], [-3e38]], np.float32), "a single element is not one"),
            "equal": (np.full((2, 6), -2.5, np.float32), "equal elements do not share evenly"),
            "far": (
                np.array([[0, -100, -104, -200], [3e38, -3e38, 0, 3e38], [88.8, 89, 90, 1000]], np.float32),
                "exp overflows, or a tiny share is not rounded towards zero",
            ),
            "hidden": (
                np.array([[-np.inf, 2, -np.inf, 2], [-np.inf, -np.inf, -1e30, -np.inf]], np.float32),
                "minus infinity is not zero",
            ),
        }
        for kind, (x, about) in rows.items():
            self.case(
                "softmax-" + kind,
                "softmax",
                f"Fails if {about}.",
                {},
                {"x": x},
                mx.softmax(mx.array(x), axis=-1),
                reference.softmax(wide64(x)),
                {"atol": 1e-6, "rtol": 1e-5},
            )
            if np.isfinite(x).all() and kind != "far":
                out = mx.array(x) - mx.logsumexp(mx.array(x), axis=-1, keepdims=True)
                self.case(
                    "log_softmax-" + kind,
                    "log_softmax",
                    f"Fails if {about}.",
                    {},
                    {"x": x},
                    out,
                    reference.log_softmax(wide64(x)),
                    {"atol": 2e-5, "rtol": 1e-5},
                )

    def matmuls(self):
        for dtype, (rows, inner, outer) in ((d, s) for d in DTYPES for s in PRODUCTS):
            name = f"matmul-{dtype}-{rows}x{inner}x{outer}"
            x, weight = (
                self.normal(name, rows, inner),
                mx.array(self.normal(name + "w", outer, inner)).astype(DTYPES[dtype]),
            )
            wide = wide64(x) @ wide64(np.array(float32(weight))).T
            self.case(
                name,
                "matmul",
                f"Fails if {dtype} weights [out,in] are widened wrongly or tails are dropped.",
                {},
                {"x": x, "weight": weight},
                mx.array(x) @ float32(weight).T,
                wide,
                PRODUCT,
            )
        for dtype in DTYPES:
            weight = mx.array(self.normal("embedding-" + dtype, 19, 45)).astype(DTYPES[dtype])
            ids = np.array([3, 18, 0, 3, 11], np.int32)
            self.case(
                "embedding-" + dtype,
                "embedding",
                f"Fails if a {dtype} row is not widened exactly.",
                {"mode": "dense"},
                {"ids": ids, "weight": weight},
                float32(weight)[mx.array(ids)],
                wide64(np.array(float32(weight)))[ids],
                EXACT,
            )

    def quantized(self):
        dtypes = list(DTYPES.values())
        for i, bits in enumerate(BITS):
            for j, group in enumerate(GROUPS):
                self.format(
                    f"affine-b{bits}g{group}",
                    {"mode": "affine", "group_size": group, "bits": bits},
                    dtypes[(i + j) % 3],
                )
        for j, group in enumerate(GROUPS):
            self.format(f"affine-b1g{group}", {"mode": "affine", "group_size": group, "bits": 1}, dtypes[j])
        for mode, (bits, group) in MODES.items():
            self.format(mode, {"mode": mode, "group_size": group, "bits": bits}, mx.float32)

    def format(self, name, params, dtype):
        """One packed matrix in every role: 23 rows (no multiple of a lane width), a few groups per row."""
        group, bits, mode = params["group_size"], params["bits"], params["mode"]
        columns = 3 * max(group, 32)
        dense = mx.array(self.normal("format " + name, 23, columns)).astype(dtype)
        packed = dict(zip(("weight", "scales", "biases"), mx.quantize(dense, group_size=group, bits=bits, mode=mode)))
        numbers = [np.array(float32(packed[k])) if k in packed else None for k in ("weight", "scales", "biases")]
        wide = reference.dequantize(*numbers, group, bits, mode)
        plain = dequantized(packed["weight"], packed["scales"], packed.get("biases"), group, bits, mode)
        what = f"{mode} {bits}-bit group-{group}"
        self.case(
            "dequantize-" + name,
            "dequantize",
            f"Fails if an element of {what} is taken from the wrong bits, or a scale from the wrong group.",
            params,
            packed,
            plain,
            wide,
            {"atol": 1e-6, "rtol": 1e-6},
        )
        ids = np.array([22, 0, 7, 7, 13], np.int32)
        self.case(
            "embedding-" + name,
            "embedding",
            f"Fails if a row of {what} starts at the wrong byte.",
            params,
            {"ids": ids} | packed,
            plain[mx.array(ids)],
            wide[ids],
            {"atol": 1e-6, "rtol": 1e-6},
        )
        for rows in (1, 2, 7):
            about = f"Fails if {what} is decoded wrongly for {rows} row(s)."
            self.multiply(name, params, packed, wide, rows, about, PRODUCT)
        self.quantize_edges(name, params, what)
        if mode == "affine" and bits > 1:
            self.quantize(name, params, what)

    def multiply(self, name, params, packed, wide, rows, about, tolerance):
        x = self.normal(f"format {name} {rows}", rows, wide.shape[1])
        out = mx.quantized_matmul(
            mx.array(x),
            packed["weight"],
            scale32(packed["scales"], params["mode"]),
            biases32(packed),
            transpose=True,
            **params,
        )
        self.case(
            f"quantized_matmul-{name}-m{rows}",
            "quantized_matmul",
            about,
            params,
            {"x": x} | packed,
            out,
            wide64(x) @ wide.T,
            tolerance,
        )

    def long_rows(self):
        """Rows of many vectors, whole ones up to 16 words: kernels may take several of them at a time."""
        for bits in (4, 8):
            for group in GROUPS:
                name = f"affine-b{bits}g{group}-long"
                params = {"mode": "affine", "group_size": group, "bits": bits}
                dense = mx.array(self.normal("format " + name, 23, 1152)).astype(mx.bfloat16)
                packed = dict(zip(("weight", "scales", "biases"), mx.quantize(dense, group_size=group, bits=bits)))
                numbers = [np.array(float32(packed[k])) for k in packed]
                wide = reference.dequantize(*numbers, group, bits, "affine")
                for rows in (1, 3):
                    about = f"Fails if a word or a scale of a long row of {bits}-bit group-{group} is that of another place."
                    self.multiply(name, params, packed, wide, rows, about, LONG_PRODUCT)

    def codes(self):
        """Packed by hand: elements and scales that a quantizer hardly writes, but that mean something."""
        for mode, (bits, group) in MODES.items():
            params = {"mode": mode, "group_size": group, "bits": bits}
            every = np.arange(1 << bits)
            every = np.where(every & 127 == 127, 0, every)  # no NaN
            scales = np.arange(256) if mode == "nvfp4" else np.r_[0:4, 4:244:4]  # above, a product is infinite
            scales = np.where((scales & 127 == 127) & (mode == "nvfp4"), 0, scales).reshape(-1, 256 // group)
            self.dequantize_codes(mode, params, np.tile(every, (len(scales), 256 >> bits)), scales)
            random = self.random("codes " + mode)
            elements = random.choice(every, (23, 128))
            tiny = random.integers(1, 8, (23, 128 // group)) if mode == "nvfp4" else random.integers(0, 3, (23, 4))
            size = {"mxfp4": 2.0**118, "mxfp8": 2.0**113, "nvfp4": 64}[mode]
            self.multiply_codes(mode + "-tiny-scales", params, elements, tiny, size)
        self.multiply_codes(
            "mxfp8-tiny-elements",
            {"mode": "mxfp8", "group_size": 32, "bits": 8},
            self.random("tiny").choice(np.r_[0:8, 128:136], (23, 128)),
            np.full((23, 4), 127),
            64,
        )

    def dequantize_codes(self, mode, params, elements, scales):
        packed = {"weight": packed_codes(elements, params["bits"]), "scales": scales.astype(np.uint8)}
        own = (params["group_size"], params["bits"], mode)
        self.case(
            f"dequantize-{mode}-codes",
            "dequantize",
            f"Fails if an element or a scale of {mode} does not mean what its definition says, down to the smallest.",
            params,
            packed,
            dequantized(mx.array(packed["weight"]), mx.array(packed["scales"]), None, *own),
            reference.dequantize(packed["weight"], packed["scales"], None, *own),
            {"atol": 0.0, "rtol": 1e-6},
        )

    def multiply_codes(self, name, params, elements, scales, size):
        packed = {"weight": packed_codes(elements, params["bits"]), "scales": scales.astype(np.uint8)}
        x = (self.normal("codes x " + name, 2, elements.shape[1]) * size).astype(np.float32)
        wide = reference.dequantize(*packed.values(), None, *(params[k] for k in ("group_size", "bits", "mode")))
        arrays = [mx.array(a) for a in (x, packed["weight"], packed["scales"])]
        self.case(
            f"quantized_matmul-{name}",
            "quantized_matmul",
            "Fails if numbers without an exponent of their own are taken for 0, or for others.",
            params,
            {"x": x} | packed,
            mx.quantized_matmul(*arrays, None, transpose=True, **params),
            wide64(x) @ wide.T,
            PRODUCT,
        )

    def quantize_edges(self, name, params, what):
        """What a quantizer gets wrong: ties, zeros of both signs, equal, one-sided, tiny and huge groups."""
        rows = edges(self.random("edges " + name), 2 * max(params["group_size"], 32), self.edges)
        packed = dict(zip(("weight", "scales", "biases"), mx.quantize(mx.array(rows), **params)))
        self.suite.add(
            "op/quantize-edges-" + name,
            "op",
            f"Fails if {what} rounds a tie, a zero of either sign, or a tiny, huge, constant or one-sided group otherwise.",
            {"w": rows} | packed,
            EXACT,
            op="quantize",
            params=params,
            inputs={"w": "w"},
            expected={role: role for role in packed},
        )

    def quantize(self, name, params, what):
        w = self.normal("quantize " + name, 5, 2 * params["group_size"])
        w[1, : params["group_size"]] = 0
        w[2] = np.abs(w[2])
        packed = dict(
            zip(
                ("weight", "scales", "biases"),
                mx.quantize(mx.array(w), group_size=params["group_size"], bits=params["bits"]),
            )
        )
        wide = reference.dequantize(*(np.array(p) for p in packed.values()), params["group_size"], params["bits"])
        step = np.abs(reference.spread(np.array(packed["scales"]), params["group_size"]))
        if (np.abs(wide - w) > 1.01 * step + 1e-6).any():
            raise ValueError(f"quantize {what}: an element lies farther than a step from its source")
        self.suite.add(
            "op/quantize-" + name,
            "op",
            f"Fails if the larger edge of {what} is not exact, or rounding is not half to even; "
            "row 1 starts with zeros, row 2 is positive.",
            {"w": w} | packed,
            EXACT,
            op="quantize",
            params=params,
            inputs={"w": "w"},
            expected={role: role for role in packed},
        )


def packed_codes(codes, bits):
    """[N, K] of codes as rows of uint32, the first in the lowest bits."""
    per_byte = 8 // bits
    shifted = codes.reshape(len(codes), -1, per_byte) << bits * np.arange(per_byte)
    return np.ascontiguousarray(shifted.sum(-1).astype(np.uint8)).view(np.uint32)


def edges(random, columns, times):
    """Rows of float32 for a quantizer; finite, and no group so small that MLX's processor code loses its exponent."""
    normal = lambda: random.standard_normal(columns)
    steps = lambda divisor: random.integers(-12 * divisor, 12 * divisor + 1, columns) / divisor
    kinds = (
        normal,
        lambda: np.zeros(columns),
        lambda: -np.zeros(columns),
        lambda: np.where(random.integers(0, 2, columns) == 0, 0.0, -0.0),
        lambda: np.full(columns, random.standard_normal()),
        lambda: np.abs(normal()),
        lambda: -np.abs(normal()),
        lambda: steps(1),
        lambda: steps(2),
        lambda: steps(4),
        lambda: steps(32) * 2.0 ** random.integers(-20, 20),
        lambda: np.nextafter(steps(4).astype(np.float32), np.float32(random.choice((-99, 99)))),
        lambda: np.where(random.integers(0, 8, columns) == 0, normal(), 0.0),
        lambda: normal() * 10.0 ** random.uniform(-8, 8, columns),
        lambda: normal() * 10.0 ** random.uniform(-30, 36),
        lambda: random.choice((3.4e38, -3.4e38, 1e-45, -1e-45, 1.0, 448.0, 6.0), columns),
        lambda: np.where(np.arange(columns) % 16 == 5, 1.0, normal() * 1e-42),
    )
    return np.array([kind() for _ in range(times) for kind in kinds]).astype(np.float32)


def mlx_attention(q, k, v, params):
    q, k, v = (mx.array(a)[None] for a in (q, k, v))
    at = mx.arange(k.shape[2] - q.shape[2], k.shape[2])[:, None]
    key = mx.arange(k.shape[2])[None]
    mask = key <= at if params["causal"] else mx.ones((q.shape[2], k.shape[2]), mx.bool_)
    if params["window"]:
        mask = mask & (key > at - params["window"])
    if params["softcap"]:
        return capped_attention(q, k, v, mask, params)
    return mx.fast.scaled_dot_product_attention(q, k, v, scale=params["scale"], mask=mask)[0]


def capped_attention(q, k, v, mask, params):
    """As Gemma 2 has it: the fused operation has no cap."""
    repeats = q.shape[1] // k.shape[1]
    k, v = mx.repeat(k, repeats, axis=1), mx.repeat(v, repeats, axis=1)
    scores = (q * params["scale"]) @ k.swapaxes(-1, -2)
    scores = mx.tanh(scores / params["softcap"]) * params["softcap"]
    return (mx.softmax(mx.where(mask, scores, -math.inf), axis=-1) @ v)[0]


def far(tolerance, position):
    """Float32 angles lose 6e-8 of the position."""
    widest = round(max(tolerance["atol"], 2e-7 * abs(position)), 6)
    if widest == tolerance["atol"]:
        return tolerance
    return {"atol": widest, "rtol": tolerance["rtol"], "why": "MLX computes angles in float32"}


def scale32(scales, mode):
    return float32(scales) if mode == "affine" else scales


def biases32(packed):
    return float32(packed["biases"]) if "biases" in packed else None


def wide64(array):
    return np.asarray(array, np.float64)
