package dev.quipu.text.jinja;

/** A rendering that ended in an error: what Python would raise, and on which line. Knows no template name. */
public final class TemplateFailure extends RuntimeException {

  private final String kind;
  private final int line;

  TemplateFailure(String kind, String message, int line) {
    super(message, null, false, false);
    this.kind = kind;
    this.line = line;
  }

  /** The name of Python's exception; {@code TemplateError} is the template's own {@code raise_exception}. */
  public String kind() {
    return kind;
  }

  public int line() {
    return line;
  }
}
