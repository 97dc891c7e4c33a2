#!/usr/bin/env python3
"""Makes a corpus of texts with the ids and the decoded text that Hugging Face `tokenizers` gives.

    pip install tokenizers==0.23.3
    tools/tokenizer_corpus.py OUT NAME=path/to/tokenizer.json [NAME=…] [--texts 5000] [--seed 4711]

OUT becomes a suite in the format of golden/FORMAT.md: tokenize/NAME/case.json, detokenize/NAME/case.json and
tokenizers/NAME/tokenizer.json. `quipu conform OUT` compares the engine with it.
"""
import argparse
import json
import random
import shutil
from pathlib import Path

import tokenizers

PHRASES = """The quick brown fox jumps over the lazy dog. It's we're THEY'LL i'd I'M you've don't 'S 'ſ 'T
Der Fluß überquert die Straße; daß größte Schloß. Ça déjà vu, l'été où naïve cœur. El niño comió piñata ¿qué? ¡Sí!
Привет, как дела? Съешь ещё этих мягких французских булок. Ελλάδα Σίσυφος ὁ ἄνθρωπος. Türkçe İstanbul ışık IŞIK
日本語のテキストです。カタカナ、ひらがな。ﾊﾝｶｸ 中文句子，標點符號！简体字「引号」 한국어 텍스트입니다. ㄱㄴㄷ ᄀᄀᄀ각ᆨᆨ 각
مرحبا بالعالم، كيف حالك؟ שלום עולם! עִבְרִית हिन्दी में पाठ क्षत्रिय বাংলা தமிழ் ภาษาไทยไม่มีช่องว่าง ខ្មែរ မြန်မာ ລາວ ქართული հայերեն ትግርኛ
def f(x, *args): return {k: v**2 for k, v in x.items() if v != 0}  # TODO: check
public static void main(String[] args) { System.out.println("Hello\\n\\t\\u0041" + 0xFF + 1e-9f); }
{"key": [1, 2.5, -3e10, true, null, "str\\"esc"], "nested": {"a": {"b": []}}}
SELECT * FROM t WHERE a <> 'b' AND c >= 12345678901234567890; <div class="x">&amp;</div> https://ex.org/a?b=c&d=%20#e
👍🏽 👨‍👩‍👧‍👦 🏳️‍🌈 🇩🇪🇫🇷 ☺️ ✂︎ 🤷🏻‍♀️ e\u0301 o\u0308\u0323 a\u0327\u0301 \u1100\u1161\u11a8 \u0344 \u212b \ufb01 \u2126 ① ½ ² Ⅷ ﷺ ㍿ ǆ ŉ
0 00 123 1234 12345 1,234,567.89 ٣٤٥ १२३ ௧௨ Ⅻ ④ ⑤ 𝟘𝟙𝟚 1st 2nd 3.14159 v1.2.3-rc4 +1 -1 1e5 0b101 A1B2C3 camelCaseWord HTTPServerError""".split("\n")
SPACES = [" ", "  ", "   ", "\t", "\n", "\r\n", "\r", "\n\n", "\u00a0", "\u2003", "\u3000", "\u0085", "\u2028", "\x0b", "\x0c",
          "\u200b", "\u200d", "\ufeff", " \n ", "\t\t\n", "      ", "\u1680", "\u180e"]
OLD_AND_NEW = [0x7FD, 0x898, 0x1ABF, 0x32FF, 0xA7CE, 0xA7F2, 0x11DE0, 0x16D68, 0x1611E, 0x1C89, 0x10D40, 0x1E5D0, 0x2FFFF,
               0x323B0, 0x16EA0, 0x11938, 0x113C5, 0x1CCD6]

EDGES = ["👍🏽 ok", "👨‍👩‍👧‍👦🏳️‍🌈", "日本語。한국어", "e\u0301a\u0327\u0301", "  a   b  ", "\n\n\t x\r\n", " ", "   ", "naïve Ünï", "a\u0000b\u007f",
         "\U0002FFFF\U0010FFFD", "Ġ▁<0x41>", "\ufeffx\ufffd", "don't 'S", "🇩🇪🇫🇷🇩", "ไม่มีช่องว่าง", "שלום", "½①ﬁ", "\u2028\u0085", "x" * 40]


WRONG_BYTES = [b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xe0\x80\x80", b"\xf0\x8f\xbf\xbf",
               b"\xf8\x80", b"\xe2\x82"]


def words(rng):
    return rng.choice(PHRASES).split(" ")


def random_code_point(rng):
    top = rng.choice([0x80, 0x250, 0x800, 0x3000, 0x10000, 0x20000, 0x110000])
    while True:
        c = rng.choice(OLD_AND_NEW) if rng.random() < 0.03 else rng.randrange(top)
        if not 0xD800 <= c <= 0xDFFF:
            return chr(c)


def text(rng, specials):
    """One text; a dozen recipes, each biased towards what tokenizers get wrong."""
    kind = rng.randrange(14)
    if kind == 0:
        return rng.choice(PHRASES)
    if kind == 1:
        return "".join(random_code_point(rng) for _ in range(rng.randrange(40)))
    if kind == 2:
        return bytes(rng.randrange(256) for _ in range(rng.randrange(60))).decode("utf-8", "replace")
    if kind == 3:
        return "".join(rng.choice(SPACES) for _ in range(rng.randrange(30)))
    if kind == 4:
        return rng.choice([" ", "\n", "\t", "\r\n", "a", "ab", "é", "한", "7", "=", "-", "▁", "Ġ", "👍", "ー", "' "]) * rng.randrange(300)
    if kind == 5:
        return "".join(rng.choice("0123456789٣½²,. ") for _ in range(rng.randrange(30)))
    if kind == 6:
        return "".join(rng.choice("aeioutrnsABCZéñß'’-_ſK") for _ in range(rng.randrange(200)))
    if kind == 7:
        return "".join(rng.choice("ae\u0301\u0327\u0345\u0334\u05b0\u3099\u1100\u1161\u11a8\uac00 \u093c\u0915\u0f71\u0f72") for _ in range(rng.randrange(30)))
    if kind == 8:
        return "".join(rng.choice(["'s", "'T", "'re", "'VE", "'m", "'ll", "'D", "'", "’s", " ", "a", "Z", "1", "ſ", "'ſ", "\n", "/"]) for _ in range(rng.randrange(25)))
    if kind == 9:
        return "".join(rng.choice("\x00\x01\x07\x1b\x7f\u0080\u200e\u202e\u2066\ufffd\ufffe\ue000ab ") for _ in range(rng.randrange(30)))
    out = []
    for _ in range(rng.randrange(1, 40)):
        r = rng.random()
        if r < 0.12 and specials:
            out.append(rng.choice(SPACES[:8] + ["", ""]) + rng.choice(specials) + rng.choice(SPACES[:8] + ["", ""]))
        elif r < 0.2:
            out.append(rng.choice(SPACES))
        elif r < 0.25:
            out.append(random_code_point(rng))
        else:
            out.append(rng.choice(words(rng)) + rng.choice([" ", " ", " ", "", "\n"]))
    return "".join(out)


def specials_of(tokenizer, rng):
    added = [t.content for t in tokenizer.get_added_tokens_decoder().values()]
    return [s for s in (added if len(added) < 60 else rng.sample(added, 60)) if s] + ["<s>", "<unk>", "<|im_start|>", "<0x41>"]


def item(tokenizer, text_, add_special):
    ids = tokenizer.encode(text_, add_special_tokens=add_special).ids
    return {"text": text_, "add_special": add_special, "ids": ids,
            "decoded": tokenizer.decode(ids, skip_special_tokens=False),
            "decoded_skip_special": tokenizer.decode(ids, skip_special_tokens=True)}


def random_ids(tokenizer, rng):
    size = tokenizer.get_vocab_size()
    low = min(size, 300)
    return [rng.randrange(low if rng.random() < 0.5 else size) for _ in range(rng.randrange(30))]


def spoils_characters(tokenizer, ids):
    """Whether a run of byte tokens has complete characters that a later byte turns into U+FFFD; no stream foresees it."""
    run = b""
    for token in [tokenizer.id_to_token(i) for i in ids] + [""]:
        if token and len(token) == 6 and token.startswith("<0x"):
            run += bytes([int(token[3:5], 16)])
            continue
        good = len(run.decode("utf-8", "ignore"))
        try:
            run.decode("utf-8")
        except UnicodeDecodeError:
            if good:
                return True
        run = b""
    return False


def stream_item(tokenizer, ids):
    """`stable[k]`: how many code points after id k no later id can change."""
    expected = tokenizer.decode(ids, skip_special_tokens=False)
    stable = []
    for k in range(len(ids)):
        part = tokenizer.decode(ids[:k + 1], skip_special_tokens=False)
        n = 0
        while n < min(len(part), len(expected)) and part[n] == expected[n]:
            n += 1
        stable.append(n)
    for k in range(len(stable) - 2, -1, -1):
        stable[k] = min(stable[k], stable[k + 1])
    return {"ids": ids, "expected": expected, "stable": stable}


def byte_ids(tokenizer, text):
    """The tokens of single bytes, which a merge may have left out: None if one of them is not there."""
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    shown = sorted(alphabet, key=lambda c: (ord(c) >= 0x100, ord(c)))  # the printable bytes, then those moved
    moved = [b for b in range(256) if chr(b) not in alphabet]
    names = {b: chr(b) for b in range(256)} | dict(zip(moved, (c for c in shown if ord(c) >= 0x100)))
    ids = [tokenizer.token_to_id(f"<0x{b:02X}>") for b in text]
    ids = [tokenizer.token_to_id(names[b]) for b in text] if None in ids else ids
    return None if None in ids else ids


def write_edges(out, name, tokenizer):
    """Streams by hand: characters in several tokens, cut at either end, with special tokens inside, forwards and
    backwards; and bytes that are no character."""
    special = [i for i, t in sorted(tokenizer.get_added_tokens_decoder().items()) if t.special][:2]
    streams = [[], special, special * 3]
    for text_ in EDGES:
        ids = tokenizer.encode(text_, add_special_tokens=False).ids
        streams += [ids, ids[:-1], ids[1:], ids[::-1], ids + ids, [i for pair in zip(ids, special * len(ids)) for i in pair]]
    streams += [ids for ids in (byte_ids(tokenizer, wrong) for wrong in WRONG_BYTES) if ids]
    unique = {tuple(ids[:80]): None for ids in streams}
    items = [stream_item(tokenizer, list(ids)) for ids in unique if not spoils_characters(tokenizer, ids)]
    write_case(out / "detokenize" / f"{name}-edges", "detokenize_stream", name, {"max_held": 8, "items": items})


def write_case(folder, kind, name, keys):
    folder.mkdir(parents=True, exist_ok=True)
    case = {"id": f"{folder.parent.name}/{folder.name}", "kind": kind, "about": ABOUT[kind],
            "made_with": {"tokenizers": tokenizers.__version__, "command": COMMAND}, "tokenizer": f"tokenizers/{name}"}
    (folder / "case.json").write_text(json.dumps({**case, **keys}, ensure_ascii=False, separators=(",", ":")))


def write_suite(out, name, tokenizer, rng, count):
    specials = specials_of(tokenizer, rng)
    texts = ["", " ", "a"] + [text(rng, specials) for _ in range(count)]
    items = [item(tokenizer, t, add) for t in texts for add in (False, True)]
    write_case(out / "tokenize" / name, "tokenize", name, {"items": items})
    streams = [i["ids"] for i in rng.sample(items, min(len(items), count // 5))]
    streams += [random_ids(tokenizer, rng) for _ in range(count // 10)]
    streams = [stream_item(tokenizer, ids[:60]) for ids in streams if not spoils_characters(tokenizer, ids[:60])]
    write_case(out / "detokenize" / name, "detokenize_stream", name, {"max_held": 8, "items": streams})
    print(f"{name}: {len(items)} items, {len(streams)} streams")


ABOUT = {"tokenize": "Fails if an id or a decoded character differs from the reference on one of the texts.",
         "detokenize_stream": "Fails if streamed text differs from decoding at once, splits a character or is held back too long."}
COMMAND = "tools/tokenizer_corpus.py"


def make(out, name, file, texts, seed):
    tokenizer = tokenizers.Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    write_suite(out, name, tokenizer, random.Random(seed), texts)
    write_edges(out, name, tokenizer)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("tokenizers", nargs="+", metavar="NAME=FILE")
    parser.add_argument("--texts", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=4711)
    args = parser.parse_args()
    for pair in args.tokenizers:
        name, file = pair.split("=", 1)
        make(args.out, name, file, args.texts, args.seed)
        target = args.out / "tokenizers" / name
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target / "tokenizer.json")


if __name__ == "__main__":
    main()
