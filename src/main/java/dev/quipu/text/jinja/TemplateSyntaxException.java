package dev.quipu.text.jinja;

/** A template that cannot be read, with the line where that shows. Knows no template name. */
public final class TemplateSyntaxException extends RuntimeException {

  private final int line;

  TemplateSyntaxException(String message, int line) {
    super(message, null, false, false);
    this.line = line;
  }

  public int line() {
    return line;
  }
}
