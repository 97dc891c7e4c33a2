package dev.quipu.schema;

/** What stands around a value: the document, or an object or array with what stands around it. */
sealed interface Frame {

  /** After the value; {@code text} is what is kept of the document, null if nothing is. */
  Point ended(Text text);

  /** What completes the document after the value; null if nothing is found at once. */
  String rest();

  /** The document. */
  record Root(Blanks blanks) implements Frame {

    @Override
    public Point ended(Text text) {
      return new Point.End(blanks.gap());
    }

    @Override
    public String rest() {
      return "";
    }
  }

  /** An object, whose key is written. */
  record InObject(ObjectState after, Frame parent, Blanks blanks) implements Frame {

    @Override
    public Point ended(Text text) {
      return new ObjectPoint(false, true, after, this.parent, blanks.gap(), text);
    }

    @Override
    public String rest() {
      return joined(Completions.object(after, false), parent.rest());
    }
  }

  /**
   * An array.
   *
   * @param itemStart what was kept of the document before the item, where items must differ; else null
   * @param kept      whether the document is kept outside of the array, too
   */
  record InArray(ArrayState after, Frame parent, Text itemStart, boolean kept, Blanks blanks) implements Frame {

    @Override
    public Point ended(Text text) {
      ArrayState state = itemStart == null ? after : after.having(ExactJson.parse(text.since(itemStart), "an item"));
      return state.live() ? new ArrayPoint(false, state, parent, kept, blanks.gap(), text) : null;
    }

    @Override
    public String rest() {
      boolean open = itemStart != null && !after.canEnd(); // what comes has to differ from the item
      return open ? null : joined(Completions.array(after, after.nodes(), false), parent.rest());
    }
  }

  private static String joined(String first, String second) {
    return first == null || second == null ? null : first + second;
  }
}
