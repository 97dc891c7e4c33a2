"""A decoder of every family of the suite in float64 NumPy: the judge of what mlx-lm computes in float32.

Written from the description of the families, not from mlx-lm's code; it has its own reader, unpacker, rotation and
attention. Its cache keeps everything: windows are only a matter of masks.
"""

import json
import math
from dataclasses import dataclass
from typing import Callable

import numpy as np

from . import reference
from .files import read_tensors
from .reference import gelu_erf, gelu_tanh, rms_norm, silu


@dataclass(frozen=True)
class Family:
    """What sets a family apart from Llama."""

    activation: Callable = silu
    plus_one: bool = False  # a norm multiplies by 1 + weight
    branch_norms: bool = False  # norms after attention and after the MLP, too
    embed_scale: Callable | None = None  # of the hidden size
    head_norms: bool = False
    value_norms: bool = False
    traditional: bool = False
    theta: float = 10000.0
    unit_scale: bool = False  # scores are not scaled


FAMILIES = {
    "llama": Family(),
    "mistral": Family(),
    "ministral3": Family(),
    "smollm3": Family(),
    "qwen2": Family(theta=1e6),
    "qwen3": Family(head_norms=True),
    "phi3": Family(),
    "helium": Family(traditional=True),
    "gemma": Family(gelu_erf, plus_one=True, embed_scale=math.sqrt),
    "gemma2": Family(gelu_tanh, plus_one=True, branch_norms=True, embed_scale=math.sqrt),
    "gemma3": Family(
        gelu_tanh,
        plus_one=True,
        branch_norms=True,
        embed_scale=lambda hidden: reference.bfloat16(math.sqrt(hidden)),
        head_norms=True,
        theta=1e6,
    ),
    "gemma4": Family(
        gelu_tanh, branch_norms=True, embed_scale=math.sqrt, head_norms=True, value_norms=True, unit_scale=True
    ),
}
GEMMA4_ROPE = {
    "full_attention": {"rope_type": "proportional", "partial_rotary_factor": 0.25, "rope_theta": 1e6},
    "sliding_attention": {"rope_theta": 1e4},
}


class Decoder:
    """One sequence, its cache kept as `kv` says (golden/FORMAT.md, `kv` of logits)."""

    def __init__(self, folder, kv=None):
        self.kv = kv or {}
        self.margin = 0.5  # of the closest code of a packed cache
        top = json.loads((folder / "config.json").read_text())
        self.config = top.get("text_config", top)
        self.name = self.config["model_type"].removesuffix("_text")
        self.family = FAMILIES[self.name]
        self.overrides = top.get("quantization", {})
        files = sorted(folder.glob("model*.safetensors"))
        self.tensors = renamed({k: v for f in files for k, v in read_tensors(f).items()})
        self.prefix = "language_model." if "text_config" in top else ""
        self.dense = {}
        self.layers = self.config["num_hidden_layers"]
        self.heads = self.config["num_attention_heads"]
        self.hidden = self.config["hidden_size"]
        self.eps = self.config.get("rms_norm_eps", 1e-6)
        self.cache = [None] * self.layers
        self.seen = 0
        self.blocks = np.zeros(0, int)

    # weights

    def weight(self, module):
        if module not in self.dense:
            self.dense[module] = self.widened(self.prefix + module)
        return self.dense[module]

    def widened(self, path):
        scales = self.tensors.get(path + ".scales")
        if scales is None:
            return self.tensors.get(path + ".weight", self.tensors.get(path)).astype(np.float64)
        packed, biases = self.tensors[path + ".weight"], self.tensors.get(path + ".biases")
        flat = [None if part is None else part.reshape(-1, part.shape[-1]) for part in (packed, scales, biases)]
        return reference.dequantize(*flat, *self.format(path, packed, scales)).reshape(*packed.shape[:-1], -1)

    def format(self, path, packed, scales):
        """(group, bits, mode): the module's own entry, or what the shapes say."""
        own = self.overrides.get(path)
        if isinstance(own, dict):
            mode = own.get("mode", "affine")
            bits, group = {"affine": (4, 64), "mxfp4": (4, 32), "mxfp8": (8, 32), "nvfp4": (4, 16)}[mode]
            return own.get("group_size", group), own.get("bits", bits), mode
        columns = self.columns(path)
        group, bits = columns // scales.shape[-1], 32 * packed.shape[-1] // columns
        return group, bits, "affine" if scales.dtype != np.uint8 else "nvfp4" if group == 16 else f"mxfp{bits}"

    def columns(self, path):
        """The inputs of a module, which the packed weight does not tell."""
        extra = self.config.get("hidden_size_per_layer_input", 0)
        if path.endswith("o_proj"):
            return self.heads * self.head_dim(int(path.split("layers.")[1].split(".")[0]))
        if path.endswith("down_proj"):
            gate = self.tensors.get(path.replace("down_proj", "gate_proj") + ".weight")
            return self.config["intermediate_size"] if gate is None else gate.shape[-2]
        if path.endswith("per_layer_projection"):
            return extra
        return self.layers * extra if path.endswith("embed_tokens_per_layer") else self.hidden

    def has(self, module):
        return self.prefix + module + ".weight" in self.tensors

    def linear(self, module, x):
        bias = self.tensors.get(f"{self.prefix}{module}.bias")
        out = x @ self.weight(module).T
        return out if bias is None else out + bias.astype(np.float64)

    def norm(self, module, x):
        return rms_norm(x, self.weight(module) + (1 if self.family.plus_one else 0), self.eps)

    # the pass

    def forward(self, tokens, rows=None, embedded=None, blocks=None):
        """Logits [rows, V] of the next `tokens`; all rows unless told. `embedded`: {index: row in an embedding's stead}.

        `blocks`: of each token the block whose tokens see each other, or −1.
        """
        self.blocks = np.concatenate([self.blocks, -np.ones(len(tokens), int) if blocks is None else np.array(blocks)])
        tokens = np.array(tokens)
        h = self.weight("model.embed_tokens")[tokens]
        for index, row in (embedded or {}).items():
            h[index] = row
        if self.family.embed_scale:
            h = h * self.family.embed_scale(self.hidden)
        extra = self.per_layer_inputs(tokens, h)
        for layer in range(self.layers):
            h = self.block(layer, h, extra)
        self.seen += len(tokens)
        return self.head(self.norm("model.norm", h if rows is None else h[rows]))

    def head(self, h):
        logits = self.linear("model.embed_tokens" if self.tied() else "lm_head", h)
        cap = self.config.get("final_logit_softcapping", 30.0) if self.name in ("gemma2", "gemma4") else None
        return cap * np.tanh(logits / cap) if cap else logits

    def tied(self):
        if self.name in ("gemma", "gemma2", "gemma3"):
            return not self.has("lm_head")
        return self.config.get("tie_word_embeddings", self.name != "phi3")

    def block(self, layer, h, extra):
        at = f"model.layers.{layer}."
        branch = self.attend(layer, self.norm(at + "input_layernorm", h))
        if not self.family.branch_norms:
            h = h + branch
            return h + self.mlp(at, self.norm(at + "post_attention_layernorm", h))
        h = h + self.norm(at + "post_attention_layernorm", branch)
        branch = self.mlp(at, self.norm(at + "pre_feedforward_layernorm", h))
        if self.config.get("enable_moe_block"):
            branch = self.norm(at + "post_feedforward_layernorm_1", branch)
            chosen = self.experts(at, h, self.norm(at + "pre_feedforward_layernorm_2", h))
            branch = branch + self.norm(at + "post_feedforward_layernorm_2", chosen)
        h = h + self.norm(at + "post_feedforward_layernorm", branch)
        if extra is not None:
            gate = gelu_tanh(self.linear(at + "per_layer_input_gate", h)) * extra[:, layer]
            h = h + self.norm(at + "post_per_layer_input_norm", self.linear(at + "per_layer_projection", gate))
        return h * self.weight(at + "layer_scalar") if self.name == "gemma4" else h

    def mlp(self, at, x):
        if self.name == "phi3":
            gate, up = np.split(self.linear(at + "mlp.gate_up_proj", x), 2, axis=-1)
        else:
            gate, up = (self.linear(f"{at}mlp.{part}_proj", x) for part in ("gate", "up"))
        return self.linear(at + "mlp.down_proj", self.family.activation(gate) * up)

    def experts(self, at, h, x):
        """Gemma 4: the router looks at the residual stream, the experts at its norm."""
        scores = rms_norm(h, self.weight(at + "router.scale") * self.hidden**-0.5, self.eps)
        scores = self.linear(at + "router.proj", scores)
        out = np.zeros_like(x)
        gates, ups, downs = (self.weight(f"{at}experts.switch_glu.{part}_proj") for part in ("gate", "up", "down"))
        for t, row in enumerate(scores):
            best = np.argsort(-row)[: self.config["top_k_experts"]]
            shares = reference.softmax(row[best]) * self.weight(at + "router.per_expert_scale")[best]
            for expert, share in zip(best, shares):
                act = gelu_tanh(gates[expert] @ x[t]) * (ups[expert] @ x[t])
                out[t] += share * (downs[expert] @ act)
        return out

    def per_layer_inputs(self, tokens, h):
        """Gemma 4: [T, layers, P] from the ids and from the embeddings, or None."""
        size = self.config.get("hidden_size_per_layer_input", 0)
        if not size:
            return None
        looked_up = self.weight("model.embed_tokens_per_layer")[tokens] * math.sqrt(size)
        projected = self.linear("model.per_layer_model_projection", h) / math.sqrt(self.hidden)
        projected = self.norm("model.per_layer_projection_norm", projected.reshape(len(h), self.layers, size))
        return (projected + looked_up.reshape(projected.shape)) / math.sqrt(2)

    # attention

    def attend(self, layer, x):
        at = f"model.layers.{layer}.self_attn."
        dim, owner = self.head_dim(layer), self.owner(layer)
        q, k, v = self.projections(layer, at, x, dim)
        if self.family.head_norms:
            q = self.norm(at + "q_norm", q)
        q = self.rope(layer, q)
        if owner == layer:
            v = rms_norm(v, 1.0, self.eps) if self.family.value_norms else v
            k = self.rope(layer, self.norm(at + "k_norm", k) if self.family.head_norms else k)
            if self.cache[layer] is not None:
                k, v = (np.concatenate(pair, axis=1) for pair in zip(self.cache[layer], (k, v)))
            self.cache[layer] = k, v
        cap = self.config.get("attn_logit_softcapping", 50.0) if self.name == "gemma2" else None
        window, keep = self.window(layer)
        q = q * self.position_scale(len(x))
        given = {"window": window, "softcap": cap, "keep": keep, "blocks": self.blocks}
        out = reference.attention(q, *self.seen_of(owner), self.scale(dim), **given)
        return self.linear(at + "o_proj", out.swapaxes(0, 1).reshape(len(x), -1))

    def window(self, layer):
        """(positions, itself included, that a query sees behind it; the first ones that it sees besides)."""
        window, size = self.config["sliding_window"] if self.sliding(layer) else None, self.kv.get("max_kv_size")
        if size and (window is None or window > size):
            return size - self.kv["keep"], self.kv["keep"]
        return window, 0

    def seen_of(self, layer):
        """Keys and values as the tokens of this call see them: all packed, or none."""
        pair = self.cache[layer]
        if "kv_bits" not in self.kv or self.sliding(layer) or self.seen < self.kv["quantized_kv_start"]:
            return pair
        bits, group = self.kv["kv_bits"], self.kv["kv_group_size"]
        (k, v), margins = zip(*(reference.requantized(x, bits, group) for x in pair))
        self.margin = min(self.margin, *margins)
        return k, v

    def projections(self, layer, at, x, dim):
        """q, k, v as [heads, T, D]; no k and v where they are another layer's."""

        def split(values):
            return values.reshape(len(x), -1, dim).swapaxes(0, 1)

        if self.name == "phi3":
            fused = split(self.linear(at + "qkv_proj", x))
            kv = (len(fused) - self.heads) // 2
            return fused[: self.heads], fused[self.heads : -kv], fused[-kv:]
        q = split(self.linear(at + "q_proj", x))
        if self.owner(layer) != layer:
            return q, None, None
        k = split(self.linear(at + "k_proj", x))
        same = self.config.get("attention_k_eq_v", False) and not self.sliding(layer)
        return q, k, k if same else split(self.linear(at + "v_proj", x))

    def head_dim(self, layer):
        c = self.config
        if self.name == "gemma4" and not self.sliding(layer):
            return c.get("global_head_dim") or c["head_dim"]
        if self.name in ("qwen2", "phi3", "helium"):
            return self.hidden // self.heads
        return c.get("head_dim") or self.hidden // self.heads

    def owner(self, layer):
        """The layer whose keys and values this one reads."""
        own = self.layers - self.config.get("num_kv_shared_layers", 0)
        if layer < own:
            return layer
        return max(i for i in range(own) if self.sliding(i) == self.sliding(layer))

    def sliding(self, layer):
        c = self.config
        if self.name == "gemma3":
            return (layer + 1) % c.get("sliding_window_pattern", 6) != 0
        if self.name == "gemma4" and "layer_types" not in c:
            return (layer + 1) % c.get("sliding_window_pattern", 5) != 0
        if self.name not in ("llama", "ministral3", "gemma4"):
            return False  # mlx-lm has no windows for the others
        return c.get("layer_types", {layer: ""})[layer] == "sliding_attention"

    def scale(self, dim):
        if self.family.unit_scale:
            return 1.0
        scalar = {"gemma2": 144.0, "gemma3": 256.0}.get(self.name)
        return (self.config.get("query_pre_attn_scalar", scalar) if scalar else dim) ** -0.5

    def position_scale(self, count):
        """Ministral 3 makes far queries sharper."""
        if self.name != "ministral3":
            return 1.0
        rope = self.config["rope_parameters"]
        steps = np.floor((self.seen + np.arange(count)) / rope["original_max_position_embeddings"])
        return 1 + rope["llama_4_scaling_beta"] * np.log(1 + steps)[:, None]

    def rope(self, layer, x):
        if self.name == "smollm3" and not self.turns(layer):
            return x
        scaling, base = self.rotation(layer)
        dims = int(x.shape[-1] * self.config.get("partial_rotary_factor", 1.0)) if self.name == "phi3" else x.shape[-1]
        last = self.seen + x.shape[1]
        steps, factor = reference.periods(scaling, dims, base, self.config.get("max_position_embeddings"), last)
        scaled = x.copy()
        scaled[..., :dims] *= factor
        angles = np.arange(self.seen, last)[:, None] / steps
        traditional = self.family.traditional or self.config.get("rope_traditional", False)
        return reference.rotate(scaled, angles, traditional)

    def turns(self, layer):
        interval = self.config.get("no_rope_layer_interval", 4)
        return self.config.get("no_rope_layers", {layer: (layer + 1) % interval})[layer] != 0

    def rotation(self, layer):
        """(scaling, base) of a layer."""
        c = self.config
        if self.name == "gemma4":
            kind = "sliding_attention" if self.sliding(layer) else "full_attention"
            own = c.get("rope_parameters", GEMMA4_ROPE)[kind]
            return own, own["rope_theta"]
        if self.name == "gemma3" and self.sliding(layer):
            return None, c.get("rope_local_base_freq", 1e4)
        if self.name == "ministral3" or (self.name == "qwen3" and "rope_theta" not in c):
            return c["rope_parameters"], c["rope_parameters"]["rope_theta"]
        scaling = c.get("rope_scaling")
        if self.name == "phi3" and scaling:
            scaling = scaling | {"original_max_position_embeddings": c["original_max_position_embeddings"]}
        return scaling, c.get("rope_theta", self.family.theta)


def renamed(tensors):
    """Gemma 4 as Hugging Face stores it: another prefix, and experts whose gate and up lie in one."""
    out = {}
    for name, values in tensors.items():
        if name.startswith("model.language_model."):
            name = "language_model.model." + name.removeprefix("model.language_model.")
        if name.endswith(".experts.gate_up_proj"):
            at = name.removesuffix("gate_up_proj") + "switch_glu."
            out[at + "gate_proj.weight"], out[at + "up_proj.weight"] = np.split(values, 2, axis=-2)
        elif name.endswith(".experts.down_proj"):
            out[name.removesuffix("down_proj") + "switch_glu.down_proj.weight"] = values
        else:
            out[name] = values
    return out
