package dev.quipu.schema;

import dev.quipu.language.StringLexeme;
import dev.quipu.mask.Lexeme;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The states of an object's keys, each once; bounded: when there are too many it begins anew. */
final class KeyLexemes {

  private static final int LIMIT = 20_000;

  private final Map<KeyLexeme, KeyLexeme> states = new ConcurrentHashMap<>();

  /** The beginning of a key. */
  static Lexeme start(ObjectRoot root, StringLexeme allowed) {
    List<ObjectRoot.KeyClass> classes = root.classes();
    if (classes.isEmpty()) {
      return allowed;
    }
    StringLexeme[] kinds = new StringLexeme[classes.size() + 1];
    kinds[0] = root.named().isEmpty() ? null : root.nodes.lexeme(root.named());
    for (int i = 0; i < classes.size(); i++) {
      kinds[i + 1] = root.nodes.lexeme(classes.get(i).language());
    }
    return root.keyLexemes.of(allowed, kinds);
  }

  /** A state; if there is but one class, and it cannot be a named key, what is allowed says it all. */
  Lexeme of(StringLexeme allowed, StringLexeme[] kinds) {
    if (kinds.length == 2 && kinds[0] == null) {
      return allowed;
    }
    if (states.size() >= LIMIT) {
      states.clear();
    }
    KeyLexeme state = new KeyLexeme(this, allowed, kinds);
    KeyLexeme before = states.putIfAbsent(state, state);
    return before == null ? state : before;
  }

  /** The class of all keys that end at a state; null if it is one that is named, or none ends there. */
  static ObjectRoot.KeyClass classOf(ObjectRoot root, Lexeme state) {
    int number = root.classes().isEmpty() ? -1 : state instanceof KeyLexeme key ? key.classHere() : 0;
    return number < 0 ? null : root.classes().get(number);
  }

  /** The text that a state is of. */
  static StringLexeme allowed(Lexeme state) {
    return state instanceof KeyLexeme key ? key.allowed() : (StringLexeme) state;
  }

  static boolean canClose(Lexeme state) {
    return state.endsBefore('"');
  }
}
