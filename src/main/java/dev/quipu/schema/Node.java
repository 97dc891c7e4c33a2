package dev.quipu.schema;

import dev.quipu.number.NumberPosition;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A schema, known by its identity, whose {@link Shape} is worked out when it is needed: schemas may contain themselves.
 * Made by {@link Nodes}.
 */
final class Node {

  private static final int FEW = 16;

  private enum State { UNKNOWN, ASKED, YES, NO }

  final Nodes nodes;
  /** The schemas this one is the conjunction of; itself alone if it is none. */
  final List<Node> parts;
  /** The schema this one is the negation of; null if it is none. */
  final Node negated;
  private Supplier<Shape> recipe;
  private Shape shape;
  private State satisfiable = State.UNKNOWN;
  private int depth;
  private ObjectState object;
  private ArrayState array;
  private NumberPosition number;
  private String example;
  private boolean exampleAsked;
  private boolean counting;

  Node(Nodes nodes, List<Node> parts, Node negated, Supplier<Shape> recipe) {
    this.nodes = nodes;
    this.parts = parts == null ? List.of(this) : parts;
    this.negated = negated;
    this.recipe = recipe;
  }

  Shape shape() {
    if (shape == null) {
      if (recipe == null) {
        throw Unfinished.INSTANCE; // it is being made, and needs itself
      }
      Supplier<Shape> once = recipe;
      recipe = null;
      try {
        shape = once.get();
      } finally {
        recipe = shape == null ? once : null;
      }
    }
    return shape;
  }

  /** The texts of its strings, if it allows a few strings and nothing else; else null. */
  Set<String> words() {
    if (!isKnown() || shape.nul() || shape.no() || shape.yes() || shape.array() != Formula.FALSE
        || shape.object() != Formula.FALSE || !shape.number().isEmpty()) {
      return null;
    }
    return ObjectRoot.words(shape.string(), FEW);
  }

  boolean isNever() {
    return this == nodes.never;
  }

  /** Whether its shape is worked out. */
  boolean isKnown() {
    return shape != null;
  }

  /**
   * Whether there is a value that satisfies it. A value that would have to contain itself does not exist: while the
   * question is being answered, the answer to itself is no; a no that rests on such an answer is not kept.
   */
  boolean satisfiable() {
    if (satisfiable == State.ASKED) {
      nodes.leanOn(depth);
      return false;
    }
    if (satisfiable == State.UNKNOWN) {
      satisfiable = State.ASKED;
      depth = nodes.enter();
      boolean found = false;
      boolean certain = false;
      Nodes.Leaning outside = nodes.startLeaning();
      try {
        found = isSatisfiable(shape());
        certain = nodes.stopLeaning(outside, depth, found);
      } finally {
        nodes.leave();
        satisfiable = found ? State.YES : certain ? State.NO : State.UNKNOWN;
      }
      return found;
    }
    return satisfiable == State.YES;
  }

  private boolean isSatisfiable(Shape s) {
    return s.nul() || s.no() || s.yes() || !s.string().isEmpty() || !s.number().isEmpty() || arrayStart() != null
        || objectStart() != null;
  }

  /** How many values satisfy it, up to a limit; of arrays and objects only whether there is none, one, or more. */
  long count(long limit) {
    if (counting) {
      return limit; // it contains itself
    }
    counting = true;
    try {
      return counted(limit);
    } finally {
      counting = false;
    }
  }

  private long counted(long limit) {
    Shape s = shape();
    long count = (s.nul() ? 1 : 0) + (s.no() ? 1 : 0) + (s.yes() ? 1 : 0);
    count += s.number().isEmpty() ? 0 : s.number().count(limit);
    count += s.string().isEmpty() ? 0 : s.string().count(limit);
    if (arrayStart() != null) {
      count += arrayStart().choices().isEmpty() ? 1 : limit;
    }
    if (objectStart() != null) {
      count += objectStart().keys() == null ? 1 : limit;
    }
    return Math.min(count, limit);
  }

  /** The text of a short value that satisfies it; null if none is found, as while one is being looked for. */
  String example() {
    if (example == null && !exampleAsked) {
      exampleAsked = true;
      try {
        example = scalarExample();
        ArrayState items = example == null ? arrayStart() : null;
        String rest = items == null ? null : Completions.array(items, nodes, true);
        example = rest == null ? example : "[" + rest;
        ObjectState entries = example == null ? objectStart() : null;
        rest = entries == null ? null : Completions.object(entries, true);
        example = rest == null ? example : "{" + rest;
      } finally {
        exampleAsked = false;
      }
    }
    return example;
  }

  private String scalarExample() {
    Shape s = shape();
    if (s.nul() || s.no() || s.yes()) {
      return s.nul() ? "null" : s.yes() ? "true" : "false";
    }
    if (!s.number().isEmpty()) {
      return numberStart().shortestCompletion();
    }
    return s.string().isEmpty() ? null : Completions.quoted(s.string().shortest());
  }

  /** Before the first byte of a number. */
  NumberPosition numberStart() {
    if (number == null) {
      number = NumberPosition.start(shape().number(), nodes.options.spelling());
    }
    return number;
  }

  /** Before the first item of an array; null if no array satisfies the schema. */
  ArrayState arrayStart() {
    if (array == null) {
      if (!ArrayState.isDecidable(shape().array())) {
        throw new UnsupportedSchema("uniqueItems", "", "beside items of which only a few values are allowed");
      }
      array = ArrayState.start(nodes, shape().array());
    }
    return array.live() ? array : null;
  }

  /** Before the first key of an object; null if no object satisfies the schema. */
  ObjectState objectStart() {
    if (object == null) {
      object = ObjectState.start(nodes, shape().object());
    }
    return object.live() ? object : null;
  }
}
