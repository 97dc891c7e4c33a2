"""The cases of a suite as questions to mlx, mlx-lm, mlx-vlm and Hugging Face. Reads cases; writes none."""

import functools
import json
import math

import mlx.core as mx
import mlx.nn as nn
import numpy as np
from mlx_lm.models.cache import QuantizedKVCache, load_prompt_cache

from .mlx_runs import Session, Trace, float32, load_float32, log_softmax


class Skip(Exception):
    """This engine cannot be asked that; the message says why."""


class Failure(Exception):
    """Another answer than the case has."""


class Places:
    """Where checkpoints and tokenizers lie."""

    def __init__(self, suite, models):
        self.suite, self.models = suite, models

    def find(self, path):
        name = path.split("/")[-1]
        given = (models if models.resolve().name == name else models / name for models in self.models)
        for folder in (self.suite / path, *given):
            if folder.is_dir():
                return folder
        raise Skip(f"no {name} in {self.suite / path} or in " + ", ".join(map(str, self.models)))


class Tensors:
    """The tensors of a case; comparisons with the case's own tolerance."""

    def __init__(self, case, folder):
        self.case, self.file = case, folder / "tensors.safetensors"

    @functools.cached_property
    def stored(self):
        return mx.load(str(self.file))

    def __getitem__(self, name):
        return self.stored[name]

    def numpy(self, name):
        return np.array(float32(self.stored[name]))

    def compare(self, name, got, tolerance=None):
        same(name, np.array(got), self.numpy(name), tolerance or self.case["tolerance"])


def same(name, got, want, tolerance):
    if got.shape != want.shape:
        raise Failure(f"{name}: shape {list(got.shape)}, expected {list(want.shape)}")
    got, want = got.astype(np.float64), want.astype(np.float64)
    with np.errstate(invalid="ignore"):
        error = np.abs(got - want)
        good = error <= tolerance["atol"] + tolerance["rtol"] * np.abs(want)
    good |= np.isinf(want) & (got == want)
    if not good.all():
        at = np.unravel_index(int(np.argmin(good)), good.shape)
        worst = float(np.nanmax(np.where(np.isfinite(error), error, 0)))
        raise Failure(
            f"{name} at {[int(i) for i in at]}: expected {want[at]}, got {got[at]}; largest difference {worst:.3g}"
        )
    if error.size and np.isfinite(error).all() and error.mean() > tolerance.get("mean_atol", math.inf):
        raise Failure(f"{name}: mean difference {error.mean():.3g}")


def equal(what, got, want):
    if got != want:
        raise Failure(f"{what}: expected {want!r}, got {got!r}")


def check(case, folder, places):
    kind = case["kind"]
    if kind not in KINDS:
        raise Failure(f"unknown kind {kind}")
    KINDS[kind](case, Tensors(case, folder), places)


# models


@functools.lru_cache(maxsize=1)
def model(folder):
    return load_float32(folder)


def logits(case, tensors, places):
    calls(case, tensors, Session(model(places.find(case["checkpoint"])), case.get("kv")))


def calls(case, tensors, session):
    for call in case["calls"]:
        if call["rows"] == []:
            session.feed(call["tokens"], len(call["tokens"]))  # in one call: dynamic NTK depends on it
            continue
        if "cols" not in call or call["rows"] == "all":
            got = session.logits(call["tokens"])
        else:
            got = last_rows(session, call)
        rows = slice(None) if call["rows"] == "all" or len(got) == len(call["rows"]) else call["rows"]
        columns = np.array(tensors[call["cols"]]) if "cols" in call else slice(None)
        tensors.compare(call["expected"], got[rows][:, columns])


def last_rows(session, call):
    """Of a long call with a large vocabulary only the rows that are asked for go through the head."""
    first = call["rows"][0]
    session.feed(call["tokens"][:first])
    got = session.logits(call["tokens"][first:])
    return got[[row - first for row in call["rows"]]]


def trace(case, tensors, places):
    if "images" in case:
        return trace_eyes(case, tensors, places)
    found = Trace(load_float32(places.find(case["checkpoint"])))  # taps stay in a model: it is not shared
    for call in case["calls"]:
        got = found.call(call["tokens"])
        equal("tensors", sorted(set(call["tensors"]) - set(got)), [])
        for name in call["tensors"]:
            tensors.compare(call["prefix"] + name, got[name])


def greedy(case, tensors, places):
    if "images" in case:
        eyes, _ = seen(case, tensors, places)
        return compare_steps(case, int(eyes.logits(case["prompt"])[-1].argmax()), eyes)
    session = Session(model(places.find(case["checkpoint"])))
    session.feed(case["prompt"][:-1])
    compare_steps(case, int(session.logits(case["prompt"][-1:])[0].argmax()), session)


def compare_steps(case, last, session):
    for step, (want, margin) in enumerate(zip(case["expected"], case["margins"])):
        if margin < case["near_tie"]:
            return
        equal(f"step {step}", last, want)
        last = int(session.logits([last])[0].argmax())
    if len(case["expected"]) and case["stop"] and any(t in case["stop"] for t in case["expected"][:-1]):
        raise Failure("the case goes on after a stop token")


def perplexity(case, tensors, places):
    tokens, session, got = case["tokens"], Session(model(places.find(case["checkpoint"]))), []
    for begin in range(0, len(tokens) - 1, 100):
        part = tokens[begin : min(begin + 100, len(tokens) - 1)]
        got += [-row[t] for row, t in zip(log_softmax(session.logits(part)), tokens[begin + 1 :])]
    same("nll", np.array(got), tensors.numpy(case["nll"]), {"atol": case["tolerance"]["nll_atol"], "rtol": 0})
    same("mean nll", np.mean(got), np.array(case["expected_mean_nll"]), case["tolerance"])


def cache(case, tensors, places):
    if "mentions_any" in case:
        raise Skip("mlx-lm does not hold a cache file to the model")
    if "layout" in case:
        raise Skip("the file is of " + case["layout"])
    session = Session(model(places.find(case["checkpoint"])))
    session.cache = load_prompt_cache(str(tensors.file.with_name(case["file"])))
    for layer in session.cache:
        if not isinstance(layer, QuantizedKVCache):
            layer.keys, layer.values = float32(layer.keys), float32(layer.values)
        elif layer.keys[1].dtype != mx.float32:
            raise Skip("scales and biases are not float32")
        equal("positions", layer.offset, case["positions"])
        if getattr(layer, "keep", 0):
            session.kv = {"max_kv_size": layer.max_size, "keep": layer.keep}
    calls(case, tensors, session)


def refuse(case, tensors, places):
    if case["stage"] != "checkpoint":
        raise Skip("mlx-lm leaves tokenizers to transformers")
    if not case.get("reference_refuses", True):
        raise Skip("the case asks for more than mlx-lm does")
    try:
        mx.eval(load_float32(places.find(case["checkpoint"]))(mx.array([[1, 2, 3]])))
    except Exception:  # mlx-lm refuses in its own words
        return
    raise Failure("it loads and computes")


# operations


def operation(case, tensors, places):
    op, inputs = case["op"], {role: tensors[name] for role, name in case["inputs"].items()}
    if op not in OPERATIONS:
        raise Failure(f"unknown op {op}")
    out = OPERATIONS[op](case["params"], **inputs)
    for role, name in case["expected"].items():
        got = out[role] if isinstance(out, dict) else out
        want = tensors[name]
        if want.dtype in (mx.uint32, mx.uint8):
            equal(role, np.array(got).tolist(), np.array(want).tolist())
        else:
            tensors.compare(name, np.array(float32(got)))


def rms_norm(p, x, weight=None):
    return mx.fast.rms_norm(x, 1 + weight if p.get("plus_one") else weight, p["eps"])


def rope(p, x, freqs=None):
    return mx.fast.rope(
        x[None],
        p["dims"],
        traditional=p["traditional"],
        base=p.get("base") if freqs is None else None,
        scale=p["scale"],
        offset=p["offset"],
        freqs=freqs,
    )[0]


def sdpa(p, q, k, v):
    """With mlx's fused operation where it has one; Gemma 2's caps are written out."""
    at, key = mx.arange(k.shape[1] - q.shape[1], k.shape[1])[:, None], mx.arange(k.shape[1])[None]
    mask = key <= at if p["causal"] else key >= 0
    if p["window"]:
        mask = mask & (key > at - p["window"])
    if not p["softcap"]:
        mask = mx.broadcast_to(mask, (q.shape[1], k.shape[1]))
        return mx.fast.scaled_dot_product_attention(q[None], k[None], v[None], scale=p["scale"], mask=mask)[0]
    repeats = q.shape[0] // k.shape[0]
    scores = (q * p["scale"]) @ mx.repeat(k, repeats, axis=0).swapaxes(-1, -2)
    scores = mx.where(mask, mx.tanh(scores / p["softcap"]) * p["softcap"], -math.inf)
    return mx.softmax(scores, axis=-1) @ mx.repeat(v, repeats, axis=0)


def conv2d(p, x, weight, bias=None):
    out = mx.conv2d(x[None], weight, stride=p["stride"])[0]
    return out if bias is None else out + bias


def dequantize(p, weight, scales=None, biases=None):
    if p["mode"] == "dense":
        return float32(weight)
    if p["mode"] == "affine":
        return mx.dequantize(weight, float32(scales), float32(biases), p["group_size"], p["bits"])
    return mx.dequantize(weight, scales, group_size=p["group_size"], bits=p["bits"], mode=p["mode"], dtype=mx.float32)


def quantized_matmul(p, x, weight, scales, biases=None):
    if p["mode"] == "affine":
        scales, biases = float32(scales), float32(biases)
    return mx.quantized_matmul(x, weight, scales, biases, transpose=True, **p)


def quantize(p, w):
    return dict(zip(("weight", "scales", "biases"), mx.quantize(w, **p)))


OPERATIONS = {
    "rms_norm": rms_norm,
    "layer_norm": lambda p, x, weight, bias: mx.fast.layer_norm(x, weight, bias, p["eps"]),
    "rope": rope,
    "sdpa": sdpa,
    "silu": lambda p, x: nn.silu(x),
    "gelu_tanh": lambda p, x: nn.gelu_approx(x),
    "gelu_erf": lambda p, x: nn.gelu(x),
    "softcap": lambda p, x: mx.tanh(x / p["cap"]) * p["cap"],
    "swiglu": lambda p, gate, up: nn.silu(gate) * up,
    "geglu": lambda p, gate, up: nn.gelu_approx(gate) * up,
    "softmax": lambda p, x: mx.softmax(x, axis=-1),
    "log_softmax": lambda p, x: x - mx.logsumexp(x, axis=-1, keepdims=True),
    "matmul": lambda p, x, weight: x @ float32(weight).T,
    "quantized_matmul": quantized_matmul,
    "dequantize": dequantize,
    "embedding": lambda p, ids, **packed: dequantize(p, **packed)[ids],
    "quantize": quantize,
    "conv2d": conv2d,
    "avg_pool": lambda p, x: nn.AvgPool2d(p["kernel"], stride=p["stride"])(x[None])[0],
}


# sampling


def sampling(case, tensors, places):
    """Kind filter: processors and filters of mlx-lm, one row after the other."""
    rows, expected = tensors[case["logits"]], case.get("expected")
    if expected is None:
        refuse_settings(case, rows[0])
        return
    mx.random.seed(case.get("seed", 0))
    processed = [process(row[None], case) for row in rows]
    filtered = [filters(log_probabilities(row), case["sampler"]) for row in processed]
    tensors.compare(expected["processed"], np.array(mx.concatenate(processed)))
    tensors.compare(expected["filtered"], np.array(mx.concatenate(filtered)))


def refuse_settings(case, row):
    try:
        mx.eval(filters(log_probabilities(process(row[None], case)), case["sampler"]))
    except ValueError:
        return
    raise Failure("the parameters are accepted")


def process(row, case):
    from mlx_lm.sample_utils import make_logits_processors

    settings = dict(case["processors"])
    if "logit_bias" in settings:
        settings["logit_bias"] = {int(i): v for i, v in settings["logit_bias"].items()}
    for processor in make_logits_processors(**settings):
        row = processor(mx.array(case["history"], mx.int32), row)
    return row


def log_probabilities(row):
    return row - mx.logsumexp(row, axis=-1, keepdims=True)


def filters(lp, s):
    from mlx_lm import sample_utils

    if 0 < s.get("top_p", 0) < 1:
        lp = sample_utils.apply_top_p(lp, s["top_p"])
    if s.get("min_p", 0) != 0:
        lp = sample_utils.apply_min_p(lp, s["min_p"], s.get("min_tokens_to_keep", 1))
    if s.get("xtc_probability", 0) > 0:
        special = s.get("xtc_special_tokens", [])
        lp = sample_utils.apply_xtc(lp, s["xtc_probability"], s["xtc_threshold"], special)
    return sample_utils.apply_top_k(lp, s["top_k"]) if s.get("top_k", 0) > 0 else lp


def draw(case, tensors, places):
    rows = sampled_rows(case, tensors)
    for number, c in enumerate(case.get("settings", [case])):
        choose = sampler(c)
        equal(f"tokens of setting {number}", [int(choose(log_probabilities(row[None]))[0]) for row in rows], c["expected"])


def sampler(c):
    """mlx-lm's, with the seed set."""
    from mlx_lm.sample_utils import make_sampler

    mx.random.seed(c["seed"])
    return make_sampler(**c["sampler"])


def sampled_rows(case, tensors):
    return tensors[case["logits"]] if "logits" in case else mx.array(formula(**case["logits_formula"]))


def sequence(case, tensors, places):
    """Kind sequence: the tokens so far to the processors, log-softmax, then the sampler."""
    choose, history, processed = sampler(case), list(case["history"]), []
    for number, (row, expected) in enumerate(zip(sampled_rows(case, tensors), case["expected"], strict=True)):
        processed.append(process(row[None], case | {"history": history}))
        lp = log_probabilities(processed[-1])
        token = int(choose(lp)[0])
        equal(f"token of step {number}", token, expected["token"])
        compare_logprobs(f"step {number}", np.array(lp)[0], expected, case)
        history.append(token)
    tensors.compare(case["processed"], np.array(mx.concatenate(processed)))


def compare_logprobs(where, lp, expected, case):
    top = [int(i) for i in np.argsort(-lp, kind="stable")[: case["top_n"]] if lp[i] > -math.inf]
    equal(f"{where}, top ids", top, expected["top_ids"])
    got, want = [lp[expected["token"]], *lp[top]], [expected["logprob"], *expected["top_logprobs"]]
    same(f"{where}, logprobs", np.array(got), np.array(want), case["tolerance"])


def formula(rows, vocabulary, scale):
    i = np.arange(vocabulary, dtype=np.uint64)
    words = [(i * 2654435761 + r * 2246822519) % 2**32 >> 8 for r in range(rows)]
    return np.stack([(scale * (word / 2.0**23 - 1)).astype(np.float32) for word in words])


def random_numbers(case, tensors, places):
    for number, c in enumerate(case["checks"]):
        got = RANDOM[c["fn"]](c)
        if got is not None:
            equal(f"check {number}, {c['fn']}", got, c["expected"])


def key(c):
    return mx.random.key(c["seed"])


def global_uniform(c):
    mx.random.seed(c["seed"])
    return [mx.random.uniform().item() for _ in range(c["steps"])]


def words(c):
    """mlx has no function for words, but splitting gives an even number of them."""
    return mx.random.split(key(c), c["n"] // 2).reshape(-1).tolist() if c["n"] % 2 == 0 else None


RANDOM = {
    "key": lambda c: key(c).tolist(),
    "split": lambda c: mx.random.split(key(c), c["num"]).tolist(),
    "bits": words,
    "uniform": lambda c: mx.random.uniform(shape=(c["n"],), key=key(c)).tolist(),
    "global_uniform": global_uniform,
    "categorical": lambda c: [
        mx.random.categorical(mx.array([c["logits"]]), key=mx.random.key(seed)).item() for seed in c["seeds"]
    ],
}


# text and images


def tokenize(case, tensors, places):
    tokenizer = tokenizer_of(case, places)
    for number, item in enumerate(case["items"]):
        ids = tokenizer.encode(item["text"], add_special_tokens=item["add_special"]).ids
        equal(f"item {number}, ids", ids, item["ids"])
        equal(f"item {number}, text", tokenizer.decode(ids, skip_special_tokens=False), item["decoded"])
        plain = tokenizer.decode(ids, skip_special_tokens=True)
        equal(f"item {number}, text without special tokens", plain, item["decoded_skip_special"])


def tokenizer_of(case, places):
    try:
        from tokenizers import Tokenizer
    except ImportError as missing:
        raise Skip("the package tokenizers is not installed") from missing
    return Tokenizer.from_file(str(places.find(case["tokenizer"]) / "tokenizer.json"))


def detokenize(case, tensors, places):
    """mlx-lm's own streamers drop a leading space and normalise text; the text at once is Hugging Face's."""
    tokenizer = tokenizer_of(case, places)
    for number, item in enumerate(case["items"]):
        whole = tokenizer.decode(item["ids"], skip_special_tokens=False)
        equal(f"item {number}", whole, item["expected"])
    raise Skip("no reference streams under these rules; the whole texts are those of tokenizers")


def template(case, tensors, places):
    try:
        from transformers.utils import chat_template_utils
    except ImportError as missing:
        raise Skip("the package transformers is not installed") from missing
    from .templates import Clock

    chat_template_utils.datetime = Clock(case["clock"])
    try:
        got = chat_template_utils._compile_jinja_template(case["template"]).render(**case["context"])
    except Exception as error:  # whatever Jinja2 raises
        if "error" not in case or (case["error"] and not any(m.lower() in str(error).lower() for m in case["error"])):
            raise
        return
    equal("text", got, case.get("expected"))


def image(case, tensors, places):
    try:
        from . import images
    except ImportError as missing:
        raise Skip(f"the package {missing.name} is not installed") from missing
    values = {"gemma3": images.gemma_values, "pixtral": images.pixtral_values}[case["processor"]]
    files = [(tensors.file.parent / name).read_bytes() for name in case["images"]]
    try:
        got, sizes = values([images.opened(data, case["exif_transpose"]) for data in files], case["config"])
    except ImportError as missing:
        raise Skip(f"the package {missing.name} is not installed") from missing
    equal("shape", list(got.shape), case["shape"])
    equal("image_sizes", [list(size) for size in sizes or []], case.get("image_sizes", []))
    stride = case["stride"]
    tensors.compare(case["expected"], got[:, :, ::stride, ::stride])


def vision(case, tensors, places):
    if "reference" in case:
        raise Skip("it is as Transformers defines the model, and mlx-vlm computes something else")
    eyes, values = seen(case, tensors, places)
    pixels = {"atol": 2e-5, "rtol": 0}
    tensors.compare(case["pixel_values"], values, pixels)
    if "image_sizes" in case:
        equal("image_sizes", [list(size) for size in eyes.sizes], case["image_sizes"])
    for call in case["calls"]:
        tensors.compare(call["expected"], eyes.logits(call["tokens"]))
    tensors.compare(case["features"], eyes.features.reshape(tensors.numpy(case["features"]).shape))


def trace_eyes(case, tensors, places):
    runs, values, sizes = prepared(case, tensors, places)
    found = runs.EyesTrace(runs.load_float32(places.find(case["checkpoint"])), values, sizes)
    for call in case["calls"]:
        got = found.call(call["tokens"])
        equal("tensors", sorted(set(call["tensors"]) - set(got)), [])
        for name in call["tensors"]:
            tensors.compare(call["prefix"] + name, got[name])


def seen(case, tensors, places):
    """(a sequence whose first call has the case's images, their pixel values)"""
    runs, values, sizes = prepared(case, tensors, places)
    return runs.Eyes(runs.load_float32(places.find(case["checkpoint"])), values, sizes), values


def prepared(case, tensors, places):
    """(how mlx-vlm is run, pixel values, sizes or None)"""
    try:
        from . import images, mlx_vlm_runs
    except ImportError as missing:
        raise Skip(f"the package {missing.name} is not installed") from missing
    folder = places.find(case["checkpoint"])
    config = json.loads((folder / "config.json").read_text())
    settings = json.loads((folder / "preprocessor_config.json").read_text())
    files = [(tensors.file.parent / name).read_bytes() for name in case["images"]]
    pictures = [images.opened(data, case["exif_transpose"]) for data in files]
    if config["model_type"] == "gemma3":
        return mlx_vlm_runs, images.gemma_values(pictures, settings)[0], None
    step = config["vision_config"]["patch_size"]
    if config["model_type"] == "mistral3":
        step *= config.get("spatial_merge_size", 2)
    values, sizes = images.pixtral_values(pictures, settings | {"patch_size": {"height": step, "width": step}})
    return mlx_vlm_runs, np.array(values), sizes


KINDS = {
    "logits": logits,
    "trace": trace,
    "greedy": greedy,
    "perplexity": perplexity,
    "refuse": refuse,
    "cache": cache,
    "op": operation,
    "filter": sampling,
    "draw": draw,
    "sequence": sequence,
    "rng": random_numbers,
    "tokenize": tokenize,
    "detokenize_stream": detokenize,
    "template": template,
    "image": image,
    "vision": vision,
}
