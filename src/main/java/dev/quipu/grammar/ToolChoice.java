package dev.quipu.grammar;

/**
 * Whether tools are called, with the words and the meaning of OpenAI's interface.
 *
 * @param tool the only one that may be called; null for any
 * @param text whether the answer may also be a text, or begin with one
 */
public record ToolChoice(String tool, boolean text) {

  /** The model's choice. */
  public static final ToolChoice AUTO = new ToolChoice(null, true);
  /** At least one call. */
  public static final ToolChoice REQUIRED = new ToolChoice(null, false);

  /** {@code auto}, {@code required}, or a tool's name. */
  public static ToolChoice of(String word) {
    return word.equals("auto") ? AUTO : word.equals("required") ? REQUIRED : new ToolChoice(word, false);
  }
}
