package dev.quipu.schema;

import dev.quipu.QuipuException;
import dev.quipu.language.EcmaPattern;
import dev.quipu.language.Formats;
import dev.quipu.language.Language;
import dev.quipu.number.NumberSet;
import java.math.BigDecimal;
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
  private final Map<String, Language> patterns = new HashMap<>();
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
      List<Outcome> outcomes = new Keywords(map, place == null ? given : place).read();
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

  /** One schema object. */
  private final class Keywords {

    private final Map<?, ?> schema;
    private final Documents.Place place;
    private List<Outcome> ways = List.of(Outcome.of(Shape.ANY));

    Keywords(Map<?, ?> schema, Documents.Place place) {
      this.schema = schema;
      this.place = place;
    }

    List<Outcome> read() {
      if (has("$ref") && before(Draft.DRAFT_2019_09)) {
        reference("$ref");
        return ways;
      }
      values();
      numbers();
      strings();
      arrays();
      objects();
      references();
      combinations();
      unevaluated();
      ways.forEach(way -> refuseRepeated(way.shape().array()));
      return ways;
    }

    private void refuseRepeated(Formula array) {
      Formula.forEach(array, literal -> {
        if (literal.atom() instanceof Atom.Unique && !literal.positive()) {
          throw refusal("uniqueItems", "cannot be negated");
        }
      });
    }

    private boolean before(Draft draft) {
      return place.draft().isBefore(draft);
    }

    private boolean has(String keyword) {
      return schema.containsKey(keyword);
    }

    private UnsupportedSchema refusal(String keyword, String why) {
      return new UnsupportedSchema(keyword, place.pointer(), why);
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
        throw refusal("unevaluatedProperties", "there are more than " + MAX_OUTCOMES + " combinations of branches");
      }
      return all;
    }

    // any type

    private void values() {
      if (has("type")) {
        and(types(schema.get("type")));
      }
      if (schema.get("enum") instanceof List<?> values) {
        and(oneOf(values));
      } else if (has("enum")) {
        throw refusal("enum", "expected a list");
      }
      if (has("const") && !before(Draft.DRAFT_6)) {
        and(nodes.constant(schema.get("const")).shape());
      }
    }

    private Shape types(Object type) {
      if (type instanceof List<?> several) {
        Shape shape = Shape.NEVER;
        for (Object one : several) {
          shape = shape.or(types(one));
        }
        return shape;
      }
      return switch (type instanceof String name ? name : "") {
        case "null" -> nodes.constant(null).shape();
        case "boolean" -> nodes.constant(false).shape().or(nodes.constant(true).shape());
        case "number" -> Nodes.number(NumberSet.ALL);
        case "integer" -> Nodes.number(before(Draft.DRAFT_6) ? NumberSet.WRITTEN_AS_INTEGER : NumberSet.INTEGERS);
        case "string" -> Nodes.string(Language.ANY);
        case "array" -> Nodes.arrays();
        case "object" -> Nodes.objects();
        default -> throw refusal("type", "expected null, boolean, number, integer, string, array or object, found "
            + type);
      };
    }

    private Shape oneOf(List<?> values) {
      Shape shape = Shape.NEVER;
      List<String> strings = new ArrayList<>();
      List<BigDecimal> numbers = new ArrayList<>();
      for (Object value : values) {
        switch (value) {
          case String string -> strings.add(string);
          case BigDecimal number -> numbers.add(number);
          case null, default -> shape = shape.or(nodes.constant(value).shape());
        }
      }
      shape = strings.isEmpty() ? shape : shape.or(Nodes.string(Language.texts(strings)));
      return numbers.isEmpty() ? shape : shape.or(Nodes.number(NumberSet.values(numbers)));
    }

    // numbers

    private void numbers() {
      NumberSet set = NumberSet.ALL;
      if (before(Draft.DRAFT_6)) {
        set = set.and(bound("minimum", "exclusiveMinimum", NumberSet::atLeast, NumberSet::above));
        set = set.and(bound("maximum", "exclusiveMaximum", NumberSet::atMost, NumberSet::below));
      } else {
        set = set.and(number("minimum", NumberSet::atLeast)).and(number("exclusiveMinimum", NumberSet::above));
        set = set.and(number("maximum", NumberSet::atMost)).and(number("exclusiveMaximum", NumberSet::below));
      }
      set = set.and(number("multipleOf", m -> {
        if (m.signum() <= 0) {
          throw refusal("multipleOf", "must be above 0 but is " + m);
        }
        return NumberSet.multipleOf(m);
      }));
      if (set != NumberSet.ALL) {
        NumberSet all = set;
        each(way -> way.with(way.shape().withNumber(all)));
      }
    }

    private interface Bound {
      NumberSet of(BigDecimal n);
    }

    private NumberSet number(String keyword, Bound bound) {
      if (!has(keyword)) {
        return NumberSet.ALL;
      }
      if (schema.get(keyword) instanceof BigDecimal n) {
        return bound.of(n);
      }
      throw refusal(keyword, "expected a number, found " + schema.get(keyword));
    }

    /** Draft 4: whether a bound is exclusive is a boolean beside it. */
    private NumberSet bound(String keyword, String exclusive, Bound inclusiveBound, Bound exclusiveBound) {
      if (has(exclusive) && !(schema.get(exclusive) instanceof Boolean)) {
        throw refusal(exclusive, "expected a boolean (draft 4), found " + schema.get(exclusive));
      }
      return number(keyword, Boolean.TRUE.equals(schema.get(exclusive)) ? exclusiveBound : inclusiveBound);
    }

    // strings

    private void strings() {
      Language language = Language.ANY;
      if (has("minLength") || has("maxLength")) {
        language = Language.lengths(size("minLength", 0), size("maxLength", -1));
      }
      if (has("pattern")) {
        if (!(schema.get("pattern") instanceof String pattern)) {
          throw refusal("pattern", "expected a string");
        }
        language = language.and(pattern(pattern, "pattern"));
      }
      if (has("format")) {
        if (!(schema.get("format") instanceof String format)) {
          throw refusal("format", "expected a string");
        }
        language = language.and(format(format));
      }
      if (language != Language.ANY) {
        Language all = language;
        each(way -> way.with(way.shape().withString(all)));
      }
    }

    private Language pattern(String pattern, String keyword) {
      try {
        return patterns.computeIfAbsent(pattern, EcmaPattern::search);
      } catch (QuipuException e) {
        throw refusal(keyword, e.getMessage());
      }
    }

    private Language format(String format) {
      try {
        Language language = Formats.of(format);
        if (language != null) {
          return language;
        }
      } catch (QuipuException e) {
        throw refusal("format", e.getMessage());
      }
      String unknown = "format \"" + format + "\" is named by no draft";
      if (nodes.options.strictFormats()) {
        throw refusal("format", unknown);
      }
      warnings.add("schema: " + unknown + ": ignored");
      return Language.ANY;
    }

    private int size(String keyword, int absent) {
      if (!has(keyword)) {
        return absent;
      }
      if (schema.get(keyword) instanceof BigDecimal n && n.signum() >= 0 && n.stripTrailingZeros().scale() <= 0) {
        return n.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE / 2)) > 0 ? Integer.MAX_VALUE / 2 : n.intValue();
      }
      throw refusal(keyword, "expected a whole number that is not negative, found " + schema.get(keyword));
    }

    // arrays

    private void arrays() {
      List<Formula> parts = new ArrayList<>();
      parts.add(Nodes.sizes(size("minItems", 0), size("maxItems", -1)));
      items(parts);
      if (has("contains") && !before(Draft.DRAFT_6)) {
        contains(parts);
      }
      if (has("uniqueItems") && bool("uniqueItems")) {
        parts.add(Formula.of(new Atom.Unique()));
      }
      Formula all = Formula.all(parts);
      if (all != Formula.TRUE) {
        each(way -> way.with(way.shape().withArray(all)));
      }
    }

    private boolean bool(String keyword) {
      if (schema.get(keyword) instanceof Boolean value) {
        return value;
      }
      throw refusal(keyword, "expected a boolean, found " + schema.get(keyword));
    }

    private void items(List<Formula> parts) {
      boolean old = before(Draft.DRAFT_2020_12);
      String prefix = old ? "items" : "prefixItems";
      int n = 0;
      if (schema.get(prefix) instanceof List<?> first) {
        for (Object item : first) {
          Node value = node(item, place.at(prefix, Integer.toString(n)));
          parts.add(Formula.of(new Atom.Items(n, n + 1, value)));
          n++;
        }
      }
      String rest = old && schema.get("items") instanceof List ? "additionalItems" : "items";
      int seen = n;
      if (has(rest)) {
        Node value = node(schema.get(rest), place.at(rest));
        if (value != nodes.any) {
          parts.add(Formula.of(new Atom.Items(n, Atom.Items.FOREVER, value)));
        }
        seen = Outcome.ALL_ITEMS;
      }
      int looked = seen;
      if (looked > 0) {
        each(way -> way.havingSeen(looked));
      }
    }

    private void contains(List<Formula> parts) {
      Node value = node(schema.get("contains"), place.at("contains"));
      boolean counted = !before(Draft.DRAFT_2019_09);
      int least = counted ? size("minContains", 1) : 1;
      int most = counted ? size("maxContains", -1) : -1;
      if (least > 0) {
        parts.add(Formula.of(new Atom.Matches(least, value)));
      }
      if (most >= 0) {
        parts.add(Formula.of(new Atom.Matches(most + 1, value)).not());
      }
      if (!before(Draft.DRAFT_2020_12)) {
        each(way -> way.havingFound(value));
      }
    }

    // objects

    private void objects() {
      List<Formula> parts = new ArrayList<>();
      Language keys = properties(parts);
      parts.add(Nodes.sizes(size("minProperties", 0), size("maxProperties", -1)));
      if (has("propertyNames") && !before(Draft.DRAFT_6)) {
        Language names = node(schema.get("propertyNames"), place.at("propertyNames")).shape().string();
        if (names != Language.ANY) {
          parts.add(Formula.of(new Atom.Keys(Atom.KeySet.of(names.not()), nodes.never)));
        }
      }
      for (String key : names("required", schema.get("required"))) {
        parts.add(nodes.has(key));
      }
      dependencies(parts);
      Formula all = Formula.all(parts);
      if (all != Formula.TRUE) {
        each(way -> way.with(way.shape().withObject(all)));
      }
      each(way -> way.havingSeen(keys));
    }

    /** The keys that were looked at. */
    private Language properties(List<Formula> parts) {
      Set<String> names = new LinkedHashSet<>();
      Map<?, ?> properties = map("properties");
      properties.forEach((key, value) -> {
        names.add((String) key);
        parts.add(Formula.of(new Atom.Keys(Atom.KeySet.of((String) key),
            node(value, place.at("properties", (String) key)))));
      });
      List<Language> languages = new ArrayList<>();
      if (!names.isEmpty()) {
        languages.add(Language.texts(names));
      }
      map("patternProperties").forEach((key, value) -> {
        Language language = pattern((String) key, "patternProperties");
        languages.add(language);
        parts.add(Formula.of(new Atom.Keys(Atom.KeySet.of(language),
            node(value, place.at("patternProperties", (String) key)))));
      });
      Language all = Language.anyOf(languages);
      if (!has("additionalProperties")) {
        return all;
      }
      Node others = node(schema.get("additionalProperties"), place.at("additionalProperties"));
      if (others != nodes.any) {
        parts.add(Formula.of(new Atom.Keys(Atom.KeySet.of(all.not()), others)));
      }
      return Language.ANY;
    }

    private Map<?, ?> map(String keyword) {
      if (!has(keyword)) {
        return Map.of();
      }
      if (schema.get(keyword) instanceof Map<?, ?> map) {
        return map;
      }
      throw refusal(keyword, "expected an object, found " + schema.get(keyword));
    }

    private Set<String> names(String keyword, Object value) {
      if (value == null && !has(keyword)) {
        return Set.of();
      }
      Set<String> names = new LinkedHashSet<>();
      if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
        list.forEach(name -> names.add((String) name));
        return names;
      }
      throw refusal(keyword, "expected a list of names, found " + value);
    }

    private void dependencies(List<Formula> parts) {
      if (before(Draft.DRAFT_2019_09)) {
        map("dependencies").forEach((key, value) -> {
          if (value instanceof List) {
            parts.add(required((String) key, "dependencies", value));
          } else {
            dependent((String) key, "dependencies", value);
          }
        });
        return;
      }
      map("dependentRequired").forEach((key, value) -> parts.add(required((String) key, "dependentRequired", value)));
      map("dependentSchemas").forEach((key, value) -> dependent((String) key, "dependentSchemas", value));
    }

    private Formula required(String key, String keyword, Object value) {
      List<Formula> all = new ArrayList<>();
      for (String other : names(keyword, value)) {
        all.add(nodes.has(other));
      }
      return Formula.any(nodes.has(key).not(), Formula.all(all));
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

    // schemas for the same value

    private void references() {
      if (has("$ref")) {
        reference("$ref");
      }
      if (has("$dynamicRef") && !before(Draft.DRAFT_2020_12)) {
        dynamicReference();
      }
      if (has("$recursiveRef") && place.draft() == Draft.DRAFT_2019_09) {
        Object target = documents.find("#", place);
        if (documents.recursiveAnchors() > 1 && target instanceof Map<?, ?> map
            && Boolean.TRUE.equals(map.get("$recursiveAnchor"))) {
          throw refusal("$recursiveRef", "several schemas have a $recursiveAnchor");
        }
        cross(outcomes(target, place));
      }
    }

    private void reference(String keyword) {
      if (!(schema.get(keyword) instanceof String reference)) {
        throw refusal(keyword, "expected a URI reference, found " + schema.get(keyword));
      }
      cross(outcomes(documents.find(reference, place), place));
    }

    private void dynamicReference() {
      String reference = schema.get("$dynamicRef") instanceof String text ? text : "";
      String anchor = reference.substring(reference.indexOf('#') + 1);
      if (documents.isDynamic(reference, place) && documents.dynamicAnchors(anchor) > 1) {
        throw refusal("$dynamicRef", "several schemas have the $dynamicAnchor \"" + anchor + "\"");
      }
      reference("$dynamicRef");
    }

    private void combinations() {
      schemas("allOf").forEach(this::cross);
      if (has("anyOf")) {
        cross(atLeastOne(schemas("anyOf")));
      }
      if (has("oneOf")) {
        cross(exactlyOne(schemas("oneOf")));
      }
      if (has("not")) {
        and(combined(outcomes(schema.get("not"), place.at("not"))).not());
      }
      if (has("if") && !before(Draft.DRAFT_7)) {
        conditional();
      }
    }

    private List<List<Outcome>> schemas(String keyword) {
      if (!has(keyword)) {
        return List.of();
      }
      if (!(schema.get(keyword) instanceof List<?> list) || list.isEmpty()) {
        throw refusal(keyword, "expected a list of schemas");
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
      List<Outcome> yes = has("then") ? crossed(condition, outcomes(schema.get("then"), place.at("then"))) : condition;
      Outcome not = Outcome.of(combined(condition).not());
      List<Outcome> all = new ArrayList<>(yes);
      all.addAll(has("else") ? crossed(List.of(not), outcomes(schema.get("else"), place.at("else"))) : List.of(not));
      cross(limited(all));
    }

    private void unevaluated() {
      if (before(Draft.DRAFT_2019_09)) {
        return;
      }
      if (has("unevaluatedProperties")) {
        Node others = node(schema.get("unevaluatedProperties"), place.at("unevaluatedProperties"));
        each(way -> way.with(way.shape().withObject(Formula.of(
            new Atom.Keys(Atom.KeySet.of(way.keys().not()), others)))).havingSeen(Language.ANY));
      }
      if (has("unevaluatedItems")) {
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
