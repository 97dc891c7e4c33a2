"""Makes the goldens of sampling: golden/filter, golden/draw, golden/sequence and golden/rng, in the format of
golden/FORMAT.md.

    pip install "mlx[cpu]==0.32.4" mlx-lm==0.32.2 numpy
    python tools/make_sampling_goldens.py golden

A draw case whose logits would be large gives `logits_formula` {rows, vocabulary, scale} instead of `logits`:
logit[r][i] = scale * (h / 2^23 - 1), where h is the upper 24 bits of (i * 2654435761 + r * 2246822519) mod 2^32.
"""

import shutil
import sys
from pathlib import Path

import mlx.core as mx
import numpy as np
from mlx_lm import sample_utils

from goldens import draw_grid, sequences
from goldens.sampling_files import SEED, drawn, formula_logits, log_probabilities, random_logits, write
from goldens.sampling_judge import bits

HISTORY = [3, 7, 7, 1, 12, 7, 3, 30, 2, 9, 4, 11, 17, 25, 8, 6, 5, 14, 13, 10, 0, 22, 7, 9, 9, 16, 31, 12, 1, 2, 2]


def main(root):
    mx.set_default_device(mx.cpu)
    for kind in ("filter", "draw", "sequence", "rng"):
        shutil.rmtree(root / kind, ignore_errors=True)
    rng = np.random.default_rng(SEED)
    filters(root, rng)
    refusals(root, rng)
    draws(root, rng)
    large_draws(root)
    random_numbers(root)
    edges(root)
    process_edges(root)
    drawn_probability(root)
    draw_edges(root)
    boundary_draw(root)
    number_edges(root)
    draw_grid.make(root)
    sequences.make(root)


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


def process(row, processors, history=HISTORY):
    arguments = dict(processors)
    if "logit_bias" in arguments:
        arguments["logit_bias"] = {int(i): v for i, v in arguments["logit_bias"].items()}
    logits = mx.array(row)[None]
    for processor in sample_utils.make_logits_processors(**arguments):
        logits = processor(mx.array(history), logits)
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


# edges: one rule each, by hand ----------------------------------------------------------------------------------------

FOUR, FIVE = (0.5, 0.3, 0.15, 0.05), (0.4, 0.2, 0.2, 0.1, 0.1)


def edges(root):
    """Probabilities given, in three orders; `kept` is worked out by hand from the rules, and MLX must agree."""
    for name, about, probabilities, kept, sampler in [
            ("top_p-tiny", "a tiny top_p keeps nothing", FOUR, 1, {"top_p": 1e-6}),
            ("top_p-below", "the token that crosses top_p is dropped", FOUR, 1, {"top_p": 0.4999}),
            ("top_p-above", "a token is dropped although the mass above it is less than top_p", FOUR, 2, {"top_p": 0.5001}),
            ("top_p-third", "the mass above counts the token itself", FOUR, 3, {"top_p": 0.8001}),
            ("top_p-almost-1", "a top_p just below 1 is off, or drops the last token", FOUR, 4, {"top_p": 0.99999}),
            ("top_p-tie-low", "only one of two equal tokens at the edge is kept", FIVE, 3, {"top_p": 0.45}),
            ("top_p-tie-last", "only one of two equal tokens at the very end is kept", FIVE, 5, {"top_p": 0.81}),
            ("top_p-all-equal", "equal tokens are cut", (0.125,) * 8, 8, {"top_p": 0.3}),
            ("min_p-in", "a token just above the threshold is dropped", FOUR, 3, {"min_p": 0.2999}),
            ("min_p-out", "a token just below the threshold is kept", FOUR, 2, {"min_p": 0.3001}),
            ("min_p-1", "a min_p of 1 drops the best, or keeps another", FIVE, 1, {"min_p": 1.0}),
            ("min_p-1-ties", "a min_p of 1 drops one of two equal best", (0.3, 0.3, 0.2, 0.2), 2, {"min_p": 1.0}),
            ("min_p-keep-all", "min_tokens_to_keep does not bring back the least likely", FOUR, 3, {"min_p": 1.0, "min_tokens_to_keep": 3}),
            ("min_p-of-the-best", "the threshold is absolute", (0.06,) + (0.04,) * 23 + (0.02,), 24, {"min_p": 0.6}),
            ("min_p-after-top_p", "min_p renormalizes, or brings back what top_p dropped", FOUR, 2,
             {"top_p": 0.6, "min_p": 0.9, "min_tokens_to_keep": 4}),
            ("xtc-none-above", "XTC drops a token although none is above the threshold", FIVE, 5, {"xtc_probability": 1.0, "xtc_threshold": 0.45}),
            ("xtc-one-above", "XTC drops the only token above the threshold", FIVE, 5, {"xtc_probability": 1.0, "xtc_threshold": 0.3}),
            ("xtc-two-above", "XTC keeps the best, or drops the least likely above the threshold", FOUR, 3,
             {"xtc_probability": 1.0, "xtc_threshold": 0.2}),
            ("xtc-ties", "XTC drops a token as likely as the least likely above the threshold", FIVE, 4,
             {"xtc_probability": 1.0, "xtc_threshold": 0.15}),
            ("xtc-zero", "a probability of 0 does not turn XTC off", FOUR, 4, {"xtc_probability": 0.0, "xtc_threshold": 0.01}),
            ("xtc-threshold-0", "a threshold of 0 does not count every token", FOUR, 1, {"xtc_probability": 1.0, "xtc_threshold": 0.0}),
            ("xtc-after-top_p", "XTC's probabilities are not those of the tokens that are left", FOUR, 1,
             {"top_p": 0.6, "xtc_probability": 1.0, "xtc_threshold": 0.35}),
            ("xtc-special-best", "a special token is dropped", FOUR, 4, {"xtc_probability": 1.0, "xtc_threshold": 0.2, "xtc_special_tokens": [0, 1, 2, 3]}),
            ("top_k-1", "top_k 1 is not the best alone", FOUR, 1, {"top_k": 1}),
            ("top_k-last", "top_k runs before top_p: then the second best would go", FOUR, 2, {"top_k": 2, "top_p": 0.62}),
            ("top_k-wide", "top_k larger than what is left changes something", FOUR, 1, {"top_k": 3, "top_p": 0.3}),
            ("top_k-most", "top_k of all but one does not drop just the least likely", FOUR, 3, {"top_k": 3})]:
        rows = np.log(np.array(probabilities, np.float32))
        logits = np.stack([rows, rows[::-1] + 3, np.roll(rows, 2) - 20]).astype(np.float32)
        edge_case(root, name, about, logits, {}, sampler, [kept] * 3)


def drawn_probability(root):
    """XTC with the very probability that the first row draws, which is not larger: so it happens."""
    mx.random.seed(SEED)
    numbers = [mx.random.uniform().item() for _ in range(3)]
    rows = np.log(np.array(FOUR, np.float32))
    logits = np.stack([rows, rows[::-1] + 3, np.roll(rows, 2) - 20]).astype(np.float32)
    about = "XTC is left out when the number drawn is the probability itself"
    edge_case(root, "xtc-probability-drawn", about, logits, {},
              {"xtc_probability": numbers[0], "xtc_threshold": 0.2}, [3 if u <= numbers[0] else 4 for u in numbers])


def process_edges(root):
    logits = np.array([[1, -1, 2, 3, 0, -0.5], [-2, 4, -0.25, 0.5, 7, -9]], np.float32)
    for name, about, history, processors in [
            ("empty-history", "a penalty without history changes something", [],
             {"repetition_penalty": 1.5, "presence_penalty": 1.0, "frequency_penalty": 1.0}),
            ("one-token", "a history of one token is not seen", [3], {"repetition_penalty": 2.0, "presence_penalty": 0.5, "frequency_penalty": 0.25}),
            ("anchor", "the processors run in another order", [1, 2, 2],
             {"logit_bias": {"0": 5.0}, "repetition_penalty": 1.5, "presence_penalty": 0.5, "frequency_penalty": 0.25}),
            ("repetition-zero-logit", "a logit of 0 is not divided", [4, 4, 0], {"repetition_penalty": 3.0}),
            ("repetition-below-1", "a penalty below 1 does not reward", [0, 1, 5], {"repetition_penalty": 0.5}),
            ("repetition-1", "a penalty of 1 changes something", [0, 1, 2, 3], {"repetition_penalty": 1.0}),
            ("repetition-0", "a penalty of 0 is not off", [0, 1, 2, 3], {"repetition_penalty": 0.0}),
            ("default-context", "the default context is not the last 20 tokens", [5] + [0] * 20, {"repetition_penalty": 2.0}),
            ("default-context-21", "the default context of frequencies is not the last 20 tokens", [0] * 25, {"frequency_penalty": 0.1}),
            ("contexts", "each penalty does not have a context of its own", [0, 1, 2, 3, 4, 5],
             {"repetition_penalty": 2.0, "repetition_context_size": 1, "presence_penalty": 10.0, "presence_context_size": 2,
              "frequency_penalty": 100.0, "frequency_context_size": 3}),
            ("context-beyond", "a context longer than the history fails", [2, 3], {"presence_penalty": 1.0, "presence_context_size": 64}),
            ("negative-penalties", "a negative presence or frequency penalty does not reward", [1, 1, 2],
             {"presence_penalty": -1.0, "frequency_penalty": -0.5}),
            ("bias-out", "a bias of minus infinity does not forbid", [], {"logit_bias": {"3": float("-1e9"), "5": 2.0}})]:
        edge_case(root, "process-" + name, about, logits, processors, {}, None, history)
    for name, mentions, sampler in [
            ("refuse-min_p-negative", ["min_p"], {"min_p": -0.1}),
            ("refuse-xtc_threshold-negative", ["threshold"], {"xtc_probability": 0.5, "xtc_threshold": -0.1}),
            ("refuse-top_k-beyond", ["top_k"], {"top_k": 99})]:
        assert_refused(logits, {}, sampler)
        write(root, "filter", name, {"about": "Fails if a value out of its range is accepted.", "logits": "logits", "history": [],
                                     "processors": {}, "sampler": sampler, "error": mentions}, logits=logits)


def edge_case(root, name, about, logits, processors, sampler, kept, history=()):
    mx.random.seed(SEED)
    processed = [process(row, processors, list(history)) for row in logits]
    filtered = [np.array(apply_filters(log_probabilities(row), sampler))[0] for row in processed]
    counts = [int(np.isfinite(row).sum()) for row in filtered]
    if kept and counts != kept:
        raise SystemExit(f"filter/edge-{name}: MLX keeps {counts}, by hand it is {kept}")
    write(root, "filter", "edge-" + name, {
        "about": f"Fails if {about}.", "tolerance": {"atol": 2e-5, "rtol": 1e-5}, "logits": "logits", "history": list(history),
        "processors": processors, "sampler": sampler, "seed": SEED,
        "expected": {"processed": "processed", "filtered": "filtered"}, "kept": counts},
        logits=logits, processed=np.stack(processed), filtered=np.stack(filtered))


def draw_edges(root):
    logits = random_logits(np.random.default_rng(7), 48, 41)
    equal = np.zeros((40, 7), np.float32)
    two = np.tile(np.array([[-40, 0, -40, 0]], np.float32), (40, 1))
    peaked = logits.copy()
    peaked[::2, 5] += 60
    for name, about, values, sampler, seed in [
            ("cold", "a low temperature overflows, or does not come after the filters", logits, {"temp": 0.02, "min_p": 0.001}, 1),
            ("hot", "a high temperature brings back what a filter dropped", logits, {"temp": 2.0, "top_k": 3}, 2),
            ("top_k-1", "top_k 1 draws another than the best", logits, {"temp": 1.0, "top_k": 1}, 3),
            ("one-left", "a draw of which one token is left uses no random number: every other row has a choice", peaked, {"temp": 1.0, "min_p": 0.05}, 3),
            ("xtc-off", "XTC with a probability of 0 uses a random number", logits, {"temp": 1.0, "xtc_probability": 0.0}, 4),
            ("xtc-always", "XTC with a probability of 1 uses no random number", logits, {"temp": 1.0, "xtc_probability": 1.0, "xtc_threshold": 0.05}, 5),
            ("equal", "equal probabilities are not divided in order of id", equal, {"temp": 1.0}, 6),
            ("gaps", "a token of no probability is drawn", two, {"temp": 1.0, "min_p": 0.5}, 7),
            ("seed-0", "the seed 0 is another", logits, {"temp": 1.0}, 0),
            ("seed-large", "the upper half of a seed is lost", logits, {"temp": 1.0}, 2**63 - 25)]:
        case = {"about": f"Fails if {about}.", "seed": seed, "rng": "mlx>=0.32.1", "logits": "logits", "sampler": sampler,
                "expected": drawn(values, sampler, seed)}
        write(root, "draw", "edge-" + name, case, logits=values)


def boundary_draw(root):
    """4096 equal tokens and a seed whose number falls on the border of two: the upper one is drawn."""
    seed, formula = 7394, {"rows": 1, "vocabulary": 4096, "scale": 0}
    mx.random.seed(seed)
    token = mx.random.uniform().item() * formula["vocabulary"]
    expected = drawn(formula_logits(**formula), {"temp": 1.0}, seed)
    if expected != [token]:
        raise SystemExit(f"draw/edge-boundary: MLX draws {expected}, by hand it is {token}")
    write(root, "draw", "edge-boundary", {
        "about": "Fails if a number on the border of two tokens draws the lower one.", "seed": seed,
        "rng": "mlx>=0.32.1", "logits_formula": formula, "sampler": {"temp": 1.0}, "expected": expected})


def number_edges(root):
    """Threefry written again from its paper gives the words; MLX's own numbers must follow from them."""
    checks = []
    for seed in (42, 2**32, 2**63 - 25):
        for n in (1, 2, 3, 5, 8, 33):
            words = bits(seed, n)
            got = mx.random.uniform(shape=(n,), key=mx.random.key(seed)).tolist()
            if got != [float(min(np.float32(w) / np.float32(2**32), np.float32(0.99999994))) for w in words]:
                raise SystemExit(f"bits({seed}, {n}) are not those of MLX")
            checks.append({"fn": "bits", "seed": seed, "n": n, "expected": words})
            checks.append({"fn": "uniform", "seed": seed, "n": n, "expected": got})
        checks.append({"fn": "split", "seed": seed, "num": 5, "expected": mx.random.split(mx.random.key(seed), 5).tolist()})
    # the one word in 33 million that would round to 1
    checks.append({"fn": "uniform", "seed": 43287483, "n": 1, "expected": mx.random.uniform(shape=(1,), key=mx.random.key(43287483)).tolist()})
    for logits in ([0.0], [0.0] * 5, [-50.0, 0.0, -50.0, 0.0], [88.0, 87.0, -88.0], [1e4, 1e4, 0.0]):
        checks.append({"fn": "categorical", "logits": logits, "seeds": list(range(100, 116)), "expected": [
            mx.random.categorical(mx.array([logits]), key=mx.random.key(s)).item() for s in range(100, 116)]})
    write(root, "rng", "edges", {"about": "Fails if an odd number of words, a long seed, or the largest uniform number differs.",
                                 "checks": checks})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
