package dev.quipu.cli;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.PartFile;
import dev.quipu.config.Json;
import dev.quipu.generate.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** What was said so far. On disk it is a JSON list of {@code {"role": …, "content": …}}, oldest first. */
final class Conversation {

  private static final Set<String> ROLES = Set.of("system", "user", "assistant");

  private String system; // null if the model is told nothing
  private final List<Message> turns = new ArrayList<>();

  Conversation(String system) {
    this.system = system;
  }

  String system() {
    return system;
  }

  void system(String text) {
    system = text;
  }

  void clear() {
    turns.clear();
  }

  void add(String question, String answer) {
    turns.add(Message.user(question));
    turns.add(Message.assistant(answer));
  }

  List<Message> messages() {
    List<Message> messages = new ArrayList<>();
    if (system != null) {
      messages.add(Message.system(system));
    }
    messages.addAll(turns);
    return messages;
  }

  /** The messages with one more question, which does not become part of the conversation by this. */
  List<Message> asking(String question) {
    List<Message> messages = messages();
    messages.add(Message.user(question));
    return messages;
  }

  /** Writes all of it or nothing: a file that is there stays whole until the new one is. */
  void save(Path file) {
    try (PartFile part = PartFile.create(file)) {
      Channels.newOutputStream(part.channel()).write(json().getBytes(StandardCharsets.UTF_8));
      part.finish();
    } catch (IOException e) {
      throw new QuipuException(file + ": cannot save the conversation: " + Failures.reason(e), e);
    }
  }

  private String json() {
    var bytes = new ByteArrayOutputStream();
    ObjectWriteContext pretty = new ObjectWriteContext.Base() {
      @Override
      public DefaultPrettyPrinter getPrettyPrinter() {
        return new DefaultPrettyPrinter();
      }
    };
    try (JsonGenerator json = new JsonFactory().createGenerator(pretty, bytes)) {
      json.writeStartArray();
      for (Message message : messages()) {
        json.writeStartObject();
        json.writeStringProperty("role", message.role());
        json.writeStringProperty("content", message.content());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    return bytes.toString(StandardCharsets.UTF_8) + "\n";
  }

  /** @throws QuipuException if the file cannot be read or is no conversation */
  static Conversation load(Path file) {
    if (Files.isDirectory(file)) {
      throw new QuipuException(file + ": this is a folder; name a file that /save wrote");
    }
    try {
      return of(Json.parse(Files.newInputStream(file), file.toString()), file);
    } catch (IOException e) {
      throw new QuipuException(file + ": cannot read it: " + Failures.reason(e), e);
    }
  }

  private static Conversation of(Object json, Path file) {
    try {
      List<Message> messages = messages(json);
      boolean told = !messages.isEmpty() && messages.getFirst().role().equals("system");
      Conversation conversation = new Conversation(told ? messages.getFirst().content() : null);
      conversation.turns.addAll(messages.subList(told ? 1 : 0, messages.size()));
      return conversation;
    } catch (QuipuException e) {
      throw new QuipuException(file + ": this is no saved conversation: " + e.getMessage(), e);
    }
  }

  /**
   * The messages of a conversation in JSON.
   *
   * @throws QuipuException if it is none, saying why and not where
   */
  static List<Message> messages(Object json) {
    if (!(json instanceof List<?> entries)) {
      throw new QuipuException("expected a list of messages, found " + kind(json));
    }
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Message message = message(entries.get(i), i);
      if (i > 0 && message.role().equals("system")) {
        throw new QuipuException("message " + i + " is the system's; only the first one may be");
      }
      messages.add(message);
    }
    return messages;
  }

  private static Message message(Object entry, int index) {
    if (entry instanceof Map<?, ?> map && map.get("role") instanceof String role && ROLES.contains(role)
        && map.get("content") instanceof String content) {
      return new Message(role, content);
    }
    throw new QuipuException("message " + index
        + " must be {\"role\": \"system\", \"user\" or \"assistant\", \"content\": TEXT}");
  }

  private static String kind(Object json) {
    return switch (json) {
      case null -> "null";
      case Map<?, ?> _ -> "an object";
      default -> "the value " + json;
    };
  }
}
