package dev.quipu.schema;

import dev.quipu.QuipuException;
import dev.quipu.language.EcmaPattern;
import dev.quipu.language.Language;
import java.util.HashMap;
import java.util.Map;

/** The languages of a schema's patterns, each made once. */
final class Patterns {

  private final Map<String, Language> known = new HashMap<>();

  Language of(String pattern, SchemaObject schema, String keyword) {
    try {
      return known.computeIfAbsent(pattern, EcmaPattern::search);
    } catch (QuipuException e) {
      throw schema.refusal(keyword, e.getMessage());
    }
  }
}
