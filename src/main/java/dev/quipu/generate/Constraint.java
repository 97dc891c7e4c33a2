package dev.quipu.generate;

import dev.quipu.mask.Position;
import java.util.List;

/**
 * What a generated text has to be, from its first character to its last: at every step exactly those tokens can come
 * that can still lead to such a text, and the answer can end only where it is one. Holds for what is generated, not for
 * the prompt or a beginning given with it.
 *
 * @param start        where nothing is written yet. Used by the engine's thread; one that throws ends its own
 *                     generation and no other
 * @param forcedTokens whether text that must follow is taken without asking the model, in the tokens that the
 *                     tokenizer makes of it. A token whose end is not certain is left to the model: one that a longer
 *                     token could stand for which reaches into what is still free, and all from there on. Of such
 *                     tokens the log-probability is 0
 * @param finish       whether the text is closed before {@code maxTokens} or the context cut it: where the budget
 *                     would not hold, after one more token of the model's choice, a shortest completion, that is
 *                     taken instead
 * @param warnings     what the user should know, such as keywords without effect
 */
public record Constraint(Position start, boolean forcedTokens, boolean finish, List<String> warnings) {

  public Constraint {
    warnings = List.copyOf(warnings);
  }

  /** Texts that a position accepts. */
  public static Constraint of(Position start) {
    return new Constraint(start, true, false, List.of());
  }

  public Constraint withForcedTokens(boolean forcedTokens) {
    return new Constraint(start, forcedTokens, finish, warnings);
  }

  public Constraint withFinish(boolean finish) {
    return new Constraint(start, forcedTokens, finish, warnings);
  }
}
