package dev.quipu.generate;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.text.ChatTemplate;
import dev.quipu.text.Tokenizer;
import java.util.ArrayList;
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

  private final Tokenizer tokenizer;
  private final SpecialTokens specialTokens;
  private final ChatTemplate template; // null if there is none
  private final boolean thinks;

  PromptEncoder(Tokenizer tokenizer, SpecialTokens specialTokens, ChatTemplate template) {
    this.tokenizer = tokenizer;
    this.specialTokens = specialTokens;
    this.template = template;
    this.thinks = tokenizer.id("<think>").isPresent() && tokenizer.id("</think>").isPresent();
  }

  boolean hasChatTemplate() {
    return template != null;
  }

  int[] encode(Prompt prompt) {
    return switch (prompt) {
      case Prompt.Chat chat -> tokenizer.encode(render(chat), false);
      case Prompt.Text text -> tokenizer.encode(text.text(), !startsWithBos(text.text()));
      case Prompt.Tokens tokens -> checked(tokens.ids().clone());
    };
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
    if (template == null) {
      throw new QuipuException("This model has no chat template; give one with --chat-template FILE,"
          + " or the text as it is with --ignore-chat-template");
    }
    List<Message> messages = new ArrayList<>(chat.messages());
    if (chat.prefill() == null) {
      return template.render(context(chat, messages));
    }
    messages.add(Message.assistant(chat.prefill() + CONTINUE));
    return cut(template.render(context(chat, messages)), chat.prefill());
  }

  /** The text up to the end of the answer that is to be continued. */
  private static String cut(String rendered, String prefill) {
    int at = rendered.lastIndexOf(CONTINUE.strip());
    if (at < 0 || !rendered.contains(prefill.strip())) {
      throw new QuipuException("The chat template does not print the answer to be continued as it is;"
          + " --prefill-response cannot be used with it");
    }
    String upToTag = rendered.substring(0, at);
    return rendered.startsWith(CONTINUE, at) ? upToTag : upToTag.stripTrailing();
  }

  private Map<String, Object> context(Prompt.Chat chat, List<Message> messages) {
    Map<String, Object> context = new LinkedHashMap<>(specialTokens.all());
    context.put("messages", messages.stream().map(Message::forTemplate).toList());
    context.put("tools", null);
    context.put("documents", null);
    context.put("add_generation_prompt", chat.prefill() == null);
    context.put("enable_thinking", thinks);
    context.putAll(chat.variables());
    return context;
  }
}
