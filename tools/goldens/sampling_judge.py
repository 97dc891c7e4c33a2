"""Sampling once more, in float64 NumPy and from the rules of golden/FORMAT.md, not from mlx-lm's code.

A golden must not hang by a thread: `token` is asked several times with limits and random numbers moved a little, and a
case whose token changes is not taken.
"""

import math

import numpy as np


class Ambiguous(Exception):
    """MLX leaves open which of two equal tokens it takes."""


def firm_token(row, sampler, numbers):
    """The token and how many random numbers it took; no token if rounding could have drawn another."""
    temp = sampler.get("temp", 0)
    slack = 2e-6 * (1 + 1 / temp) if temp else 0
    tokens = {token(row, sampler, numbers, limits, draw) for limits in (0, -1e-5, 1e-5) for draw in (0, -slack, slack)}
    found = {t for t, _ in tokens}
    return (found.pop() if len(found) == 1 else None), token(row, sampler, numbers)[1]


def token(row, sampler, numbers, limits=0.0, draw=0.0):
    """`numbers` are the random numbers to come; `limits` and `draw` move limits and the last number by that part."""
    lp = log_probabilities(row)
    temp = sampler.get("temp", 0)
    if temp == 0:
        return int(np.argmax(lp)), 0
    lp, used = filtered(lp, sampler, numbers, limits)
    weights = np.exp(lp / temp - np.max(lp) / temp)
    before = np.cumsum(weights) - weights
    possible = (before <= numbers[used] * (1 + draw) * weights.sum()) & (weights > 0)
    return int(np.flatnonzero(possible)[-1]), used + 1


def log_probabilities(row):
    row = np.asarray(row, np.float64)
    with np.errstate(divide="ignore"):
        return row - np.max(row) - np.log(np.sum(np.exp(row - np.max(row))))


def filtered(lp, s, numbers, limits=0.0):
    lp, used = lp.copy(), 0
    if 0 < s.get("top_p", 0) < 1:
        p, order = np.exp(lp), np.argsort(-lp, kind="stable")
        above = np.cumsum(p[order]) - p[order]
        least = lp[order[np.flatnonzero(above < s["top_p"] * (1 + limits) * p.sum())[-1]]]
        lp[lp < least] = -np.inf
    if s.get("min_p", 0):
        drop = lp < min(lp.max(), lp.max() + math.log(s["min_p"]) + limits)
        keep = s.get("min_tokens_to_keep", 1)
        if keep > 1:
            drop[largest(lp, keep)] = False
        lp[drop] = -np.inf
    if s.get("xtc_probability", 0) > 0:
        used = 1
        if not numbers[0] > s["xtc_probability"] * (1 + limits):
            exclude_top_choices(lp, s["xtc_threshold"] * (1 + limits), s.get("xtc_special_tokens", []))
    if s.get("top_k", 0):
        gone = np.ones(len(lp), bool)
        gone[largest(lp, s["top_k"])] = False
        lp[gone] = -np.inf
    return lp, used


def exclude_top_choices(lp, threshold, special):
    q = np.exp(lp - lp.max())
    q /= q.sum()
    above = q[q > threshold]
    drop = q > (above.min() if len(above) else np.inf)
    drop[special] = False
    lp[drop] = -np.inf


def largest(lp, k):
    order = np.argsort(-lp, kind="stable")
    if k < len(lp) and lp[order[k - 1]] == lp[order[k]] > -np.inf:
        raise Ambiguous
    return order[:k]


def processed(row, tokens, settings):
    row = np.array(row, np.float64)
    for i, bias in settings.get("logit_bias", {}).items():
        row[int(i)] += bias
    recent = lambda penalty: last(tokens, settings.get(penalty + "_context_size", 20))
    if p := settings.get("repetition_penalty"):
        for i in set(recent("repetition")):
            row[i] = row[i] * p if row[i] < 0 else row[i] / p
    if p := settings.get("presence_penalty"):
        for i in set(recent("presence")):
            row[i] -= p
    if p := settings.get("frequency_penalty"):
        for i in recent("frequency"):
            row[i] -= p
    return row


def last(tokens, size):
    return tokens if size == 0 else tokens[max(0, len(tokens) - size):]


def uniforms(seed, n):
    """n numbers of the global state: each splits it, and is made with the second half."""
    numbers = []
    for _ in range(n):
        words = bits(seed, 4)
        seed = words[0] << 32 | words[1]
        word = bits(words[2] << 32 | words[3], 1)[0]
        numbers.append(float(min(np.float32(word) / np.float32(2**32), np.float32(0.99999994))))
    return numbers


def bits(seed, n):
    """n words: the first half of the counters with the second; the middle of an odd number with 0."""
    key, half = (seed >> 32, seed & 0xFFFFFFFF), n // 2
    odd = n % 2
    words = [0] * n
    for i in range(half):
        words[i], words[half + odd + i] = threefry(key, (i, half + odd + i))
    if odd:
        words[half] = threefry(key, (half, 0))[0]
    return words


def threefry(key, counter):
    """Threefry-2x32 with 20 rounds (Salmon et al., 2011)."""
    mask = 0xFFFFFFFF
    schedule = (*key, key[0] ^ key[1] ^ 0x1BD11BDA)
    a, b = (counter[0] + schedule[0]) & mask, (counter[1] + schedule[1]) & mask
    for group in range(5):
        for rotation in ((13, 15, 26, 6), (17, 29, 16, 24))[group % 2]:
            a = (a + b) & mask
            b = ((b << rotation) & mask | b >> (32 - rotation)) ^ a
        a, b = (a + schedule[(group + 1) % 3]) & mask, (b + schedule[(group + 2) % 3] + group + 1) & mask
    return a, b
