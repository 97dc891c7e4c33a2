package dev.quipu.generate;

import dev.quipu.vision.Image;
import dev.quipu.vision.ImageTokens;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One turn of a conversation.
 *
 * @param role  {@code system}, {@code user} or {@code assistant}
 * @param parts what it says and shows, in this order
 */
public record Message(String role, List<Part> parts) {

  /** A piece of a turn. */
  public sealed interface Part {}

  public record Text(String text) implements Part {}

  public record Picture(Image image) implements Part {}

  public Message {
    parts = List.copyOf(parts);
  }

  /** A turn of text alone. */
  public Message(String role, String content) {
    this(role, List.of(new Text(content)));
  }

  public static Message system(String content) {
    return new Message("system", content);
  }

  public static Message user(String content) {
    return new Message("user", content);
  }

  public static Message assistant(String content) {
    return new Message("assistant", content);
  }

  /** Its text. */
  public String content() {
    return parts.stream().filter(Text.class::isInstance).map(part -> ((Text) part).text())
        .collect(Collectors.joining(" ")); // mlx_vlm/prompt_utils.py, extract_text_from_content
  }

  /** Its pictures. */
  public List<Image> images() {
    return parts.stream().filter(Picture.class::isInstance).map(part -> ((Picture) part).image()).toList();
  }

  /**
   * As chat templates see it. What has no pictures is a text, whatever the model.
   *
   * @param tokens how the model writes pictures; needed where there are some
   */
  Map<String, Object> forTemplate(ImageTokens tokens) {
    Object content = images().isEmpty() ? content()
        : tokens.inText() ? written(tokens.placeholder())
        : parts.stream().map(Message::forTemplate).toList();
    return Map.of("role", role, "content", content);
  }

  private String written(String placeholder) {
    return parts.stream().map(part -> part instanceof Text text ? text.text() : placeholder)
        .collect(Collectors.joining());
  }

  // mlx_vlm/prompt_utils.py, MessageBuilder: templates ask for either name
  private static Map<String, Object> forTemplate(Part part) {
    return switch (part) {
      case Text text -> Map.of("type", "text", "text", text.text(), "content", text.text());
      case Picture _ -> Map.of("type", "image");
    };
  }
}
