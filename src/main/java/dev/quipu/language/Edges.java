package dev.quipu.language;

import java.util.Arrays;

/** Where each character leads from a state: disjoint sets of characters, and what may follow after one of them. */
final class Edges {

  static final Edges NONE = new Edges(null, new CodePointSet[0], new Language[0], new boolean[0]);
  /** Beyond, equal targets are not looked for. */
  private static final int MERGED = 64;

  final CodePointSet[] sets;
  /** Never {@link Language#NONE}. */
  final Language[] targets;
  /** Whether each character of a set leads to a language of its own, of which the target is that of the first. */
  private final boolean[] spread;
  private final Language state;

  private Edges(Language state, CodePointSet[] sets, Language[] targets, boolean[] spread) {
    this.state = state;
    this.sets = sets;
    this.targets = targets;
    this.spread = spread;
  }

  static Edges of(Language state) {
    Partition partition = new Partition();
    state.split(partition);
    CodePointSet[] sets = new CodePointSet[partition.size()];
    Language[] targets = new Language[sets.length];
    boolean[] spread = new boolean[sets.length];
    int size = 0;
    for (int i = 0; i < sets.length; i++) {
      Language target = state.derive(partition.part(i).first());
      if (target != Language.NONE) {
        int same = size < MERGED && !partition.isSpread(i) ? indexOf(target, targets, spread, size) : -1;
        int at = same < 0 ? size++ : same;
        targets[at] = target;
        spread[at] = partition.isSpread(i);
        sets[at] = same < 0 ? partition.part(i) : sets[at].or(partition.part(i));
      }
    }
    return size == 0 ? NONE : new Edges(state, Arrays.copyOf(sets, size), Arrays.copyOf(targets, size), spread);
  }

  private static int indexOf(Language target, Language[] targets, boolean[] spread, int size) {
    for (int i = 0; i < size; i++) {
      if (!spread[i] && (targets[i] == target || targets[i].equals(target))) {
        return i;
      }
    }
    return -1;
  }

  int size() {
    return sets.length;
  }

  Language target(int codePoint) {
    for (int i = 0; i < sets.length; i++) {
      if (sets[i].contains(codePoint)) {
        return spread[i] ? state.derive(codePoint) : targets[i];
      }
    }
    return Language.NONE;
  }

  boolean isSpread(int i) {
    return spread[i];
  }

  /** Whether what some characters lead to is not among the targets. */
  boolean isSpread() {
    for (int i = 0; i < size(); i++) {
      if (spread[i]) {
        return true;
      }
    }
    return false;
  }
}
