"""The cases of prompt-cache files: written by mlx-lm in every state of its caches, and then gone on with."""

import subprocess
from pathlib import Path

import mlx.core as mx
from mlx_lm.models.cache import KVCache, QuantizedKVCache, load_prompt_cache, save_prompt_cache

from .cases import CODE_ERROR
from .checkpoints import generator
from .decoder import Decoder
from .mlx_runs import Session, load_float32

LOGITS = {"atol": 2e-4, "rtol": 1e-4}
CALLS = (5, 1, 1, 9)  # what follows the file: a question, decode steps, another question
FILE = "cache.safetensors"
TRIES = 200  # sequences looked at for codes that are clear
USER = {"tokenizer_config": '{"trust_remote_code": false}'}
STATES = {  # name: (checkpoint, calls that fill the cache, what a mistake would be)
    "full": ("llama-f32", (13,), "Fails if rows of the buffer that are not filled yet count."),
    "full-one": ("llama-f32", (1,), "Fails if a cache of one token is taken as empty."),
    "full-blocks": ("llama-f32", (200, 90, 1, 1), "Fails if rows beyond 256, which begin another block, are lost."),
    "window-prompt": (
        "llama-window",
        (20,),
        "Fails if rows of a rotating cache beyond its max_size, which a prompt leaves there, are refused or misplaced.",
    ),
    "window-chunks": ("llama-window", (9, 28), "Fails if the rows of a rotating cache are not its last ones."),
    "window-short": ("llama-window", (3, 1, 1), "Fails if a rotating cache that is not full yet is read as a ring."),
    "window-full": ("llama-window", (4, 1, 1, 1), "Fails if a ring that is just full is turned."),
    "window-ring": ("llama-window", (9, 1, 1, 1), "Fails if a ring is read in the order in which it lies."),
    "window-turned": (
        "llama-window",
        (3, *[1] * 18),
        "Fails if a ring that is back at its end is read from its beginning on as if it were new.",
    ),
    "window-ring-chunk": ("llama-window", (9, 1, 1, 6), "Fails if a ring that a chunk has put in order is turned."),
    "gemma3": ("gemma3-f32", (31, 1, 1), "Fails if sliding and full layers are mixed up."),
    "gemma3-wrapper": ("gemma3-wrapper", (25, 1), "Fails if a wrapped model's layers are not those of its text."),
    "gemma4": ("gemma4-f32", (29, 1, 1), "Fails if layers that share keys and values are looked for in the file."),
    "qwen3": ("qwen3-q6g64", (40, 1), "Fails if the cache of a quantized checkpoint is taken as quantized."),
    "rotating-short": ("llama-f32", (9,), "Fails if a cache that may rotate is refused or goes on without limit."),
    "rotating-ring": ("llama-f32", (21,), "Fails if the first rows of a ring are not those that are kept."),
    "rotating-turned": ("llama-f32", (4 + 12 * 3,), "Fails if a ring that ends at its last row is turned."),
    "rotating-gemma3": ("gemma3-f32", (40,), "Fails if layers with a window of their own are to keep the first rows."),
    "packed-b4": ("llama-packed", (20,), "Fails if packed keys and values are not read as they lie."),
    "packed-b8": ("gemma3-packed", (27, 1), "Fails if layers with a window are taken as packed."),
    "packed-b2": ("llama-packed", (13, 1, 1), "Fails if codes of two bits, or groups of 64, are laid out otherwise."),
}
KV = {  # how they are kept, in the words of FORMAT.md, `kv` of logits
    "rotating": {"max_kv_size": 16, "keep": 4},
    "packed-b4": {"kv_bits": 4, "kv_group_size": 32, "quantized_kv_start": 0},
    "packed-b8": {"kv_bits": 8, "kv_group_size": 32, "quantized_kv_start": 0},
    "packed-b2": {"kv_bits": 2, "kv_group_size": 64, "quantized_kv_start": 0},
}
OLD = (
    *("full", "full-blocks", "window-prompt", "window-short", "window-ring", "gemma3"),
    *("rotating-ring", "packed-b4", "packed-b8"),
)


def write_all(suite, old_python):
    caches = Caches(suite)
    for name in STATES:
        caches.state(name)
    for dtype in (mx.bfloat16, mx.float16):
        caches.narrow("window-ring", dtype)
    if old_python:
        for name in OLD:
            caches.old(name, old_python)
    caches.refusals()


def kept(name):
    return next((kv for start, kv in KV.items() if name.startswith(start)), {})


class Caches:
    def __init__(self, suite):
        self.suite = suite

    def state(self, name):
        checkpoint, fill, about = STATES[name]
        folder, kv = self.suite.root / "models" / checkpoint, kept(name)
        variant = self.clear_variant(name, folder, kv)
        session, judge = Session(load_float32(folder), kv), Decoder(folder, kv)
        for tokens in self.split(name + variant, fill):
            session.logits(tokens)
            judge.forward(tokens, rows=[-1])
        self.save(name, session, checkpoint)
        self.add(name, checkpoint, sum(fill), session, about, judge, variant)

    def clear_variant(self, name, folder, kv):
        """Of several sequences, the one whose codes float32 is surest of; one will do where nothing is packed."""
        if "kv_bits" not in kv:
            return ""
        margins = {}
        for variant in map(str, range(TRIES)):
            judge = Decoder(folder, kv)
            for tokens in self.calls(name, variant):
                judge.forward(tokens, rows=[-1])
            margins[variant] = judge.margin
        widest = max(margins, key=margins.get)
        if margins[widest] < CODE_ERROR * 2 ** kv["kv_bits"]:
            raise ValueError(f"cache/{name}: a code is but {margins[widest]:.2g} from another")
        return widest

    def calls(self, name, variant):
        """What fills the file, and what follows it."""
        checkpoint, fill, _ = STATES[name]
        return [*self.split(name + variant, fill), *self.split(f"{checkpoint} goes on{variant}", CALLS)]

    def narrow(self, name, dtype):
        """Keys and values rounded to a narrow type by who made the file; what follows is computed in float32."""
        checkpoint, fill, _ = STATES[name]
        session = self.loaded(name)
        label = f"{name}-{str(dtype).split('.')[-1]}"
        for cache in session.cache:
            cache.keys, cache.values = cache.keys.astype(dtype), cache.values.astype(dtype)
        self.save(label, session, checkpoint)
        for cache in session.cache:
            cache.keys, cache.values = cache.keys.astype(mx.float32), cache.values.astype(mx.float32)
        self.add(label, checkpoint, sum(fill), session, "Fails if narrow keys and values are widened wrongly.")

    def old(self, name, python):
        """The same cache, written by mlx-lm 0.31.3."""
        checkpoint, fill, _ = STATES[name]
        label = f"{name}-old"
        self.folder(label).mkdir(parents=True, exist_ok=True)
        script = Path(__file__).with_name("old_cache.py")
        subprocess.run([python, script, self.folder(name) / FILE, self.folder(label) / FILE], check=True)
        about = "Fails if the layout of mlx-lm up to 0.31 is not read, where numbers stand in the header."
        variant = self.clear_variant(name, self.suite.root / "models" / checkpoint, kept(name))
        self.add(label, checkpoint, sum(fill), self.loaded(name), about, variant=variant, layout="mlx-lm 0.31")

    def loaded(self, name):
        session = Session(load_float32(self.suite.root / "models" / STATES[name][0]), kept(name))
        session.cache = load_prompt_cache(str(self.folder(name) / FILE))
        return session

    def save(self, name, session, checkpoint):
        self.folder(name).mkdir(parents=True, exist_ok=True)
        save_prompt_cache(str(self.folder(name) / FILE), session.cache, {"model": f"models/{checkpoint}", **USER})

    def add(self, name, checkpoint, positions, session, about, judge=None, variant="", **content):
        calls, tensors = [], {}
        for i, tokens in enumerate(self.split(f"{checkpoint} goes on{variant}", CALLS)):
            tensors[f"logits.{i}"] = session.logits(tokens)
            if judge:
                self.suite.check(f"cache/{name}", tensors[f"logits.{i}"], judge.forward(tokens), LOGITS)
            calls.append({"tokens": tokens, "rows": "all", "expected": f"logits.{i}"})
        self.suite.add(
            f"cache/{name}",
            "cache",
            about,
            tensors,
            LOGITS,
            checkpoint=f"models/{checkpoint}",
            file=FILE,
            positions=positions,
            calls=calls,
            **content,
        )

    def split(self, what, sizes):
        """Tokens of which every tiny model has all."""
        random = generator(f"cache {what}", self.suite.seed)
        return [[int(t) for t in random.integers(3, 100, size)] for size in sizes]

    def folder(self, name):
        return self.suite.root / "cache" / name

    def refusals(self):
        for name, checkpoint, mentions, change in REFUSED:
            identity = f"refuse-{name}"
            self.save(identity, change(self.loaded("window-ring")), "llama-window")
            self.suite.add(
                f"cache/{identity}",
                "cache",
                f"Fails if a file is accepted whose {name.replace('-', ' ')} is not the model's, or is impossible.",
                checkpoint=f"models/{checkpoint}",
                file=FILE,
                mentions_any=mentions,
            )


def with_last(**changes):
    """A change of the last layer's cache, which is a rotating one."""

    def change(session):
        for name, value in changes.items():
            setattr(session.cache[-1], name, value(session.cache[-1]) if callable(value) else value)
        return session

    return change


def fewer(session):
    session.cache = session.cache[:-1]
    return session


def plain(session):
    last, cache = session.cache[-1], KVCache()
    cache.keys, cache.values, cache.offset = last.keys, last.values, last.keys.shape[2]
    session.cache[-1] = cache
    return session


def packed(session):
    session.cache[-1] = QuantizedKVCache(32, 4)
    session.cache[-1].update_and_fetch(mx.ones((1, 1, 12, 32)), mx.ones((1, 1, 12, 32)))
    return session


def unchanged(session):
    return session


REFUSED = [
    ("heads", "llama-f32", ["layers"], unchanged),
    ("number-of-layers", "llama-window", ["layers"], fewer),
    ("kind-of-layer", "llama-window", ["KVCache"], plain),
    ("packed", "llama-window", ["kv-bits"], packed),
    ("window", "llama-window", ["max_size"], with_last(max_size=8)),
    ("offset", "llama-window", ["offset", "positions"], with_last(offset=99)),
    ("negative-offset", "llama-window", ["offset", "positions"], with_last(offset=-5)),
    ("index", "llama-window", ["_idx"], with_last(_idx=70)),
    ("keep", "llama-window", ["keep"], with_last(keep=3)),
    ("batch", "llama-window", ["3.0"], with_last(keys=lambda c: mx.repeat(c.keys, 2, axis=0))),
    ("values", "llama-window", ["3.1", "values"], with_last(values=lambda c: c.values[:, :, :4])),
    ("head-size", "llama-window", ["3.0"], with_last(keys=lambda c: c.keys[..., :8])),
    ("type", "llama-window", ["3.0"], with_last(keys=lambda c: c.keys.astype(mx.int32))),
    ("state", "llama-window", ["3.0"], with_last(keys=None, values=None)),
]

