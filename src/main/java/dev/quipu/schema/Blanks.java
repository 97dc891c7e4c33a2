package dev.quipu.schema;

/** Where blanks may stand in a document, and how many. */
record Blanks(SchemaOptions.Whitespace policy) {

  /** No blank may come any more. */
  private static final int FULL = Integer.MAX_VALUE;
  /** What is written in a flexible place: one blank, a carriage return, a line feed; and what indents, added to it. */
  private static final int BLANK = 1;
  private static final int RETURN = 2;
  private static final int LINE = 3;

  /**
   * A place between two tokens of JSON.
   *
   * @param spaced after a comma or a colon
   * @param used   how many blanks are written there; where they are flexible, what is written there
   */
  record Gap(Blanks blanks, boolean spaced, int used) {

    /** With one more blank; null if none may come, or the byte is none. */
    Gap next(int b) {
      int next = switch (blanks.policy) {
        case COMPACT -> 0;
        case PYTHON -> b == ' ' && spaced && used == 0 ? 1 : 0;
        case FLEXIBLE -> flexible(b);
        case ANY -> (b == ' ' || b == '\n' || b == '\t' || b == '\r') && used < SchemaOptions.MAX_BLANKS ? used + 1 : 0;
      };
      return next == 0 ? null : new Gap(blanks, spaced, next);
    }

    private int flexible(int b) {
      return switch (b) {
        case ' ', '\t' -> used == 0 ? BLANK
            : used >= LINE && used < LINE + SchemaOptions.MAX_INDENTATION ? used + 1 : 0;
        case '\r' -> used <= BLANK ? RETURN : 0;
        case '\n' -> used <= RETURN ? LINE : 0;
        default -> 0;
      };
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

  /** A place with all its blanks. */
  Gap full() {
    return new Gap(this, false, FULL);
  }
}
