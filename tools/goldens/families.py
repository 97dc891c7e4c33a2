"""The tiny models of the other families: each in f32, bf16, f16, an affine format, a float format and a mixture.

Every model has logits, trace, greedy and perplexity. The three dense ones differ in more than their dtype: each takes
another form of the family's config.json, so that all of them are read.
"""

import mlx.core as mx

from .checkpoints import MODES, Model

ALL = ("logits", "trace", "greedy", "perplexity")
ODD = {  # head_dim is not hidden / heads, three queries share a key, nothing is a multiple of 32
    "hidden_size": 36,
    "intermediate_size": 60,
    "num_hidden_layers": 2,
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "head_dim": 20,
    "rms_norm_eps": 1e-05,
    "max_position_embeddings": 2048,
    "vocab_size": 131,
}
EVEN = {  # shapes that a group divides, by group size
    32: {
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_attention_heads": 6,
        "num_key_value_heads": 2,
        "head_dim": 16,
    },
    64: {
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_attention_heads": 6,
        "num_key_value_heads": 2,
        "head_dim": 32,
    },
    128: {
        "hidden_size": 128,
        "intermediate_size": 128,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 64,
    },
}
SQUARE = {  # the same where head_dim is hidden / heads
    32: {
        "hidden_size": 96,
        "intermediate_size": 64,
        "num_attention_heads": 6,
        "num_key_value_heads": 2,
        "head_dim": 16,
    },
    64: {
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
    },
    128: {
        "hidden_size": 128,
        "intermediate_size": 128,
        "num_attention_heads": 4,
        "num_key_value_heads": 1,
        "head_dim": 32,
    },
}
MISTRAL = ODD | {
    "architectures": ["MistralForCausalLM"],
    "model_type": "mistral",
    "hidden_act": "silu",
    "rope_theta": 1000000.0,
    "sliding_window": 5,
    "tie_word_embeddings": False,
}
MINISTRAL3 = ODD | {
    "architectures": ["Ministral3ForCausalLM"],
    "model_type": "ministral3",
    "hidden_act": "silu",
    "num_hidden_layers": 3,
    "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
    "sliding_window": 9,
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
QWEN2 = ODD | {
    "architectures": ["Qwen2ForCausalLM"],
    "model_type": "qwen2",
    "hidden_act": "silu",
    "hidden_size": 48,
    "head_dim": "absent",
    "rms_norm_eps": 1e-06,
    "rope_theta": 1000000.0,
    "sliding_window": 8,
    "max_window_layers": 1,
    "use_sliding_window": False,
    "attention_dropout": 0.0,
    "tie_word_embeddings": False,
}
QWEN3 = ODD | {
    "architectures": ["Qwen3ForCausalLM"],
    "model_type": "qwen3",
    "hidden_act": "silu",
    "attention_bias": False,
    "rms_norm_eps": 1e-06,
    "rope_theta": 1000000.0,
    "rope_scaling": None,
    "sliding_window": None,
    "use_sliding_window": False,
    "max_window_layers": 2,
    "tie_word_embeddings": False,
}
SMOLLM3 = ODD | {
    "architectures": ["SmolLM3ForCausalLM"],
    "model_type": "smollm3",
    "hidden_act": "silu",
    "num_hidden_layers": 4,
    "rms_norm_eps": 1e-06,
    "rope_theta": 5000000.0,
    "rope_scaling": None,
    "use_sliding_window": False,
    "sliding_window": None,
    "attention_bias": False,
    "mlp_bias": False,
    "tie_word_embeddings": True,
}
PHI3 = ODD | {
    "architectures": ["Phi3ForCausalLM"],
    "model_type": "phi3",
    "hidden_act": "silu",
    "hidden_size": 72,
    "head_dim": "absent",
    "rope_theta": 10000.0,
    "rope_scaling": None,
    "partial_rotary_factor": 0.7,
    "original_max_position_embeddings": 32,
    "max_position_embeddings": 32,
    "tie_word_embeddings": "absent",
}
LONGROPE = {"type": "longrope", "short_factor": [1.0] * 6, "long_factor": [1.0, 1.2, 1.7, 2.5, 4.0, 9.0]}
HELIUM = ODD | {
    "architectures": ["HeliumForCausalLM"],
    "model_type": "helium",
    "hidden_act": "silu",
    "hidden_size": 48,
    "head_dim": 8,
    "rms_norm_eps": 1e-08,
    "rope_theta": 100000.0,
    "attention_bias": False,
    "mlp_bias": False,
    "tie_word_embeddings": False,
}
GEMMA = ODD | {
    "architectures": ["GemmaForCausalLM"],
    "model_type": "gemma",
    "hidden_act": "gelu",
    "hidden_activation": None,
    "hidden_size": 40,
    "head_dim": 12,
    "rms_norm_eps": 1e-06,
    "rope_theta": 10000.0,
    "attention_bias": False,
}
GEMMA2 = ODD | {
    "architectures": ["Gemma2ForCausalLM"],
    "model_type": "gemma2",
    "hidden_act": "gelu_pytorch_tanh",
    "hidden_activation": "gelu_pytorch_tanh",
    "hidden_size": 40,
    "head_dim": 12,
    "rms_norm_eps": 1e-06,
    "rope_theta": 10000.0,
    "attention_bias": False,
    "sliding_window": 9,
    "query_pre_attn_scalar": 14,
    "attn_logit_softcapping": 2.5,
    "final_logit_softcapping": 4.0,
}
GEMMA3 = ODD | {
    "architectures": ["Gemma3ForCausalLM"],
    "model_type": "gemma3_text",
    "hidden_activation": "gelu_pytorch_tanh",
    "hidden_size": 40,
    "head_dim": 12,
    "num_hidden_layers": 3,
    "rms_norm_eps": 1e-06,
    "rope_theta": 1000000.0,
    "rope_local_base_freq": 10000.0,
    "rope_scaling": None,
    "query_pre_attn_scalar": 14,
    "sliding_window": 9,
    "sliding_window_pattern": 3,
}
GEMMA4 = ODD | {
    "architectures": ["Gemma4ForCausalLM"],
    "model_type": "gemma4_text",
    "hidden_activation": "gelu_pytorch_tanh",
    "hidden_size": 40,
    "head_dim": 12,
    "global_head_dim": 24,
    "num_hidden_layers": 5,
    "layer_types": ["sliding_attention", "sliding_attention", "full_attention", "sliding_attention", "full_attention"],
    "sliding_window": 9,
    "rms_norm_eps": 1e-06,
    "num_kv_shared_layers": 2,
    "use_double_wide_mlp": True,
    "hidden_size_per_layer_input": 8,
    "vocab_size_per_layer_input": 131,
    "attention_k_eq_v": False,
    "num_global_key_value_heads": None,
    "enable_moe_block": False,
    "final_logit_softcapping": 4.0,
    "tie_word_embeddings": True,
    "rope_parameters": {
        "full_attention": {"rope_type": "proportional", "partial_rotary_factor": 0.25, "rope_theta": 1000000.0},
        "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
    },
}
OWN_KV = {
    "num_hidden_layers": 3,
    "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
    "num_kv_shared_layers": 0,
    "hidden_size_per_layer_input": 0,
}
SAME_KV = OWN_KV | {"attention_k_eq_v": True, "num_global_key_value_heads": 3}
EXPERTS = OWN_KV | {"enable_moe_block": True, "num_experts": 5, "top_k_experts": 2, "moe_intermediate_size": 28}
ALTERNATING = {"num_hidden_layers": 2, "layer_types": ["sliding_attention", "full_attention"]}
PAIR = {"num_hidden_layers": 2, "sliding_window_pattern": 2}
SHARING = {"num_hidden_layers": 4, "layer_types": ["sliding_attention", "full_attention"] * 2}


def other_families():
    return [
        *mistral(),
        *ministral3(),
        *qwen2(),
        *qwen3(),
        *smollm3(),
        *phi3(),
        *helium(),
        *gemma(),
        *gemma2(),
        *gemma3(),
        *gemma3_wrapped(),
        *gemma4(),
        *gemma4_wrapped(),
        *(theta_absent(name, config) for name, config in (("phi3", PHI3), ("gemma", GEMMA), ("gemma2", GEMMA2))),
    ]


def theta_absent(name, config):
    return Model(
        f"{name}-theta-absent",
        without(config | {"rope_theta": "absent"}),
        "Fails if an absent rope_theta is not 10000.",
        mx.bfloat16,
        head=name == "phi3",
    )


def mistral():
    return spread(
        Kind("mistral", MISTRAL, head=True),
        f32=("the separate head is not used, or sliding_window makes a window: mlx-lm has none for mistral", {}),
        bf16=("one key head does not serve three queries", {"num_attention_heads": 3, "num_key_value_heads": 1}),
        f16=(
            "a null head_dim is not hidden / heads, or a tied head is not the embedding",
            {"head_dim": None, "tie_word_embeddings": True, "sliding_window": None},
        ),
        affine=(4, 64),
        fp="mxfp4",
    )


def ministral3():
    plain = MINISTRAL3["rope_parameters"] | {"mscale_all_dim": 0.0, "factor": 8.0}
    return [
        *spread(
            Kind("ministral3", MINISTRAL3, packed=ALTERNATING),
            f32=("queries are not multiplied by 1 + beta * ln(1 + floor(position / original))", {}),
            bf16=(
                "absent layer_types are not full attention",
                {"layer_types": "absent", "sliding_window": "absent", "num_hidden_layers": 2},
            ),
            f16=(
                "the input scale of yarn is lost beside the scale of the queries",
                {"rope_parameters": plain, "tie_word_embeddings": False},
            ),
            affine=(3, 128),
            fp="nvfp4",
        ),
        long("ministral3-long-yarn", "yarn with scaled queries", MINISTRAL3 | {"rope_parameters": stretched(plain)}),
    ]


def qwen2():
    yarn = {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32}
    return spread(
        Kind("qwen2", QWEN2, even=SQUARE, head=True),
        f32=("q, k, v have no bias, or o has one, or use_sliding_window false makes a window", {}),
        bf16=(
            "an absent rope_theta is not 1e6, or an absent tie_word_embeddings not true",
            {
                "rope_theta": "absent",
                "tie_word_embeddings": "absent",
                "num_attention_heads": 3,
                "num_key_value_heads": 1,
            },
        ),
        f16=("rope_scaling of Qwen 2.5 is not read", {"rope_scaling": yarn, "rms_norm_eps": 0.001}),
        affine=(8, 32),
        fp="mxfp8",
    )


def qwen3():
    yarn = {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0, "original_max_position_embeddings": 32}
    return spread(
        Kind("qwen3", QWEN3, head=True),
        f32=("q and k are not normalised per head before rotation", {}),
        bf16=(
            "rope_theta is not found in rope_parameters",
            {
                "rope_theta": "absent",
                "rope_scaling": "absent",
                "rope_parameters": {"rope_type": "default", "rope_theta": 5000.0},
            },
        ),
        f16=(
            "rope_parameters are not the scaling too, or the tied head is not the embedding",
            {
                "rope_theta": "absent",
                "rope_scaling": "absent",
                "rope_parameters": yarn,
                "tie_word_embeddings": True,
            },
        ),
        affine=(6, 64),
        fp="mxfp4",
    )


def smollm3():
    return spread(
        Kind("smollm3", SMOLLM3, packed={"num_hidden_layers": 2, "no_rope_layer_interval": 2}),
        f32=("every fourth layer is rotated", {}),
        bf16=("no_rope_layers are not read: 0 is no rotation", {"no_rope_layers": [0, 1, 1, 0]}),
        f16=(
            "no_rope_layer_interval is not read",
            {"no_rope_layer_interval": 2, "tie_word_embeddings": False, "num_hidden_layers": 3},
        ),
        affine=(5, 64),
        fp="nvfp4",
    )


def phi3():
    return [
        *spread(
            Kind("phi3", PHI3, even=SQUARE, head=True),
            f32=("qkv or gate and up are cut at the wrong place, or more than 70 % of a head is rotated", {}),
            bf16=(
                "longrope does not take long_factor, or original_max_position_embeddings is sought inside it",
                {"rope_scaling": LONGROPE, "partial_rotary_factor": "absent", "max_position_embeddings": 256},
            ),
            f16=(
                "the scale of longrope reaches elements that are not rotated, or a tied head is sought as lm_head",
                {
                    "rope_scaling": LONGROPE
                    | {"type": "su", "short_factor": [1.0] * 4, "long_factor": [1.0, 2.0, 5.0, 7.0]},
                    "max_position_embeddings": 256,
                    "tie_word_embeddings": True,
                },
            ),
            affine=(4, 32),
            fp="mxfp8",
        ),
        long(
            "phi3-long-longrope",
            "longrope of a part of the head",
            PHI3
            | {
                "rope_scaling": LONGROPE | {"long_factor": [1.0, 1.5, 3.0, 8.0], "short_factor": [1.0] * 4},
                "original_max_position_embeddings": 4096,
                "max_position_embeddings": 16384,
            },
            head=True,
        ),
    ]


def helium():
    return [
        *spread(
            Kind("helium", HELIUM, even=SQUARE, head=True),
            f32=("rotation does not pair neighbours", {}),
            bf16=("biases of q, k, v or of the MLP are dropped", {"attention_bias": True, "mlp_bias": True}),
            f16=(
                "tie_word_embeddings true does not put the stored lm_head aside",
                {"tie_word_embeddings": True, "num_attention_heads": 3, "num_key_value_heads": 1, "head_dim": 16},
            ),
            affine=(8, 64),
            fp="mxfp4",
        ),
        long("helium-long-traditional", "neighbours as pairs", HELIUM, head=True),
    ]


def gemma():
    return spread(
        Kind("gemma", GEMMA),
        f32=("a norm is not 1 + weight, the embedding is not scaled, or gelu is not the exact one", {}),
        bf16=(
            "hidden_activation changes the activation: MLX takes the exact gelu for all of Gemma 1",
            {"hidden_act": "gelu_pytorch_tanh", "hidden_activation": "gelu_pytorch_tanh"},
        ),
        f16=(
            "the embedding scale is rounded to bfloat16",
            {"hidden_size": 44, "num_attention_heads": 3, "num_key_value_heads": 1},
        ),
        affine=(2, 32),
        fp="nvfp4",
    )


def gemma2():
    return spread(
        Kind("gemma2", GEMMA2),
        f32=("a soft cap is missing, or sliding_window makes a window: mlx-lm has none", {}),
        bf16=(
            "the absent caps are not 50 and 30, or the absent query_pre_attn_scalar is not 144",
            {
                "attn_logit_softcapping": "absent",
                "final_logit_softcapping": "absent",
                "query_pre_attn_scalar": "absent",
            },
        ),
        f16=(
            "the cap comes after the mask",
            {"num_attention_heads": 3, "num_key_value_heads": 1, "attn_logit_softcapping": 1.5},
        ),
        affine=(6, 128),
        fp="mxfp8",
    )


def gemma3():
    return spread(
        Kind("gemma3", GEMMA3, packed=PAIR),
        bf16=(
            "rope_scaling also reaches the sliding layers, or one key head does not serve three queries",
            {
                "rope_scaling": {"rope_type": "linear", "factor": 8.0},
                "num_attention_heads": 3,
                "num_key_value_heads": 1,
            },
        ),
        f16=("the first layer is global", {"sliding_window_pattern": 2, "sliding_window": 4}),
        fp="nvfp4",
    )


def gemma3_wrapped():
    return spread(
        Kind("gemma3-wrapper", GEMMA3, wrapper=("gemma3", "Gemma3ForConditionalGeneration"), packed=PAIR),
        f32=("a separate head under language_model. is not used", {}, True),
        f16=("window and pattern are not read from text_config", {"sliding_window_pattern": 2, "sliding_window": 4}),
        affine=(4, 32),
        fp="mxfp4",
    )


def gemma4():
    even = {
        group: shape | {"global_head_dim": 2 * shape["head_dim"], "hidden_size_per_layer_input": 32}
        for group, shape in EVEN.items()
    }
    return [
        *spread(
            Kind("gemma4", GEMMA4, even=even, packed=SHARING),
            f32=("a layer input of its own, keys of an earlier layer, or the double width is missing", {}),
            bf16=("values are not the keys before their norm and rotation, where K = V", SAME_KV),
            f16=("the router, the choice of experts or their shares are wrong", EXPERTS),
            affine=(4, 32),
            fp="mxfp8",
        ),
        Model(
            "gemma4-defaults",
            without(
                GEMMA4
                | OWN_KV
                | {
                    "layer_types": "absent",
                    "rope_parameters": "absent",
                    "num_hidden_layers": 5,
                    "tie_word_embeddings": False,
                    "final_logit_softcapping": None,
                }
            ),
            "Fails if absent layer_types are not four sliding and one full, absent rope_parameters not 1e6 by a "
            "quarter and 1e4, or a null cap is one.",
            mx.bfloat16,
            head=True,
        ),
        Model(
            "gemma4-narrow",
            without(GEMMA4 | {"use_double_wide_mlp": False, "num_kv_shared_layers": 1, "global_head_dim": None}),
            "Fails if use_double_wide_mlp false is not obeyed, or an absent global_head_dim is not head_dim.",
            mx.bfloat16,
        ),
        Model(
            "gemma4-spare",
            without(GEMMA4),
            "Fails if keys of a layer that reads another's, or ranges that training measured, are refused or used.",
            mx.bfloat16,
            finish=with_spare_keys,
        ),
        experts("gemma4-experts-mixed", {"group_size": 64, "bits": 4}, "model."),
        experts("gemma4-experts-nvfp4", {"group_size": 16, "bits": 4, "mode": "nvfp4"}, "model."),
        long("gemma4-long-proportional", "proportional rotation", GEMMA4 | OWN_KV | {"sliding_window": 50}),
    ]


def with_spare_keys(tensors):
    """What Hugging Face's checkpoints have besides, and no layer reads."""
    own = "model.layers.0.self_attn."
    spare = {f"{own}q_proj.{edge}": mx.array([2.0]) for edge in ("input_min", "input_max", "output_min", "output_max")}
    for module in ("k_proj", "v_proj", "k_norm"):
        spare[f"model.layers.3.self_attn.{module}.weight"] = tensors[f"{own}{module}.weight"]
    return tensors | spare


def experts(name, quantization, at):
    """Experts packed in three axes, and the router in 8 bits as mlx-lm converts it."""
    shape = {"hidden_size": 64, "intermediate_size": 64, "num_attention_heads": 6, "num_key_value_heads": 2}
    own = {f"{at}layers.{i}.router.proj": {"group_size": 64, "bits": 8} for i in range(3)}
    return Model(
        name,
        without(GEMMA4 | EXPERTS | shape | {"head_dim": 32, "global_head_dim": 64, "moe_intermediate_size": 64}),
        "Fails if an expert's packed rows or its scales are taken from another expert.",
        mx.bfloat16,
        quantization | own,
        kinds=ALL,
        trace=(5, 1),
    )


def gemma4_wrapped():
    even = {
        group: shape | {"global_head_dim": 2 * shape["head_dim"], "hidden_size_per_layer_input": 32}
        for group, shape in EVEN.items()
    }
    whole = ("gemma4", "Gemma4ForConditionalGeneration")
    config = wrapped(without(GEMMA4 | EXPERTS), whole)
    return [
        *spread(
            Kind("gemma4-wrapper", GEMMA4, even=even, wrapper=whole, packed=SHARING),
            f32=("values are not the keys before their norm and rotation, where K = V", SAME_KV),
            bf16=("text_config or the language_model. prefix is not understood", {}),
            f16=("experts under the prefix are not found", EXPERTS),
            affine=(5, 32),
            fp="nvfp4",
        ),
        Model(
            "gemma4-wrapper-hf",
            config,
            "Fails if model.language_model., experts whose gate and up are one tensor, or a vision tower that no text "
            "model reads are not understood.",
            mx.bfloat16,
            finish=as_stored_by_hugging_face,
        ),
    ]


def as_stored_by_hugging_face(tensors):
    out = {"model.vision_tower.patch_embedder.input_proj.weight": mx.zeros((4, 12), mx.bfloat16)}
    for name, array in tensors.items():
        at = "model.language_model." + name.removeprefix("model.")
        if "switch_glu.up_proj" in name:
            continue
        if "switch_glu.gate_proj" in name:
            pair = [array, tensors[name.replace("gate_proj", "up_proj")]]
            out[at.replace("switch_glu.gate_proj.weight", "gate_up_proj")] = mx.concatenate(pair, axis=1)
        else:
            out[at.replace("switch_glu.down_proj.weight", "down_proj")] = array
    return out


class Kind:
    """A family: its config, the shapes it is packed in, whether it has a head of its own, and its wrapper."""

    def __init__(self, name, config, even=EVEN, head=False, wrapper=None, packed=None):
        self.name, self.config, self.even, self.head, self.wrapper = name, config, even, head, wrapper
        self.packed = packed or {}  # what makes the packed ones smaller

    def model(self, suffix, about, changes, dtype, quantization=None, head=None):
        config = without(self.config | changes)
        head = self.head if head is None else head
        if "tie_word_embeddings" in changes and self.name != "helium":  # helium stores a head that it does not use
            head = config.get("tie_word_embeddings") is False
        if self.wrapper:
            config = wrapped(config, self.wrapper)
        return Model(
            f"{self.name}-{suffix}",
            config,
            f"Fails if {about}.",
            dtype,
            quantization,
            head,
            "language_model." if self.wrapper else "",
            ALL,
            trace=(11, 1) if suffix == "f32" else (5, 1),
        )


def spread(kind, f32=None, bf16=None, f16=None, affine=None, fp=None):
    """The formats of a family. Which dtype goes with a packed format turns with the family."""
    models = []
    for suffix, given, dtype in (("f32", f32, mx.float32), ("bf16", bf16, mx.bfloat16), ("f16", f16, mx.float16)):
        if given:
            about, changes, *head = given
            models.append(kind.model(suffix, about, changes, dtype, head=head[0] if head else None))
    if affine:
        bits, group = affine
        about = f"{bits}-bit group-{group} weights of {kind.name} are unpacked wrongly"
        quantization = {"group_size": group, "bits": bits}
        models.append(kind.model(f"q{bits}g{group}", about, even(kind, group), mx.bfloat16, quantization))
    if fp:
        bits, group = MODES[fp]
        quantization = {"group_size": group, "bits": bits, "mode": fp}
        about = f"{fp} elements or scales of {kind.name} are decoded wrongly"
        models.append(kind.model(fp, about, even(kind, 32), mx.bfloat16, quantization))
    models.append(mixed(kind))
    return models


def mixed(kind):
    """Four bits, but for what has an entry of its own."""
    at = "language_model.model." if kind.wrapper else "model."
    phi = kind.name == "phi3"
    own = {
        at + "embed_tokens": {"group_size": 32, "bits": 6},
        at + "layers.0.self_attn." + ("o_proj" if phi else "q_proj"): False,
        at + "layers.0.mlp.down_proj": {"group_size": 32, "bits": 8, "mode": "affine"},
        at + "layers.1.self_attn.o_proj": {"group_size": 32, "bits": 4, "mode": "mxfp4"},
        at + "layers.1.mlp." + ("gate_up_proj" if phi else "up_proj"): {"group_size": 64, "bits": 3},
    }
    changes = even(kind, 64) if kind.even is SQUARE else even(kind, 32) | {"intermediate_size": 128}
    about = "a module's own entry in `quantization` (other bits, group or mode, false) is ignored"
    return kind.model("mixed", about, changes, mx.float16, {"group_size": 32, "bits": 4} | own)


def even(kind, group):
    square = {"head_dim": "absent"} if kind.config["head_dim"] == "absent" else {}
    return kind.packed | kind.even[group] | square | ({"partial_rotary_factor": 0.75} if kind.name == "phi3" else {})


def without(config):
    return {key: value for key, value in config.items() if value != "absent"}


def wrapped(config, wrapper):
    model_type, architecture = wrapper
    text = {key: value for key, value in config.items() if key not in ("architectures", "vocab_size")}
    return {
        "architectures": [architecture],
        "model_type": model_type,
        "text_config": text,
        "vocab_size": config["vocab_size"],
    }


def long(name, what, config, head=False):
    """Few and small tensors: the positions are what counts."""
    small = {"num_attention_heads": 3, "num_key_value_heads": 1, "vocab_size": 67, "vocab_size_per_layer_input": 67}
    dim = config["hidden_size"] // 6
    if config.get("head_dim", "absent") == "absent" or config["model_type"] == "helium":
        small["hidden_size"] = 3 * dim
    if config["model_type"] != "gemma4_text":
        del small["vocab_size_per_layer_input"]
    return Model(
        name,
        without(config | small | {"max_position_embeddings": 16384}),
        f"Fails if rotation by positions beyond 9,000 loses accuracy ({what}).",
        mx.bfloat16,
        head=head,
        kinds=("long",),
    )


def stretched(rope):
    return rope | {"original_max_position_embeddings": 4096, "llama_4_scaling_beta": 0.1}
