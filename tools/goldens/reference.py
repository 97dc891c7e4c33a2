"""The operations in float64 NumPy, from the published formulas: they judge the rounding error of the float32 goldens.

Shares no code with MLX. Knows nothing of checkpoints.
"""

import math

import numpy as np

QUERY_BLOCK = 512  # queries per attention step, so that long prompts fit in memory
E2M1 = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6])


def unpack(weight, bits):
    """[N, words] of uint32 -> [N, K] of codes; element j lies at bit j*bits of the row's little-endian bytes."""
    stream = np.unpackbits(np.ascontiguousarray(weight).view(np.uint8), axis=-1, bitorder="little")
    count = stream.shape[-1] // bits
    digits = stream[:, : count * bits].reshape(len(weight), count, bits)
    return digits.astype(np.int64) @ (1 << np.arange(bits))


def e4m3(codes):
    codes = codes.astype(np.int64)
    exponent, mantissa = (codes >> 3) & 15, codes & 7
    value = np.where(exponent == 0, mantissa * 2.0**-9, (8 + mantissa) * 2.0 ** (exponent - 10))
    return np.where(codes & 128, -value, value)


def dequantize(weight, scales, biases, group_size, bits, mode="affine"):
    codes = unpack(weight, bits)
    if mode == "affine":
        return spread(scales, group_size) * codes + spread(biases, group_size)
    elements = e4m3(codes) if mode == "mxfp8" else E2M1[codes]
    steps = e4m3(scales) if mode == "nvfp4" else 2.0 ** (scales.astype(np.float64) - 127)
    return elements * spread(steps, group_size)


def requantized(x, bits, group_size):
    """(x packed affinely and unpacked again, how far the closest call was, in codes).

    Where that is small, another rounding of x gives other codes, and so other numbers.
    """
    groups, largest = x.reshape(*x.shape[:-1], -1, group_size), 2**bits - 1
    low, high = groups.min(-1, keepdims=True), groups.max(-1, keepdims=True)
    scale = np.maximum((high - low) / largest, 1e-7)
    lower = np.abs(low) > np.abs(high)
    edge, scale = np.where(lower, low, high), np.where(lower, scale, -scale)
    steps = edge / scale
    close = [np.abs(np.abs(low) - np.abs(high)) / np.abs(scale), half(steps)]
    whole = np.rint(steps)
    scale, bias = np.where(whole == 0, scale, edge / np.where(whole == 0, 1, whole)), np.where(whole == 0, 0, edge)
    codes = (groups - bias) / scale
    close.append(np.where((codes > 0) & (codes < largest), half(codes), 0.5))
    unpacked = scale * np.clip(np.rint(codes), 0, largest) + bias
    return unpacked.reshape(x.shape), min(c.min() for c in close)


def half(x):
    """How far x is from the middle of two whole numbers."""
    return 0.5 - np.abs(x - np.rint(x))


def spread(per_group, group_size):
    return np.repeat(per_group.astype(np.float64), group_size, axis=-1)


def periods(config, dims, base, max_position, seen):
    """Rotation periods [dims/2] and the factor on rotated inputs; `seen` counts tokens up to the end of this call.

    A period of infinity is no rotation.
    """
    scaling = config or {}
    kind = scaling.get("rope_type") or scaling.get("type") or "default"
    factor = scaling.get("factor", 1.0)
    exponents = np.arange(0, dims, 2) / dims
    plain = base**exponents
    if kind == "default":
        return plain, 1.0
    if kind == "linear":
        return plain * factor, 1.0
    if kind == "dynamic":
        stretch = factor * max(seen, max_position) / max_position - (factor - 1)
        return (base * stretch ** (dims / (dims - 2))) ** exponents, 1.0
    if kind == "llama3":
        return llama3(plain, scaling), 1.0
    if kind == "yarn":
        return yarn(plain, scaling, dims, base)
    if kind == "proportional":
        turning = int(dims * scaling.get("partial_rotary_factor", 1.0))
        return np.where(np.arange(0, dims, 2) < turning, plain * factor, np.inf), 1.0
    if kind in ("longrope", "su"):
        original = scaling["original_max_position_embeddings"]
        growth = max_position / original
        return plain * scaling["long_factor"], (
            math.sqrt(1 + math.log(growth) / math.log(original)) if growth > 1 else 1.0
        )
    raise ValueError(kind)


def llama3(plain, scaling):
    factor, original = scaling["factor"], scaling.get("original_max_position_embeddings", 8192)
    low, high = scaling.get("low_freq_factor", 1.0), scaling.get("high_freq_factor", 4.0)
    turns = original / (2 * math.pi * plain)
    smooth = np.clip((turns - low) / (high - low), 0, 1)
    return plain / ((1 - smooth) / factor + smooth)


def yarn(plain, scaling, dims, base):
    factor, original = scaling["factor"], scaling.get("original_max_position_embeddings", 4096)

    def dimension(turns):
        return dims * math.log(original / (turns * 2 * math.pi)) / (2 * math.log(base))

    def magnitude(weight):
        return 0.1 * weight * math.log(factor) + 1 if factor > 1 else 1.0

    low = max(math.floor(dimension(scaling.get("beta_fast", 32))), 0)
    high = min(math.ceil(dimension(scaling.get("beta_slow", 1))), dims - 1)
    ramp = np.clip((np.arange(dims // 2) - low) / (high - low or 0.001), 0, 1)
    mixed = 1 / (ramp / (factor * plain) + (1 - ramp) / plain)
    return mixed, magnitude(scaling.get("mscale", 1)) / magnitude(scaling.get("mscale_all_dim", 0))


def rotate(x, angles, traditional):
    """x [H, T, D], angles [T, dims/2]; elements beyond dims stay."""
    cos, sin, half = np.cos(angles), np.sin(angles), angles.shape[-1]
    a, b = (slice(0, 2 * half, 2), slice(1, 2 * half, 2)) if traditional else (slice(0, half), slice(half, 2 * half))
    out = np.array(x, dtype=np.float64)
    out[..., a], out[..., b] = x[..., a] * cos - x[..., b] * sin, x[..., b] * cos + x[..., a] * sin
    return out


def attention(q, k, v, scale, causal=True, window=None, softcap=None, keep=0, blocks=None):
    """q [H, T, D], k and v [K, S, D]; the last query sits at the last key. Beside its window it sees `keep` keys.

    `blocks` [S]: positions of the same block, but −1, see each other also ahead.
    """
    first, repeats = k.shape[1] - q.shape[1], len(q) // len(k)
    out = np.empty(q.shape[:2] + v.shape[-1:])
    for head in range(len(q)):
        for begin in range(0, q.shape[1], QUERY_BLOCK):
            rows = slice(begin, min(begin + QUERY_BLOCK, q.shape[1]))
            scores = scale * (q[head, rows] @ k[head // repeats].T)
            if softcap:
                scores = softcap * np.tanh(scores / softcap)
            at = first + np.arange(rows.start, rows.stop)[:, None]
            key = np.arange(k.shape[1])
            hidden = (key > at) if causal else np.zeros(scores.shape, bool)
            if blocks is not None:
                hidden = hidden & ~((blocks[at] == blocks[key]) & (blocks[at] >= 0))
            if window:
                hidden = hidden | (key <= at - window) & (key >= keep)
            out[head, rows] = softmax(np.where(hidden, -np.inf, scores)) @ v[head // repeats]
    return out


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def log_softmax(x):
    shifted = x - x.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def silu(x):
    return x / (1 + np.exp(-x))


def gelu_tanh(x):
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def gelu_erf(x):
    return 0.5 * x * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def rms_norm(x, weight, eps):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + eps) * weight


def layer_norm(x, weight, bias, eps):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred * centred).mean(-1, keepdims=True) + eps) * weight + bias


def windows(x, height, width, stride):
    """[h', w', height, width, c]: every whole window of an image [h, w, c]."""
    found = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(0, 1))
    return found[::stride, ::stride].transpose(0, 1, 3, 4, 2)


def conv2d(x, weight, stride):
    return np.einsum("yxhwc,ohwc->yxo", windows(x, weight.shape[1], weight.shape[2], stride), weight)


def avg_pool(x, kernel, stride):
    return windows(x, kernel, kernel, stride).mean((2, 3))


def bfloat16(value):
    """The nearest bfloat16, as a float."""
    word = np.array([value], np.float32).view(np.uint32)
    word = (word + 0x7FFF + ((word >> 16) & 1)) & np.uint32(0xFFFF0000)
    return float(word.astype(np.uint32).view(np.float32)[0])
