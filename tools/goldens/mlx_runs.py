"""Runs checkpoints with mlx-lm in float32 and records what they compute. Knows nothing of the files of a suite."""

import mlx.core as mx
import mlx.nn as nn
import numpy as np
from mlx.utils import tree_map, tree_unflatten
from mlx_lm.models.cache import KVCache, RotatingKVCache, make_prompt_cache
from mlx_lm.models.smollm3 import NoPE
from mlx_lm.models.switch_layers import QuantizedSwitchLinear, SwitchLinear
from mlx_lm.utils import load_model

PREFILL_STEP = 512


def load_float32(folder):
    """The model as mlx-lm loads it, then with every weight dequantized and widened: nothing is rounded afterwards."""
    model, _ = load_model(folder)
    model.update_modules(
        tree_unflatten(
            [
                (name, dense(module))
                for name, module in model.named_modules()
                if isinstance(module, (nn.QuantizedLinear, nn.QuantizedEmbedding, QuantizedSwitchLinear))
            ]
        )
    )
    model.update(tree_map(float32, model.parameters()))
    mx.eval(model.parameters())
    return model


def dense(module):
    weight = dequantized(
        module.weight, module.scales, module.get("biases"), module.group_size, module.bits, module.mode
    )
    *experts, rows, columns = weight.shape
    if experts:
        result = SwitchLinear(columns, rows, *experts, bias=False)
    elif isinstance(module, nn.QuantizedEmbedding):
        result = nn.Embedding(rows, columns)
    else:
        result = nn.Linear(columns, rows, bias="bias" in module)
    result.weight = weight
    if "bias" in module:
        result.bias = module.bias
    return result


def dequantized(weight, scales, biases, group_size, bits, mode="affine"):
    if mode == "affine":
        return mx.dequantize(weight, float32(scales), float32(biases), group_size=group_size, bits=bits)
    return mx.dequantize(weight, scales, group_size=group_size, bits=bits, mode=mode, dtype=mx.float32)


def float32(array):
    return array.astype(mx.float32) if mx.issubdtype(array.dtype, mx.floating) else array


class Session:
    """One sequence: a model and its cache, kept as `kv` says (golden/FORMAT.md, `kv` of logits)."""

    def __init__(self, model, kv=None):
        self.model, self.kv = model, kv or {}
        self.cache = [self.limited(layer) for layer in make_prompt_cache(model)]
        self.pack()

    def limited(self, layer):
        """mlx-lm gives its rotating cache to models without windows alone; here every layer that saw more has one."""
        size = self.kv.get("max_kv_size")
        small = isinstance(layer, RotatingKVCache) and layer.max_size <= (size or layer.max_size)
        return layer if small or not size else RotatingKVCache(size, keep=self.kv["keep"])

    def pack(self):
        """mlx_lm.generate.maybe_quantize_kv_cache, but for the caches that cannot be."""
        if "kv_bits" not in self.kv:
            return
        for i, layer in enumerate(self.cache):
            if isinstance(layer, KVCache) and layer.offset >= self.kv["quantized_kv_start"]:
                self.cache[i] = layer.to_quantized(self.kv["kv_group_size"], self.kv["kv_bits"])

    def feed(self, tokens, step=PREFILL_STEP):
        """Fills the cache without the cost of a head."""
        text_model = getattr(self.model, "language_model", self.model).model
        for begin in range(0, len(tokens), step):
            text_model(mx.array([tokens[begin : begin + step]]), cache=self.cache)
            mx.eval([c.state for c in self.cache])

    def logits(self, tokens):
        """[T, V] in one call: where the call is split is part of a case. A rotating cache gets a token at a time, so
        that each sees what `keep` and `max_kv_size` say."""
        step = 1 if "max_kv_size" in self.kv else len(tokens)
        rows = []
        for begin in range(0, len(tokens), step):
            rows.append(np.array(self.model(mx.array([tokens[begin : begin + step]]), cache=self.cache)[0]))
        self.pack()
        return np.concatenate(rows)


def greedy(model, prompt, count, stop=()):
    """(tokens, margins): argmax continuation, and how far the second best was at each step."""
    session = Session(model)
    session.feed(prompt[:-1])
    return follow(session, session.logits(prompt[-1:])[0], count, stop)


def follow(session, logits, count, stop=()):
    """The same from the logits after a prompt that the session has seen."""
    tokens, margins = [], []
    while True:
        second, best = np.partition(logits, -2)[-2:]
        tokens.append(int(logits.argmax()))
        margins.append(round(float(best - second), 6))
        if len(tokens) == count or tokens[-1] in stop:
            return tokens, margins
        logits = session.logits(tokens[-1:])[0]


def nll(model, tokens, chunk=64):
    """-log p of each token after the first, float64 from float32 logits."""
    session, values = Session(model), []
    for begin in range(0, len(tokens) - 1, chunk):
        part = tokens[begin : min(begin + chunk, len(tokens) - 1)]
        targets = tokens[begin + 1 : begin + 1 + len(part)]
        values += [-row[target] for row, target in zip(log_softmax(session.logits(part)), targets)]
    return np.array(values)


def log_softmax(logits):
    wide = logits.astype(np.float64)
    wide -= wide.max(-1, keepdims=True)
    return wide - np.log(np.exp(wide).sum(-1, keepdims=True))


class Tap:
    """Stands in for a module and shows a listener its input, its output and what else it was given."""

    def __init__(self, module, listen):
        self.module, self.listen = module, listen

    def __call__(self, x, *args, **kwargs):
        out = self.module(x, *args, **kwargs)
        self.listen(x, out, kwargs)
        return out

    def __getattr__(self, name):
        return getattr(self.module, name)


class Trace:
    """Every named intermediate of a decoder, in the shapes of golden/FORMAT.md."""

    def __init__(self, model):
        self.tensors, self.session, self.count = {}, Session(model), 0
        self.root = getattr(model, "language_model", model)
        self.tap(self.root.model, "norm", outputs="norm")
        for i in range(len(self.root.model.layers)):
            self.tap_layer(i)

    def call(self, tokens):
        self.tensors, self.count = {}, len(tokens)
        self.tensors["logits"] = self.session.logits(tokens)
        return self.tensors

    def tap_layer(self, i):
        layer, at = self.root.model.layers[i], f"layers.{i}."
        before_mlp = "pre_feedforward_layernorm" if "pre_feedforward_layernorm" in layer else "post_attention_layernorm"
        for norm in (
            "input_layernorm",
            "post_attention_layernorm",
            "pre_feedforward_layernorm",
            "post_feedforward_layernorm",
        ):
            if norm in layer:
                self.tap(layer, norm, outputs=at + norm, inputs=at + "h_attn" if norm == before_mlp else None)
        self.tap_attention(layer.self_attn, at + "self_attn.")
        for part in ("gate_proj", "up_proj", "gate_up_proj", "down_proj"):
            if part in layer.mlp:
                act = f"{at}mlp.act" if part == "down_proj" else None
                self.tap(layer.mlp, part, outputs=f"{at}mlp.{part}", inputs=act)
        if "router" in layer:
            self.tap(layer.router, "proj", outputs=at + "router")
            self.tap(layer, "experts", outputs=at + "experts")
        self.root.model.layers[i] = Tap(layer, self.around(i, at))

    def tap_attention(self, attention, at):
        for part in ("q_proj", "k_proj", "v_proj", "qkv_proj", "q_norm", "k_norm", "v_norm"):
            if part in attention:
                self.tap(attention, part, outputs=at + part)
        self.tap(attention, "o_proj", outputs=at + "o_proj", inputs=at + "attn_out")
        if not isinstance(attention.rope, NoPE):
            attention.rope = Tap(attention.rope, self.rotated(at, attention.n_heads))

    def tap(self, owner, name, outputs, inputs=None):
        def listen(x, out, _):
            if inputs:
                self.store(inputs, x)
            self.store(outputs, out)

        setattr(owner, name, Tap(getattr(owner, name), listen))

    def around(self, i, at):
        def listen(x, out, given):
            if i == 0:
                self.store("embed", x)
            if given.get("per_layer_input") is not None:
                self.store(at + "per_layer_input", given["per_layer_input"])
            self.store(at + "h_mlp", out[0] if isinstance(out, tuple) else out)  # Gemma 4 also hands on its keys

        return listen

    def rotated(self, at, heads):
        """Queries and keys are told apart by the number of heads, which differs in every traced model."""

        def listen(_, out, __):
            self.store(at + ("q_rope" if out.shape[1] == heads else "k_rope"), out)

        return listen

    def store(self, name, array):
        """[T, width] or [T, H, D], also where the model has the heads first."""
        values = np.array(array)[0]
        if values.ndim == 3 and (name.endswith("_rope") or len(values) != self.count):
            values = values.swapaxes(0, 1)
        self.tensors[name] = values
