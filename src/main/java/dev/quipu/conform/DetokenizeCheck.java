package dev.quipu.conform;

import dev.quipu.config.Config;
import dev.quipu.text.StreamDecoder;
import dev.quipu.text.Tokenizer;
import java.util.List;

/** Kind detokenize_stream: text id by id, never half a character, never taken back, never held for long. */
final class DetokenizeCheck {

  private DetokenizeCheck() {}

  static void run(Case c, Bench bench) {
    List<Config> items = c.json().requireObjects("items");
    c.requireSome("items", items.size());
    int maxHeld = c.json().requireInt("max_held");
    Tokenizer tokenizer = bench.library().tokenizer(c.json().requireString("tokenizer"));
    for (int i = 0; i < items.size(); i++) {
      item("item " + i, tokenizer, items.get(i), maxHeld);
    }
  }

  private static void item(String where, Tokenizer tokenizer, Config item, int maxHeld) {
    String expected = item.requireString("expected");
    int[] ids = item.requireInts("ids");
    int[] stable = item.requireInts("stable");
    if (stable.length != ids.length) {
      throw item.refuse("stable", "must be one a token of ids, " + ids.length + ", but are " + stable.length);
    }
    StreamDecoder stream = tokenizer.streamDecoder(false);
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < ids.length; k++) {
      String at = where + ", id " + k;
      append(at, text, stream.push(ids[k]), expected);
      int emitted = text.codePointCount(0, text.length());
      if (emitted < stable[k] - maxHeld) {
        throw Mismatch.of(at, "at least " + (stable[k] - maxHeld) + " code points", emitted);
      }
    }
    append(where + ", finish", text, stream.finish(), expected);
    Quoted.requireEqual(where, expected, text.toString());
  }

  private static void append(String where, StringBuilder text, String segment, String expected) {
    if (!isWellFormed(segment)) {
      throw Mismatch.of(where, "well-formed text", Quoted.around(segment, 0));
    }
    int before = text.length();
    text.append(segment);
    if (!expected.startsWith(segment, before)) {
      throw Mismatch.of(
          where, "a beginning of " + Quoted.around(expected, before), Quoted.around(text.toString(), before));
    }
  }

  private static boolean isWellFormed(String text) {
    return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
