"""The model cases: logits, trace, greedy and perplexity of the tiny checkpoints, and of the embedded model."""

import numpy as np

from . import checkpoints
from .checkpoints import generator
from .decoder import Decoder
from .mlx_runs import Session, Trace, greedy, load_float32, log_softmax, nll

LOGITS = {"atol": 2e-4, "rtol": 1e-4}
LONG = {
    "atol": 2e-3,
    "rtol": 1e-4,
    "why": "MLX computes angles in float32; beyond 9,000 positions that costs up to 6e-4 in logits",
}
TRACE = {"atol": 1e-4, "rtol": 1e-4}
NLL = {"atol": 1e-4, "rtol": 0.0, "nll_atol": 1e-3}
NEAR_TIE = 1e-3  # at least twice the atol of logits
CALLS = (9, 28, 1, 1, 5, 1, 1, 1)  # uneven chunks of a prompt, and decode steps with the cache
TRIES = 40  # prompts looked at for wide margins


class Cases:
    def __init__(self, suite):
        self.suite = suite

    def write_model(self, model):
        folder = self.suite.root / "models" / model.name
        checkpoints.write(model, folder, self.suite.seed)
        for kind in model.kinds:
            getattr(self, kind)(model, folder)

    def tokens(self, model, what, count):
        random = generator(f"{what} {model.name}", self.suite.seed)
        return [int(t) for t in random.integers(3, model.config["vocab_size"], count)]

    def add(self, kind, model, tensors, tolerance, about=None, identity=None, **content):
        self.suite.add(
            identity or f"{kind}/{model.name}",
            kind,
            about or model.about,
            tensors,
            tolerance,
            checkpoint=f"models/{model.name}",
            **content,
        )

    def logits(self, model, folder):
        session, judge = Session(load_float32(folder)), Decoder(folder)
        tokens, calls, tensors = self.tokens(model, "logits", sum(CALLS)), [], {}
        for i, size in enumerate(CALLS):
            part, tokens = tokens[:size], tokens[size:]
            tensors[f"logits.{i}"] = session.logits(part)
            self.suite.check(f"logits/{model.name}", tensors[f"logits.{i}"], judge.forward(part), LOGITS)
            calls.append({"tokens": part, "rows": "all", "expected": f"logits.{i}"})
        self.add("logits", model, tensors, LOGITS, calls=calls)

    def long(self, model, folder):
        """9,000 tokens whose logits nobody looks at, then a few whose logits are compared."""
        session, judge, tokens = Session(load_float32(folder)), Decoder(folder), self.tokens(model, "long", 9106)
        parts, calls, tensors = [tokens[:4550], tokens[4550:9100], tokens[9100:9105], tokens[9105:]], [], {}
        for i, part in enumerate(parts):
            if i < 2:
                session.feed(part, len(part))  # in one call, as the case says: dynamic NTK depends on it
                judge.forward(part, rows=[-1])
                calls.append({"tokens": part, "rows": []})
                continue
            tensors[f"logits.{i}"] = session.logits(part)
            self.suite.check(f"long/{model.name}", tensors[f"logits.{i}"], judge.forward(part), LONG)
            calls.append({"tokens": part, "rows": "all", "expected": f"logits.{i}"})
        self.add(
            "logits",
            model,
            tensors,
            LONG,
            identity="long/" + model.name.removeprefix("llama-").replace("long-", ""),
            calls=calls,
        )

    def trace(self, model, folder):
        trace, calls, tensors = Trace(load_float32(folder)), [], {}
        judge = Decoder(folder)
        for i, size in enumerate(model.trace):
            prefix = f"{i}/"
            tokens = self.tokens(model, "trace" + prefix, size)
            found = trace.call(tokens)
            self.suite.check(f"trace/{model.name}", found["logits"], judge.forward(tokens), TRACE)
            tensors |= {prefix + name: values for name, values in found.items()}
            calls.append({"tokens": tokens, "prefix": prefix, "tensors": sorted(found)})
        self.add(
            "trace",
            model,
            tensors,
            TRACE,
            f"Shows the first intermediate value that goes wrong in {model.name}.",
            calls=calls,
        )

    def greedy(self, model, folder):
        """Of several prompts, the one whose narrowest margin is widest."""
        network = load_float32(folder)
        candidates = [self.tokens(model, f"greedy {i}", 23) for i in range(TRIES)]
        runs = [(prompt, *greedy(network, prompt, 24)) for prompt in candidates]
        prompt, expected, margins = max(runs, key=lambda run: min(run[2]))
        if min(margins) < NEAR_TIE:
            raise ValueError(f"greedy/{model.name}: no prompt of {TRIES} keeps its margins above {NEAR_TIE}")
        check_greedy(f"greedy/{model.name}", Decoder(folder), prompt, expected)
        self.add(
            "greedy",
            model,
            None,
            None,
            "Fails if a decode step with the cache drifts from the reference.",
            prompt=prompt,
            expected=expected,
            margins=margins,
            near_tie=NEAR_TIE,
            stop=[],
        )

    def perplexity(self, model, folder):
        tokens = self.tokens(model, "perplexity", 150)
        values = nll(load_float32(folder), tokens)
        self.suite.check(
            f"perplexity/{model.name}", values, wide_nll(Decoder(folder), tokens), {"atol": NLL["nll_atol"], "rtol": 0}
        )
        self.add(
            "perplexity",
            model,
            {"nll": values.astype(np.float32)},
            NLL,
            "Fails if log-probabilities or the shift between inputs and targets are wrong.",
            tokens=tokens,
            expected_mean_nll=float(values.mean()),
            nll="nll",
        )


def check_greedy(identity, judge, prompt, expected):
    follow_greedy(identity, judge, judge.forward(prompt, rows=[-1])[0], expected)


def follow_greedy(identity, judge, row, expected):
    for step, token in enumerate(expected):
        if int(row.argmax()) != token:
            raise ValueError(f"{identity}: step {step}: float64 chooses {int(row.argmax())}, float32 {token}")
        row = judge.forward([token])[0]


def wide_nll(judge, tokens):
    rows = log_softmax(judge.forward(tokens[:-1]))
    return -rows[np.arange(len(tokens) - 1), tokens[1:]]
