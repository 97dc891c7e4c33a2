package dev.quipu.conform;

import dev.quipu.config.Config;
import dev.quipu.text.Tokenizer;
import java.util.List;

/** Kind tokenize: the ids of texts, and the texts of ids with and without special tokens. */
final class TokenizeCheck {

  private TokenizeCheck() {}

  static void run(Case c, Bench bench) {
    List<Config> items = c.json().requireObjects("items");
    c.requireSome("items", items.size());
    Tokenizer tokenizer = bench.library().tokenizer(c.json().requireString("tokenizer"));
    for (int i = 0; i < items.size(); i++) {
      item("item " + i, tokenizer, items.get(i));
    }
  }

  private static void item(String where, Tokenizer tokenizer, Config item) {
    String text = item.requireString("text");
    boolean addSpecial = item.requireBoolean("add_special");
    int[] ids = item.requireInts("ids");
    requireEqual(where + ", ids of " + Quoted.around(text, 0), ids, tokenizer.encode(text, addSpecial));
    Quoted.requireEqual(where + ", decoded", item.requireString("decoded"), tokenizer.decode(ids, false));
    Quoted.requireEqual(
        where + ", decoded_skip_special", item.requireString("decoded_skip_special"), tokenizer.decode(ids, true));
  }

  private static void requireEqual(String where, int[] expected, int[] got) {
    int common = Math.min(expected.length, got.length);
    for (int i = 0; i < common; i++) {
      if (expected[i] != got[i]) {
        throw Mismatch.of(where + ", id " + i, expected[i], got[i]);
      }
    }
    if (expected.length != got.length) {
      throw Mismatch.of(where, expected.length + " ids", got.length + ", of which the first " + common + " agree");
    }
  }
}
