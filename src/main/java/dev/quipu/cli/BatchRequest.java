package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.config.Json;
import dev.quipu.generate.Engine;
import dev.quipu.generate.GenerationRequest;
import dev.quipu.generate.Message;
import dev.quipu.generate.Prompt;
import dev.quipu.promptcache.PromptCacheFile;
import dev.quipu.vision.Image;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A line of a file of requests: a JSON object of an id, a prompt or messages, and whatever flags can say of a request.
 *
 * @param id       a String, Long or BigInteger
 * @param flags    of this request: the line's, and where it says nothing those of the command line
 * @param text     the prompt, or null where there are messages
 * @param messages a conversation in JSON, or null; its images are read when its turn comes
 */
record BatchRequest(Object id, Flags flags, RequestOptions options, String text, Object messages) {

  private static final String ID = "id";
  private static final String MESSAGES = "messages";
  private static final Image UNREAD = new Image(new byte[0], "", false);

  /**
   * The requests of a file, all of them checked as far as that goes without a model.
   *
   * @param defaults the command line's flags
   * @throws UsageException if one is wrong, with its line
   */
  static List<BatchRequest> read(Path file, Flags defaults) {
    List<BatchRequest> requests = new ArrayList<>();
    Map<Object, Integer> lines = new HashMap<>(); // by id
    ConstraintOptions constraints = new ConstraintOptions();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          BatchRequest request = parse(line, file + ":" + number, defaults, constraints);
          Integer earlier = lines.putIfAbsent(request.id, number);
          if (earlier != null) {
            throw refuse(file + ":" + number, "id " + request.id + " is that of line " + earlier);
          }
          requests.add(request);
        }
      }
    } catch (IOException e) {
      throw new QuipuException(file + ": cannot read it: " + Failures.reason(e), e);
    }
    return requests;
  }

  private static BatchRequest parse(String line, String place, Flags defaults, ConstraintOptions constraints) {
    Flags flags = defaults;
    try {
      if (!(Json.parse(line, place) instanceof Map<?, ?> object)) {
        throw new QuipuException("expected a JSON object, such as {\"id\": 1, \"prompt\": \"Why?\"}");
      }
      Map<Object, Object> rest = new LinkedHashMap<>(object);
      Object id = rest.remove(ID);
      Object messages = rest.remove(MESSAGES);
      flags = defaults.with(rest, RequestOptions.FLAGS);
      RequestOptions options = new RequestOptions(flags, GenerationRequest.DEFAULT_MAX_TOKENS, constraints);
      BatchRequest request = new BatchRequest(id, flags, options, flags.text("prompt"), messages);
      request.check(rest);
      request.checkCache();
      return request;
    } catch (InvalidRequestException e) {
      throw refuse(place, flags.typed(e.parameter()) + " " + e.problem());
    } catch (UsageException e) {
      throw refuse(place, e.getMessage());
    } catch (QuipuException e) {
      throw e.getMessage().startsWith(place) ? new UsageException(e.getMessage()) : refuse(place, e.getMessage());
    }
  }

  /** @param own what the line says itself */
  private void check(Map<Object, Object> own) {
    if (!(id instanceof String || id instanceof Long || id instanceof BigInteger)) {
      throw new InvalidRequestException(ID, id == null ? "is missing" : "must be a string or an integer but is " + id);
    }
    if ((text == null) == (messages == null)) {
      throw new InvalidRequestException("prompt", text == null ? "is missing, and so are messages"
          : "is given beside messages; one of them says what to answer");
    }
    if (text != null && text.isBlank()) {
      throw new InvalidRequestException("prompt", "must not be empty");
    }
    if (messages != null) {
      checkMessages(MessageJson.read(messages, _ -> UNREAD), own);
    }
  }

  private void checkMessages(List<Message> conversation, Map<Object, Object> own) {
    if (conversation.isEmpty()) {
      throw new InvalidRequestException(MESSAGES, "must not be empty");
    }
    if (conversation.getFirst().role().equals("system")
        && (own.containsKey("system_prompt") || own.containsKey("system-prompt"))) {
      throw new InvalidRequestException("system_prompt", "is given beside messages that begin with the system's");
    }
    if (flags.has(ImageOptions.FLAG)) {
      throw new InvalidRequestException("image", "is given beside messages; a part of a message's content can be one");
    }
    if (flags.has("ignore-chat-template")) {
      throw new InvalidRequestException("ignore_chat_template", "cannot be: the template puts messages into words");
    }
  }

  /** A text that was computed before is a message's beginning: there is no place before it, nor for other messages. */
  private void checkCache() {
    if (flags.has(CacheFiles.FLAG) && messages != null) {
      throw new InvalidRequestException(MESSAGES, "cannot follow --" + CacheFiles.FLAG + "; a prompt can");
    }
    flags.refuseTogether(CacheFiles.FLAG, "system-prompt");
    flags.refuseTogether(CacheFiles.FLAG, ImageOptions.FLAG);
  }

  private static UsageException refuse(String place, String problem) {
    return new UsageException(place + ": " + problem);
  }

  /** @param cache of a text that the prompt follows, or null */
  GenerationRequest request(Engine engine, PromptCacheFile cache) {
    ImageOptions images = options.images();
    Prompt prompt = text != null ? options.prompt(engine, text, images.read())
        : options.prompt(options.told(MessageJson.read(messages, images.source()::read)));
    return options.request(engine, CacheFiles.after(cache, prompt));
  }
}
