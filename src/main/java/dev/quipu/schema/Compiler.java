package dev.quipu.schema;

import dev.quipu.QuipuException;
import dev.quipu.language.Language;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * From the keywords of a JSON schema to {@link Node}s. Each keyword says something of one type of values, so each adds
 * to one component of the {@link Shape}; keywords that hold schemas for the same value combine shapes.
 */
final class Compiler {

  private static final int MAX_DEPTH = 60;
  private static final int MAX_OUTCOMES = 256;
  /** What makes a schema complex, the likeliest first. */
  private static final List<String> HEAVY = List.of("oneOf", "not", "if", "anyOf", "allOf", "multipleOf", "pattern",
      "patternProperties", "format");
  private static final Set<String> ANNOTATIONS = Set.of("$ref", "$comment", "title", "description", "default",
      "examples", "deprecated", "readOnly", "writeOnly", "$defs", "definitions");

  final Nodes nodes;
  private final Documents documents = new Documents();
  private final Set<String> warnings = new LinkedHashSet<>();
  private final Map<Object, List<Outcome>> done = new IdentityHashMap<>();
  private final Map<Object, Node> postponed = new IdentityHashMap<>();
  private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Node> toFinish = new ArrayDeque<>();
  private final Patterns patterns = new Patterns();
  private boolean finishing;
  private int depth;

  Compiler(SchemaOptions options) {
    nodes = new Nodes(options);
  }

  Set<String> warnings() {
    return warnings;
  }

  /** The whole schema, with all schemas that are reached from it. */
  Node compile(Object schema) {
    if (!(schema instanceof Map) && !(schema instanceof Boolean)) {
      throw new UnsupportedSchema("schema", "", "expected an object, true or false");
    }
    Map<String, Object> known = new HashMap<>();
    nodes.options.documents().forEach((uri, document) ->
        known.put(uri, document instanceof String text ? ExactJson.parse(text, uri) : ExactJson.exact(document)));
    Draft draft = Dialect.of(schema, known);
    known.forEach((uri, document) -> documents.add(document, URI.create(uri), draft));
    documents.add(schema, URI.create(""), draft);
    Documents.Place place = documents.placeOf(schema);
    Node root = node(schema, place == null ? new Documents.Place(URI.create(""), "", draft) : place);
    finishing = true;
    while (!toFinish.isEmpty()) {
      finish(toFinish.poll());
    }
    return root;
  }

  private static void finish(Node node) {
    try {
      node.shape();
    } catch (Unfinished e) {
      throw new UnsupportedSchema("$ref", "", "a schema refers to itself without a value in between");
    }
  }

  /** A schema for another value: of an entry. References to a schema are one node with it. */
  private Node node(Object given, Documents.Place from) {
    Object schema = given;
    Documents.Place place = from;
    for (int steps = 0; steps < MAX_DEPTH && schema instanceof Map<?, ?> map && isReference(map, place); steps++) {
      Documents.Place here = documents.placeOf(schema);
      place = here == null ? place : here;
      schema = documents.find((String) map.get("$ref"), place);
    }
    if (schema instanceof Boolean always) {
      return always ? nodes.any : nodes.never;
    }
    if (!(schema instanceof Map<?, ?>)) {
      throw new UnsupportedSchema("schema", place.pointer(), "expected an object, true or false");
    }
    Node known = postponed.get(schema);
    if (known != null) {
      return known;
    }
    Object target = schema;
    Documents.Place there = place;
    if (depth < MAX_DEPTH) {
      try {
        return nodes.of(shape(target, there));
      } catch (Unfinished e) {
        // later
      }
    }
    Node later = nodes.once(() -> shape(target, there));
    postponed.put(schema, later);
    toFinish.add(later);
    return later;
  }

  /** Whether all that a schema says is to be found elsewhere. */
  private static boolean isReference(Map<?, ?> schema, Documents.Place place) {
    return schema.get("$ref") instanceof String
        && (place.draft().isBefore(Draft.DRAFT_2019_09) || ANNOTATIONS.containsAll(schema.keySet()));
  }

  private Shape shape(Object schema, Documents.Place place) {
    Shape shape = Shape.NEVER;
    for (Outcome outcome : outcomes(schema, place)) {
      shape = shape.or(outcome.shape());
    }
    return shape;
  }

  /** A schema for the same value. */
  private List<Outcome> outcomes(Object schema, Documents.Place given) {
    if (schema instanceof Boolean always) {
      return always ? List.of(Outcome.of(Shape.ANY)) : List.of();
    }
    if (!(schema instanceof Map<?, ?> map)) {
      throw new UnsupportedSchema("schema", given.pointer(), "expected an object, true or false");
    }
    List<Outcome> known = done.get(schema);
    if (known != null) {
      return known;
    }
    if (!open.add(schema)) {
      throw Unfinished.INSTANCE;
    }
    depth++;
    try {
      Documents.Place place = documents.placeOf(schema);
      List<Outcome> outcomes = new Keywords(new SchemaObject(map, place == null ? given : place)).read();
      done.put(schema, outcomes);
      return outcomes;
    } catch (UnsupportedSchema e) {
      throw e;
    } catch (QuipuException e) { // too complex
      String keyword = HEAVY.stream().filter(map::containsKey).findFirst().orElse("schema");
      throw new UnsupportedSchema(keyword, given.pointer(), e.getMessage());
    } finally {
      depth--;
      open.remove(schema);
    }
  }

  /** One schema object: the schemas it has for the same value, combined with what it says itself. */
  private final class Keywords {

    private final SchemaObject schema;
    private final Documents.Place place;
    private List<Outcome> ways;

    Keywords(SchemaObject schema) {
      this.schema = schema;
      this.place = schema.place();
      this.ways = List.of(Outcome.of(Shape.ANY));
    }

    List<Outcome> read() {
      if (schema.has("$ref") && schema.isBefore(Draft.DRAFT_2019_09)) {
        reference("$ref");
        return ways;
      }
      Shape scalars = new ScalarKeywords(schema, nodes, patterns, warnings).shape();
      ways = List.of(new EntryKeywords(schema, nodes, patterns, Compiler.this::node).of(Outcome.of(scalars)));
      dependents();
      references();
      combinations();
      unevaluated();
      ways.forEach(way -> refuseRepeated(way.shape().array()));
      return ways;
    }

    private void refuseRepeated(Formula array) {
      Formula.forEach(array, literal -> {
        if (literal.atom() instanceof Atom.Unique && !literal.positive()) {
          throw schema.refusal("uniqueItems", "cannot be negated");
        }
      });
    }

    private void and(Shape more) {
      each(way -> way.with(way.shape().and(more)));
    }

    private void each(UnaryOperator<Outcome> change) {
      ways = ways.stream().map(change).toList();
    }

    private void cross(List<Outcome> others) {
      ways = crossed(ways, others);
    }

    private List<Outcome> crossed(List<Outcome> some, List<Outcome> others) {
      List<Outcome> all = new ArrayList<>();
      for (Outcome one : some) {
        for (Outcome other : others) {
          all.add(one.and(other));
        }
      }
      return limited(all);
    }

    private List<Outcome> limited(List<Outcome> all) {
      if (!documents.hasUnevaluated() && all.size() > 1) {
        Shape shape = Shape.NEVER;
        for (Outcome one : all) {
          shape = shape.or(one.shape());
        }
        return List.of(Outcome.of(shape));
      }
      if (all.size() > MAX_OUTCOMES) {
        throw schema.refusal("unevaluatedProperties", "there are more than " + MAX_OUTCOMES
            + " combinations of branches");
      }
      return all;
    }

    /** The draft of 2019-09 made two keywords of one, which its test suite lets go on meaning what it did. */
    private void dependents() {
      dependents("dependencies");
      if (!schema.isBefore(Draft.DRAFT_2019_09)) {
        dependents("dependentSchemas");
      }
    }

    private void dependents(String keyword) {
      schema.map(keyword).forEach((key, value) -> {
        if (!(value instanceof List)) {
          dependent((String) key, keyword, value);
        }
      });
    }

    private void dependent(String key, String keyword, Object value) {
      Shape has = Shape.ANY.withObject(nodes.has(key));
      List<Outcome> branches = new ArrayList<>();
      branches.add(Outcome.of(Shape.ANY.withObject(nodes.has(key).not())));
      for (Outcome way : outcomes(value, place.at(keyword, key))) {
        branches.add(way.with(way.shape().and(has)));
      }
      cross(limited(branches));
    }

    private void references() {
      if (schema.has("$ref")) {
        reference("$ref");
      }
      if (schema.has("$dynamicRef") && !schema.isBefore(Draft.DRAFT_2020_12)) {
        dynamicReference();
      }
      if (schema.has("$recursiveRef") && place.draft() == Draft.DRAFT_2019_09) {
        Object target = documents.find("#", place);
        if (documents.recursiveAnchors() > 1 && target instanceof Map<?, ?> map
            && Boolean.TRUE.equals(map.get("$recursiveAnchor"))) {
          throw schema.refusal("$recursiveRef", "several schemas have a $recursiveAnchor");
        }
        cross(outcomes(target, place));
      }
    }

    private void reference(String keyword) {
      if (!(schema.get(keyword) instanceof String reference)) {
        throw schema.refusal(keyword, "expected a URI reference, found " + schema.get(keyword));
      }
      cross(outcomes(documents.find(reference, place), place));
    }

    private void dynamicReference() {
      String reference = schema.get("$dynamicRef") instanceof String text ? text : "";
      String anchor = reference.substring(reference.indexOf('#') + 1);
      if (documents.isDynamic(reference, place) && documents.dynamicAnchors(anchor) > 1) {
        throw schema.refusal("$dynamicRef", "several schemas have the $dynamicAnchor \"" + anchor + "\"");
      }
      reference("$dynamicRef");
    }

    private void combinations() {
      schemas("allOf").forEach(this::cross);
      if (schema.has("anyOf")) {
        cross(atLeastOne(schemas("anyOf")));
      }
      if (schema.has("oneOf")) {
        cross(exactlyOne(schemas("oneOf")));
      }
      if (schema.has("not")) {
        and(combined(outcomes(schema.get("not"), place.at("not"))).not());
      }
      if (schema.has("if") && !schema.isBefore(Draft.DRAFT_7)) {
        conditional();
      }
    }

    private List<List<Outcome>> schemas(String keyword) {
      if (!schema.has(keyword)) {
        return List.of();
      }
      if (!(schema.get(keyword) instanceof List<?> list) || list.isEmpty()) {
        throw schema.refusal(keyword, "expected a list of schemas");
      }
      List<List<Outcome>> all = new ArrayList<>();
      for (Object inner : list) {
        all.add(outcomes(inner, place.at(keyword, Integer.toString(all.size()))));
      }
      return all;
    }

    private Shape combined(List<Outcome> outcomes) {
      Shape shape = Shape.NEVER;
      for (Outcome outcome : outcomes) {
        shape = shape.or(outcome.shape());
      }
      return shape;
    }

    /** Each branch that holds counts as looked at; where nobody asks, that some branch holds is enough. */
    private List<Outcome> atLeastOne(List<List<Outcome>> branches) {
      if (!documents.hasUnevaluated()) {
        List<Outcome> all = new ArrayList<>();
        branches.forEach(all::addAll);
        return limited(all);
      }
      List<Outcome> none = List.of(Outcome.of(Shape.ANY));
      List<Outcome> some = List.of();
      for (List<Outcome> branch : branches) {
        List<Outcome> not = List.of(Outcome.of(combined(branch).not()));
        List<Outcome> more = new ArrayList<>(crossed(some, branch));
        more.addAll(crossed(some, not));
        more.addAll(crossed(none, branch));
        some = limited(more);
        none = crossed(none, not);
      }
      return some;
    }

    private List<Outcome> exactlyOne(List<List<Outcome>> branches) {
      List<Shape> shapes = branches.stream().map(this::combined).toList();
      Tags tags = new Tags(shapes);
      boolean[][] overlap = new boolean[shapes.size()][shapes.size()];
      for (int i = 0; i < shapes.size(); i++) {
        for (int j = 0; j < i; j++) {
          overlap[i][j] = overlap[j][i] = !tags.differ(i, j) && !areDisjoint(shapes.get(i), shapes.get(j));
        }
      }
      List<Outcome> ways = new ArrayList<>();
      for (int i = 0; i < branches.size(); i++) {
        Shape others = Shape.ANY;
        for (int j = 0; j < branches.size(); j++) {
          if (overlap[i][j]) {
            others = others.and(shapes.get(j).not());
          }
        }
        for (Outcome way : branches.get(i)) {
          ways.add(way.with(way.shape().and(others)));
        }
      }
      return limited(ways);
    }

    private boolean areDisjoint(Shape a, Shape b) {
      try {
        Shape both = a.and(b);
        return !nodes.once(() -> both).satisfiable();
      } catch (Unfinished e) {
        if (finishing) {
          return false; // then the negation stands where it might have been left out
        }
        throw e;
      }
    }

    private void conditional() {
      List<Outcome> condition = outcomes(schema.get("if"), place.at("if"));
      List<Outcome> not = List.of(Outcome.of(combined(condition).not()));
      List<Outcome> all = new ArrayList<>(followed(condition, "then"));
      all.addAll(followed(not, "else"));
      cross(limited(all));
    }

    private List<Outcome> followed(List<Outcome> condition, String keyword) {
      return schema.has(keyword) ? crossed(condition, outcomes(schema.get(keyword), place.at(keyword))) : condition;
    }

    private void unevaluated() {
      if (schema.isBefore(Draft.DRAFT_2019_09)) {
        return;
      }
      if (schema.has("unevaluatedProperties")) {
        Node others = node(schema.get("unevaluatedProperties"), place.at("unevaluatedProperties"));
        each(way -> way.with(way.shape().withObject(Formula.of(
            new Atom.Keys(Atom.KeySet.of(way.keys().not()), others)))).havingSeen(Language.ANY));
      }
      if (schema.has("unevaluatedItems")) {
        Node others = node(schema.get("unevaluatedItems"), place.at("unevaluatedItems"));
        each(way -> unevaluatedItems(way, others));
      }
    }

    private Outcome unevaluatedItems(Outcome way, Node others) {
      if (way.items() == Outcome.ALL_ITEMS) {
        return way;
      }
      Node allowed = others;
      if (!way.found().isEmpty()) {
        List<Node> none = new ArrayList<>();
        way.found().forEach(node -> none.add(nodes.not(node)));
        none.add(nodes.not(others));
        allowed = nodes.not(nodes.all(none));
      }
      Formula rest = Formula.of(new Atom.Items(way.items(), Atom.Items.FOREVER, allowed));
      return way.with(way.shape().withArray(rest)).havingSeen(Outcome.ALL_ITEMS);
    }
  }
}
