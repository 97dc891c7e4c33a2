package dev.quipu.text;

import dev.quipu.text.regex.CodePoints;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tokens beside the model's own, such as {@code <|im_start|>}: they are found in a text before anything else
 * happens to it. Follows {@code AddedVocabulary} of Hugging Face {@code tokenizers} 0.23. Knows no merges.
 */
final class AddedTokens {

  /** One token as the file gives it. */
  record Added(int id, String content, boolean singleWord, boolean lstrip, boolean rstrip, boolean normalized,
               boolean special) {}

  /** Takes the pieces of a text in order. */
  interface Sink {
    void token(int id);

    void text(int start, int end);
  }

  private final Map<Integer, Added> byId = new HashMap<>();
  private final Map<String, Integer> ids = new HashMap<>();
  /** What the normalizer makes of a normalized token, where that differs. */
  private final Map<Integer, String> normalForms = new HashMap<>();
  private final Set<String> special = new HashSet<>();
  private final Trie raw = new Trie();
  private final Trie normal = new Trie();

  /**
   * A token that the vocabulary has keeps that id; any other is numbered after the vocabulary, as the reference does,
   * whatever id the file gives it.
   */
  AddedTokens(List<Added> tokens, Vocabulary vocabulary, Normalizer normalizer) {
    int nextId = vocabulary.size();
    for (Added token : tokens) {
      if (token.content.isEmpty()) {
        continue;
      }
      int id = ids.getOrDefault(token.content, vocabulary.id(token.content));
      id = id < 0 ? nextId++ : id;
      ids.put(token.content, id);
      byId.put(id, token);
      if (token.special) {
        special.add(token.content);
      }
      String form = token.normalized && normalizer != null ? normalForm(token.content, normalizer) : token.content;
      if (!form.equals(token.content)) {
        normalForms.put(id, form);
      }
    }
    for (Map.Entry<Integer, Added> entry : byId.entrySet()) {
      int id = entry.getKey();
      (entry.getValue().normalized ? normal : raw).add(decoded(id), id);
    }
  }

  private static String normalForm(String content, Normalizer normalizer) {
    return normalizer.apply(new Normalizer.Text(content, 0)).string();
  }

  /** The largest id, or -1. */
  int maxId() {
    int max = -1;
    for (int id : byId.keySet()) {
      max = Math.max(max, id);
    }
    return max;
  }

  /** The id of an added token, or null. */
  Integer id(String content) {
    return ids.get(content);
  }

  /** The token as it stands in the file, or null. */
  String content(int id) {
    Added token = byId.get(id);
    return token == null ? null : token.content;
  }

  /** The token as the decoder gets it: normalized, if matching it asks for the normalized text. Or null. */
  String decoded(int id) {
    String form = normalForms.get(id);
    return form != null ? form : content(id);
  }

  boolean isSpecial(String token) {
    return special.contains(token);
  }

  boolean hasNormalized() {
    return !normal.isEmpty();
  }

  /** Cuts a text as it came at the tokens that are not normalized. */
  void cutRaw(String text, Sink sink) {
    cut(raw, text, sink);
  }

  /** Cuts a normalized text at the tokens that are. */
  void cutNormal(String text, Sink sink) {
    cut(normal, text, sink);
  }

  private void cut(Trie trie, String text, Sink sink) {
    int done = 0;
    Trie.Cursor match = trie.cursor(text);
    while (match.next()) {
      Added token = byId.get(match.id());
      int start = match.start();
      int end = match.end();
      if (token.singleWord && !standsAlone(text, start, end)) {
        continue;
      }
      start = token.lstrip ? spacesBefore(text, start, done) : start;
      end = token.rstrip ? spacesAfter(text, Math.max(end, done)) : end;
      if (done < start) {
        sink.text(done, start);
      }
      // a token that an earlier one has stripped away whole does not count
      if (start < end) {
        sink.token(match.id());
      }
      done = end;
    }
    if (done < text.length()) {
      sink.text(done, text.length());
    }
  }

  private static boolean standsAlone(String text, int start, int end) {
    return (start == 0 || !isWord(text.codePointBefore(start)))
        && (end == text.length() || !isWord(text.codePointAt(end)));
  }

  private static boolean isWord(int c) {
    return CodePoints.RUST_WORD.has(c);
  }

  /** The start of the spaces before, but not before {@code first}. */
  private static int spacesBefore(String text, int at, int first) {
    if (at < first) {
      return first;
    }
    while (at > first && CodePoints.isSpace(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  private static int spacesAfter(String text, int at) {
    while (at < text.length() && CodePoints.isSpace(text.charAt(at))) {
      at++;
    }
    return at;
  }
}
