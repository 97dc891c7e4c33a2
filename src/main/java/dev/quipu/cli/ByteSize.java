package dev.quipu.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as people write it: 536870912, 512MB, 1.5GiB. */
final class ByteSize {

  private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?) *([A-Za-z]*)");

  private static final Map<String, Long> UNITS = Map.of("", 1L, "B", 1L,
      "KB", 1_000L, "MB", 1_000_000L, "GB", 1_000_000_000L, "TB", 1_000_000_000_000L,
      "KIB", 1L << 10, "MIB", 1L << 20, "GIB", 1L << 30, "TIB", 1L << 40);

  private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

  private ByteSize() {}

  /** The bytes that a flag asks for, rounded down; -1 if it does not. */
  static long of(Flags flags, String flag) {
    String text = flags.text(flag);
    if (text == null) {
      return -1;
    }
    Matcher size = SIZE.matcher(text.strip());
    if (size.matches() && UNITS.containsKey(size.group(2).toUpperCase(Locale.ROOT))) {
      BigDecimal bytes = new BigDecimal(size.group(1))
          .multiply(BigDecimal.valueOf(UNITS.get(size.group(2).toUpperCase(Locale.ROOT))));
      if (bytes.compareTo(MAX) <= 0) {
        return bytes.setScale(0, RoundingMode.DOWN).longValueExact();
      }
    }
    throw flags.mustBe(flag, "a size such as 536870912, 512MB or 1.5GiB", text);
  }
}
