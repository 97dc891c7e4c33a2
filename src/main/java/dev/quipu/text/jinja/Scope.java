package dev.quipu.text.jinja;

/** The values of a frame's names while that part of the template runs, inside those of the part around it. */
final class Scope {

  /** The value of a name that has none yet. */
  static final Object MISSING = new Object();
  private static final Object OUTER = new Object();

  private final Frame frame;
  private final Object[] values;
  private final Scope parent;

  private Scope(Frame frame, Scope parent) {
    this.frame = frame;
    this.values = new Object[frame.size()];
    this.parent = parent;
  }

  /** Enters a frame: gives each of its names its first value. */
  static Scope enter(Frame frame, Scope parent, Variables context) {
    Scope scope = new Scope(frame, parent);
    for (int i = 0; i < scope.values.length; i++) {
      scope.values[i] = first(frame.use(i), frame.name(i), parent, context);
    }
    return scope;
  }

  /** The value of the name, or {@link #MISSING}. */
  Object get(String name) {
    Object value = find(this, name);
    return value == null || value == OUTER ? MISSING : unwrapped(value);
  }

  /** Whether it is the template's own, whose names blocks see. */
  boolean isRoot() {
    return parent == null && frame.isRoot();
  }

  void set(String name, Object value) {
    values[frame.indexOf(name)] = wrapped(value);
  }

  private static Object first(Frame.Use use, String name, Scope parent, Variables context) {
    if (use == Frame.Use.PARAMETER) {
      return MISSING;
    }
    Object outer = find(parent, name);
    if (outer != null) {
      return use == Frame.Use.LOADED ? OUTER : outer;
    }
    return use == Frame.Use.STORED ? MISSING : wrapped(context.resolve(name));
  }

  private static Object find(Scope from, String name) {
    for (Scope scope = from; scope != null; scope = scope.parent) {
      int i = scope.frame.indexOf(name);
      if (i >= 0 && scope.values[i] != OUTER) {
        return scope.values[i];
      }
    }
    return null;
  }

  // None is null, and null says that no scope has the name
  private static final Object NONE = new Object();

  private static Object wrapped(Object value) {
    return value == null ? NONE : value;
  }

  private static Object unwrapped(Object value) {
    return value == NONE ? null : value;
  }
}
