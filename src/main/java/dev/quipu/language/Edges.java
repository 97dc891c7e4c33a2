package dev.quipu.language;

import java.util.Arrays;

/** Where each character leads from a state: disjoint sets of characters, and what may follow after one of them. */
final class Edges {

  static final Edges NONE = new Edges(new CodePointSet[0], new Language[0]);
  /** Beyond, equal targets are not looked for. */
  private static final int MERGED = 64;

  final CodePointSet[] sets;
  /** Never {@link Language#NONE}. */
  final Language[] targets;

  Edges(CodePointSet[] sets, Language[] targets) {
    this.sets = sets;
    this.targets = targets;
  }

  static Edges of(Language state) {
    Partition partition = new Partition();
    state.split(partition);
    CodePointSet[] sets = new CodePointSet[partition.size()];
    Language[] targets = new Language[sets.length];
    int size = 0;
    for (int i = 0; i < sets.length; i++) {
      Language target = state.derive(partition.part(i).first());
      if (target != Language.NONE) {
        int same = size < MERGED ? indexOf(target, targets, size) : -1;
        int at = same < 0 ? size++ : same;
        targets[at] = target;
        sets[at] = same < 0 ? partition.part(i) : sets[at].or(partition.part(i));
      }
    }
    return size == 0 ? NONE : new Edges(Arrays.copyOf(sets, size), Arrays.copyOf(targets, size));
  }

  private static int indexOf(Language target, Language[] targets, int size) {
    for (int i = 0; i < size; i++) {
      if (targets[i] == target || targets[i].equals(target)) {
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
        return targets[i];
      }
    }
    return Language.NONE;
  }
}
