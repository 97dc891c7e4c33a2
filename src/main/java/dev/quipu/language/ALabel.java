package dev.quipu.language;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;

/**
 * The beginning of a label of a host's name that says in Punycode (RFC 3492) what it is in its own script: {@code xn--},
 * then perhaps ASCII characters and a hyphen, then digits to the base of 36 that say what is inserted where. Letters
 * mean the same in both cases. Immutable.
 */
final class ALabel {

  static final int LONGEST = 63;
  /** With room for so many more characters, every beginning can be completed, whatever is asked for. */
  static final int ENOUGH = 7;
  static final ALabel START = new ALabel("", null, 0, 0, 0);

  private static final String PREFIX = "xn--";
  private static final String DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int BASE = 36;
  private static final int FIRST_BIAS = 72;
  private static final int FIRST_BEYOND_ASCII = 128;
  /** Fewer digits insert nothing that may be in a label. */
  private static final int LEAST_DIGITS = 3;
  /** ASCII that stands for all of it: what no mark is composed with, what the middle dot asks for, a digit, a hyphen. */
  private static final List<String> FILLINGS = fillings();

  /** In lower case. */
  private final String text;
  /** The label as far as insertions are whole; null if what stands behind the last hyphen are no such digits. */
  private final int[] decoded;
  /** The last character that was inserted, and the place behind it. */
  private final int last;
  private final int place;
  private final int bias;
  /** What the digits of an unfinished insertion say so far, and what the next digit is worth. */
  private long delta;
  private long weight = 1;
  private int threshold = BASE;

  private ALabel(String text, int[] decoded, int last, int place, int bias) {
    this.text = text;
    this.decoded = decoded;
    this.last = last;
    this.place = place;
    this.bias = bias;
  }

  private static List<String> fillings() {
    String one = "ql1-";
    StringBuilder all = new StringBuilder(",");
    one.chars().forEach(c -> all.append((char) c).append(','));
    one.chars().forEach(c -> one.chars().forEach(d -> all.append((char) c).append((char) d).append(',')));
    return List.of(all.toString().split(",", -1)).subList(0, 1 + 4 + 16);
  }

  int length() {
    return text.length();
  }

  /** Whether its prefix is whole. */
  boolean isBegun() {
    return text.length() >= PREFIX.length();
  }

  /** Splits the characters that lead on. */
  void split(Partition partition) {
    String next = text.length() < PREFIX.length() ? PREFIX.substring(text.length(), text.length() + 1) : DIGITS + "-";
    next.chars().forEach(c -> partition.split(CodePointSet.anyOf(Character.toString(c)
        + Character.toUpperCase((char) c))));
  }

  /** After one more character; null if it is none of such a label, or one too many. */
  ALabel after(int codePoint) {
    int c = codePoint >= 'A' && codePoint <= 'Z' ? codePoint + 'a' - 'A' : codePoint;
    if (text.length() == LONGEST || c != '-' && DIGITS.indexOf(c) < 0) {
      return null;
    }
    String longer = text + (char) c;
    if (text.length() < PREFIX.length()) {
      return !PREFIX.startsWith(longer) ? null : longer.equals(PREFIX) ? fresh(longer, new int[0])
          : new ALabel(longer, null, 0, 0, 0);
    }
    if (c == '-') {
      String ascii = text.substring(PREFIX.length());
      return fresh(longer, ascii.isEmpty() ? null : ascii.codePoints().toArray());
    }
    return decoded == null ? fresh(longer, null) : digit(longer, DIGITS.indexOf(c));
  }

  /** Before the first insertion. */
  private static ALabel fresh(String text, int[] ascii) {
    return new ALabel(text, ascii, FIRST_BEYOND_ASCII, 0, FIRST_BIAS);
  }

  private ALabel digit(String longer, int digit) {
    long sum = delta + digit * weight;
    int size = decoded.length + 1;
    long character = last + (place + sum) / size;
    if (character > IdnHostname.LAST_ALLOWED) {
      return fresh(longer, null);
    }
    int least = least();
    if (digit >= least) {
      ALabel next = new ALabel(longer, decoded, last, place, bias);
      next.delta = sum;
      next.weight = weight * (BASE - least);
      next.threshold = threshold + BASE;
      return next;
    }
    if (!IdnHostname.isAllowed((int) character)) {
      return fresh(longer, null);
    }
    int at = (int) ((place + sum) % size);
    int[] inserted = Arrays.copyOf(decoded, size);
    System.arraycopy(decoded, at, inserted, at + 1, decoded.length - at);
    inserted[at] = (int) character;
    return new ALabel(longer, inserted, (int) character, at + 1, adapted(sum, size));
  }

  /** Smaller digits end an insertion. */
  private int least() {
    return Math.clamp(threshold - bias, 1, 26);
  }

  private int adapted(long sum, int size) {
    boolean first = last == FIRST_BEYOND_ASCII && place == 0 && bias == FIRST_BIAS;
    long half = first ? sum / 700 : sum / 2;
    half += half / size;
    int steps = 0;
    for (; half > 455; half /= 35) {
      steps += BASE;
    }
    return (int) (steps + 36 * half / (half + 38));
  }

  /** Whether it is a label as it stands, and what it says is in a language. */
  boolean says(Language language) {
    if (decoded == null || threshold != BASE || !language.accepts(new String(decoded, 0, decoded.length))) {
      return false;
    }
    return Normalizer.isNormalized(new String(decoded, 0, decoded.length), Normalizer.Form.NFC);
  }

  /** Whether so many more characters can make it a label that says something in one of some languages. */
  boolean canSay(List<Language> languages, int room) {
    return room >= ENOUGH ? !languages.isEmpty() : shortest(languages, room) != null;
  }

  /** The fewest characters, at most so many, that make it a label that says something in a language; null: none do. */
  String shortest(List<Language> languages, int room) {
    for (int length = 0; length <= room; length++) {
      for (Language language : languages) {
        String found = shortest(language, length);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private String shortest(Language language, int length) {
    if (text.length() < PREFIX.length()) {
      String rest = PREFIX.substring(text.length());
      String found = length < rest.length() ? null : after(rest).shortest(language, length - rest.length());
      return found == null ? null : rest + found;
    }
    String found = digits(language, length);
    for (String ascii : FILLINGS) {
      int digits = length - ascii.length() - 1;
      if (found == null && digits >= LEAST_DIGITS) {
        String rest = after(ascii + "-").digits(language, digits);
        found = rest == null ? null : ascii + "-" + rest;
      }
    }
    return found;
  }

  private ALabel after(String more) {
    ALabel at = this;
    for (int i = 0; i < more.length(); i++) {
      at = at.after(more.charAt(i));
    }
    return at;
  }

  /** So many digits that complete it; null if there are none. */
  private String digits(Language language, int count) {
    if (decoded == null || count == 0) {
      return decoded != null && says(language) ? "" : null;
    }
    boolean whole = count == 1; // then there is no room for a digit that others have to follow
    for (int i = 0; i < (whole ? least() : BASE); i++) {
      String rest = digit(text, i).digits(language, count - 1);
      if (rest != null) {
        return DIGITS.charAt(i) + rest;
      }
    }
    return null;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ALabel label && text.equals(label.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
