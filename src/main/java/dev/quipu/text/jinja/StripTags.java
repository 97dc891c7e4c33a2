package dev.quipu.text.jinja;

/** HTML text without its tags and comments, its white space collapsed and its entities read. Follows markupsafe. */
final class StripTags {

  private StripTags() {}

  static String of(String html) {
    StringBuilder out = new StringBuilder();
    int pos = 0;
    for (int start = html.indexOf('<'); start >= 0; start = html.indexOf('<', pos)) {
      boolean comment = html.startsWith("<!--", start);
      int end = comment ? html.indexOf("-->", start + 4) : html.indexOf('>', start);
      if (end < 0) {
        break;
      }
      out.append(html, pos, start);
      pos = end + (comment ? 3 : 1);
    }
    out.append(html, pos, html.length());
    return unescape(String.join(" ", Text.splitSpace(out.toString(), -1)));
  }

  /** The entities that HTML escaping makes, a few common ones, and numbers. */
  private static String unescape(String s) {
    if (s.indexOf('&') < 0) {
      return s;
    }
    StringBuilder out = new StringBuilder();
    int pos = 0;
    for (int start = s.indexOf('&'); start >= 0; start = s.indexOf('&', pos)) {
      out.append(s, pos, start);
      int end = s.indexOf(';', start);
      String character = end < 0 ? null : entity(s.substring(start + 1, end));
      out.append(character == null ? "&" : character);
      pos = character == null ? start + 1 : end + 1;
    }
    return out.append(s, pos, s.length()).toString();
  }

  private static String entity(String name) {
    return switch (name) {
      case "amp" -> "&";
      case "lt" -> "<";
      case "gt" -> ">";
      case "quot" -> "\"";
      case "apos" -> "'";
      case "nbsp" -> "\u00a0";
      case "copy" -> "©";
      case "reg" -> "®";
      case "laquo" -> "«";
      case "raquo" -> "»";
      case "hellip" -> "…";
      case "ndash" -> "–";
      case "mdash" -> "—";
      case "euro" -> "€";
      default -> name.startsWith("#") ? numbered(name.substring(1)) : null;
    };
  }

  private static String numbered(String number) {
    boolean hex = number.startsWith("x") || number.startsWith("X");
    try {
      int c = Integer.parseInt(hex ? number.substring(1) : number, hex ? 16 : 10);
      return Character.isValidCodePoint(c) && c > 0 ? Character.toString(c) : "\ufffd";
    } catch (NumberFormatException _) {
      return null;
    }
  }
}
