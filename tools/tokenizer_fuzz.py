#!/usr/bin/env python3
"""Makes tiny tokenizers with random options and, for each, texts with the ids and decodings of Hugging Face `tokenizers`.

    pip install tokenizers==0.23.3
    tools/tokenizer_fuzz.py OUT [--count 3000] [--texts 12] [--seed 1]

OUT becomes a suite as tokenizer_corpus.py makes it. A tokenizer that the reference refuses or fails on is left out.
"""
import argparse
import json
import os
import random
from pathlib import Path

import tokenizer_corpus as corpus
import tokenizers

CHARS = list("abcdeAB' 019.,!-\n") + ["é", "e\u0301", "ß", "ſ", "İ", "한", "日", "👍", "\u0301", "\u00a0", "ﬁ", "▁", "Ġ", "\t", "½", "\u200d", "_", "\x00"]
REGEXES = [r"\s+", r"\p{N}{1,3}", r"\p{L}+|\p{N}", r"'s|'t|[^\s\w]+", r"(?i:a|b'|s)+", r"\s+(?!\S)|\s+", r"[a-c]+?b", r" ?\w+", r"[^a-z\s]+[\r\n]*",
           r"(?:ab?)*c", r"\b", r"^a|b$", r"(?=a)", r"x*", r"[\p{L}\p{M}]++", r".", r"(?m:.)", r"a{2,}+", r"[\p{L}&&[^ae]]+", r"(a|b|ab)(c|d)?", r"(?>a+)b|a",
           r"\A.|\z", r"[^\p{P}]+", r"(?<=a)b|(?<!a)e", r"\d|\D\D", r"\h+", r"[ab]*?c|e", r"(?:a|b)*?d", r"(?:a*b?)*e", r"\p{Lu}\p{Ll}*|\p{^L}", r"\x20|\u0061|\x{62}"]
BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]


def pattern(rng):
    if rng.random() < 0.4:
        return {"String": rng.choice([" ", "a", "ab", "▁", "'", "", ".", "é"])}
    return {"Regex": rng.choice(REGEXES)}


def flag(rng):
    return rng.random() < 0.5


def normalizer(rng, depth=0):
    kind = rng.choice(["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Strip", "Replace", "Prepend", "ByteLevel"] + ["Sequence"] * (2 - depth))
    rest = {"Strip": lambda: {"strip_left": flag(rng), "strip_right": flag(rng)},
            "Replace": lambda: {"pattern": pattern(rng), "content": rng.choice(["▁", "", "xx", " "])},
            "Prepend": lambda: {"prepend": rng.choice(["▁", "ab", ""])},
            "Sequence": lambda: {"normalizers": [normalizer(rng, depth + 1) for _ in range(rng.randrange(4))]}}
    return {"type": kind, **rest.get(kind, dict)()}


def pre_tokenizer(rng, depth=0):
    kind = rng.choice(["ByteLevel", "ByteLevel", "Split", "Split", "Digits", "Metaspace", "Metaspace", "Whitespace", "WhitespaceSplit", "Punctuation",
                       "BertPreTokenizer", "FixedLength"] + ["Sequence"] * (3 - depth) * 2)
    rest = {"ByteLevel": lambda: {"add_prefix_space": flag(rng), "trim_offsets": True, "use_regex": flag(rng)},
            "Split": lambda: {"pattern": pattern(rng), "behavior": rng.choice(BEHAVIORS), "invert": flag(rng)},
            "Digits": lambda: {"individual_digits": flag(rng)},
            "Metaspace": lambda: {"replacement": rng.choice("▁▁_"), "prepend_scheme": rng.choice(["always", "never", "first"]), "split": flag(rng)},
            "Punctuation": lambda: {"behavior": rng.choice(BEHAVIORS)},
            "FixedLength": lambda: {"length": rng.randrange(1, 5)},
            "Sequence": lambda: {"pretokenizers": [pre_tokenizer(rng, depth + 1) for _ in range(rng.randrange(4))]}}
    return {"type": kind, **rest.get(kind, dict)()}


def decoder(rng, depth=0):
    kind = rng.choice(["ByteLevel", "Replace", "ByteFallback", "Fuse", "Strip", "Metaspace", "BPEDecoder"] + ["Sequence"] * (2 - depth) * 3)
    rest = {"ByteLevel": lambda: {"add_prefix_space": True, "trim_offsets": True, "use_regex": True},
            "Replace": lambda: {"pattern": pattern(rng), "content": rng.choice(["▁", "", "xx", " "])},
            "Strip": lambda: {"content": rng.choice(" a▁"), "start": rng.randrange(3), "stop": rng.choice([0, 0, 1])},
            "Metaspace": lambda: {"replacement": "▁", "prepend_scheme": rng.choice(["always", "never", "first"]), "split": True},
            "BPEDecoder": lambda: {"suffix": rng.choice(["</w>", "b", "a"])},
            "Sequence": lambda: {"decoders": [decoder(rng, depth + 1) for _ in range(rng.randrange(4))]}}
    return {"type": kind, **rest.get(kind, dict)()}


def model(rng):
    prefix = rng.choice([None, None, None, "", "##"])
    suffix = rng.choice([None, None, None, "", "</w>"])
    alphabet = rng.sample(CHARS, rng.randrange(8, len(CHARS)))
    if flag(rng):
        alphabet += [chr(c) for c in range(0x21, 0x7f)] + [chr(c) for c in range(0xa1, 0x144) if c != 0xad]
    tokens = ["<unk>", "<s>"] + ([f"<0x{b:02X}>" for b in range(256) if rng.random() < 0.99 or flag(rng)] if flag(rng) else [])
    for c in dict.fromkeys("".join(alphabet)):
        tokens += [c] + ([prefix + c] if prefix else []) + ([c + suffix] if suffix else [])
    tokens = list(dict.fromkeys(tokens))
    merges = []
    for _ in range(rng.randrange(80)):
        a, b = rng.choice(tokens[2:]), rng.choice(tokens[2:])
        if prefix and not b.startswith(prefix) or " " in a + b:
            continue
        merged = a + (b[len(prefix):] if prefix else b)
        if merged not in tokens:
            tokens.append(merged)
        merges.insert(rng.randrange(len(merges) + 1), [a, b])
    start = rng.choice([0, 0, 5])
    return {"type": "BPE", "dropout": None, "unk_token": rng.choice([None, "<unk>"]), "continuing_subword_prefix": prefix, "end_of_word_suffix": suffix,
            "fuse_unk": flag(rng), "byte_fallback": flag(rng), "ignore_merges": flag(rng), "vocab": {t: i + start for i, t in enumerate(tokens)},
            "merges": merges if flag(rng) else [" ".join(m) for m in merges]}


def added_tokens(rng, vocab):
    contents = ["<unk>", "<s>"] + rng.sample(["<|x|>", "<|xy|>", "ab", "é", " a", "▁a", "1", "  ", "A", "\n\n", "e\u0301", "<|x|><|x|>"], rng.randrange(6))
    tokens, forms = [], set()
    free = max(vocab.values()) + 1000
    for i, content in enumerate(contents):
        tokens.append({"id": vocab.get(content, free + i), "content": content, "single_word": rng.random() < 0.2, "lstrip": rng.random() < 0.3,
                       "rstrip": rng.random() < 0.3, "normalized": rng.random() < 0.3, "special": flag(rng)})
    return tokens


def post_processor(rng):
    pair = [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}]
    special = [{"SpecialToken": {"id": "<s>", "type_id": 0}}]
    return rng.choice([
        None,
        {"type": "TemplateProcessing", "single": special + pair[:1] + rng.choice([[], special]), "pair": pair,
         "special_tokens": {"<s>": {"id": "<s>", "ids": [1, 0], "tokens": ["<s>", "<unk>"]}}},
        {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        {"type": "BertProcessing", "sep": ["<unk>", 0], "cls": ["<s>", 1]},
        {"type": "RobertaProcessing", "sep": ["<unk>", 0], "cls": ["<s>", 1], "trim_offsets": True, "add_prefix_space": False},
        {"type": "Sequence", "processors": [{"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False, "use_regex": True},
                                            {"type": "TemplateProcessing", "single": special + pair[:1], "pair": pair,
                                             "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}]}])


def random_tokenizer(rng):
    m = model(rng)
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added_tokens(rng, m["vocab"]),
            "normalizer": normalizer(rng) if flag(rng) else None, "pre_tokenizer": pre_tokenizer(rng) if rng.random() < 0.8 else None,
            "post_processor": post_processor(rng), "decoder": decoder(rng) if rng.random() < 0.9 else None, "model": m}


def style(name):
    """A tiny tokenizer in the manner of a well-known one."""
    specials = ["<unk>", "<s>", "</s>", "<|im_start|>"]
    if name == "llama3":
        letters = [chr(c) for c in range(0x21, 0x144) if c not in range(0x7f, 0xa1) and c != 0xad]
        pairs = ["Ġ t", "h e", "Ġt he", "i n", "Ġ a", "Ð ¿", "ã ģ", "ð Ł", "ðŁ ĳ", "1 2", "Ċ Ċ", "' s", "Ġ Ġ"]
    else:
        letters = [f"<0x{b:02X}>" for b in range(256)] + list("▁abcdefghijklmnopqrstuvwxyzABCDE.,'123\n") + ["é", "п", "日"]
        pairs = ["▁ t", "h e", "▁t he", "i n", "▁ a", "▁ ▁", "▁▁ ▁▁", "е т", "1 2", "e r"]
    vocab = {t: i for i, t in enumerate(specials + letters)}
    merges = [p for p in pairs if all(t in vocab or any(t == q.replace(" ", "") for q in pairs) for t in p.split(" "))]
    for pair in merges:
        vocab.setdefault(pair.replace(" ", ""), len(vocab))
    added = [{"id": i, "content": t, "single_word": False, "lstrip": False, "rstrip": i == 3 and name == "phi3", "normalized": False, "special": True}
             for i, t in enumerate(specials)]
    space = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
    unspace = [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    llama3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    parts = {
        "llama2": ({"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, space]}, None,
                   {"type": "Sequence", "decoders": unspace + [{"type": "Strip", "content": " ", "start": 1, "stop": 0}]}),
        "gemma": (space, {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": False},
                  {"type": "Sequence", "decoders": unspace}),
        "phi3": (None, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False},
                 {"type": "Sequence", "decoders": unspace + [{"type": "Strip", "content": " ", "start": 1, "stop": 0}]}),
        "llama3": (None, {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": llama3}, "behavior": "Isolated", "invert": False}, byte_level]}, byte_level)}[name]
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": parts[0], "pre_tokenizer": parts[1],
            "post_processor": None, "decoder": parts[2],
            "model": {"type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None, "end_of_word_suffix": None,
                      "fuse_unk": True, "byte_fallback": name != "llama3", "ignore_merges": name == "llama3", "vocab": vocab, "merges": merges}}


def words_style():
    """The words of Llama 3, with merges that show where one ends."""
    made = style("llama3")
    model = made["model"] | {"ignore_merges": False, "merges": ["L x", "S x", "1 2", "12 3", "123 4"]}
    for pair in model["merges"]:
        model["vocab"].setdefault(pair.replace(" ", ""), len(model["vocab"]))
    return made | {"model": model}


def whole_style():
    """Llama 2's, stripped first, and with a token that no merge makes."""
    made = style("llama2")
    strip = {"type": "Strip", "strip_left": True, "strip_right": True}
    normalizer = {"type": "Sequence", "normalizers": [strip, *made["normalizer"]["normalizers"]]}
    vocab = made["model"]["vocab"] | {"▁abc": len(made["model"]["vocab"])}
    return made | {"normalizer": normalizer, "model": made["model"] | {"ignore_merges": True, "vocab": vocab}}


BY_HAND = {
    "words": (words_style, ["I'LLx we'llx it'Sx IT'sx", "'ſx 'Sx 'S", "12345 1234 12", "a  Lx\n\nLx", " 'LLx", "x'Lx"]),
    "whole": (whole_style, ["abc", " abc ", "abc abc", "", "   ", "\n", "ab c", "▁abc", "<s>abc", "<s>  <s>",
                            "abc  </s>  abc"]),
}


def write_by_hand(out):
    """Two styles with a few texts, each for a rule that the others leave open."""
    for name, (made, texts) in BY_HAND.items():
        target = out / "tokenizers" / f"{name}-style"
        target.mkdir(parents=True, exist_ok=True)
        (target / "tokenizer.json").write_text(json.dumps(made(), ensure_ascii=False))
        tokenizer = tokenizers.Tokenizer.from_file(str(target / "tokenizer.json"))
        items = [corpus.item(tokenizer, text, add) for text in texts for add in (False, True)]
        corpus.write_case(out / "tokenize" / f"{name}-style", "tokenize", f"{name}-style", {"items": items})


def write_styles(out, texts):
    for name in ["llama2", "gemma", "phi3", "llama3"]:
        rng = random.Random(7)
        target = out / "tokenizers" / f"{name}-style"
        target.mkdir(parents=True, exist_ok=True)
        (target / "tokenizer.json").write_text(json.dumps(style(name), ensure_ascii=False))
        tokenizer = tokenizers.Tokenizer.from_file(str(target / "tokenizer.json"))
        corpus.write_suite(out, f"{name}-style", tokenizer, rng, texts)
        corpus.write_edges(out, f"{name}-style", tokenizer)


def random_text(rng, contents):
    return "".join(rng.choice(contents) if rng.random() < 0.15 else corpus.random_code_point(rng) if rng.random() < 0.05
                   else rng.choice(CHARS) for _ in range(rng.choice([0, 1, 2, 5, 12, 40, 120])))


def flat(normalizer):
    """The normalizers that a Sequence runs one after the other."""
    if normalizer and normalizer["type"] == "Sequence":
        return [part for n in normalizer["normalizers"] for part in flat(n)]
    return [normalizer] if normalizer else []


def cases(rng, texts):
    """A tokenizer.json and its items, or None where the reference fails."""
    data = random_tokenizer(rng)
    tokenizer = tokenizers.Tokenizer.from_str(json.dumps(data))
    contents = [t["content"] for t in data["added_tokens"]]
    normalized = {tokenizer.normalizer.normalize_str(t["content"]) if data["normalizer"] else t["content"] for t in data["added_tokens"] if t["normalized"]}
    if len(normalized) < sum(t["normalized"] for t in data["added_tokens"]):
        return None  # two tokens with one normal form: which of them matches is left to chance
    kinds = [(n["type"], n.get("prepend")) for n in flat(data["normalizer"])]
    if ("Prepend", "") in kinds[:-1]:
        return None  # what comes after an empty Prepend repeats the first character or fails
    items = []
    for _ in range(texts):
        items.append(corpus.item(tokenizer, random_text(rng, contents), flag(rng)))
    return data, items


def quiet(function, *arguments):
    """The reference panics on some input, and says so on stderr."""
    try:
        return function(*arguments)
    except BaseException as e:
        if isinstance(e, KeyboardInterrupt):
            raise
        return None


def make(out, count, texts, seed):
    """`count` random tokenizers, those that the reference fails on left out, and the four styles."""
    corpus.COMMAND = f"tools/tokenizer_fuzz.py --count {count} --texts {texts} --seed {seed}"
    made = 0
    for i in range(count):
        case = quiet(cases, random.Random(seed * 1_000_003 + i), texts)
        if case:
            target = out / "tokenizers" / f"random-{i}"
            target.mkdir(parents=True, exist_ok=True)
            (target / "tokenizer.json").write_text(json.dumps(case[0], ensure_ascii=False))
            corpus.write_case(out / "tokenize" / f"random-{i}", "tokenize", f"random-{i}", {"items": case[1]})
            made += 1
    write_styles(out, texts * 8)
    write_by_hand(out)
    print(f"{made} of {count} tokenizers")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--texts", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    make(args.out, args.count, args.texts, args.seed)


if __name__ == "__main__":
    main()
