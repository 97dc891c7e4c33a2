package dev.quipu.text.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The names that live in one part of a template (the whole, a loop's body, a macro …) and how each gets its first value
 * when that part is entered. Filled once by {@link Analysis}. Follows jinja2/idtracking.py.
 */
final class Frame {

  /** How a name is used in its frame: which decides where its first value comes from. */
  enum Use {
    /** Given by the statement that opens the frame. */
    PARAMETER,
    /** Set before anything else: starts as the outer name's value, or undefined. */
    STORED,
    /** Only read: the outer name itself, or the context's. */
    LOADED,
    /** Read and set, or set in a branch only: starts as the outer name's value, or the context's. */
    BOTH
  }

  private final Map<String, Use> uses = new LinkedHashMap<>();
  private String[] names;
  private Use[] kinds;
  boolean usesCaller;
  boolean usesKwargs;
  boolean usesVarargs;

  private final boolean root;

  Frame() {
    this(false);
  }

  /** @param root whether it is the template's own */
  Frame(boolean root) {
    this.root = root;
  }

  boolean isRoot() {
    return root;
  }

  void parameter(String name) {
    uses.put(name, Use.PARAMETER);
  }

  void load(String name) {
    uses.putIfAbsent(name, Use.LOADED);
  }

  void store(String name, boolean inBranch) {
    Use use = uses.get(name);
    if (use == null) {
      uses.put(name, inBranch ? Use.BOTH : Use.STORED);
    } else if (use == Use.LOADED) {
      uses.put(name, Use.BOTH);
    }
  }

  void close() {
    names = uses.keySet().toArray(new String[0]);
    kinds = uses.values().toArray(new Use[0]);
  }

  int size() {
    return names.length;
  }

  String name(int i) {
    return names[i];
  }

  Use use(int i) {
    return kinds[i];
  }

  /** Names are interned, so that identity finds them. */
  int indexOf(String name) {
    for (int i = 0; i < names.length; i++) {
      if (names[i] == name) {
        return i;
      }
    }
    return -1;
  }
}
