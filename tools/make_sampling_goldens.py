"""Makes the goldens of sampling: golden/filter, golden/draw and golden/rng, in the format of golden/FORMAT.md.

    pip install "mlx[cpu]==0.32.4" mlx-lm==0.32.2 numpy
    python tools/make_sampling_goldens.py golden

A draw case whose logits would be large gives `logits_formula` {rows, vocabulary, scale} instead of `logits`:
logit[r][i] = scale * (h / 2^23 - 1), where h is the upper 24 bits of (i * 2654435761 + r * 2246822519) mod 2^32.
"""

import json
import shutil
import struct
import sys
from importlib.metadata import version
from pathlib import Path

import mlx.core as mx
import numpy as np
from mlx_lm import sample_utils

SEED = 20261124
HISTORY = [3, 7, 7, 1, 12, 7, 3, 30, 2, 9, 4, 11, 17, 25, 8, 6, 5, 14, 13, 10, 0, 22, 7, 9, 9, 16, 31, 12, 1, 2, 2]
MADE_WITH = {"mlx": version("mlx"), "mlx_lm": version("mlx-lm"), "device": "cpu", "dtype": "float32",
             "command": "tools/make_sampling_goldens.py golden", "seed": SEED}


def main(root):
    mx.set_default_device(mx.cpu)
    for kind in ("filter", "draw", "rng"):
        shutil.rmtree(root / kind, ignore_errors=True)
    rng = np.random.default_rng(SEED)
    filters(root, rng)
    refusals(root, rng)
    draws(root, rng)
    large_draws(root)
    random_numbers(root)


# filter ---------------------------------------------------------------------------------------------------------------

def filters(root, rng):
    one = lambda name, about, **sampler: filter_case(root, rng, name, about, {}, sampler)
    one("none", "log-probabilities are not logits minus log-sum-exp")
    one("top_p-0.3", "the mass above a token is not what decides", top_p=0.3)
    one("top_p-0.95", "the smallest set whose mass reaches top_p is not what is kept", top_p=0.95)
    one("top_p-1", "a top_p of 1 is not off", top_p=1.0)
    one("top_p-ties", "tokens equal to the last one kept are dropped", top_p=0.5)
    one("min_p-0.05", "the threshold is not relative to the largest probability", min_p=0.05)
    one("min_p-keep-5", "min_tokens_to_keep does not bring back the likeliest", min_p=0.9, min_tokens_to_keep=5)
    one("xtc-0.02", "not all but the least likely top choice are dropped", xtc_probability=1.0, xtc_threshold=0.02)
    one("xtc-half", "the draw for XTC is not made for each row", xtc_probability=0.5, xtc_threshold=0.02)
    one("xtc-special", "special tokens are excluded", xtc_probability=1.0, xtc_threshold=0.01,
        xtc_special_tokens=[3, 5])
    one("top_k-7", "not exactly the k largest are kept", top_k=7)
    one("chain", "the filters run in another order, or renormalize in between", top_p=0.9, min_p=0.01,
        xtc_probability=1.0, xtc_threshold=0.05, top_k=6)

    some = lambda name, about, **processors: filter_case(root, rng, name, about, processors, {})
    some("bias", "logit_bias is not added", logit_bias={"0": 5.0, "7": -100.0, "31": 0.5})
    some("repetition", "positive logits are not divided, or a repeated token counts twice", repetition_penalty=1.3)
    some("repetition-context-4", "the context is not the last tokens", repetition_penalty=2.0,
         repetition_context_size=4)
    some("presence", "a repeated token counts twice", presence_penalty=0.7)
    some("frequency", "a repeated token counts once", frequency_penalty=0.3)
    some("processors", "the processors run in another order", logit_bias={"2": 3.0, "9": -3.0},
         repetition_penalty=1.5, presence_penalty=0.25, frequency_penalty=0.5, frequency_context_size=12)


def filter_case(root, rng, name, about, processors, sampler):
    logits = random_logits(rng, 6, 61 if not processors else 32)
    if name.endswith("ties"):
        logits = np.round(logits * 2) / 2
    seed = int(rng.integers(0, 2**63))
    mx.random.seed(seed)
    processed, filtered = [], []
    for row in logits:
        processed.append(process(row, processors))
        filtered.append(np.array(apply_filters(log_probabilities(processed[-1]), sampler))[0])
    case = {"about": f"Fails if {about}.", "tolerance": {"atol": 2e-5, "rtol": 1e-5}, "logits": "logits",
            "history": HISTORY if processors else [], "processors": processors, "sampler": sampler, "seed": seed,
            "expected": {"processed": "processed", "filtered": "filtered"},
            "kept": [int(np.isfinite(row).sum()) for row in filtered]}
    write(root, "filter", name, case, logits=logits, processed=np.stack(processed), filtered=np.stack(filtered))


def process(row, processors):
    arguments = dict(processors)
    if "logit_bias" in arguments:
        arguments["logit_bias"] = {int(i): v for i, v in arguments["logit_bias"].items()}
    logits = mx.array(row)[None]
    for processor in sample_utils.make_logits_processors(**arguments):
        logits = processor(mx.array(HISTORY), logits)
    return np.array(logits)[0]


def apply_filters(lp, s):
    if 0 < s.get("top_p", 0) < 1:
        lp = sample_utils.apply_top_p(lp, s["top_p"])
    if s.get("min_p", 0) != 0:
        lp = sample_utils.apply_min_p(lp, s["min_p"], s.get("min_tokens_to_keep", 1))
    if s.get("xtc_probability", 0) > 0:
        lp = sample_utils.apply_xtc(lp, s["xtc_probability"], s["xtc_threshold"], s.get("xtc_special_tokens", []))
    if s.get("top_k", 0) > 0:
        lp = sample_utils.apply_top_k(lp, s["top_k"])
    return lp


def refusals(root, rng):
    logits = random_logits(rng, 1, 16)
    for name, mentions, processors, sampler in [
            ("refuse-min_p", ["min_p"], {}, {"min_p": 1.5}),
            ("refuse-min_tokens", ["min_tokens_to_keep"], {}, {"min_p": 0.5, "min_tokens_to_keep": 0}),
            ("refuse-xtc_threshold", ["threshold"], {}, {"xtc_probability": 0.5, "xtc_threshold": 0.6}),
            ("refuse-xtc_probability", ["probability"], {}, {"xtc_probability": 1.5, "xtc_threshold": 0.1}),
            ("refuse-top_k", ["top_k"], {}, {"top_k": 16}),
            ("refuse-repetition", ["penalty"], {"repetition_penalty": -0.5}, {})]:
        case = {"about": "Fails if a value out of its range is accepted.", "logits": "logits", "history": HISTORY[:3],
                "processors": processors, "sampler": sampler, "error": mentions}
        assert_refused(logits, processors, sampler)
        write(root, "filter", name, case, logits=logits)


def assert_refused(logits, processors, sampler):
    try:
        process(logits[0], processors)
        mx.eval(apply_filters(log_probabilities(logits[0]), sampler))
    except ValueError:
        return
    raise SystemExit(f"mlx-lm accepts {processors} {sampler}")


# draw -----------------------------------------------------------------------------------------------------------------

def draws(root, rng):
    for name, about, sampler in [
            ("temp-0", "the lowest of equal logits is not taken", {"temp": 0.0}),
            ("temp-1", "the key chain or the inverse-CDF draw differs", {"temp": 1.0}),
            ("temp-0.6-top_p-0.9", "the temperature is not applied last", {"temp": 0.6, "top_p": 0.9}),
            ("temp-1.5-min_p-0.02-top_k-9", "the temperature is not applied last",
             {"temp": 1.5, "min_p": 0.02, "top_k": 9}),
            ("temp-0.8-xtc", "XTC takes no random number of its own",
             {"temp": 0.8, "xtc_probability": 0.5, "xtc_threshold": 0.03})]:
        logits = random_logits(rng, 64, 97)
        if name == "temp-0":
            logits = np.round(logits)
        seed = int(rng.integers(0, 2**63))
        case = {"about": f"Fails if {about}.", "seed": seed, "rng": "mlx>=0.32.1", "logits": "logits",
                "sampler": sampler, "expected": drawn(logits, sampler, seed)}
        write(root, "draw", name, case, logits=logits)


def large_draws(root):
    for vocabulary, sampler in [(49152, {"temp": 1.0}), (262144, {"temp": 1.0}),
                                (262144, {"temp": 0.7, "top_p": 0.95})]:
        formula = {"rows": 24, "vocabulary": vocabulary, "scale": 8}
        name = "-".join(["large", str(vocabulary)] + [f"{k}-{v}" for k, v in sampler.items()])
        case = {"about": "Fails if the cumulative sum is not float32, sequential, in the order of the ids.",
                "seed": SEED + vocabulary, "rng": "mlx>=0.32.1", "logits_formula": formula, "sampler": sampler,
                "expected": drawn(formula_logits(**formula), sampler, SEED + vocabulary)}
        write(root, "draw", name, case)


def formula_logits(rows, vocabulary, scale):
    i = np.arange(vocabulary, dtype=np.uint64)
    words = [(i * 2654435761 + r * 2246822519) % 2**32 >> 8 for r in range(rows)]
    return np.stack([(scale * (w / 2.0**23 - 1)).astype(np.float32) for w in words])


def drawn(logits, sampler, seed):
    choose = sample_utils.make_sampler(**sampler)
    mx.random.seed(seed)
    return [int(choose(log_probabilities(row))[0]) for row in logits]


# rng ------------------------------------------------------------------------------------------------------------------

def random_numbers(root):
    seeds = [0, 42, 0x123456789, 2**63 - 1, 7**22]
    checks = []
    for seed in seeds:
        key = mx.random.key(seed)
        checks.append({"fn": "key", "seed": seed, "expected": key.tolist()})
        checks.append({"fn": "uniform", "seed": seed, "n": 7,
                       "expected": mx.random.uniform(shape=(7,), key=key).tolist()})
        for num in (2, 3):
            checks.append({"fn": "split", "seed": seed, "num": num, "expected": mx.random.split(key, num).tolist()})
        # split gives the words themselves, two a key
        checks.append({"fn": "bits", "seed": seed, "n": 10, "expected": mx.random.split(key, 5).reshape(-1).tolist()})
        mx.random.seed(seed)
        checks.append({"fn": "global_uniform", "seed": seed, "steps": 5,
                       "expected": [mx.random.uniform().item() for _ in range(5)]})
    logits = [0.1, 0.2, 0.3, 1.0, -1.0]
    checks.append({"fn": "categorical", "logits": logits, "seeds": list(range(40)), "expected": [
        mx.random.categorical(mx.array([logits]), key=mx.random.key(s)).item() for s in range(40)]})
    write(root, "rng", "checks", {"about": "Fails if Threefry, key splitting, uniform or categorical differ.",
                                  "checks": checks})


# ----------------------------------------------------------------------------------------------------------------------

def random_logits(rng, rows, vocabulary):
    return (2 * rng.standard_normal((rows, vocabulary))).astype(np.float32)


def log_probabilities(row):
    logits = mx.array(row)[None]
    return logits - mx.logsumexp(logits, keepdims=True)


def write(root, kind, name, case, **tensors):
    folder = root / kind / name
    folder.mkdir(parents=True)
    case = {"id": f"{kind}/{name}", "kind": kind, "made_with": MADE_WITH} | case
    (folder / "case.json").write_text(json.dumps(case, indent=1) + "\n")
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


if __name__ == "__main__":
    main(Path(sys.argv[1]))
