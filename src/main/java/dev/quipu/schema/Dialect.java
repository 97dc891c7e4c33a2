package dev.quipu.schema;

import java.util.List;
import java.util.Map;

/**
 * What {@code $schema} says of a whole document: a draft, or another document that names its vocabularies. Those that
 * leave out a part of their draft, or need one that is not known, are refused.
 */
final class Dialect {

  private static final List<String> NEEDED = List.of("/vocab/core", "/vocab/applicator", "/vocab/validation");
  private static final String STANDARD = "https://json-schema.org/draft/";

  private Dialect() {}

  /**
   * The draft of a document; 2020-12 if it names none, or one that is not known.
   *
   * @param documents other documents by their URI
   */
  static Draft of(Object schema, Map<String, Object> documents) {
    if (!(schema instanceof Map<?, ?> map) || !(map.get("$schema") instanceof String uri)) {
      return Draft.DRAFT_2020_12;
    }
    Draft draft = Draft.of(uri);
    if (draft != null) {
      return draft;
    }
    if (!(documents.get(uri) instanceof Map<?, ?> metaSchema)) {
      return Draft.DRAFT_2020_12;
    }
    if (metaSchema.get("$vocabulary") instanceof Map<?, ?> vocabularies) {
      requireAll(uri, vocabularies);
    }
    Draft own = metaSchema.get("$schema") instanceof String name ? Draft.of(name) : null;
    return own == null ? Draft.DRAFT_2020_12 : own;
  }

  private static void requireAll(String uri, Map<?, ?> vocabularies) {
    for (String needed : NEEDED) {
      if (vocabularies.keySet().stream().noneMatch(name -> ((String) name).endsWith(needed))) {
        throw new UnsupportedSchema("$schema", "", uri + " leaves out the vocabulary " + needed.substring(1));
      }
    }
    vocabularies.forEach((name, required) -> {
      if (Boolean.TRUE.equals(required) && !((String) name).startsWith(STANDARD)) {
        throw new UnsupportedSchema("$schema", "", uri + " needs the vocabulary " + name + ", which is not known");
      }
    });
  }
}
