package dev.quipu.generate;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.text.ChatTemplate;
import dev.quipu.text.Tokenizer;
import dev.quipu.vision.Image;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From a prompt to ids: a conversation through the chat template, with the variables that transformers gives it; text
 * with the special tokens that the tokenizer adds. Follows mlx_lm/generate.py and transformers' apply_chat_template.
 */
final class PromptEncoder {

  // stands at the end of an answer to be continued, so that what the template puts after it can be cut
  private static final String CONTINUE = "CONTINUE_FINAL_MESSAGE_TAG ";

  private static final String QUERY = "<query>"; // stands for what is asked

  /** In the place of a token that nobody knows. */
  static final int UNKNOWN = -1;

  private final Tokenizer tokenizer;
  private final SpecialTokens specialTokens;
  private final ChatTemplate template; // null if there is none
  private final ImageEncoder imageEncoder; // null for a model of text alone
  private final boolean thinks;

  PromptEncoder(
      Tokenizer tokenizer, SpecialTokens specialTokens, ChatTemplate template, ImageEncoder imageEncoder) {
    this.tokenizer = tokenizer;
    this.specialTokens = specialTokens;
    this.template = template;
    this.imageEncoder = imageEncoder;
    this.thinks = tokenizer.id("<think>").isPresent() && tokenizer.id("</think>").isPresent();
  }

  boolean hasChatTemplate() {
    return template != null;
  }

  boolean readsImages() {
    return imageEncoder != null;
  }

  /** A turn of the user, with images where mlx-vlm puts those whose place nobody said. */
  Message question(String text, List<Image> images) {
    List<Message.Part> parts = new ArrayList<>();
    images.forEach(image -> parts.add(new Message.Picture(image)));
    parts.add(imageEncoder == null || imageEncoder.tokens().first() ? parts.size() : 0, new Message.Text(text));
    return new Message("user", parts);
  }

  EncodedPrompt encode(Prompt prompt) {
    List<Image> images = prompt.images();
    return images.isEmpty() ? new EncodedPrompt(ids(prompt)) : withImages(prompt, images);
  }

  private EncodedPrompt withImages(Prompt prompt, List<Image> images) {
    if (imageEncoder == null) {
      throw new InvalidRequestException("image", "cannot be shown to this model, which reads text alone");
    }
    return switch (prompt) {
      case Prompt.Chat chat -> imageEncoder.encode(render(chat), images, false);
      case Prompt.Text text -> imageEncoder.encode(
          imageEncoder.withPlaceholders(text.text(), images.size()), images, !startsWithBos(text.text()));
      case Prompt.Tokens _, Prompt.Continued _ ->
          throw new InvalidRequestException("image", "cannot follow a prompt cache file");
    };
  }

  private int[] ids(Prompt prompt) {
    return switch (prompt) {
      case Prompt.Chat chat -> tokenizer.encode(render(chat), false);
      case Prompt.Text text -> tokenizer.encode(text.text(), !startsWithBos(text.text()));
      case Prompt.Tokens tokens -> checked(tokens.ids().clone());
      case Prompt.Continued continued -> continued(continued);
    };
  }

  /** The ids of a prompt that is to be gone on with: its last message stays open. */
  int[] encodeOpen(Prompt prompt) {
    if (!prompt.images().isEmpty()) {
      throw new InvalidRequestException("image", "cannot be part of a prompt cache file");
    }
    if (!(prompt instanceof Prompt.Chat chat)) {
      return ids(prompt);
    }
    requireTemplate();
    List<Message> messages = new ArrayList<>(chat.messages());
    Message last = messages.removeLast();
    messages.add(new Message(last.role(), last.content() + CONTINUE));
    Map<String, Object> context = context(chat, messages);
    context.put("add_generation_prompt", false);
    return tokenizer.encode(cut(template.render(context), last.content(), "no cache can be made with it"), false);
  }

  private int[] continued(Prompt.Continued continued) {
    int[] before = continued.cache().tokens().orElseGet(() -> unknown(continued.cache().length()));
    int[] after = following(continued.prompt());
    int[] all = Arrays.copyOf(before, before.length + after.length);
    System.arraycopy(after, 0, all, before.length, after.length);
    return after.length == 0 ? after : all;
  }

  private static int[] unknown(int length) {
    int[] ids = new int[length];
    Arrays.fill(ids, UNKNOWN);
    return ids;
  }

  private int[] following(Prompt prompt) {
    return switch (prompt) {
      case Prompt.Chat chat -> tokenizer.encode(following(chat), false);
      case Prompt.Text text -> tokenizer.encode(text.text(), false);
      case Prompt.Tokens tokens -> checked(tokens.ids().clone());
      case Prompt.Continued _ -> throw new InvalidRequestException("prompt", "cannot follow two caches");
    };
  }

  // mlx_lm/generate.py, main: what stands before the last message is taken to be in the cache
  private String following(Prompt.Chat chat) {
    List<Message> messages = new ArrayList<>(chat.messages());
    messages.add(new Message(messages.removeLast().role(), QUERY));
    int at = render(new Prompt.Chat(messages, chat.prefill(), chat.variables())).indexOf(QUERY);
    if (at < 0) {
      throw new QuipuException("The chat template does not print the prompt as it is;"
          + " --prompt-cache-file cannot be used with it");
    }
    return render(chat).substring(at);
  }

  private boolean startsWithBos(String text) {
    String bos = specialTokens.text("bos_token");
    return bos != null && text.startsWith(bos);
  }

  private int[] checked(int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= tokenizer.vocabSize()) {
        throw new InvalidRequestException(
            "prompt", "must hold ids in [0, " + (tokenizer.vocabSize() - 1) + "] but one is " + id);
      }
    }
    return ids;
  }

  /** The conversation as text. */
  String render(Prompt.Chat chat) {
    requireTemplate();
    List<Message> messages = new ArrayList<>(chat.messages());
    if (chat.prefill() == null) {
      return template.render(context(chat, messages));
    }
    messages.add(Message.assistant(chat.prefill() + CONTINUE));
    return cut(template.render(context(chat, messages)), chat.prefill(), "--prefill-response cannot be used with it");
  }

  private void requireTemplate() {
    if (template == null) {
      throw new QuipuException("This model has no chat template; give one with --chat-template FILE,"
          + " or the text as it is with --ignore-chat-template");
    }
  }

  /** The text up to the end of the message that is to be continued. */
  private static String cut(String rendered, String content, String otherwise) {
    int at = rendered.lastIndexOf(CONTINUE.strip());
    if (at < 0 || !rendered.contains(content.strip())) {
      throw new QuipuException("The chat template does not print the message to be continued as it is; " + otherwise);
    }
    String upToTag = rendered.substring(0, at);
    return rendered.startsWith(CONTINUE, at) ? upToTag : upToTag.stripTrailing();
  }

  private Map<String, Object> forTemplate(Message message) {
    return message.forTemplate(imageEncoder == null ? null : imageEncoder.tokens());
  }

  private Map<String, Object> context(Prompt.Chat chat, List<Message> messages) {
    Map<String, Object> context = new LinkedHashMap<>(specialTokens.all());
    context.put("messages", messages.stream().map(this::forTemplate).toList());
    context.put("tools", null);
    context.put("documents", null);
    context.put("add_generation_prompt", chat.prefill() == null);
    context.put("enable_thinking", thinks);
    context.putAll(chat.variables());
    return context;
  }
}
