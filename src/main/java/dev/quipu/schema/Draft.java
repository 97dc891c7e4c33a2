package dev.quipu.schema;

/** The versions of JSON Schema, by the {@code $schema} that names them. */
enum Draft {
  DRAFT_4("http://json-schema.org/draft-04/schema"),
  DRAFT_6("http://json-schema.org/draft-06/schema"),
  DRAFT_7("http://json-schema.org/draft-07/schema"),
  DRAFT_2019_09("https://json-schema.org/draft/2019-09/schema"),
  DRAFT_2020_12("https://json-schema.org/draft/2020-12/schema");

  private final String uri;

  Draft(String uri) {
    this.uri = uri;
  }

  /** Null if the URI is that of no draft, or of one before draft 4. */
  static Draft of(String schema) {
    String bare = schema.endsWith("#") ? schema.substring(0, schema.length() - 1) : schema;
    for (Draft draft : values()) {
      if (draft.uri.equals(bare) || draft.uri.equals(bare.replaceFirst("^http:", "https:"))
          || draft.uri.equals(bare.replaceFirst("^https:", "http:"))) {
        return draft;
      }
    }
    return bare.equals("http://json-schema.org/schema") ? DRAFT_2020_12 : null;
  }

  boolean isBefore(Draft other) {
    return compareTo(other) < 0;
  }

  String idKeyword() {
    return this == DRAFT_4 ? "id" : "$id";
  }
}
