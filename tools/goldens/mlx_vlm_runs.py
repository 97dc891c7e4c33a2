"""Runs checkpoints that see with mlx-vlm in float32 and records what they compute. Knows nothing of a suite's files."""

import mlx.core as mx
import mlx.nn as nn
import numpy as np
from mlx.utils import tree_map, tree_unflatten
from mlx_lm.models.cache import make_prompt_cache
from mlx_vlm.models.pixtral import vision as pixtral_vision
from mlx_vlm.utils import load_model

from .mlx_runs import Tap, Trace, dense, float32


def load_float32(folder):
    """The model as mlx-vlm loads it, then with every weight dequantized and widened."""
    model = load_model(folder)
    quantized = (nn.QuantizedLinear, nn.QuantizedEmbedding)
    modules = [(name, dense(module)) for name, module in model.named_modules() if isinstance(module, quantized)]
    model.update_modules(tree_unflatten(modules))
    model.update(tree_map(float32, model.parameters()))
    mx.eval(model.parameters())
    return model


class Eyes:
    """One sequence of a model, whose first call has images."""

    def __init__(self, model, values, sizes):
        self.model, self.values, self.sizes = model, mx.array(values), sizes
        self.cache, self.started = make_prompt_cache(model), False

    def embeddings(self, tokens):
        """What the text model is given; keeps the features, [rows, hidden]: what the projector makes of all images."""
        given, ids = {} if self.sizes is None else {"image_sizes": [list(size) for size in self.sizes]}, mx.array([tokens])
        projector = self.model.multi_modal_projector
        self.model.multi_modal_projector = Tap(projector, self.keep)
        found = self.model.get_input_embeddings(ids, self.values, mask=mx.ones(ids.shape), **given)
        self.model.multi_modal_projector = projector
        return found.inputs_embeds

    def keep(self, _, features, __):
        self.features = flat(features)

    def logits(self, tokens):
        """[T, V] of one call."""
        given = {}
        if not self.started:
            given["inputs_embeds"], self.started = self.embeddings(tokens), True
        return np.array(self.model.language_model(mx.array([tokens]), cache=self.cache, **given).logits[0])


class EyesTrace(Trace):
    """Every named intermediate of tower, projector and decoder, in the shapes of golden/FORMAT.md."""

    def __init__(self, model, values, sizes):
        super().__init__(model)
        self.session = Eyes(model, values, sizes)
        self.towers = {}
        tower = model.vision_tower.vision_model
        (self.tap_siglip if "embeddings" in tower else self.tap_pixtral)(tower, "vision_tower.vision_model.")
        self.tap_projector(model.multi_modal_projector, "multi_modal_projector.")
        self.rows(model, "multi_modal_projector", "multi_modal_projector")

    def call(self, tokens):
        return super().call(tokens) | self.towers

    def rows(self, owner, name, outputs, inputs=None):
        """Taps a module; what it makes is kept as [rows, width]."""

        def listen(x, out, _):
            if inputs:
                self.towers[inputs] = flat(x)
            self.towers[outputs] = flat(out)

        setattr(owner, name, Tap(getattr(owner, name), listen))

    def tap_siglip(self, tower, at):
        self.rows(tower.embeddings, "patch_embedding", at + "embeddings.patch_embedding")
        self.rows(tower, "embeddings", at + "embeddings")
        self.rows(tower, "post_layernorm", at + "post_layernorm")
        for i, layer in enumerate(tower.encoder.layers):
            l = f"{at}encoder.layers.{i}"
            for norm in ("layer_norm1", "layer_norm2"):
                self.rows(layer, norm, f"{l}.{norm}")
            for part in ("q_proj", "k_proj", "v_proj"):
                self.rows(layer.self_attn, part, f"{l}.self_attn.{part}")
            self.rows(layer.self_attn, "out_proj", f"{l}.self_attn.out_proj", f"{l}.self_attn.attn_out")
            for part in ("fc1", "activation_fn", "fc2"):
                self.rows(layer.mlp, part, f"{l}.mlp.{part}")
            tower.encoder.layers[i] = Tap(layer, self.keeper(l))

    def tap_pixtral(self, tower, at):
        self.rows(tower, "patch_conv", at + "patch_conv")
        self.rows(tower, "ln_pre", at + "ln_pre")
        turned = iter([f"{at}transformer.layers.{i}.attention." for i in range(len(tower.transformer.layers))])
        turn = pixtral_vision.apply_rotary_pos_emb

        def listen(q, k, *args, **kwargs):
            out, l = turn(q, k, *args, **kwargs), next(turned, None)
            if l:
                self.towers[l + "q_rope"], self.towers[l + "k_rope"] = (side_by_side(x) for x in out)
            return out

        pixtral_vision.apply_rotary_pos_emb = listen
        for i, layer in enumerate(tower.transformer.layers):
            l = f"{at}transformer.layers.{i}"
            for norm in ("attention_norm", "ffn_norm"):
                self.rows(layer, norm, f"{l}.{norm}")
            for part in ("q_proj", "k_proj", "v_proj"):
                self.rows(layer.attention, part, f"{l}.attention.{part}")
            self.rows(layer.attention, "o_proj", f"{l}.attention.o_proj", f"{l}.attention.attn_out")
            for part in ("gate_proj", "up_proj"):
                self.rows(layer.feed_forward, part, f"{l}.feed_forward.{part}")
            self.rows(layer.feed_forward, "down_proj", f"{l}.feed_forward.down_proj", f"{l}.feed_forward.act")
            tower.transformer.layers[i] = Tap(layer, self.keeper(l))

    def tap_projector(self, projector, at):
        for part in ("avg_pool", "mm_soft_emb_norm", "norm", "patch_merger", "linear_1", "gelu"):
            if part in projector or hasattr(projector, part):
                self.rows(projector, part, at + part)

    def keeper(self, name):
        def listen(_, out, __):
            self.towers[name] = flat(out)

        return listen


def flat(x):
    """[rows, width], also where the rows are a grid."""
    x = np.array(x)
    return x.reshape(-1, x.shape[-1])


def side_by_side(x):
    """[1, heads, T, D] -> [T, heads·D]"""
    x = np.array(x)[0].swapaxes(0, 1)
    return x.reshape(len(x), -1)
