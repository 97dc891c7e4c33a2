package dev.quipu.generate;

import java.util.Map;

/**
 * One turn of a conversation.
 *
 * @param role    {@code system}, {@code user} or {@code assistant}
 * @param content its text
 */
public record Message(String role, String content) {

  public static Message system(String content) {
    return new Message("system", content);
  }

  public static Message user(String content) {
    return new Message("user", content);
  }

  public static Message assistant(String content) {
    return new Message("assistant", content);
  }

  /** As chat templates see it. */
  Map<String, Object> forTemplate() {
    return Map.of("role", role, "content", content);
  }
}
