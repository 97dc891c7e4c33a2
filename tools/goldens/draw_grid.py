"""Goldens of draws by some 280 different sampler settings: golden/draw/grid-*.

Half of the settings are a grid of edges: any two values of any two parameters meet in one of them. The others are such
as people choose. Each setting draws one token from each row of its case, in a chain of its own seed. MLX's tokens must
be those of the judge in float64, and none may depend on rounding: a seed with which one does is passed over.
"""

import itertools

import numpy as np

from . import sampling_judge
from .sampling_files import RNG, drawn, formula_logits, random_logits, write

NO_XTC = {}
VALUES = {
    "temp": [0.01, 0.1, 0.3, 0.5, 0.7, 0.8, 1.0, 1.25, 1.6, 2.0],
    "top_p": [None, 0.0, 1e-6, 0.1, 0.5, 0.9, 0.95, 0.99999, 1.0],
    "min_p": [None, 0.0, 0.001, 0.02, 0.1, 0.5, 1.0],
    "min_tokens_to_keep": [None, 1, 2, 5],
    "top_k": [None, 0, 1, 2, 10, "all but one"],
    "xtc": [
        None,
        {"xtc_probability": 0.0, "xtc_threshold": 0.1},
        {"xtc_probability": 0.3, "xtc_threshold": 0.05},
        {"xtc_probability": 0.5, "xtc_threshold": 0.02},
        {"xtc_probability": 0.5, "xtc_threshold": 0.02, "xtc_special_tokens": [0, 2]},
        {"xtc_probability": 0.8, "xtc_threshold": 0.5},
        {"xtc_probability": 1.0, "xtc_threshold": 0.1},
        {"xtc_probability": 1.0, "xtc_threshold": 0.0},
    ],
}
GREEDY = [{"temp": 0.0}, {"temp": 0.0, "top_p": 0.5, "min_p": 0.1, "top_k": 2},
          {"temp": 0.0, "xtc_probability": 1.0, "xtc_threshold": 0.0}]
CHOSEN = 140  # settings such as people choose
ROWS = 8


def make(root):
    rng = np.random.default_rng(20261130)
    settings = [*GREEDY, *pairwise(rng), *(chosen(rng) for _ in range(CHOSEN))]
    cases = [Case(name, about, logits, formula) for name, about, logits, formula in logits_of_cases(rng)]
    for i, setting in enumerate(settings):
        place(setting, cases[i % len(cases):] + cases[:i % len(cases)], rng)
    distinct = {str(sorted(s["sampler"].items())) for case in cases for s in case.settings}
    if len(distinct) < 200:
        raise SystemExit(f"draw/grid-*: only {len(distinct)} settings differ")
    for case in cases:
        case.write(root)


def logits_of_cases(rng):
    """Names, which mistake fails them, logits, and the formula for those that are not stored."""
    ties = np.round(random_logits(rng, ROWS, 97) * 2) / 2
    masked = random_logits(rng, ROWS, 128)
    masked[rng.random(masked.shape) < 0.8] = -np.inf
    masked[0, 1:] = -np.inf  # one token is left
    masked[0, 0] = -3
    yield "3", "a filter or a draw fails on a vocabulary of three", random_logits(rng, ROWS, 3), None
    yield "7", "a filter or a draw differs on a tiny vocabulary", random_logits(rng, ROWS, 7) - 30, None
    yield "41", "one of many settings draws another token", random_logits(rng, ROWS, 41), None
    yield "97-ties", "equal tokens are not treated alike, or drawn in another order", ties, None
    yield "128-masked", "a forbidden token counts, or is drawn", masked, None
    for vocabulary, scale in (1021, 9), (4099, 12):
        formula = {"rows": ROWS, "vocabulary": vocabulary, "scale": scale}
        yield str(vocabulary), "one of many settings draws another token", formula_logits(**formula), formula


def pairwise(rng):
    """Settings, each parameter at one of its values, until every two values of two parameters have met."""
    names = list(VALUES)
    places = [range(len(VALUES[name])) for name in names]
    missing = {(a, i, b, j) for a, b in itertools.combinations(range(len(names)), 2) for i in places[a] for j in places[b]}
    while missing:
        tries = [[int(rng.integers(len(p))) for p in places] for _ in range(50)]
        best = max(tries, key=lambda t: len(missing & met(t)))
        if missing & met(best):
            missing -= met(best)
            yield setting({name: VALUES[name][i] for name, i in zip(names, best)})


def met(indices):
    return {(a, indices[a], b, indices[b]) for a, b in itertools.combinations(range(len(indices)), 2)}


def setting(values):
    xtc = values.pop("xtc") or NO_XTC
    return {name: value for name, value in values.items() if value is not None} | xtc


def chosen(rng):
    maybe = lambda value: value if rng.random() < 0.5 else None
    return setting({
        "temp": round(rng.uniform(0.2, 1.8), 2),
        "top_p": maybe(round(rng.uniform(0.3, 0.995), 3)),
        "min_p": maybe(round(10 ** rng.uniform(-3, -0.5), 3)),
        "min_tokens_to_keep": maybe(int(rng.integers(1, 6))),
        "top_k": maybe(int(rng.integers(1, 60))),
        "xtc": maybe({"xtc_probability": round(rng.uniform(0.1, 1), 2), "xtc_threshold": round(rng.uniform(0, 0.3), 3)}),
    })


def place(setting, cases, rng):
    """Into the first case that can take it."""
    for case in cases:
        if case.take(setting, rng):
            return
    raise SystemExit(f"draw/grid-*: no case can take {setting}")


class Case:
    def __init__(self, name, about, logits, formula):
        self.name, self.about, self.logits, self.formula = name, about, logits, formula
        self.settings = []

    def take(self, setting, rng):
        vocabulary = self.logits.shape[1]
        sampler = setting | ({"top_k": vocabulary - 1} if setting.get("top_k") == "all but one" else {})
        if sampler.get("top_k", 0) >= vocabulary or sampler.get("min_tokens_to_keep", 1) > vocabulary:
            return False
        for _ in range(200):
            seed = int(rng.integers(0, 2**63))
            try:
                tokens = self.firm_tokens(sampler, seed)
            except sampling_judge.Ambiguous:
                return False
            if None not in tokens:
                break
        else:
            return False
        got = drawn(self.logits, sampler, seed)
        if got != tokens:
            raise SystemExit(f"draw/grid-{self.name}: MLX draws {got}, the judge {tokens}: {sampler}, seed {seed}")
        self.settings.append({"sampler": sampler, "seed": seed, "expected": tokens})
        return True

    def firm_tokens(self, sampler, seed):
        numbers = sampling_judge.uniforms(seed, 2 * ROWS)
        tokens = []
        for row in self.logits:
            token, used = sampling_judge.firm_token(row, sampler, numbers)
            numbers = numbers[used:]
            tokens.append(token)
        return tokens

    def write(self, root):
        case = {"about": f"Fails if {self.about}.", "rng": RNG}
        stored = {} if self.formula else {"logits": self.logits}
        case |= {"logits_formula": self.formula} if self.formula else {"logits": "logits"}
        write(root, "draw", "grid-" + self.name, case, {"settings": self.settings}, **stored)
