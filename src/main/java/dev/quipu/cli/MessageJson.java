package dev.quipu.cli;

import dev.quipu.QuipuException;
import dev.quipu.generate.Message;
import dev.quipu.vision.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;

/**
 * Conversations in JSON: a list of {@code {"role": …, "content": …}}, oldest first. A content is a text, or a list of
 * {@code {"type": "text", "text": …}} and {@code {"type": "image", "image": SOURCE}}; OpenAI's
 * {@code {"type": "image_url", "image_url": {"url": SOURCE}}} is read, too.
 */
final class MessageJson {

  private static final Set<String> ROLES = Set.of("system", "user", "assistant");

  private MessageJson() {}

  /** Writes a list of messages; images go with it. */
  static void write(List<Message> messages, JsonGenerator json) {
    json.writeStartArray();
    for (Message message : messages) {
      json.writeStartObject();
      json.writeStringProperty("role", message.role());
      json.writeName("content");
      if (message.images().isEmpty()) {
        json.writeString(message.content());
      } else {
        writeParts(message.parts(), json);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeParts(List<Message.Part> parts, JsonGenerator json) {
    json.writeStartArray();
    for (Message.Part part : parts) {
      json.writeStartObject();
      switch (part) {
        case Message.Text text -> {
          json.writeStringProperty("type", "text");
          json.writeStringProperty("text", text.text());
        }
        case Message.Picture picture -> {
          json.writeStringProperty("type", "image");
          json.writeStringProperty("image", picture.image().dataUri());
        }
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /**
   * The messages of a conversation.
   *
   * @param images reads one from where it is
   * @throws QuipuException if it is none, saying why and not where
   */
  static List<Message> read(Object json, Function<String, Image> images) {
    if (!(json instanceof List<?> entries)) {
      throw new QuipuException("expected a list of messages, found " + kind(json));
    }
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Message message = message(entries.get(i), i, images);
      if (i > 0 && message.role().equals("system")) {
        throw new QuipuException("message " + i + " is the system's; only the first one may be");
      }
      messages.add(message);
    }
    return messages;
  }

  private static Message message(Object entry, int index, Function<String, Image> images) {
    if (entry instanceof Map<?, ?> map && map.get("role") instanceof String role && ROLES.contains(role)) {
      if (map.get("content") instanceof String content) {
        return new Message(role, content);
      }
      if (map.get("content") instanceof List<?> parts) {
        return new Message(role, parts.stream().map(part -> part(part, index, images)).toList());
      }
    }
    throw new QuipuException("message " + index + " must be {\"role\": \"system\", \"user\" or \"assistant\","
        + " \"content\": TEXT, or a list of texts and images}");
  }

  private static Message.Part part(Object part, int index, Function<String, Image> images) {
    if (part instanceof Map<?, ?> map) {
      if ("text".equals(map.get("type")) && map.get("text") instanceof String text) {
        return new Message.Text(text);
      }
      if ("image".equals(map.get("type")) && map.get("image") instanceof String source) {
        return new Message.Picture(images.apply(source));
      }
      if ("image_url".equals(map.get("type")) && map.get("image_url") instanceof Map<?, ?> url
          && url.get("url") instanceof String source) {
        return new Message.Picture(images.apply(source));
      }
    }
    throw new QuipuException("message " + index + ": a part of a content must be {\"type\": \"text\", \"text\": TEXT},"
        + " {\"type\": \"image\", \"image\": FILE} or {\"type\": \"image_url\", \"image_url\": {\"url\": ADDRESS}}");
  }

  private static String kind(Object json) {
    return switch (json) {
      case null -> "null";
      case Map<?, ?> _ -> "an object";
      default -> "the value " + json;
    };
  }
}
