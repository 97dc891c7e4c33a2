package dev.quipu.schema;

import dev.quipu.config.Json;
import dev.quipu.language.StringLexeme;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/** Short texts that complete parts of a document; null where none is found at once. */
final class Completions {

  private Completions() {}

  /** What comes after the brace, or after an entry, to the end of the object. */
  static String object(ObjectState state, boolean first) {
    List<ObjectDemands.Entry> entries = state.rest();
    if (entries == null) {
      return null;
    }
    Nodes nodes = state.root.nodes;
    StringBuilder text = new StringBuilder();
    for (ObjectDemands.Entry entry : entries) {
      String value = entry.value().example();
      if (value == null) {
        return null;
      }
      text.append(first && text.isEmpty() ? "" : nodes.comma()).append(quoted(entry.key())).append(nodes.colon())
          .append(value);
    }
    return text.append('}').toString();
  }

  /** What comes after the bracket, or after an item, to the end of the array. */
  static String array(ArrayState state, Nodes nodes, boolean first) {
    List<String> items = state.rest();
    if (items == null) {
      return null;
    }
    String text = String.join(nodes.comma(), items);
    return (first || items.isEmpty() ? "" : nodes.comma()) + text + "]";
  }

  /** What comes inside a string, to its closing quote. */
  static byte[] string(StringLexeme lexeme) {
    record Step(StringLexeme state, byte[] bytes) {}
    Queue<Step> open = new ArrayDeque<>(List.of(new Step(lexeme, new byte[0])));
    Set<StringLexeme> seen = new HashSet<>(List.of(lexeme));
    while (!open.isEmpty()) {
      Step step = open.remove();
      if (step.state.betweenCharacters()) {
        return joined(step.bytes, escaped(step.state.rest().shortest()) + '"');
      }
      for (int b = 0; b < 256; b++) {
        StringLexeme next = step.state.next(b);
        if (next != null && seen.add(next)) {
          byte[] bytes = Arrays.copyOf(step.bytes, step.bytes.length + 1);
          bytes[step.bytes.length] = (byte) b;
          open.add(new Step(next, bytes));
        }
      }
    }
    return null;
  }

  /** Texts and bytes one after the other; null if one of them is. */
  static byte[] joined(Object... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Object part : parts) {
      if (part == null) {
        return null;
      }
      all.writeBytes(part instanceof byte[] bytes ? bytes : ((String) part).getBytes(StandardCharsets.UTF_8));
    }
    return all.toByteArray();
  }

  static String quoted(String text) {
    return '"' + escaped(text) + '"';
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints().forEach(c -> Json.escape(c, escaped));
    return escaped.toString();
  }
}
