"""Goldens of tokens one after the other: golden/sequence, logits processors with a history that grows, and logprobs.

mlx-lm's own generate_step makes them, of a model that gives step s row s of the logits, whatever it is told; a last
processor writes down what the others have left. The judge in float64 must come to the same.
"""

import mlx.core as mx
import numpy as np
from mlx_lm import sample_utils
from mlx_lm.generate import generate_step

from . import sampling_judge
from .sampling_files import RNG, formula_logits, random_logits, write

TOLERANCE = {"atol": 2e-5, "rtol": 1e-5}
STEPS, VOCABULARY = 30, 23
PREFILL_STEP = 7  # a prompt comes in pieces, and the processors must see all of them
REPEATS = [3, 7, 7, 1, 12, 7, 3, 20, 2, 9, 4, 11, 17, 7, 8]  # 15: the answer makes a context of 20 run over
LONG = [(5 * i * i + 3) % VOCABULARY for i in range(40)]
WARM, SAME = {"temp": 0.8}, {"temp": 0.0}
PENALTIES = {"repetition": 1.4, "presence": 0.9, "frequency": 0.6}


def make(root):
    rng = np.random.default_rng(20261201)
    one = lambda name, about, history, processors, sampler, top_n=0, logits=None: sequence(
        root, rng, name, about, history, processors, sampler, top_n, logits)
    contexts(one)
    single_penalties(one)
    all_together(one)
    logprobs(one, rng)


def contexts(one):
    for kind, penalty in PENALTIES.items():
        for size, about in [(0, "a context of 0 is not the whole history"), (1, "a context of 1 is not the last token"),
                            (2, "a context is a token longer or shorter"), (20, "generated tokens do not push out the prompt's"),
                            (100, "a context longer than the history is not all of it")]:
            one(f"{kind}-context-{size}", about, REPEATS, {f"{kind}_penalty": penalty, f"{kind}_context_size": size}, WARM)
        one(f"{kind}-default-context", "the default context is not 20 tokens of prompt and answer", LONG,
            {f"{kind}_penalty": penalty}, WARM)
        one(f"{kind}-prompt-of-one", "the prompt's only token is not seen", [7], {f"{kind}_penalty": 3 * penalty}, WARM)
        one(f"{kind}-greedy", "without randomness the answer does not avoid its own tokens", REPEATS,
            {f"{kind}_penalty": penalty, f"{kind}_context_size": 5}, SAME)


def single_penalties(one):
    one("none", "a history alone changes something", REPEATS, {}, WARM)
    one("bias", "a bias is not added at each step, or added again and again", REPEATS,
        {"logit_bias": {"2": 1.5, "7": -4.0, "22": 2.25, "0": -1e9}}, WARM)
    one("repetition-below-1", "a penalty below 1 does not reward, a negative logit the other way", REPEATS,
        {"repetition_penalty": 0.6, "repetition_context_size": 6}, WARM)
    one("presence-negative", "a negative presence penalty does not reward once", REPEATS,
        {"presence_penalty": -1.1, "presence_context_size": 6}, WARM)
    one("frequency-negative", "a negative frequency penalty does not reward each occurrence", REPEATS,
        {"frequency_penalty": -0.3, "frequency_context_size": 6}, WARM)


def all_together(one):
    every = {f"{kind}_penalty": penalty for kind, penalty in PENALTIES.items()}
    bias = {"logit_bias": {"3": 2.0, "9": -2.0, "11": 0.75, "17": 5.0}}
    own = {"repetition_context_size": 3, "presence_context_size": 0, "frequency_context_size": 11}
    one("all", "bias and penalties run in another order", REPEATS, bias | every, WARM, 5)
    one("all-contexts", "each penalty does not have a context of its own", LONG, bias | every | own, WARM, 5)
    one("all-filtered", "processors, filters and temperature run in another order", REPEATS, bias | every | own,
        {"temp": 1.3, "top_p": 0.9, "min_p": 0.02, "top_k": 12}, 5)
    one("all-xtc", "XTC takes its random number at another time", REPEATS, bias | every | own,
        {"temp": 1.1, "xtc_probability": 0.5, "xtc_threshold": 0.06, "xtc_special_tokens": [7]}, 5)
    one("all-greedy", "the best token is not that of the processed logits", LONG, bias | every | own, SAME, 5)
    one("all-rewards", "rewards are bounded", REPEATS,
        {"repetition_penalty": 0.7, "presence_penalty": -0.5, "frequency_penalty": -0.2, **own}, WARM, 5)


def logprobs(one, rng):
    penalties = {"logit_bias": {"5": 3.0}, "repetition_penalty": 1.6, "presence_penalty": 0.4}
    about = "logprobs are not those after the processors, before filters and temperature"
    for n in (0, 1, 2, 10):
        one(f"top-{n}", about, REPEATS, penalties, {"temp": 0.5, "top_p": 0.7}, n)
    one("top-more", "top logprobs end at ten, or at the vocabulary less one", REPEATS, penalties, {"temp": 1.5, "top_k": 2},
        VOCABULARY)
    one("top-cold", "a low temperature sharpens the logprobs", REPEATS, {}, {"temp": 0.1}, 4)
    one("top-hot", "a high temperature flattens the logprobs", REPEATS, {}, {"temp": 2.0}, 4)
    one("top-greedy", "logprobs of the best token are 0", REPEATS, penalties, SAME, 4)
    one("top-dropped", "a token that a filter dropped is not among the top", REPEATS, {},
        {"temp": 1.0, "xtc_probability": 1.0, "xtc_threshold": 0.05}, 6)
    one("top-seven-of-4099", "the best of a large vocabulary are not found", [4000, 17, 17], penalties, {"temp": 0.4}, 7,
        {"rows": 6, "vocabulary": 4099, "scale": 9})
    masked = random_logits(rng, 12, 61)
    masked[rng.random(masked.shape) < 0.9] = -np.inf
    masked[:, 60] = -1 - np.arange(12)
    masked[0, :60] = -np.inf  # one token is left
    one("top-masked", "a forbidden token is among the top, or makes a number that is none", [60, 3, 60],
        {"repetition_penalty": 1.2, "frequency_penalty": 0.2}, {"temp": 1.0}, 10, masked)


def sequence(root, rng, name, about, history, processors, sampler, top_n, logits):
    formula = {"rows": STEPS, "vocabulary": VOCABULARY, "scale": 3} if logits is None else logits
    stored = isinstance(formula, np.ndarray)
    logits = formula if stored else formula_logits(**formula)
    seed, tokens, judged = firm(rng, name, logits, history, processors, sampler)
    got, lps, processed = generated(logits, history, processors, sampler, seed)
    with np.errstate(invalid="ignore"):
        apart = np.abs(processed - judged) > TOLERANCE["atol"] / 2 + TOLERANCE["rtol"] / 2 * np.abs(judged)
    if got != tokens or apart.any():
        raise SystemExit(f"sequence/{name}: MLX and the judge differ: {got}, {tokens}")
    case = {"about": f"Fails if {about}.", "tolerance": TOLERANCE, "rng": RNG, "seed": seed, "history": history,
            "processors": processors, "sampler": sampler, "top_n": top_n}
    case |= {"logits": "logits"} if stored else {"logits_formula": formula}
    steps = [step(name, token, lp, top_n) for token, lp in zip(got, lps)]
    write(root, "sequence", name, case | {"processed": "processed"}, {"expected": steps},
          processed=processed, **({"logits": logits} if stored else {}))


def firm(rng, name, logits, history, processors, sampler):
    """A seed whose tokens do not depend on rounding, with what the judge makes of it."""
    for _ in range(500):
        seed = int(rng.integers(0, 2**63))
        numbers, so_far, rows = sampling_judge.uniforms(seed, 2 * len(logits)), list(history), []
        for row in logits:
            rows.append(sampling_judge.processed(row, so_far, processors))
            token, used = sampling_judge.firm_token(rows[-1], sampler, numbers)
            numbers = numbers[used:]
            so_far.append(token)
            if token is None:
                break
        else:
            return seed, so_far[len(history):], np.stack(rows)
    raise SystemExit(f"sequence/{name}: every seed depends on rounding")


def generated(logits, history, processors, sampler, seed):
    """mlx-lm's tokens, log-probabilities and processed logits."""
    processed = []

    def write_down(tokens, row):
        processed.append(np.array(row)[0])
        return row

    settings = dict(processors)
    if "logit_bias" in settings:
        settings["logit_bias"] = {int(i): bias for i, bias in settings["logit_bias"].items()}
    mx.random.seed(seed)
    steps = generate_step(mx.array(history, mx.int32), Rows(logits), max_tokens=len(logits), prompt_cache=[],
                          sampler=sample_utils.make_sampler(**sampler), prefill_step_size=PREFILL_STEP,
                          logits_processors=[*sample_utils.make_logits_processors(**settings), write_down])
    tokens, lps = zip(*((int(token), np.array(lp)) for token, lp in steps))
    return list(tokens), lps, np.stack(processed[:len(logits)])


class Rows:
    """A model: the next row for each token that comes alone. generate_step runs a step ahead: a row after the last."""

    def __init__(self, logits):
        self.logits, self.step = mx.array(np.concatenate([logits, logits[:1]])), 0

    def __call__(self, tokens, cache=None):
        if tokens.shape[1] > 1:
            return mx.zeros((1, tokens.shape[1], self.logits.shape[1]))
        self.step += 1
        return self.logits[self.step - 1][None, None]


def step(name, token, lp, top_n):
    order = np.argsort(-lp, kind="stable")
    top = [int(i) for i in order[:top_n] if lp[i] > -np.inf]
    edge = lp[order[: len(top) + 1]]
    if np.any((edge[1:] == edge[:-1]) & (edge[1:] > -np.inf)):
        raise SystemExit(f"sequence/{name}: equal log-probabilities, whose order MLX leaves open")
    return {"token": token, "logprob": float(lp[token]), "top_ids": top, "top_logprobs": [float(lp[i]) for i in top]}
