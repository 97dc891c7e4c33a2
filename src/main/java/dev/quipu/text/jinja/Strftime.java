package dev.quipu.text.jinja;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** {@code datetime.strftime} on Linux in the C locale, without a time zone; with glibc's flags {@code - _ 0 ^ #}. */
final class Strftime {

  private Strftime() {}

  static String format(LocalDateTime time, String format) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(c);
        continue;
      }
      int start = i++;
      char flag = "-_0^#".indexOf(format.charAt(i)) >= 0 ? format.charAt(i++) : 0;
      String field = i < format.length() ? field(time, format.charAt(i), flag) : null;
      out.append(field == null ? format.substring(start, Math.min(i + 1, format.length())) : field);
    }
    return out.toString();
  }

  /** The field, or null where the letter names none. */
  private static String field(LocalDateTime t, char letter, char flag) {
    String text = text(t, letter);
    if (text != null) {
      boolean swaps = flag == '#' && letter == 'p';
      return swaps ? text.toLowerCase(Locale.ROOT) : flag == '^' || flag == '#' ? Text.upper(text) : text;
    }
    String number = number(t, letter, flag);
    return number != null ? number : composite(t, letter);
  }

  private static String text(LocalDateTime t, char letter) {
    return switch (letter) {
      case 'a' -> t.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'A' -> t.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b', 'h' -> t.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'B' -> t.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'p' -> t.getHour() < 12 ? "AM" : "PM";
      case 'P' -> t.getHour() < 12 ? "am" : "pm";
      case 'Z', 'z' -> "";
      case 'n' -> "\n";
      case 't' -> "\t";
      case '%' -> "%";
      default -> null;
    };
  }

  private static String number(LocalDateTime t, char letter, char flag) {
    int twelve = (t.getHour() + 11) % 12 + 1;
    return switch (letter) {
      case 'd' -> padded(t.getDayOfMonth(), 2, flag, '0');
      case 'e' -> padded(t.getDayOfMonth(), 2, flag, ' ');
      case 'm' -> padded(t.getMonthValue(), 2, flag, '0');
      case 'y' -> padded(Math.floorMod(t.getYear(), 100), 2, flag, '0');
      case 'Y' -> padded(t.getYear(), 1, flag, '0');
      case 'C' -> padded(Math.floorDiv(t.getYear(), 100), 2, flag, '0');
      case 'H' -> padded(t.getHour(), 2, flag, '0');
      case 'k' -> padded(t.getHour(), 2, flag, ' ');
      case 'I' -> padded(twelve, 2, flag, '0');
      case 'l' -> padded(twelve, 2, flag, ' ');
      case 'M' -> padded(t.getMinute(), 2, flag, '0');
      case 'S' -> padded(t.getSecond(), 2, flag, '0');
      case 'f' -> padded(t.getNano() / 1000, 6, (char) 0, '0');
      case 'j' -> padded(t.getDayOfYear(), 3, flag, '0');
      case 'u' -> padded(t.getDayOfWeek().getValue(), 1, flag, '0');
      case 'w' -> padded(t.getDayOfWeek().getValue() % 7, 1, flag, '0');
      case 'U' -> padded((t.getDayOfYear() + 6 - t.getDayOfWeek().getValue() % 7) / 7, 2, flag, '0');
      case 'W' -> padded((t.getDayOfYear() + 7 - t.getDayOfWeek().getValue()) / 7, 2, flag, '0');
      case 'V' -> padded(t.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, flag, '0');
      case 'G' -> padded(t.get(IsoFields.WEEK_BASED_YEAR), 1, flag, '0');
      case 'g' -> padded(t.get(IsoFields.WEEK_BASED_YEAR) % 100, 2, flag, '0');
      default -> null;
    };
  }

  private static String composite(LocalDateTime t, char letter) {
    return switch (letter) {
      case 'c' -> format(t, "%a %b %e %H:%M:%S %Y");
      case 'D', 'x' -> format(t, "%m/%d/%y");
      case 'F' -> format(t, "%Y-%m-%d");
      case 'r' -> format(t, "%I:%M:%S %p");
      case 'R' -> format(t, "%H:%M");
      case 'T', 'X' -> format(t, "%H:%M:%S");
      default -> null;
    };
  }

  private static String padded(int value, int width, char flag, char fill) {
    char with = flag == '_' ? ' ' : flag == '0' ? '0' : fill;
    String digits = Integer.toString(value);
    return flag == '-' ? digits : String.valueOf(with).repeat(Math.max(0, width - digits.length())).concat(digits);
  }
}
