package dev.quipu.generate;

import dev.quipu.model.SequenceCache;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The last conversations, with what the model computed for them, so that a follow-up question costs only what is new.
 * A conversation in use is taken out and given back, so it has one user at a time. Thread-safe.
 */
final class PromptCache {

  private static final int MAX_CONVERSATIONS = 4;

  /** Tokens and the cache that holds the first of them, {@code cache.length()} many. */
  record Conversation(int[] tokens, SequenceCache cache) {}

  private final Supplier<SequenceCache> newCache;
  private final List<Conversation> conversations = new ArrayList<>(); // least recently used first

  PromptCache(Supplier<SequenceCache> newCache) {
    this.newCache = newCache;
  }

  /**
   * A cache that holds a beginning of the prompt, as long as is to be had, but never all of it: the last token must be
   * computed for its logits. Empty if nothing fits.
   */
  synchronized SequenceCache take(int[] prompt) {
    Conversation best = null;
    int longest = 0;
    for (Conversation conversation : conversations) {
      int common = Math.min(commonPrefix(conversation, prompt), prompt.length - 1);
      if (common > longest && conversation.cache.canTrim(common)) {
        best = conversation;
        longest = common;
      }
    }
    if (best == null) {
      return newCache.get();
    }
    conversations.remove(best);
    best.cache.trim(longest);
    return best.cache;
  }

  /** Remembers a conversation; the oldest makes room. */
  synchronized void give(int[] tokens, SequenceCache cache) {
    if (cache.length() == 0) {
      return;
    }
    if (conversations.size() == MAX_CONVERSATIONS) {
      conversations.removeFirst();
    }
    conversations.add(new Conversation(tokens, cache));
  }

  private static int commonPrefix(Conversation conversation, int[] prompt) {
    int length = Math.min(conversation.cache.length(), prompt.length);
    for (int i = 0; i < length; i++) {
      if (conversation.tokens[i] != prompt[i]) {
        return i;
      }
    }
    return length;
  }
}
