package dev.quipu.schema;

import dev.quipu.language.StringLexeme;
import dev.quipu.language.StringLexemes;
import dev.quipu.language.Language;
import dev.quipu.number.NumberSet;
import dev.quipu.number.Spelling;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The schemas of one compilation and what is derived from them. Equal shapes are one node, so that alternatives which
 * ask the same of a value are seen to be the same. Not thread-safe: {@link JsonSchema} locks it.
 */
final class Nodes {

  /** How far an answer leans on one that is still being looked for: the depth of the outermost such question. */
  record Leaning(int depth) {}

  /** What may be looked at to compile a schema, and then to go on from each point: a second's work at most. */
  private static final long MAX_WORK = 1_500_000;
  /** Where items must differ, each makes new ones: a schema may be used for many documents. */
  static final int MAX_NODES = 20_000;
  private static final int NOT_AT_ALL = Integer.MAX_VALUE;
  /** Of a state within a question: no answer that leans on any question is kept. */
  static final int OUTERMOST = Integer.MAX_VALUE;

  final SchemaOptions options;
  final StringLexemes lexemes;
  final Node any = new Node(this, null, null, () -> Shape.ANY);
  final Node never = new Node(this, null, null, () -> Shape.NEVER);
  private final Map<Shape, Node> byShape = new HashMap<>();
  private final Map<Node, Integer> numbers = new HashMap<>();
  private final Map<List<Integer>, Node> conjunctions = new HashMap<>();
  private final Map<Node, Node> negations = new HashMap<>();
  private int depth;
  private int leaning = NOT_AT_ALL;
  private long workLeft = MAX_WORK;

  Nodes(SchemaOptions options) {
    this.options = options;
    this.lexemes = new StringLexemes(options.spelling() == Spelling.PLAIN);
    forget();
  }

  Node of(Shape shape) {
    return byShape.computeIfAbsent(shape, s -> new Node(this, null, null, () -> s));
  }

  /** A node that nothing remembers. */
  Node once(Supplier<Shape> recipe) {
    return new Node(this, null, null, recipe);
  }

  /** The node of an equal shape that was there first. */
  Node canonical(Node node) {
    return byShape.computeIfAbsent(node.shape(), s -> node);
  }

  Node all(List<Node> given) {
    TreeSet<Integer> key = new TreeSet<>();
    Map<Integer, Node> parts = new HashMap<>();
    Set<Integer> excluded = new HashSet<>();
    for (Node node : given) {
      for (Node one : node.parts) {
        Node part = known(one);
        if (part == never) {
          return never;
        }
        if (part != any) {
          parts.put(number(part), part);
          key.add(number(part));
        }
        if (part.negated != null) {
          excluded.add(number(known(part.negated)));
        }
      }
    }
    if (excluded.stream().anyMatch(key::contains)) {
      return never;
    }
    if (key.isEmpty()) {
      return any;
    }
    if (key.size() == 1) {
      return parts.get(key.first());
    }
    return conjunctions.computeIfAbsent(List.copyOf(key), k -> conjunction(k, parts));
  }

  private Node known(Node node) {
    return node.isKnown() ? canonical(node) : node;
  }

  private Node conjunction(List<Integer> key, Map<Integer, Node> parts) {
    List<Node> ordered = new ArrayList<>();
    key.forEach(k -> ordered.add(parts.get(k)));
    return new Node(this, ordered, null, () -> {
      Shape shape = Shape.ANY;
      for (Node part : ordered) {
        shape = shape.and(part.shape());
      }
      return shape;
    });
  }

  Node not(Node node) {
    if (node.negated != null) {
      return node.negated;
    }
    if (node == any || node == never) {
      return node == any ? never : any;
    }
    return negations.computeIfAbsent(node, n -> new Node(this, null, n, () -> n.shape().not()));
  }

  private int number(Node node) {
    return numbers.computeIfAbsent(node, n -> numbers.size());
  }

  /** What equals a JSON value, as {@link ExactJson} gives it. */
  Node constant(Object value) {
    return of(constantShape(value));
  }

  private Shape constantShape(Object value) {
    return switch (value) {
      case null -> new Shape(true, false, false, NumberSet.NONE, Language.NONE, Formula.FALSE, Formula.FALSE);
      case Boolean b -> new Shape(false, !b, b, NumberSet.NONE, Language.NONE, Formula.FALSE, Formula.FALSE);
      case BigDecimal n -> number(NumberSet.equalTo(n));
      case String s -> string(Language.text(s));
      case List<?> list -> array(list);
      case Map<?, ?> map -> object(map);
      default -> throw new IllegalArgumentException(value.getClass().toString());
    };
  }

  static Shape number(NumberSet set) {
    return new Shape(false, false, false, set, Language.NONE, Formula.FALSE, Formula.FALSE);
  }

  static Shape string(Language language) {
    return new Shape(false, false, false, NumberSet.NONE, language, Formula.FALSE, Formula.FALSE);
  }

  static Shape arrays() {
    return new Shape(false, false, false, NumberSet.NONE, Language.NONE, Formula.TRUE, Formula.FALSE);
  }

  static Shape objects() {
    return new Shape(false, false, false, NumberSet.NONE, Language.NONE, Formula.FALSE, Formula.TRUE);
  }

  private Shape array(List<?> list) {
    List<Formula> parts = new ArrayList<>();
    parts.add(sizes(list.size(), list.size()));
    for (int i = 0; i < list.size(); i++) {
      parts.add(Formula.of(new Atom.Items(i, i + 1, constant(list.get(i)))));
    }
    return arrays().withArray(Formula.all(parts));
  }

  private Shape object(Map<?, ?> map) {
    List<Formula> parts = new ArrayList<>();
    parts.add(sizes(map.size(), map.size()));
    map.forEach((key, value) -> {
      parts.add(Formula.of(new Atom.Keys(Atom.KeySet.of((String) key), constant(value))));
      parts.add(has((String) key));
    });
    return objects().withObject(Formula.all(parts));
  }

  /** At least {@code least} and, unless that is negative, at most {@code most} entries. */
  static Formula sizes(int least, int most) {
    Formula low = least <= 0 ? Formula.TRUE : Formula.of(new Atom.Size(least));
    Formula high = most < 0 || most == Integer.MAX_VALUE ? Formula.TRUE : Formula.of(new Atom.Size(most + 1)).not();
    return Formula.all(low, high);
  }

  /** There is such a key: not every entry of that key has a value that cannot be. */
  Formula has(String key) {
    return Formula.of(new Atom.Keys(Atom.KeySet.of(key), never)).not();
  }

  String comma() {
    return options.whitespace() == SchemaOptions.Whitespace.PYTHON ? ", " : ",";
  }

  String colon() {
    return options.whitespace() == SchemaOptions.Whitespace.PYTHON ? ": " : ":";
  }

  StringLexeme lexeme(Language language) {
    return lexemes.of(language);
  }

  /** Before something that may take much work, and is no part of something else that does. */
  void refill() {
    if (depth == 0) {
      workLeft = MAX_WORK;
      if (size() > MAX_NODES) {
        forget();
      }
    }
  }

  /** How many nodes are remembered. */
  int size() {
    return byShape.size() + conjunctions.size() + negations.size();
  }

  /** What is met again is a node of its own then: as right, and found out anew. */
  private void forget() {
    byShape.clear();
    numbers.clear();
    conjunctions.clear();
    negations.clear();
    byShape.put(Shape.ANY, any);
    byShape.put(Shape.NEVER, never);
  }

  void work(int steps) {
    workLeft -= steps;
    if (workLeft < 0) {
      throw new SchemaTooComplex("its alternatives have too many combinations (more than " + MAX_WORK + " steps)");
    }
  }

  int enter() {
    return depth++;
  }

  void leave() {
    depth--;
  }

  void leanOn(int question) {
    leaning = Math.min(leaning, question);
  }

  Leaning startLeaning() {
    Leaning outside = new Leaning(leaning);
    leaning = NOT_AT_ALL;
    return outside;
  }

  /** Whether the answer found since {@code outside} holds by itself, at a question of that depth. */
  boolean stopLeaning(Leaning outside, int question, boolean found) {
    boolean certain = found || leaning >= question;
    leaning = certain ? outside.depth : Math.min(outside.depth, leaning);
    return certain;
  }
}
