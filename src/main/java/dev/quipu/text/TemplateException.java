package dev.quipu.text;

import dev.quipu.QuipuException;

/**
 * A chat template that cannot be read or rendered. The message names the template and the line; {@link #reason} is the
 * bare text, which for {@code raise_exception} is what the template's author wants the user to read.
 */
public final class TemplateException extends QuipuException {

  private final String template;
  private final int line;
  private final String reason;

  TemplateException(String template, int line, String kind, String reason) {
    super(template + ", line " + line + ": " + (kind.isEmpty() ? "" : kind + ": ") + reason);
    this.template = template;
    this.line = line;
    this.reason = reason;
  }

  public String template() {
    return template;
  }

  /** Counted from 1. */
  public int line() {
    return line;
  }

  public String reason() {
    return reason;
  }
}
