"""The tiny models of Llama and Gemma 3: odd shapes, every format and rotation."""

import mlx.core as mx

from .checkpoints import MODES, Model
from .families import other_families

LLAMA = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_act": "silu",
    "hidden_size": 36,
    "intermediate_size": 60,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "num_key_value_heads": 1,
    "head_dim": 20,
    "rms_norm_eps": 1e-05,
    "rope_theta": 10000.0,
    "max_position_embeddings": 2048,
    "vocab_size": 131,
    "tie_word_embeddings": True,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
GEMMA = {
    "architectures": ["Gemma3ForCausalLM"],
    "model_type": "gemma3_text",
    "hidden_activation": "gelu_pytorch_tanh",
    "hidden_size": 40,
    "intermediate_size": 72,
    "num_hidden_layers": 4,
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "head_dim": 12,
    "query_pre_attn_scalar": 14,
    "rms_norm_eps": 1e-06,
    "rope_theta": 1000000.0,
    "rope_local_base_freq": 10000.0,
    "rope_scaling": None,
    "sliding_window": 9,
    "sliding_window_pattern": 3,
    "max_position_embeddings": 2048,
    "vocab_size": 149,
    "bos_token_id": 2,
    "eos_token_id": 1,
    "pad_token_id": 0,
}
ROPE = {
    "linear": {"rope_type": "linear", "factor": 3.5},
    "dynamic": {"rope_type": "dynamic", "factor": 2.5},
    "llama3": {
        "rope_type": "llama3",
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 64,
    },
    "yarn": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64},
    "yarn-mscale": {
        "type": "yarn",
        "factor": 8.0,
        "original_max_position_embeddings": 128,
        "beta_fast": 16,
        "beta_slow": 2,
        "mscale": 0.8,
        "mscale_all_dim": 0.3,
    },
    "longrope": {
        "type": "longrope",
        "original_max_position_embeddings": 32,
        "short_factor": [1.0] * 10,
        "long_factor": [1.0, 1.1, 1.3, 1.6, 2.0, 2.7, 3.5, 5.0, 8.0, 13.0],
    },
}

LONG, SHORT = (11, 1), (5, 1)  # tokens of the calls of a trace
ROTATING = {  # (max_kv_size, keep); windows are 7 in llama-window, 9 in gemma3-f32
    "llama-f32": ((16, 4), (12, 0), (9, 7)),
    "llama-window": ((10, 4),),
    "gemma3-f32": ((16, 4), (8, 3)),
}


def all_models():
    models = [*llama_shapes(), *llama_rotations(), *llama_quantized(), *gemma(), *long_positions(), *other_families()]
    for model in models:
        model.caches = tuple(rotating(*sizes) for sizes in ROTATING.get(model.name, ()))
    return models + packed()


def llama(name, about, dtype=mx.float32, kinds=("logits",), head=False, quantization=None, **changes):
    config = LLAMA | changes | ({"tie_word_embeddings": False} if head else {})
    config = {k: v for k, v in config.items() if v != "absent"}
    trace = SHORT if name in ("mixed", *MODES) else LONG
    return Model("llama-" + name, config, about, dtype, quantization, head, "", kinds, trace)


def llama_shapes():
    everything = ("logits", "trace", "greedy", "perplexity")
    return [
        llama(
            "f32",
            "Fails if head_dim is taken as hidden/heads, or query head h does not read key head h/3.",
            kinds=everything,
            num_attention_heads=6,
            num_key_value_heads=2,
            head_dim=12,
        ),
        llama(
            "bf16",
            "Fails if bfloat16 weights are widened wrongly, or absent num_key_value_heads are not the number of heads.",
            mx.bfloat16,
            num_key_value_heads="absent",
            head_dim="absent",
        ),
        llama(
            "f16-bias",
            "Fails if attention_bias or mlp_bias is dropped, or the head is taken as tied.",
            mx.float16,
            head=True,
            kinds=("logits", "trace", "greedy", "perplexity"),
            attention_bias=True,
            mlp_bias=True,
        ),
        llama(
            "untied",
            "Fails if lm_head.weight is ignored, or rms_norm_eps is not read.",
            mx.bfloat16,
            head=True,
            rms_norm_eps=0.002,
        ),
        llama(
            "tie-absent",
            "Fails if a missing tie_word_embeddings is read as false.",
            mx.float16,
            tie_word_embeddings="absent",
        ),
        llama(
            "theta-absent",
            "Fails if an absent rope_theta is not 10000.",
            mx.bfloat16,
            rope_theta="absent",
        ),
        llama(
            "window",
            "Fails if sliding_attention layers see more than sliding_window tokens, or full ones see less.",
            mx.bfloat16,
            kinds=("logits", "trace", "greedy", "perplexity"),
            num_hidden_layers=4,
            sliding_window=7,
            layer_types=["sliding_attention", "full_attention", "sliding_attention", "sliding_attention"],
        ),
        llama(
            "mistral",
            "Fails if sliding_window without layer_types makes a window: mlx-lm has none for mistral.",
            mx.bfloat16,
            model_type="mistral",
            architectures=["MistralForCausalLM"],
            sliding_window=5,
        ),
        *llama_files(),
    ]


def llama_files():
    """What else may lie in the folder of a Llama."""
    sharded = llama("shards", "Fails if tensors are not found through the index of three shards.", mx.bfloat16)
    sharded.shards = 3
    spare = llama(
        "spare",
        "Fails if rotary_emb.inv_freq, or a head that tie_word_embeddings puts aside, is refused or used.",
        mx.bfloat16,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
    )
    spare.head = True
    spare.finish = with_frequencies
    return [sharded, spare]


def with_frequencies(tensors):
    frequencies = mx.array([1e4 ** (-i / 10) for i in range(10)])
    return tensors | {f"model.layers.{i}.self_attn.rotary_emb.inv_freq": frequencies for i in range(2)}


def llama_rotations():
    models = [
        llama(
            "rope-traditional",
            "Fails if rope_traditional does not pair neighbours (2i, 2i+1).",
            mx.bfloat16,
            rope_traditional=True,
        ),
        llama(
            "rope-linear-traditional",
            "Fails if linear scaling does not divide positions, or drops rope_traditional.",
            mx.float16,
            rope_scaling=ROPE["linear"],
            rope_traditional=True,
        ),
    ]
    models.append(
        llama(
            "rope-llama3-absent",
            "Fails if what llama3 leaves out is not 1 (low_freq_factor), 4 (high_freq_factor) or 8192 (the context).",
            mx.bfloat16,
            rope_scaling={"rope_type": "llama3", "factor": 8.0},
            rope_theta=1e6,
        )
    )
    for kind, scaling in ROPE.items():
        longest = {"dynamic": 16, "longrope": 256}.get(kind, 512)
        models.append(
            llama(
                "rope-" + kind,
                f"Fails if the periods or the input scale of {scaling} are wrong.",
                mx.bfloat16,
                rope_scaling=scaling,
                max_position_embeddings=longest,
                rope_theta=500.0,
            )
        )
    return models


def llama_quantized():
    models, dtypes = [], (mx.float16, mx.bfloat16, mx.float32)
    for i, bits in enumerate((2, 3, 4, 5, 6, 8)):
        for j, group in enumerate((32, 64, 128)):
            models.append(affine(bits, group, dtypes[(i + j) % 3], head=(i + j) % 2 == 1))
    models += [fp(mode) for mode in MODES]
    return models + [mixed(), quantized_bias(), mixed_modes(), mixed_absent(), inferred()]


def affine(bits, group, dtype, head):
    return llama(
        f"q{bits}g{group}",
        f"Fails if affine {bits}-bit group-{group} weights are unpacked wrongly in a matmul or the embedding.",
        dtype,
        quantization={"group_size": group, "bits": bits},
        head=head,
        **quantizable(max(group, 32)),
        kinds=("logits", "greedy", "perplexity", "trace") if (bits, group) == (4, 64) else ("logits",),
    )


def quantizable(group):
    """Shapes whose every input width is a multiple of the group, and little else."""
    width = 96 if group == 32 else 128
    return {
        "hidden_size": width,
        "intermediate_size": width + group,
        "num_hidden_layers": 1,
        "num_attention_heads": width // 16,
        "num_key_value_heads": width // 48,
        "head_dim": 16,
        "vocab_size": 131 + group % 7,
    }


def fp(mode):
    bits, group = MODES[mode]
    return llama(
        mode,
        f"Fails if {mode} elements or scales are decoded wrongly.",
        mx.bfloat16,
        quantization={"group_size": group, "bits": bits, "mode": mode},
        kinds=("logits", "trace", "greedy", "perplexity"),
        **quantizable(32),
    )


def mixed():
    own = {
        "model.embed_tokens": {"group_size": 32, "bits": 6},
        "lm_head": {"group_size": 32, "bits": 8},
        "model.layers.0.self_attn.v_proj": {"group_size": 32, "bits": 8},
        "model.layers.0.self_attn.k_proj": False,
        "model.layers.1.mlp.down_proj": {"group_size": 128, "bits": 5},
        "model.layers.1.mlp.gate_proj": False,
    }
    return llama(
        "mixed",
        "Fails if a module's own entry in `quantization` (other bits, other group, false) is ignored.",
        mx.bfloat16,
        quantization={"group_size": 64, "bits": 4} | own,
        head=True,
        kinds=("logits", "trace", "greedy", "perplexity"),
        **quantizable(128) | {"num_hidden_layers": 2},
    )


def quantized_bias():
    return llama(
        "q4g32-bias",
        "Fails if the bias of a quantized projection is dropped or taken for its quantization biases.",
        mx.float16,
        quantization={"group_size": 32, "bits": 4},
        attention_bias=True,
        mlp_bias=True,
        **quantizable(32),
    )


def mixed_modes():
    own = {
        "model.embed_tokens": {"group_size": 64, "bits": 8},
        "model.layers.0.self_attn.v_proj": {"group_size": 32, "bits": 8, "mode": "mxfp8"},
        "model.layers.0.mlp.gate_proj": {"group_size": 32, "bits": 4, "mode": "mxfp4"},
        "model.layers.0.mlp.down_proj": {"group_size": 32, "bits": 3, "mode": "affine"},
        "model.layers.0.self_attn.o_proj": False,
    }
    return llama(
        "mixed-modes",
        "Fails if an entry without a mode takes the top level's, or one with a mode does not keep it.",
        mx.bfloat16,
        quantization={"group_size": 16, "bits": 4, "mode": "nvfp4"} | own,
        **quantizable(128),
    )


def mixed_absent():
    own = {
        "model.embed_tokens": {"bits": 8},
        "model.layers.0.self_attn.v_proj": {"group_size": 32},
        "model.layers.0.mlp.gate_proj": {"mode": "mxfp8"},
        "model.layers.0.mlp.down_proj": {"mode": "nvfp4"},
    }
    return llama(
        "mixed-absent",
        "Fails if what an entry leaves out is not 4 bits in groups of 64, or what its mode has.",
        mx.bfloat16,
        quantization={"group_size": 128, "bits": 5} | own,
        **quantizable(128),
    )


def inferred():
    model = llama(
        "inferred",
        "Fails if a module without an entry of its own takes bits and group of the top level, not of its shapes.",
        mx.bfloat16,
        quantization={"group_size": 64, "bits": 4},
        head=True,
        **quantizable(128),
    )
    model.unnamed = {
        "lm_head": {"group_size": 64, "bits": 8},
        "model.layers.0.self_attn.v_proj": {"group_size": 32, "bits": 8},
        "model.layers.0.mlp.down_proj": {"group_size": 128, "bits": 6},
        "model.layers.0.mlp.up_proj": {"group_size": 32, "bits": 8, "mode": "mxfp8"},
    }
    return model


def gemma_model(name, about, dtype=mx.float32, kinds=("logits",), head=False, quantization=None, **changes):
    config = {k: v for k, v in (GEMMA | changes).items() if v != "absent"}
    return Model("gemma3-" + name, config, about, dtype, quantization, head, "", kinds, SHORT if quantization else LONG)


def gemma():
    eight = {"rope_type": "linear", "factor": 8.0}
    quantizable = {
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_attention_heads": 4,
        "num_key_value_heads": 1,
        "head_dim": 32,
    }
    return [
        gemma_model(
            "f32",
            "Fails if the embedding scale is not rounded to bfloat16, a norm is not 1+weight, or the window is wrong.",
            kinds=("logits", "trace", "greedy", "perplexity"),
        ),
        gemma_model(
            "linear",
            "Fails if rope_scaling also reaches the sliding layers, or misses the global ones.",
            mx.bfloat16,
            rope_scaling=eight,
            num_hidden_layers=5,
            kinds=("logits", "trace"),
        ),
        gemma_model(
            "untied",
            "Fails if a separate lm_head.weight is ignored, or rms_norm_eps is not read.",
            mx.bfloat16,
            head=True,
            rms_norm_eps=0.002,
        ),
        gemma_model(
            "absent",
            "Fails if an absent base is not 1e6 (sliding: 1e4), eps not 1e-6, or query_pre_attn_scalar not 256.",
            mx.bfloat16,
            rope_theta="absent",
            rope_local_base_freq="absent",
            rms_norm_eps="absent",
            query_pre_attn_scalar="absent",
        ),
        gemma_model(
            "pattern-six",
            "Fails if the default pattern of six, or layer_types that say the same, is not understood.",
            mx.bfloat16,
            sliding_window_pattern="absent",
            num_hidden_layers=8,
            layer_types=["sliding_attention"] * 5 + ["full_attention"] + ["sliding_attention"] * 2,
        ),
        gemma_model(
            "q4g64",
            "Fails if a quantized tied embedding is not used for both lookup and logits.",
            mx.bfloat16,
            quantization={"group_size": 64, "bits": 4},
            kinds=("logits", "trace", "greedy", "perplexity"),
            **quantizable,
        ),
        gemma_model(
            "q8g32-untied",
            "Fails if a separate quantized head is replaced by the embedding.",
            mx.float16,
            head=True,
            quantization={"group_size": 32, "bits": 8},
            rope_scaling=eight,
            **quantizable,
        ),
        wrapper("wrapper", mx.bfloat16, None, {}, ("logits", "trace", "greedy", "perplexity")),
        wrapper(
            "wrapper-q6g32",
            mx.bfloat16,
            {
                "group_size": 32,
                "bits": 6,
                "language_model.model.layers.1.mlp.up_proj": {"group_size": 64, "bits": 4},
                "language_model.model.layers.2.self_attn.q_proj": False,
            },
            quantizable,
        ),
    ]


def wrapper(name, dtype, quantization, changes, kinds=("logits",)):
    text = {
        k: v
        for k, v in (GEMMA | changes | {"rope_scaling": {"rope_type": "linear", "factor": 8.0}}).items()
        if k not in ("architectures", "vocab_size", "bos_token_id", "eos_token_id")
    }
    config = {
        "architectures": ["Gemma3ForConditionalGeneration"],
        "model_type": "gemma3",
        "text_config": text,
        "vocab_size": GEMMA["vocab_size"],
        "bos_token_id": 2,
        "eos_token_id": [1, 106],
    }
    return Model(
        "gemma3-" + name,
        config,
        "Fails if text_config or the language_model. prefix is not understood.",
        dtype,
        quantization,
        head=quantization is not None,
        prefix="language_model.",
        kinds=kinds,
        trace=SHORT,
    )


def packed():
    """Heads of whole groups, for caches that are packed."""
    even = {"num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 64}
    wide = {"num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 128}
    models = [
        llama("packed", "", kinds=(), **even),
        llama("packed-wide", "", kinds=(), **wide),
        gemma_model("packed", "", kinds=(), **even | {"head_dim": 32}),
    ]
    formats = (
        ((2, 32), (3, 64), (4, 64), (6, 32), (8, 64), (4, 32, 9)),
        ((2, 128), (4, 128), (8, 128, 9)),
        ((2, 32), (4, 32), (8, 32), (3, 32, 9)),
    )
    for model, own in zip(models, formats):
        model.caches = tuple(packing(*format) for format in own)
    return models


def rotating(size, keep):
    return {"max_kv_size": size, "keep": keep}


def packing(bits, group, start=0):
    return {"kv_bits": bits, "kv_group_size": group, "quantized_kv_start": start}


def long_positions():
    small = {
        "hidden_size": 32,
        "intermediate_size": 32,
        "num_attention_heads": 1,
        "head_dim": 20,
        "vocab_size": 67,
        "num_hidden_layers": 2,
        "layer_types": ["sliding_attention", "full_attention"],
        "sliding_window": 50,
        "rope_theta": 10000.0,
    }
    kinds = {"default": None} | {k: ROPE[k] for k in ("linear", "dynamic", "llama3", "yarn", "longrope")}
    longest = {"dynamic": 2048}
    return [
        llama(
            "long-" + kind,
            f"Fails if rotation by positions beyond 9,000 loses accuracy ({kind}).",
            mx.bfloat16,
            ("long",),
            rope_scaling=grown(scaling),
            max_position_embeddings=longest.get(kind, 16384),
            **small,
        )
        for kind, scaling in kinds.items()
    ]


def grown(scaling):
    """The same scaling with an original context of 4096."""
    if scaling and "original_max_position_embeddings" in scaling:
        return scaling | {"original_max_position_embeddings": 4096}
    return scaling
