"""Both vision towers and their projectors in float64 NumPy: the judge of what mlx-vlm computes in float32.

Written from the description of the models, not from mlx-vlm's code. A view is [height, width, 3].
"""

import math

import numpy as np

from . import reference
from .decoder import Decoder
from .reference import gelu_erf, gelu_tanh, layer_norm, rms_norm, silu


class Tower:
    """Weights by their names in mlx-vlm, in whatever form the checkpoint has them."""

    def __init__(self, folder, config):
        self.judge, self.config = Decoder(folder), config
        self.vision, self.text = config["vision_config"], config["text_config"]
        self.tensors = {mlx_name(name): values for name, values in self.judge.tensors.items()}

    def vector(self, name):
        return self.tensors[name].astype(np.float64)

    def matrix(self, path, columns):
        """[out, in] of a module with so many inputs."""
        weight, scales = self.tensors[path + ".weight"], self.tensors.get(path + ".scales")
        if scales is None:
            return weight.astype(np.float64)
        group, bits = columns // scales.shape[-1], 32 * weight.shape[-1] // columns
        mode = "affine" if scales.dtype != np.uint8 else "nvfp4" if group == 16 else f"mxfp{bits}"
        return reference.dequantize(weight, scales, self.tensors.get(path + ".biases"), group, bits, mode)

    def linear(self, path, x):
        out, bias = x @ self.matrix(path, x.shape[-1]).T, self.tensors.get(path + ".bias")
        return out if bias is None else out + bias

    def patches(self, path, view):
        """[h', w', D] of a convolution without overlap."""
        kernel, size = self.vector(path + ".weight"), self.vision["patch_size"]
        if kernel.shape[1] == 3 != size:
            kernel = kernel.transpose(0, 2, 3, 1)
        out, bias = reference.conv2d(view.astype(np.float64), kernel, size), self.tensors.get(path + ".bias")
        return out if bias is None else out + bias

    def attend(self, q, k, v):
        heads = self.vision["num_attention_heads"]
        q, k, v = (x.reshape(len(x), heads, -1).swapaxes(0, 1) for x in (q, k, v))
        out = reference.attention(*self.turned(q, k), v, q.shape[-1] ** -0.5, causal=False)
        return out.swapaxes(0, 1).reshape(q.shape[1], -1)

    def turned(self, q, k):
        return q, k


class Siglip(Tower):
    last_eps = 1e-5  # mlx-vlm does not hand the configuration's on

    def features(self, view):
        at, eps = "vision_tower.vision_model.", self.vision["layer_norm_eps"]
        grid = self.patches(at + "embeddings.patch_embedding", view)
        h = grid.reshape(-1, grid.shape[-1])
        h = h + self.matrix(at + "embeddings.position_embedding", h.shape[-1])
        for i in range(self.vision["num_hidden_layers"]):
            layer = f"{at}encoder.layers.{i}."
            x = self.norm(layer + "layer_norm1", h, eps)
            q, k, v = (self.linear(f"{layer}self_attn.{part}_proj", x) for part in "qkv")
            h = h + self.linear(layer + "self_attn.out_proj", self.attend(q, k, v))
            x = self.norm(layer + "layer_norm2", h, eps)
            h = h + self.linear(layer + "mlp.fc2", gelu_tanh(self.linear(layer + "mlp.fc1", x)))
        h = self.norm(at + "post_layernorm", h, self.last_eps)
        side = math.isqrt(self.text["mm_tokens_per_image"])
        pooled = reference.avg_pool(h.reshape(grid.shape), len(grid) // side, len(grid) // side)
        pooled = pooled.reshape(-1, h.shape[-1])
        weight = self.vector("multi_modal_projector.mm_soft_emb_norm.weight")
        return rms_norm(pooled, 1 + weight, eps) @ self.vector("multi_modal_projector.mm_input_projection_weight")

    def norm(self, path, x, eps):
        return layer_norm(x, self.vector(path + ".weight"), self.vector(path + ".bias"), eps)

    def embedded(self, features):
        return features / math.sqrt(self.config.get("hidden_size", 2048))


class TransformersSiglip(Siglip):
    """As Transformers 5.24 defines Gemma 3: modeling_gemma3.py and modeling_siglip.py."""

    @property
    def last_eps(self):
        return self.vision["layer_norm_eps"]

    def embedded(self, features):
        """Rows are not scaled with the embeddings: what those are multiplied by is taken out."""
        return features / reference.bfloat16(math.sqrt(self.text["hidden_size"]))


class Pixtral(Tower):
    def features(self, view):
        at, eps = "vision_tower.vision_model.", self.vision.get("rms_norm_eps", 1e-5)
        grid = self.patches(at + "patch_conv", view)
        self.grid = grid.shape[:2]
        h = rms_norm(grid.reshape(-1, grid.shape[-1]), self.vector(at + "ln_pre.weight"), 1e-5)
        layers, chosen = self.vision["num_hidden_layers"], self.config["vision_feature_layer"]
        for i in range(layers + 1 + chosen if chosen < 0 else chosen):
            layer = f"{at}transformer.layers.{i}."
            x = rms_norm(h, self.vector(layer + "attention_norm.weight"), eps)
            q, k, v = (self.linear(f"{layer}attention.{part}_proj", x) for part in "qkv")
            h = h + self.linear(layer + "attention.o_proj", self.attend(q, k, v))
            x = rms_norm(h, self.vector(layer + "ffn_norm.weight"), eps)
            gate, up = (self.linear(f"{layer}feed_forward.{part}_proj", x) for part in ("gate", "up"))
            h = h + self.linear(layer + "feed_forward.down_proj", silu(gate) * up)
        return self.project(h)

    def turned(self, q, k):
        """Pairs of channels (i, i + D/2): the first half by the row, in θ's even steps, the others by the column."""
        dim, theta = q.shape[-1], self.vision["rope_theta"]
        steps = theta ** -(np.arange(0, dim, 2) / dim)
        rows, columns = (index.reshape(-1, 1) for index in np.indices(self.grid))
        angles = np.concatenate([rows * steps[::2], columns * steps[1::2]], axis=-1)
        return reference.rotate(q, angles, False), reference.rotate(k, angles, False)

    def project(self, h):
        at = "multi_modal_projector."
        if self.config["model_type"] == "mistral3":
            h = rms_norm(h, self.vector(at + "norm.weight"), self.text["rms_norm_eps"])
            size = self.config.get("spatial_merge_size", 2)
            squares = reference.windows(h.reshape(*self.grid, -1), size, size, size)  # [h', w', size, size, D]
            h = squares.transpose(0, 1, 4, 2, 3).reshape(-1, h.shape[-1] * size * size)
            h = self.linear(at + "patch_merger.merging_layer", h)
        return self.linear(at + "linear_2", gelu_erf(self.linear(at + "linear_1", h)))

    def embedded(self, features):
        return features


def mlx_name(name):
    if name.startswith("vision_tower.") and "vision_model" not in name:
        return name.replace("vision_tower.", "vision_tower.vision_model.")
    return name
