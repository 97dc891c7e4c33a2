package dev.quipu.grammar;

import dev.quipu.mask.Position;

/**
 * Any text, which goes over to calls of tools where it comes upon how they begin. It may end anywhere before. A
 * position for each number of bytes of that beginning that were written last.
 */
final class Prose implements Position {

  private final byte[] mark;
  /** How many bytes of the mark were written last. */
  private final int written;
  private final Prose[] all;
  /** Where to go on if the next byte is another. */
  private final Prose otherwise;
  private final Position calls;

  private Prose(byte[] mark, int written, Prose[] all, Prose otherwise, Position calls) {
    this.mark = mark;
    this.written = written;
    this.all = all;
    this.otherwise = otherwise;
    this.calls = calls;
    all[written] = this;
  }

  /**
   * @param mark    how calls begin
   * @param calls   behind that
   * @param atStart whether they are calls only at the start of the text
   */
  static Position of(byte[] mark, Position calls, boolean atStart) {
    Prose[] all = new Prose[mark.length + 1];
    Prose free = new Prose(mark, mark.length, all, null, null);
    for (int i = 0; i < mark.length; i++) {
      Prose back = atStart ? free : i == 0 ? null : i == 1 ? all[0] : all[i - 1].otherwise.go(mark[i - 1]);
      new Prose(mark, i, all, back, calls);
    }
    return all[0];
  }

  private Prose go(byte b) {
    Prose at = this;
    while (at.otherwise != null && at.mark[at.written] != b) {
      at = at.otherwise;
    }
    return at.written < mark.length && at.mark[at.written] == b ? all[at.written + 1] : at;
  }

  @Override
  public Position next(int b) {
    Prose at = this;
    while (at.written < mark.length && at.mark[at.written] != (byte) b) {
      if (at.otherwise == null) {
        return at;
      }
      at = at.otherwise;
    }
    return at.written == mark.length ? at : at.written + 1 == mark.length ? calls : all[at.written + 1];
  }

  @Override
  public boolean complete() {
    return true;
  }

  @Override
  public byte[] completion() {
    return new byte[0];
  }
}
