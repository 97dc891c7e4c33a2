package dev.quipu.schema;

/** Thrown where a schema is needed whose own making needs this one: it is then made later. */
final class Unfinished extends RuntimeException {

  static final Unfinished INSTANCE = new Unfinished();

  private Unfinished() {
    super(null, null, false, false);
  }
}
