package dev.quipu.schema;

/** Where blanks may stand in a document, and how many. */
record Blanks(SchemaOptions.Whitespace policy) {

  /**
   * A place between two tokens of JSON.
   *
   * @param spaced after a comma or a colon
   * @param used   how many blanks are written there
   */
  record Gap(Blanks blanks, boolean spaced, int used) {

    /** With one more blank; null if none may come, or the byte is none. */
    Gap next(int b) {
      boolean may = switch (blanks.policy) {
        case COMPACT -> false;
        case PYTHON -> b == ' ' && spaced && used == 0;
        case FLEXIBLE -> (b == ' ' || b == '\n' || b == '\t' || b == '\r') && used < SchemaOptions.MAX_BLANKS;
      };
      return may ? new Gap(blanks, spaced, used + 1) : null;
    }

    /** The blank that must still come, or nothing. */
    String missing() {
      return mayEnd() ? "" : " ";
    }

    /** Whether something else may come. */
    boolean mayEnd() {
      return blanks.policy != SchemaOptions.Whitespace.PYTHON || !spaced || used == 1;
    }
  }

  Gap gap() {
    return new Gap(this, false, 0);
  }

  Gap spacedGap() {
    return new Gap(this, true, 0);
  }
}
