package dev.quipu.schema;

import dev.quipu.QuipuException;

/** A schema that cannot be enforced exactly, or that is none: the message names the keyword and where it stands. */
public final class UnsupportedSchema extends QuipuException {

  private final String keyword;
  private final String path;

  UnsupportedSchema(String keyword, String path, String why) {
    super("schema: " + keyword + " at " + (path.isEmpty() ? "#" : path) + ": " + why);
    this.keyword = keyword;
    this.path = path;
  }

  public String keyword() {
    return keyword;
  }

  /** A JSON pointer to the schema that has the keyword, after {@code #}. */
  public String path() {
    return path;
  }
}
