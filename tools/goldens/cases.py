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
ROTATING_CALLS = (29, 1, 1, 9)
PACKED_CALLS = (7, 6, 1, 1)
PACKED_TRIES = 200  # sequences looked at for clear codes
CODE_ERROR = 1e-6  # of a number to be packed, in float32, relative to the range of its group


class Cases:
    def __init__(self, suite):
        self.suite = suite

    def write_model(self, model):
        folder = self.suite.root / "models" / model.name
        checkpoints.write(model, folder, self.suite.seed)
        for kind in model.kinds:
            getattr(self, kind)(model, folder)
        for kv in model.caches:
            self.kv(model, folder, kv)

    def tokens(self, model, what, count):
        random = generator(f"{what} {model.name}", self.suite.seed)
        vocabulary = model.config.get("vocab_size") or model.config["text_config"]["vocab_size"]
        return [int(t) for t in random.integers(3, vocabulary, count)]

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

    def kv(self, model, folder, kv):
        """Logits over a cache that rotates or is packed: calls end where packing begins."""
        identity, sizes = f"kv/{model.name}-{short(kv)}", ROTATING_CALLS
        if "kv_bits" in kv:
            start = kv["quantized_kv_start"]
            sizes = (start, *PACKED_CALLS[1:]) if start else PACKED_CALLS
        tokens = self.clear_tokens(model, folder, kv, sizes)
        session, judge, calls, tensors = Session(load_float32(folder), kv), Decoder(folder, kv), [], {}
        for i, size in enumerate(sizes):
            part, tokens = tokens[:size], tokens[size:]
            tensors[f"logits.{i}"] = session.logits(part)
            self.suite.check(identity, tensors[f"logits.{i}"], judge.forward(part), LOGITS)
            calls.append({"tokens": part, "rows": "all", "expected": f"logits.{i}"})
        self.add("logits", model, tensors, LOGITS, about(kv), identity, kv=kv, calls=calls)

    def clear_tokens(self, model, folder, kv, sizes):
        """Of several sequences, the one whose codes float32 is surest of: the rounding of one is a large step."""
        best, widest = None, -1
        for i in range(PACKED_TRIES if "kv_bits" in kv else 1):
            tokens, judge = self.tokens(model, f"cache {short(kv)} {i}", sum(sizes)), Decoder(folder, kv)
            for begin, size in zip(np.cumsum((0, *sizes)), sizes):
                judge.forward(tokens[begin : begin + size], rows=[-1])
            if judge.margin > widest:
                best, widest = tokens, judge.margin
        if widest < CODE_ERROR * 2 ** kv.get("kv_bits", 0):
            raise ValueError(f"kv/{model.name}-{short(kv)}: a code is but {widest:.2g} from another")
        return best

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


def short(kv):
    """A name for how a cache is kept."""
    if "max_kv_size" in kv:
        return f"max{kv['max_kv_size']}keep{kv['keep']}"
    start = kv["quantized_kv_start"]
    return f"b{kv['kv_bits']}g{kv['kv_group_size']}" + (f"-start{start}" if start else "")


def about(kv):
    if "max_kv_size" in kv:
        return "Fails if a query sees other positions than the first `keep` and the last of `max_kv_size`."
    if kv["quantized_kv_start"]:
        return "Fails if a query before `quantized_kv_start` sees packed keys, or one behind it any that are not."
    return "Fails if keys or values are packed wrongly, a token sees its own unpacked, or a window's are packed."


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
