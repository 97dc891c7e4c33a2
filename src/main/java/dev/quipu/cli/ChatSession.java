package dev.quipu.cli;

import dev.quipu.QuipuException;
import dev.quipu.generate.Engine;
import dev.quipu.generate.Generation;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.Message;
import dev.quipu.generate.Prompt;
import dev.quipu.vision.Image;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The conversation itself: a message gets an answer, a line that begins with a slash is a command. */
final class ChatSession {

  static final String HELP = """
      /system TEXT   what the model is told before the conversation; without TEXT, shows it
      /image FILE    shows the model an image, with the next message; may be repeated
      /clear         forget the conversation, but not what /system said
      /save FILE     write the conversation, as JSON
      /load FILE     go on with a conversation that was saved
      /exit          end; Ctrl-D does it too
      A line that ends with \\, or is ended with Alt-Enter, goes on in the next.
      Ctrl-C stops an answer; what was said so far stays. A space before / sends the line to the model.
      """;

  private final Engine engine;
  private final ChatInput input;
  private final Output out;
  private final ChatOptions options;
  private Conversation conversation;
  private List<Image> images; // that go with the next message

  ChatSession(Engine engine, ChatInput input, Output out, ChatOptions options) {
    this.engine = engine;
    this.input = input;
    this.out = out;
    this.options = options;
    this.conversation = new Conversation(options.systemPrompt());
    this.images = options.request().images().read();
  }

  void run() {
    out.print(input.greeting());
    String message = input.read();
    while (message != null && !message.strip().equals("/exit")) {
      try {
        obey(message);
      } catch (QuipuException e) { // the conversation goes on
        System.err.println(Failures.message(e, options.flags()));
      }
      message = input.read();
    }
  }

  private void obey(String message) {
    if (message.isBlank()) {
      return;
    }
    if (!message.startsWith("/")) {
      answer(message);
      return;
    }
    int space = message.indexOf(' ');
    String name = space < 0 ? message : message.substring(0, space);
    String argument = space < 0 ? "" : message.substring(space).strip();
    switch (name) {
      case "/help" -> out.print(HELP);
      case "/system" -> system(argument);
      case "/image" -> show(argument);
      case "/clear" -> conversation.clear();
      case "/save" -> save(file(argument));
      case "/load" -> load(file(argument));
      default -> throw new QuipuException("There is no command " + name
          + "; /help lists them, and a space before it sends the line to the model");
    }
  }

  private void system(String text) {
    if (text.isEmpty()) {
      out.println(conversation.system() == null ? "The model is told nothing." : conversation.system());
    } else {
      conversation.system(text);
    }
  }

  private void show(String source) {
    if (source.isEmpty()) {
      throw new QuipuException("Which image? /image FILE");
    }
    if (!engine.readsImages()) {
      throw new QuipuException("This model reads text alone");
    }
    Image image = options.request().images().source().read(source);
    images = Stream.concat(images.stream(), Stream.of(image)).toList();
    out.println("The next message shows " + image);
  }

  private void save(Path file) {
    conversation.save(file);
    out.println("Saved " + count() + " in " + file);
  }

  private void load(Path file) {
    conversation = Conversation.load(file, options.request().images().source());
    out.println("Loaded " + count() + " from " + file);
  }

  private String count() {
    int count = conversation.messages().size();
    return count + (count == 1 ? " message" : " messages");
  }

  private static Path file(String name) {
    if (name.isEmpty()) {
      throw new QuipuException("Which file? /save FILE, /load FILE");
    }
    try {
      return name.startsWith("~/") ? Path.of(System.getProperty("user.home"), name.substring(2)) : Path.of(name);
    } catch (InvalidPathException e) {
      throw new QuipuException("\"" + name + "\" is no path: " + e.getReason(), e);
    }
  }

  /**
   * What the model said before it was stopped stays in the conversation; a question without any answer does not. Images
   * are shown once, whatever comes of it.
   */
  private void answer(String message) {
    Message question = engine.question(message, images);
    images = List.of();
    Answer answer = new Answer(out, options.model(), true, options.logprobs());
    Prompt prompt = options.request().prompt(conversation.asking(question));
    try (Generation generation = engine.generate(options.request().request(engine, prompt))) {
      input.onInterrupt(generation::cancel);
      Finished finished = answer.print(generation);
      options.model().say(FiguresLine.of(finished.figures(), PeakMemory.bytes()));
    } finally {
      input.onInterrupt(() -> {});
      if (!answer.text().isEmpty()) {
        conversation.add(question, answer.text());
      }
    }
  }
}
