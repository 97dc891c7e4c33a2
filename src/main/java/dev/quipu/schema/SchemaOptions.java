package dev.quipu.schema;

import dev.quipu.number.Spelling;
import java.util.Map;

/**
 * In which ways a document may be written, and how its schema is read.
 *
 * @param keyOrder      in which order an object's keys may come
 * @param whitespace    where blanks may stand between the tokens of JSON
 * @param spelling      how numbers may be written, and, if it is plain, that only those characters of a string are
 *                      escaped that have to be
 * @param strictFormats refuses a {@code format} that no draft names, instead of warning
 * @param documents     other schemas, by their URI, which {@code $ref} may name; nothing is fetched
 */
public record SchemaOptions(KeyOrder keyOrder, Whitespace whitespace, Spelling spelling, boolean strictFormats,
                            Map<String, Object> documents) {

  /** Keys in any order, or those that the schema names in its order and then the others. */
  public enum KeyOrder { ANY, SCHEMA }

  /**
   * None; one space after each comma and colon, as Python prints; in each place a blank, or a line end and up to
   * {@value #MAX_INDENTATION} blanks behind it, so that they do not go on; or up to {@value #MAX_BLANKS} of all kinds.
   */
  public enum Whitespace { COMPACT, PYTHON, FLEXIBLE, ANY }

  /** Ten levels of four. */
  static final int MAX_INDENTATION = 40;
  static final int MAX_BLANKS = 256;

  public SchemaOptions {
    documents = Map.copyOf(documents);
  }

  /** For documents that a model writes. */
  public static SchemaOptions generating() {
    return new SchemaOptions(KeyOrder.SCHEMA, Whitespace.PYTHON, Spelling.PLAIN, false, Map.of());
  }

  /** For documents that there are. */
  public static SchemaOptions checking() {
    return new SchemaOptions(KeyOrder.ANY, Whitespace.ANY, Spelling.ANY, false, Map.of());
  }

  public SchemaOptions withKeyOrder(KeyOrder order) {
    return new SchemaOptions(order, whitespace, spelling, strictFormats, documents);
  }

  public SchemaOptions withWhitespace(Whitespace policy) {
    return new SchemaOptions(keyOrder, policy, spelling, strictFormats, documents);
  }

  public SchemaOptions withSpelling(Spelling numbers) {
    return new SchemaOptions(keyOrder, whitespace, numbers, strictFormats, documents);
  }

  public SchemaOptions withStrictFormats(boolean strict) {
    return new SchemaOptions(keyOrder, whitespace, spelling, strict, documents);
  }

  /** @param known URI without fragment → the schema's text, or what a JSON reader made of it */
  public SchemaOptions withDocuments(Map<String, Object> known) {
    return new SchemaOptions(keyOrder, whitespace, spelling, strictFormats, known);
  }
}
