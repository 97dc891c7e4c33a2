package dev.quipu.language;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/** Some of finitely many texts, as a tree by their first characters that shares equal ends. */
final class Texts extends Language {

  private static final int DEEPEST = 500;

  /** The first characters, rising. */
  final int[] labels;
  /** What follows each of them. */
  final Language[] children;

  private Texts(boolean acceptsEmpty, int[] labels, Language[] children) {
    super(hash(acceptsEmpty ? 8 : 12, Arrays.hashCode(labels), Arrays.hashCode(children)), PLAIN, 1,
        acceptsEmpty ? 0 : min(children) + 1L, max(children) + 1L, acceptsEmpty);
    this.labels = labels;
    this.children = children;
  }

  private static int min(Language[] children) {
    return Arrays.stream(children).mapToInt(child -> child.minLength).min().orElseThrow();
  }

  private static int max(Language[] children) {
    return Arrays.stream(children).mapToInt(child -> child.maxLength).max().orElseThrow();
  }

  static Language of(Collection<String> texts) {
    int[][] sorted = texts.stream().map(text -> text.codePoints().toArray()).filter(Texts::isUnicode)
        .sorted(Arrays::compare).toArray(int[][]::new);
    if (sorted.length == 0) {
      return NONE;
    }
    Deque<Open> open = new ArrayDeque<>();
    open.push(new Open());
    int[] last = {};
    for (int[] text : sorted) {
      int common = Math.max(0, Arrays.mismatch(last, text) < 0 ? text.length : Arrays.mismatch(last, text));
      close(open, common);
      for (int i = common; i < text.length; i++) {
        open.peek().labels.add(text[i]);
        open.push(new Open());
      }
      open.peek().accepts = true;
      last = text;
    }
    close(open, 0);
    return open.pop().closed();
  }

  private static boolean isUnicode(int[] text) {
    return Arrays.stream(text).allMatch(CodePointSet.ALL::contains);
  }

  /** Ends all nodes that are deeper. */
  private static void close(Deque<Open> open, int depth) {
    while (open.size() > depth + 1) {
      Language child = open.pop().closed();
      open.peek().children.add(child);
    }
  }

  /** A node that more texts may go through. */
  private static final class Open {

    final List<Integer> labels = new ArrayList<>(1);
    final List<Language> children = new ArrayList<>(1);
    boolean accepts;

    Language closed() {
      if (labels.isEmpty()) {
        return EMPTY;
      }
      if (labels.size() == 1 && !accepts) {
        return sequence(chars(CodePointSet.of(labels.getFirst())), children.getFirst());
      }
      return Interned.of(new Texts(accepts, labels.stream().mapToInt(label -> label).toArray(),
          children.toArray(Language[]::new)));
    }
  }

  /** Whether a language is a tree of texts, which are not so long that walking down would be deep. */
  static boolean isFewTexts(Language language) {
    Language at = language;
    while (at instanceof Sequence sequence && isOne(sequence.head)) {
      at = sequence.tail;
    }
    return isOne(at) || at instanceof Texts && language.maxLength <= DEEPEST;
  }

  private static boolean isOne(Language language) {
    return language instanceof Chars chars && chars.set.ranges() == 1 && chars.set.first(0) == chars.set.last(0);
  }

  /** The texts of a tree that are in another language, too. */
  static Language both(Language tree, Language other) {
    if (other == NONE || other == ANY) {
      return other == NONE ? NONE : tree;
    }
    if (tree == EMPTY) {
      return other.acceptsEmpty ? EMPTY : NONE;
    }
    if (tree instanceof Texts texts) {
      Open kept = new Open();
      kept.accepts = texts.acceptsEmpty && other.acceptsEmpty;
      for (int i = 0; i < texts.labels.length; i++) {
        Language child = both(texts.children[i], next(other, texts.labels[i]));
        if (child != NONE) {
          kept.labels.add(texts.labels[i]);
          kept.children.add(child);
        }
      }
      return kept.labels.isEmpty() && !kept.accepts ? NONE : kept.closed();
    }
    List<Language> way = new ArrayList<>();
    Language at = tree;
    Language rest = other;
    for (; at instanceof Sequence sequence && rest != NONE; at = sequence.tail) {
      way.add(sequence.head);
      rest = next(rest, first(sequence.head));
    }
    Language end = at instanceof Texts ? both(at, rest)
        : at instanceof Chars && next(rest, first(at)).acceptsEmpty ? at : NONE;
    for (int i = way.size() - 1; i >= 0 && end != NONE; i--) {
      end = sequence(way.get(i), end);
    }
    return end;
  }

  private static int first(Language character) {
    return ((Chars) character).set.first();
  }

  /** States of other trees are met once, so it would be no use to remember what follows them. */
  private static Language next(Language other, int codePoint) {
    return other instanceof Complement complement && isFewTexts(complement.body)
        ? other.derive(codePoint) : other.after(codePoint);
  }

  @Override
  public Language after(int codePoint) {
    int at = Arrays.binarySearch(labels, codePoint);
    return at < 0 ? NONE : children[at];
  }

  @Override
  Language derive(int codePoint) {
    return after(codePoint);
  }

  @Override
  void split(Partition partition) {
    partition.split(labels);
  }

  @Override
  boolean same(Language other) {
    if (!(other instanceof Texts texts) || acceptsEmpty != texts.acceptsEmpty
        || !Arrays.equals(labels, texts.labels)) {
      return false;
    }
    for (int i = 0; i < children.length; i++) {
      if (children[i] != texts.children[i] && !(maxLength <= DEEPEST && children[i].equals(texts.children[i]))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(acceptsEmpty ? "{ε" : "{");
    for (int i = 0; i < labels.length; i++) {
      text.append(text.length() > 1 ? "|" : "").appendCodePoint(labels[i]).append(children[i]);
    }
    return text.append('}').toString();
  }
}
