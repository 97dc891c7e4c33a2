package dev.quipu.support;

import dev.quipu.text.Tokenizer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * A byte-level tokenizer for {@link TinyModel}'s vocabulary: what JSON is written with, the two bytes of é, some longer
 * tokens, and the end token.
 */
public final class JsonTokenizer {

  public static final int END = TinyModel.VOCAB - 1;

  private static final String BYTES = "{}[]\":,\\-._ĠÃ©0123456789abcdefghijklmnopqrstuvwxyz";
  private static final String[] MERGES = {"t r", "u e", "tr ue", "l l", "n u", "nu ll", "n a", "m e", "na me", "{ \"",
      "\" :", "\" ,", "\" }", ", \"", "\": \"", "\", \"", "a b", "ab c", "1 2", "] }", "} }", "\" ]", "[ \"", "Ã ©",
      "a g", "ag e"};

  private JsonTokenizer() {}

  public static Tokenizer load() {
    List<String> tokens = new ArrayList<>(BYTES.chars().mapToObj(Character::toString).toList());
    StringJoiner merges = new StringJoiner(", ", "[", "]");
    for (String merge : MERGES) {
      tokens.add(merge.replace(" ", ""));
      merges.add(quoted(merge));
    }
    StringJoiner vocabulary = new StringJoiner(", ", "{", "}");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.add(quoted(tokens.get(id)) + ": " + id);
    }
    String json = """
        {"added_tokens": [{"id": %d, "content": "<end>", "single_word": false, "lstrip": false, "rstrip": false,
        "normalized": false, "special": true}], "normalizer": null, "post_processor": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
        "decoder": {"type": "ByteLevel"}, "model": {"type": "BPE", "vocab": %s, "merges": %s}}"""
        .formatted(END, vocabulary, merges);
    return Tokenizer.load(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "tokenizer.json");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
