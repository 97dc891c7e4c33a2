"""The tiny checkpoints that see: a Gemma 3, a Pixtral and a Mistral 3 in every form that their files come in."""

from dataclasses import dataclass, field

import mlx.core as mx

from .checkpoints import Model, Module
from .images import MEAN, STD

GREEDY = ("greedy",)
TRACED = ("trace", "greedy")
START, END, SOFT = 144, 145, 146  # Gemma 3
IMG, BREAK, STOP = 10, 12, 13  # Pixtral, Mistral 3
GEMMA_TEXT = {
    "model_type": "gemma3_text",
    "hidden_size": 40,
    "intermediate_size": 60,
    "num_hidden_layers": 3,
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "head_dim": 12,
    "rms_norm_eps": 1e-06,
    "rope_theta": 1000000.0,
    "rope_global_base_freq": 1000000.0,
    "rope_local_base_freq": 10000.0,
    "query_pre_attn_scalar": 14,
    "sliding_window": 9,
    "sliding_window_pattern": 3,
    "mm_tokens_per_image": 4,
    "max_position_embeddings": 2048,
    "vocab_size": 149,
}
SIGLIP = {
    "model_type": "siglip_vision_model",
    "hidden_size": 36,
    "intermediate_size": 52,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": 24,
    "patch_size": 4,
    "layer_norm_eps": 1e-06,
}
MISTRAL_TEXT = {
    "model_type": "mistral",
    "hidden_size": 36,
    "intermediate_size": 60,
    "num_hidden_layers": 2,
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "head_dim": 20,
    "rms_norm_eps": 1e-05,
    "rope_theta": 1000000000.0,
    "max_position_embeddings": 2048,
    "vocab_size": 131,
    "tie_word_embeddings": False,
    "hidden_act": "silu",
}
MINISTRAL_TEXT = {k: v for k, v in MISTRAL_TEXT.items() if k != "rope_theta"} | {
    "model_type": "ministral3",
    "tie_word_embeddings": True,
    "rope_parameters": {
        "type": "yarn",
        "rope_type": "yarn",
        "rope_theta": 10000.0,
        "factor": 4.0,
        "original_max_position_embeddings": 16,
        "beta_fast": 32.0,
        "beta_slow": 1.0,
        "mscale": 1.0,
        "mscale_all_dim": 1.0,
        "llama_4_scaling_beta": 0.4,
    },
}
PIXTRAL = {
    "model_type": "pixtral",
    "hidden_size": 32,
    "intermediate_size": 52,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "head_dim": 8,
    "image_size": 32,
    "patch_size": 4,
    "rope_theta": 10000.0,
    "hidden_act": "silu",
}


@dataclass
class Seeing(Model):
    """`preprocessor` is the preprocessor_config.json; `extra` are the modules of tower and projector."""

    preprocessor: dict = field(default_factory=dict)
    extra: tuple = ()

    @property
    def gemma(self):
        return self.config["model_type"] == "gemma3"


def seeing_models():
    return [*gemma(), *pixtral(), *mistral3()]


def gemma():
    even = {"hidden_size": 64, "intermediate_size": 96, "num_attention_heads": 4}
    text = {"hidden_size": 64, "intermediate_size": 96, "num_attention_heads": 6, "head_dim": 16}
    crops = {
        "do_pan_and_scan": True,
        "pan_and_scan_min_crop_size": 8,
        "pan_and_scan_max_num_crops": 3,
        "pan_and_scan_min_ratio_to_activate": 1.2,
    }
    return [
        gemma_model(
            "f32",
            "tower, pooling, projector or merge differ, or rows are not divided by the root of 2048 where config.json "
            "has no hidden_size of its own",
        ),
        gemma_model(
            "bf16",
            "a convolution in PyTorch's order is not turned, or rows are not divided by the root of the outer hidden_size",
            mx.bfloat16,
            {"hidden_size": 40},
            {"hidden_size": 44, "num_attention_heads": 4, "layer_norm_eps": 0.01},
            finish=torch_layout,
        ),
        gemma_model(
            "f16-crops",
            "crops are not views of their own, or rows are pooled by columns",
            mx.float16,
            {"pad_token_id": 3},
            {"image_size": 20, "patch_size": 5, "hidden_size": 54, "num_attention_heads": 3},
            text={"mm_tokens_per_image": 16},
            preprocessor=crops,
        ),
        gemma_model(
            "q4g32",
            "quantized projections of the tower, or its quantized positions, are unpacked wrongly",
            mx.bfloat16,
            {},
            even,
            text=text,
            quantization={"group_size": 32, "bits": 4},
        ),
        gemma_model(
            "mixed",
            "a module of the tower that has an entry of its own, or is not quantized, is unpacked wrongly",
            mx.bfloat16,
            {},
            even,
            text=text,
            quantization={
                "group_size": 32,
                "bits": 8,
                "mode": "mxfp8",
                LAYER.format(0) + "self_attn.q_proj": False,
                LAYER.format(1) + "mlp.fc1": {"group_size": 64, "bits": 6},
                "vision_tower.vision_model.embeddings.position_embedding": False,
            },
        ),
    ]


LAYER = "vision_tower.vision_model.encoder.layers.{}."


def gemma_model(
    name, about, dtype=mx.float32, outer={}, vision={}, text={}, preprocessor={}, quantization=None, finish=None
):
    vision, text = SIGLIP | vision, GEMMA_TEXT | text
    config = {
        "architectures": ["Gemma3ForConditionalGeneration"],
        "model_type": "gemma3",
        "text_config": text,
        "vision_config": vision,
        "vocab_size": text["vocab_size"],
        "boi_token_index": START,
        "eoi_token_index": END,
        "image_token_index": SOFT,
        "mm_tokens_per_image": text["mm_tokens_per_image"],
        "eos_token_id": [1, 106],
    } | outer
    size = vision["image_size"]
    return Seeing(
        "gemma3-vl-" + name,
        config,
        f"Fails if {about}.",
        dtype,
        quantization,
        prefix="language_model.",
        kinds=TRACED if name.split("-")[-1] in ("f32", "q4g32", "mxfp4") else GREEDY,
        finish=lambda tensors: (finish or unchanged)(with_head(tensors) if quantization else tensors),
        preprocessor={
            "image_processor_type": "Gemma3ImageProcessor",
            "do_resize": True,
            "size": {"height": size, "width": size},
            "resample": 2,
            "do_rescale": True,
            "rescale_factor": 1 / 255,
            "do_normalize": True,
            "image_mean": [0.5] * 3,
            "image_std": [0.5] * 3,
        }
        | preprocessor,
        extra=tuple(siglip(vision, text["hidden_size"])),
    )


def siglip(c, text):
    hidden, wide, patch = c["hidden_size"], c["intermediate_size"], c["patch_size"]
    at = "vision_tower.vision_model."
    yield Module(
        at + "embeddings.patch_embedding", (hidden, patch, patch, 3), (3 * patch * patch) ** -0.5, True, dense=True
    )
    yield Module(at + "embeddings.position_embedding", ((c["image_size"] // patch) ** 2, hidden), 0.5)
    for i in range(c["num_hidden_layers"]):
        layer = LAYER.format(i)
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            sharp = 1.6 if part[0] in "qk" else 1.0
            yield Module(layer + "self_attn." + part, (hidden, hidden), sharp * hidden**-0.5, True)
        yield Module(layer + "mlp.fc1", (wide, hidden), 1.3 * hidden**-0.5, True)
        yield Module(layer + "mlp.fc2", (hidden, wide), wide**-0.5, True)
        for norm in ("layer_norm1", "layer_norm2"):
            yield Module(layer + norm, (hidden,), 0.1, True, centre=1.0)
    yield Module(at + "post_layernorm", (hidden,), 0.1, True, centre=1.0)
    yield Module("multi_modal_projector.mm_soft_emb_norm", (hidden,), 0.1)
    yield Module(
        "multi_modal_projector.mm_input_projection_weight", (hidden, text), 6 * hidden**-0.5, bare=True, dense=True
    )


def pixtral():
    even = {"hidden_size": 64, "intermediate_size": 96, "num_attention_heads": 4, "head_dim": 16}
    return [
        mistral_model(
            "pixtral-vl-f32",
            "patches are not turned by row and column, views see each other, or GELU is not the exact one",
        ),
        mistral_model(
            "pixtral-vl-bf16",
            "Transformers' names or PyTorch's order of a convolution are not understood, or features are not of the "
            "layer that vision_feature_layer says",
            mx.bfloat16,
            {"vision_feature_layer": -2},
            {"num_hidden_layers": 3, "rope_theta": 700.0, "rms_norm_eps": 0.01},
            finish=lambda tensors: transformers_names(torch_layout(tensors)),
        ),
        mistral_model(
            "pixtral-vl-q8g32",
            "quantized projections of the tower or the projector are unpacked wrongly",
            mx.float16,
            {},
            even,
            text={"hidden_size": 64, "intermediate_size": 96, "head_dim": 16},
            quantization={"group_size": 32, "bits": 8},
        ),
    ]


def mistral3():
    return [
        mistral_model(
            "mistral3-vl-f32",
            "squares of patches are not merged channel by channel, or the norm before has another eps than the text's",
            mx.float32,
            {"spatial_merge_size": 2},
            {"patch_size": 2, "image_size": 24},
            text={"rms_norm_eps": 0.02},
            merge=2,
        ),
        mistral_model(
            "mistral3-vl-bf16",
            "multimodal_projector_bias is not read, or three patches a side are not merged",
            mx.bfloat16,
            {"spatial_merge_size": 3, "multimodal_projector_bias": True},
            {"patch_size": 2, "image_size": 30},
            base=MINISTRAL_TEXT,
            merge=3,
        ),
        mistral_model(
            "mistral3-vl-mxfp4",
            "the quantized merger is unpacked wrongly",
            mx.bfloat16,
            {"spatial_merge_size": 2},
            {
                "hidden_size": 64,
                "intermediate_size": 96,
                "num_attention_heads": 2,
                "head_dim": 32,
                "patch_size": 2,
                "image_size": 24,
            },
            text={"hidden_size": 64, "intermediate_size": 96, "head_dim": 16},
            quantization={"group_size": 32, "bits": 4, "mode": "mxfp4"},
            merge=2,
        ),
    ]


def mistral_model(
    name, about, dtype=mx.float32, outer={}, vision={}, text={}, base=MISTRAL_TEXT, quantization=None, finish=None, merge=0
):
    vision, text = PIXTRAL | vision, base | text
    kind = "mistral3" if merge else "pixtral"
    config = {
        "architectures": ["Mistral3ForConditionalGeneration" if merge else "LlavaForConditionalGeneration"],
        "model_type": kind,
        "text_config": text,
        "vision_config": vision,
        "image_token_index": IMG,
        "projector_hidden_act": "gelu",
        "vision_feature_layer": -1,
        "eos_token_id": 2,
    } | outer
    bias = not merge or outer.get("multimodal_projector_bias", False)
    return Seeing(
        name,
        config,
        f"Fails if {about}.",
        dtype,
        quantization,
        head=not text.get("tie_word_embeddings", False),
        prefix="language_model.",
        kinds=TRACED if name.split("-")[-1] in ("f32", "q4g32", "mxfp4") else GREEDY,
        finish=finish,
        preprocessor={
            "image_processor_type": "PixtralImageProcessor",
            "do_resize": True,
            "size": {"longest_edge": vision["image_size"]},
            "patch_size": vision["patch_size"],
            "resample": 3,
            "do_rescale": True,
            "rescale_factor": 1 / 255,
            "do_normalize": True,
            "image_mean": MEAN,
            "image_std": STD,
        },
        extra=tuple(pixtral_modules(vision, text["hidden_size"], merge, bias)),
    )


def pixtral_modules(c, text, merge, bias):
    hidden, wide, patch = c["hidden_size"], c["intermediate_size"], c["patch_size"]
    at, projector = "vision_tower.vision_model.", "multi_modal_projector."
    yield Module(at + "patch_conv", (hidden, patch, patch, 3), (3 * patch * patch) ** -0.5, dense=True)
    yield Module(at + "ln_pre", (hidden,), 0.1)
    for i in range(c["num_hidden_layers"]):
        layer = f"{at}transformer.layers.{i}."
        for part in ("q_proj", "k_proj", "v_proj", "o_proj"):
            sharp = 1.6 if part[0] in "qk" else 1.0
            yield Module(layer + "attention." + part, (hidden, hidden), sharp * hidden**-0.5)
        yield Module(layer + "feed_forward.gate_proj", (wide, hidden), 1.3 * hidden**-0.5)
        yield Module(layer + "feed_forward.up_proj", (wide, hidden), hidden**-0.5)
        yield Module(layer + "feed_forward.down_proj", (hidden, wide), wide**-0.5)
        for norm in ("attention_norm", "ffn_norm"):
            yield Module(layer + norm, (hidden,), 0.1)
    if merge:
        yield Module(projector + "norm", (hidden,), 0.1)
        columns = hidden * merge * merge
        yield Module(projector + "patch_merger.merging_layer", (hidden, columns), columns**-0.5)
    yield Module(projector + "linear_1", (text, hidden), 1.5 * hidden**-0.5, bias)
    yield Module(projector + "linear_2", (text, text), 1.5 * text**-0.5, bias)


def unchanged(tensors):
    return tensors


def with_head(tensors):
    """mlx-vlm's Gemma 3 wants a head in a quantized checkpoint, and then takes the embedding's words for it."""
    at = "language_model.model.embed_tokens"
    return tensors | {
        name.replace(at, "language_model.lm_head"): t for name, t in tensors.items() if name.startswith(at)
    }


def torch_layout(tensors):
    """Convolutions as PyTorch keeps them: [out, channels, height, width]."""
    return {name: t.transpose(0, 3, 1, 2) if t.ndim == 4 else t for name, t in tensors.items()}


def transformers_names(tensors):
    return {name.replace("vision_tower.vision_model.", "vision_tower."): t for name, t in tensors.items()}
