package dev.quipu.text.jinja;

/** Text that is HTML already: what is added to it is escaped. Follows the package markupsafe. */
record Markup(String text) {

  /** The value as markup: as it is where it is that, escaped otherwise. */
  static Markup escape(Object value) {
    return value instanceof Markup markup ? markup : new Markup(escaped(PyFormat.str(value)));
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '\'' -> out.append("&#39;");
        case '"' -> out.append("&#34;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }
}
