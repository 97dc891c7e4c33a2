package dev.quipu.cli;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.PartFile;
import dev.quipu.config.Json;
import dev.quipu.generate.Message;
import dev.quipu.vision.ImageSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** What was said so far. On disk it is JSON ({@link MessageJson}). */
final class Conversation {

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

  void add(Message question, String answer) {
    turns.add(question);
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
  List<Message> asking(Message question) {
    List<Message> messages = messages();
    messages.add(question);
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
      MessageJson.write(messages(), json);
    }
    return bytes.toString(StandardCharsets.UTF_8) + "\n";
  }

  /** @throws QuipuException if the file cannot be read or is no conversation */
  static Conversation load(Path file, ImageSource images) {
    if (Files.isDirectory(file)) {
      throw new QuipuException(file + ": this is a folder; name a file that /save wrote");
    }
    try {
      return of(Json.parse(Files.newInputStream(file), file.toString()), file, images);
    } catch (IOException e) {
      throw new QuipuException(file + ": cannot read it: " + Failures.reason(e), e);
    }
  }

  private static Conversation of(Object json, Path file, ImageSource images) {
    try {
      List<Message> messages = MessageJson.read(json, images::read);
      boolean told = !messages.isEmpty() && messages.getFirst().role().equals("system");
      Conversation conversation = new Conversation(told ? messages.getFirst().content() : null);
      conversation.turns.addAll(messages.subList(told ? 1 : 0, messages.size()));
      return conversation;
    } catch (QuipuException e) {
      throw new QuipuException(file + ": this is no saved conversation: " + e.getMessage(), e);
    }
  }
}
