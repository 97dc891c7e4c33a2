package dev.quipu.generate;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import dev.quipu.text.Tokenizer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tokens that end an answer: those of generation_config.json, or else config.json, with the tokenizer's own and
 * every known end-of-turn token that the vocabulary has as one token. Follows mlx_lm/utils.py and mlx-engine's union.
 */
final class EosTokens {

  private static final List<String> END_OF_TURN = List.of(
      "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<EOT>", "_<EOT>",
      "<｜end▁of▁sentence｜>");

  private EosTokens() {}

  static Set<Integer> of(Checkpoint checkpoint, Tokenizer tokenizer, SpecialTokens specialTokens) {
    Set<Integer> ids = new TreeSet<>();
    Config generation = checkpoint.optionalConfig("generation_config.json").orElse(null);
    boolean overridden = generation != null && generation.has("eos_token_id");
    addAll(ids, overridden ? generation : checkpoint.config());
    addToken(ids, tokenizer, specialTokens.text("eos_token"));
    END_OF_TURN.forEach(token -> addToken(ids, tokenizer, token));
    return ids;
  }

  private static void addAll(Set<Integer> ids, Config config) {
    switch (config.get("eos_token_id")) {
      case null -> {}
      case Long id when isId(id) -> ids.add(id.intValue());
      case List<?> list when list.stream().allMatch(EosTokens::isId) ->
          list.forEach(id -> ids.add(((Long) id).intValue()));
      case Object other -> throw config.refuse("eos_token_id", "must be an id or a list of ids but is " + other);
    }
  }

  private static boolean isId(Object value) {
    return value instanceof Long id && id == id.intValue();
  }

  private static void addToken(Set<Integer> ids, Tokenizer tokenizer, String token) {
    if (token != null) {
      tokenizer.id(token).ifPresent(ids::add);
    }
  }

  /** The id of a token that the user names, as text or as a number. */
  static int parse(String token, Tokenizer tokenizer) {
    if (token.matches("\\d{1,9}") && Integer.parseInt(token) < tokenizer.vocabSize()) {
      return Integer.parseInt(token);
    }
    return tokenizer.id(token).orElseThrow(() ->
        new QuipuException("\"" + token + "\" is no token of this model's vocabulary"));
  }
}
