package dev.quipu.language;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rest of a name of a host: of a label, and labels between dots behind it. A label in Punycode is decoded as it is
 * read ({@link ALabel}). All labels are of one kind: none has characters that are written from right to left, or each
 * is in one direction (RFC 5893).
 */
final class HostName extends Automaton {

  /** Without the dot at its end (RFC 1035: 255 bytes with the lengths of its labels). */
  private static final int LONGEST_NAME = 253;

  private final Labels labels;
  /** For how many more characters there is room. */
  private final int left;
  /** What remains of an ordinary label, of each kind. */
  private final Language[] ordinary;
  /** What is read of a label in Punycode; null if this is none. */
  private final ALabel encoded;
  /** A bit for each kind that all labels so far are of. */
  private final int kinds;

  /** What labels may be: ordinary ones, be they in ASCII, and what those in Punycode say, of each kind. */
  record Labels(CodePointSet dots, boolean ascii, Language[] ordinary, Language[] decoded) {}

  private HostName(Labels labels, int left, Language[] ordinary, ALabel encoded, int kinds) {
    super(hash(13, hash(left, kinds, Arrays.hashCode(ordinary)), encoded == null ? 0 : encoded.hashCode()),
        labels.ascii && (encoded == null || !encoded.isBegun()) ? ROUNDS : SINGLY | ROUNDS,
        ending(labels, ordinary, encoded, kinds) != 0 ? 0 : 1, left,
        ending(labels, ordinary, encoded, kinds) != 0);
    this.labels = labels;
    this.left = left;
    this.ordinary = ordinary;
    this.encoded = encoded;
    this.kinds = kinds;
  }

  static Language of(Labels labels) {
    return label(labels, LONGEST_NAME, 3);
  }

  /** From the beginning of a label. */
  private static Language label(Labels labels, int left, int kinds) {
    return of(labels, left, labels.ordinary, ALabel.START, kinds);
  }

  private static Language of(Labels labels, int left, Language[] ordinary, ALabel encoded, int kinds) {
    HostName name = new HostName(labels, left, ordinary, encoded, kinds);
    return name.canEnd() ? Interned.of(name) : NONE;
  }

  private boolean canEnd() {
    if (acceptsEmpty) {
      return true;
    }
    for (int kind = 0; kind < ordinary.length; kind++) {
      if (is(kinds, kind) && !within(ordinary[kind]).isEmpty()) {
        return true;
      }
    }
    return encoded != null && encoded.canSay(decoded(), room());
  }

  private Language within(Language label) {
    return left >= label.maxLength ? label : label.and(lengths(0, left));
  }

  private List<Language> decoded() {
    List<Language> all = new ArrayList<>(2);
    for (int kind = 0; kind < labels.decoded.length; kind++) {
      if (is(kinds, kind)) {
        all.add(labels.decoded[kind]);
      }
    }
    return all;
  }

  /** For how many characters of a label in Punycode. */
  private int room() {
    return Math.min(left, ALabel.LONGEST - encoded.length());
  }

  private static boolean is(int kinds, int kind) {
    return (kinds >> kind & 1) != 0;
  }

  /** The kinds of which the name is if it ends here. */
  private static int ending(Labels labels, Language[] ordinary, ALabel encoded, int kinds) {
    int ending = 0;
    for (int kind = 0; kind < ordinary.length; kind++) {
      if (is(kinds, kind) && (ordinary[kind].acceptsEmpty || encoded != null && encoded.says(labels.decoded[kind]))) {
        ending |= 1 << kind;
      }
    }
    return ending;
  }

  @Override
  Language derive(int codePoint) {
    if (left == 0) {
      return NONE;
    }
    if (labels.dots.contains(codePoint)) {
      int ending = ending(labels, ordinary, encoded, kinds);
      return ending == 0 ? NONE : label(labels, left - 1, ending);
    }
    Language[] rest = ordinary.clone();
    for (int kind = 0; kind < rest.length; kind++) {
      rest[kind] = is(kinds, kind) ? rest[kind].after(codePoint) : NONE;
    }
    ALabel more = encoded == null ? null : encoded.after(codePoint);
    return of(labels, left - 1, rest, more, kinds);
  }

  @Override
  Language withFewerRounds(int longest) {
    return of(labels, longest, ordinary, encoded, kinds);
  }

  @Override
  boolean spreads() {
    return encoded != null && encoded.isBegun();
  }

  @Override
  void split(Partition partition) {
    for (Language label : ordinary) {
      label.split(partition);
    }
    partition.split(labels.dots);
    if (encoded != null) {
      encoded.split(partition);
    }
  }

  @Override
  String shortestText() {
    String best = encoded == null ? null : encoded.shortest(decoded(), Math.min(room(), ALabel.ENOUGH + 4));
    for (int kind = 0; kind < ordinary.length; kind++) {
      String text = is(kinds, kind) ? within(ordinary[kind]).shortest() : null;
      best = best == null || text != null && text.length() < best.length() ? text : best;
    }
    return best;
  }

  @Override
  boolean hasLength(int least, int most) {
    return acceptsEmpty && least == 0
        || encoded != null && least <= 1 && Math.min(most, room()) >= ALabel.ENOUGH;
  }

  /** A dot and as many letters. */
  @Override
  long atLeast() {
    return acceptsEmpty && left > 1 ? (long) Math.pow(26, Math.min(left - 1, 9)) : 1;
  }

  @Override
  boolean same(Language other) {
    return other instanceof HostName name && labels == name.labels && left == name.left && kinds == name.kinds
        && (encoded == null ? name.encoded == null : encoded.equals(name.encoded))
        && sameParts(ordinary, name.ordinary);
  }

  @Override
  public String toString() {
    return "host(" + left + ", " + (encoded == null ? "" : encoded) + Arrays.toString(ordinary) + ")";
  }
}
