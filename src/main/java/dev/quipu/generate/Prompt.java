package dev.quipu.generate;

import dev.quipu.promptcache.PromptCacheFile;
import dev.quipu.vision.Image;
import java.util.List;
import java.util.Map;

/** What a model is asked to continue. */
public sealed interface Prompt {

  /**
   * A conversation, put into words by the model's chat template.
   *
   * @param messages  the turns, oldest first
   * @param prefill   how the answer begins, or null
   * @param variables more variables for the template, such as {@code enable_thinking}
   */
  record Chat(List<Message> messages, String prefill, Map<String, Object> variables) implements Prompt {

    public Chat {
      messages = List.copyOf(messages);
    }

    @Override
    public List<Image> images() {
      return messages.stream().flatMap(message -> message.images().stream()).toList();
    }
  }

  /**
   * Text as it is, with the special tokens that the tokenizer adds.
   *
   * @param images one for each of the model's placeholders in the text; where it has none, they are put before or
   *               behind it, as the model's own template would
   */
  record Text(String text, List<Image> images) implements Prompt {
    public Text {
      images = List.copyOf(images);
    }

    public Text(String text) {
      this(text, List.of());
    }
  }

  /** Token ids as they are. */
  record Tokens(int... ids) implements Prompt {}

  /**
   * What follows a text that was computed before. Where the file does not say which tokens (mlx-lm's do not),
   * processors see ids of −1 in their place, nothing is guessed by a draft model, and the context cannot roll.
   *
   * @param cache  open until the answer has begun; see {@link Engine#openPromptCache}
   * @param prompt of a conversation, what the template puts before the last message's text is left out: it was computed
   */
  record Continued(PromptCacheFile cache, Prompt prompt) implements Prompt {
    @Override
    public List<Image> images() {
      return prompt.images();
    }
  }

  /** The images that it shows, in their order. */
  default List<Image> images() {
    return List.of();
  }
}
