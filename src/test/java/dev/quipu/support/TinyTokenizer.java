package dev.quipu.support;

import dev.quipu.text.Tokenizer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** A tokenizer of the ten letters a to j, ids 0 to 9, and of the special tokens that a test adds, from 10 on. */
public final class TinyTokenizer {

  private final StringJoiner added = new StringJoiner(", ", "[", "]");
  private int nextId = 10;
  private String postProcessor = "null";

  public TinyTokenizer special(String content) {
    added.add("""
        {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
        "special": true}""".formatted(nextId++, content));
    return this;
  }

  /** Texts begin with this token where special tokens are asked for. */
  public TinyTokenizer beginning(String content) {
    postProcessor = """
        {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "%s", "type_id": 0}},
        {"Sequence": {"id": "A", "type_id": 0}}], "pair": [],
        "special_tokens": {"%s": {"id": "%s", "ids": [%d], "tokens": ["%s"]}}}"""
        .formatted(content, content, content, nextId, content);
    return special(content);
  }

  public Tokenizer load() {
    return Tokenizer.load(new ByteArrayInputStream(json().getBytes(StandardCharsets.UTF_8)), "tokenizer.json");
  }

  /** The text of tokenizer.json. */
  public String json() {
    StringJoiner letters = new StringJoiner(", ", "{", "}");
    for (int i = 0; i < 10; i++) {
      letters.add("\"" + (char) ('a' + i) + "\": " + i);
    }
    return "{\"added_tokens\": " + added + ", \"normalizer\": null, \"pre_tokenizer\": null, \"decoder\": null, "
        + "\"post_processor\": " + postProcessor + ", \"model\": {\"type\": \"BPE\", \"vocab\": " + letters
        + ", \"merges\": []}}";
  }
}
