"""The cases of real checkpoints: the embedded model, and Gemma 3 for those who have made it."""

import numpy as np

from .cases import check_greedy, follow_greedy, wide_nll
from .decoder import Decoder
from .mlx_runs import Session, follow, greedy, load_float32, nll

SMOL, GEMMA = "SmolLM2-135M-Instruct-4bit", "gemma-3-270m-4bit"
LOGITS = {"atol": 5e-4, "rtol": 1e-4, "why": "eighteen to thirty layers of float32 rounding"}
NLL = {"atol": 1e-4, "rtol": 0.0, "nll_atol": 2e-3}
NEAR_TIE = 2e-3
CHATS = {"sky": "Why is the sky blue?", "haiku": "Write a haiku about the sea.", "colors": "Name three colors."}
STORY = "Once upon a time, in a small village by the river,"
PROSE = (
    "The river rises in the hills above the town and turns twice before it reaches the old mill. In spring it is "
    "loud and brown; by August you can cross it on the stones. The miller's daughter kept a book of its heights, one "
    "line for every day, and when she was eighty she gave the book to the school. "
    '"It is only numbers," she said, "but they are all true." The children plotted them on a roll of paper that went '
    "three times around the room: 1911 was the flood, 1921 the summer without rain. "
)


def write_smol(suite, folder):
    real = Real(suite, folder, "smol", SMOL, stop=[2])
    chats = {name: real.chat(message) for name, message in CHATS.items()}
    for name, prompt in chats.items():
        real.greedy(name, prompt, 64)
    real.greedy("story", real.ids(STORY), 64)
    real.greedy("long", real.ids(PROSE * 8)[:700], 24)
    real.logits(chats["sky"])
    real.perplexity()
    real.far(real.ids(PROSE * 16)[:1600], 24)


def write_gemma(suite, folder):
    """Prompts as long as this pass its window of 512 tokens."""
    real = Real(suite, folder, "gemma3", GEMMA, stop=[1, 106])
    story, long = real.ids("<bos>" + STORY), real.ids("<bos>" + PROSE * 8)[:700]
    real.greedy("story", story, 48)
    real.greedy("long", long, 24)
    real.logits(long[:600])
    real.perplexity()


class Real:
    def __init__(self, suite, folder, label, name, stop):
        from tokenizers import Tokenizer

        self.suite, self.folder, self.label, self.checkpoint, self.stop = suite, folder, label, f"models/{name}", stop
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.model = load_float32(folder)

    def chat(self, message):
        """The prompt as the model's own chat template renders it."""
        from transformers import AutoTokenizer

        return self.ids(
            AutoTokenizer.from_pretrained(self.folder).apply_chat_template(
                [{"role": "user", "content": message}], tokenize=False, add_generation_prompt=True
            )
        )

    def ids(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def greedy(self, name, prompt, count):
        expected, margins = greedy(self.model, prompt, count, self.stop)
        if min(margins) >= NEAR_TIE:
            check_greedy(f"real/{self.label}-greedy-{name}", Decoder(self.folder), prompt, expected)
        self.add_greedy(name, prompt, expected, margins)

    def add_greedy(self, name, prompt, expected, margins):
        self.add(
            "greedy-" + name,
            "greedy",
            "Fails if greedy text of a real checkpoint drifts from float32 MLX.",
            prompt=prompt,
            expected=expected,
            margins=margins,
            near_tie=NEAR_TIE,
            stop=self.stop,
            text=self.tokenizer.decode(expected, skip_special_tokens=False),
        )

    def far(self, prompt, count):
        """One long prompt: the logits after it, and what follows."""
        session, judge = Session(self.model), Decoder(self.folder)
        session.feed(prompt[:-1])
        row, wide = session.logits(prompt[-1:])[0], judge.forward(prompt, rows=[-1])[0]
        self.suite.check(f"real/{self.label}_far", row, wide, LOGITS)
        expected, margins = follow(session, row, count, self.stop)
        if min(margins) >= NEAR_TIE:
            follow_greedy(f"real/{self.label}-greedy-far", judge, wide, expected)
        cols = columns(row)
        self.add(
            "logits-far",
            "logits",
            f"Fails if logits of a real checkpoint drift over {len(prompt)} tokens.",
            {"logits": row[None, cols], "cols": cols},
            LOGITS,
            calls=[{"tokens": prompt, "rows": [len(prompt) - 1], "cols": "cols", "expected": "logits"}],
        )
        self.add_greedy("far", prompt, expected, margins)

    def logits(self, prompt):
        """After a prompt in two calls, and after one decode step."""
        session, judge, calls, tensors = Session(self.model), Decoder(self.folder), [], {}
        cut = len(prompt) // 2 + 1
        for i, part in enumerate((prompt[:cut], prompt[cut:], [504])):
            session.feed(part[:-1])
            row = session.logits(part[-1:])[0]
            self.suite.check(f"real/{self.label}_logits", row, judge.forward(part, rows=[-1])[0], LOGITS)
            cols = columns(row)
            tensors |= {f"logits.{i}": row[None, cols], f"cols.{i}": cols}
            calls.append({"tokens": part, "rows": [len(part) - 1], "cols": f"cols.{i}", "expected": f"logits.{i}"})
        self.add(
            "logits",
            "logits",
            "Fails if a real 4-bit checkpoint gives other logits than float32 MLX.",
            tensors,
            LOGITS,
            calls=calls,
        )

    def perplexity(self):
        tokens = self.ids(PROSE)
        values = nll(self.model, tokens)
        self.suite.check(
            f"real/{self.label}_perplexity",
            values,
            wide_nll(Decoder(self.folder), tokens),
            {"atol": NLL["nll_atol"], "rtol": 0},
        )
        self.add(
            "perplexity",
            "perplexity",
            "Fails if the mean log-probability of real text differs from float32 MLX.",
            {"nll": values.astype(np.float32)},
            NLL,
            tokens=tokens,
            expected_mean_nll=float(values.mean()),
            nll="nll",
        )

    def add(self, name, kind, about, tensors=None, tolerance=None, **content):
        self.suite.add(
            f"real/{self.label}-{name}", kind, about, tensors, tolerance, checkpoint=self.checkpoint, **content
        )


def columns(row):
    """The best 500 and every 97th of the vocabulary."""
    return np.union1d(np.argsort(-row)[:500], np.arange(0, len(row), 97)).astype(np.int32)
