"""Writes the tiny random checkpoints of the suite: every tensor of every family. Knows nothing of cases."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import mlx.core as mx
import numpy as np

from .files import write_json, write_tensors

MODES = {"mxfp4": (4, 32), "mxfp8": (8, 32), "nvfp4": (4, 16)}


@dataclass
class Model:
    """A checkpoint to make. `dtype` is that of dense weights, scales and biases; `quantization` as in config.json."""

    name: str
    config: dict
    about: str
    dtype: mx.Dtype = mx.float32
    quantization: dict | None = None
    head: bool = False  # a separate lm_head
    prefix: str = ""
    kinds: tuple = ("logits",)
    trace: tuple = (11, 1)  # tokens of the calls that are traced
    unnamed: dict | None = None  # formats of modules that config.json does not tell
    shards: int = 1
    finish: Callable | None = None  # changes the tensors before they are written
    caches: tuple = ()  # how the cache of some more logits cases is kept

    def plus_one(self):
        """Whether norms are stored without the one."""
        kind = self.config.get("text_config", self.config)["model_type"]
        return kind in ("gemma", "gemma2", "gemma3_text")


def generator(name, seed):
    """One stream per name, so that a new case does not change the others."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def write(model, folder, seed):
    random = generator("model " + model.name, seed)
    tensors, config = {}, dict(model.config)
    for module in (*modules(model), *getattr(model, "extra", ())):
        add_module(tensors, model, module, random)
    if model.quantization:
        config["quantization"] = config["quantization_config"] = model.quantization
    if model.finish:
        tensors = model.finish(tensors)
    write_shards(folder, tensors, model.shards)
    write_json(folder / "config.json", config)


def write_shards(folder, tensors, count):
    """One file, or `count` with an index, dealt out in turns."""
    if count == 1:
        write_tensors(folder / "model.safetensors", tensors)
        return
    files = [f"model-{i + 1:05}-of-{count:05}.safetensors" for i in range(count)]
    weight_map = {name: files[i % count] for i, name in enumerate(sorted(tensors))}
    for file in files:
        write_tensors(folder / file, {name: t for name, t in tensors.items() if weight_map[name] == file})
    size = sum(array.nbytes for array in tensors.values())
    write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": size}, "weight_map": weight_map})


@dataclass(frozen=True)
class Module:
    """A tensor with its standard deviation around `centre`; `bare` ones are stored under their path, without `.weight`."""

    path: str
    shape: tuple
    spread: float
    bias: bool = False
    bare: bool = False
    dense: bool = False  # never quantized
    centre: float | None = None  # else 1 for a vector, unless all norms are stored less one


def modules(model):
    """Every module, in the order of the file's story."""
    c = model.config.get("text_config", model.config)
    vocab, hidden, layers = model.config.get("vocab_size") or c["vocab_size"], c["hidden_size"], c["num_hidden_layers"]
    kind = c["model_type"].removesuffix("_text")
    yield Module("model.embed_tokens", (vocab, hidden), 1.5 * hidden**-0.5 if kind.startswith("gemma") else 0.25)
    per_layer = c.get("hidden_size_per_layer_input", 0)
    if per_layer:
        extra = layers * per_layer
        yield Module("model.embed_tokens_per_layer", (c["vocab_size_per_layer_input"], extra), per_layer**-0.5)
        yield Module("model.per_layer_model_projection", (extra, hidden), 1.0)
        yield Module("model.per_layer_projection_norm", (per_layer,), 0.1)
    for i in range(layers):
        yield from attention(f"model.layers.{i}.self_attn.", c, kind, i)
        yield from mlp(f"model.layers.{i}.", c, kind, i)
        yield from norms(f"model.layers.{i}.", c, kind, i)
        if kind == "gemma4":
            yield from gemma4_layer(f"model.layers.{i}.", c, per_layer)
    yield Module("model.norm", (hidden,), 0.1)
    if model.head:
        yield Module("lm_head", (vocab, hidden), 1.5 * hidden**-0.5)


def attention(at, c, kind, layer):
    hidden, heads = c["hidden_size"], c["num_attention_heads"]
    kv, dim = c.get("num_key_value_heads", heads), head_dim(c, kind, layer)
    sharp, plain = 1.3 * hidden**-0.5, hidden**-0.5
    if kind == "gemma4":  # scores are not scaled: the norms of q and k keep them small
        kv = (c.get("num_global_key_value_heads") or kv) if same_kv(c, layer) else kv
    biased = c.get("attention_bias", kind == "qwen2")
    if kind == "phi3":
        yield Module(at + "qkv_proj", ((heads + 2 * kv) * dim, hidden), sharp)
    else:
        yield Module(at + "q_proj", (heads * dim, hidden), sharp, biased)
        if not shares_kv(c, layer):
            yield Module(at + "k_proj", (kv * dim, hidden), sharp, biased)
            if not same_kv(c, layer):
                yield Module(at + "v_proj", (kv * dim, hidden), plain, biased)
    yield Module(at + "o_proj", (hidden, heads * dim), (heads * dim) ** -0.5, biased and kind == "llama")


def head_dim(c, kind, layer):
    if kind == "gemma4" and c.get("global_head_dim") and not sliding(c, layer):
        return c["global_head_dim"]
    return c.get("head_dim") or c["hidden_size"] // c["num_attention_heads"]


def sliding(c, layer):
    if "layer_types" in c:
        return c["layer_types"][layer] == "sliding_attention"
    return (layer + 1) % c.get("sliding_window_pattern", 5) != 0


def shares_kv(c, layer):
    return layer >= c["num_hidden_layers"] - c.get("num_kv_shared_layers", 0)


def same_kv(c, layer):
    return c.get("attention_k_eq_v", False) and not sliding(c, layer)


def mlp(at, c, kind, layer):
    hidden, inter, biased = c["hidden_size"], c["intermediate_size"], c.get("mlp_bias", False)
    sharp, plain = 1.3 * hidden**-0.5, hidden**-0.5
    if shares_kv(c, layer) and c.get("use_double_wide_mlp", True):
        inter *= 2
    if kind == "phi3":
        yield Module(at + "mlp.gate_up_proj", (2 * inter, hidden), sharp)
    else:
        yield Module(at + "mlp.gate_proj", (inter, hidden), sharp, biased)
        yield Module(at + "mlp.up_proj", (inter, hidden), plain, biased)
    yield Module(at + "mlp.down_proj", (hidden, inter), inter**-0.5, biased)


def norms(at, c, kind, layer):
    around = ("pre_feedforward", "post_feedforward") if kind in ("gemma2", "gemma3", "gemma4") else ()
    for norm in ("input", "post_attention") + around:
        yield Module(f"{at}{norm}_layernorm", (c["hidden_size"],), 0.1)
    if kind in ("qwen3", "gemma3", "gemma4"):
        yield Module(at + "self_attn.q_norm", (head_dim(c, kind, layer),), 0.1)
        if not shares_kv(c, layer):
            yield Module(at + "self_attn.k_norm", (head_dim(c, kind, layer),), 0.1)


def gemma4_layer(at, c, per_layer):
    hidden, experts, inter = c["hidden_size"], c.get("num_experts"), c.get("moe_intermediate_size")
    if per_layer:
        yield Module(at + "per_layer_input_gate", (per_layer, hidden), hidden**-0.5)
        yield Module(at + "per_layer_projection", (hidden, per_layer), per_layer**-0.5)
        yield Module(at + "post_per_layer_input_norm", (hidden,), 0.1)
    if c.get("enable_moe_block"):
        yield Module(at + "router.proj", (experts, hidden), 1.5)
        yield Module(at + "router.scale", (hidden,), 0.1, bare=True)
        yield Module(at + "router.per_expert_scale", (experts,), 0.2, bare=True)
        for part in ("gate", "up"):
            yield Module(f"{at}experts.switch_glu.{part}_proj", (experts, inter, hidden), 1.3 * hidden**-0.5)
        yield Module(at + "experts.switch_glu.down_proj", (experts, hidden, inter), inter**-0.5)
        for norm in ("pre_feedforward_layernorm_2", "post_feedforward_layernorm_1", "post_feedforward_layernorm_2"):
            yield Module(at + norm, (hidden,), 0.1)
    yield Module(at + "layer_scalar", (1,), 0.1, bare=True)


def formatted(entry):
    """An entry of `quantization`, with what it leaves out: the mode's own bits and group, as mlx.nn has it."""
    mode = entry.get("mode", "affine")
    bits, group = MODES.get(mode, (4, 64))
    return {"group_size": entry.get("group_size", group), "bits": entry.get("bits", bits), "mode": mode}


def add_module(tensors, model, module, random):
    path = module.path if module in getattr(model, "extra", ()) else model.prefix + module.path
    values = module.spread * random.standard_normal(module.shape)
    if module.centre is not None:
        values += module.centre
    elif len(module.shape) == 1 and not model.plus_one():
        values += 1.0
    values = mx.array(values.astype(np.float32)).astype(model.dtype)
    if module.bias:
        noise = (0.2 * random.standard_normal(module.shape[0])).astype(np.float32)
        tensors[path + ".bias"] = mx.array(noise).astype(model.dtype)
    own = (model.quantization or {}).get(path, model.quantization)
    own = (model.unnamed or {}).get(path, own)
    if not own or module.dense or len(module.shape) == 1:
        tensors[path if module.bare else path + ".weight"] = values
        return
    packed = mx.quantize(values, **formatted(own))
    tensors.update(zip((path + ".weight", path + ".scales", path + ".biases"), packed))
