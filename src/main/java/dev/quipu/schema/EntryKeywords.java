package dev.quipu.schema;

import dev.quipu.language.Language;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The keywords of a schema that look at the entries of arrays and objects, and which entries they looked at. */
final class EntryKeywords {

  /** Makes a node of a schema for another value. */
  interface Schemas {
    Node node(Object schema, Documents.Place place);
  }

  private final SchemaObject schema;
  private final Nodes nodes;
  private final Patterns patterns;
  private final Schemas schemas;

  EntryKeywords(SchemaObject schema, Nodes nodes, Patterns patterns, Schemas schemas) {
    this.schema = schema;
    this.nodes = nodes;
    this.patterns = patterns;
    this.schemas = schemas;
  }

  private Node node(String keyword) {
    return schemas.node(schema.get(keyword), schema.place().at(keyword));
  }

  /** With what arrays and objects have to satisfy, and which of their entries were looked at. */
  Outcome of(Outcome outcome) {
    List<Formula> array = new ArrayList<>();
    List<Formula> object = new ArrayList<>();
    Outcome seen = items(outcome, array);
    seen = contains(seen, array);
    array.add(Nodes.sizes(schema.size("minItems", 0), schema.size("maxItems", -1)));
    if (schema.bool("uniqueItems")) {
      array.add(Formula.of(new Atom.Unique()));
    }
    seen = seen.havingSeen(properties(object));
    object.add(Nodes.sizes(schema.size("minProperties", 0), schema.size("maxProperties", -1)));
    names(object);
    dependencies(object);
    Formula items = Formula.all(array);
    Formula entries = Formula.all(object);
    return items == Formula.TRUE && entries == Formula.TRUE ? seen
        : seen.with(seen.shape().withArray(items).withObject(entries));
  }

  private Outcome items(Outcome outcome, List<Formula> parts) {
    boolean old = schema.isBefore(Draft.DRAFT_2020_12);
    String prefix = old ? "items" : "prefixItems";
    int n = 0;
    if (schema.get(prefix) instanceof List<?> first) {
      for (Object item : first) {
        Node value = schemas.node(item, schema.place().at(prefix, Integer.toString(n)));
        parts.add(Formula.of(new Atom.Items(n, n + 1, value)));
        n++;
      }
    }
    String rest = old && schema.get("items") instanceof List ? "additionalItems" : "items";
    if (!schema.has(rest)) {
      return outcome.havingSeen(n);
    }
    Node value = node(rest);
    if (value != nodes.any) {
      parts.add(Formula.of(new Atom.Items(n, Atom.Items.FOREVER, value)));
    }
    return outcome.havingSeen(Outcome.ALL_ITEMS);
  }

  private Outcome contains(Outcome outcome, List<Formula> parts) {
    if (!schema.has("contains") || schema.isBefore(Draft.DRAFT_6)) {
      return outcome;
    }
    Node value = node("contains");
    boolean counted = !schema.isBefore(Draft.DRAFT_2019_09);
    int least = counted ? schema.size("minContains", 1) : 1;
    int most = counted ? schema.size("maxContains", -1) : -1;
    if (least > 0) {
      parts.add(Formula.of(new Atom.Matches(least, value)));
    }
    if (most >= 0) {
      parts.add(Formula.of(new Atom.Matches(most + 1, value)).not());
    }
    return schema.isBefore(Draft.DRAFT_2020_12) ? outcome : outcome.havingFound(value);
  }

  /** The keys that were looked at. */
  private Language properties(List<Formula> parts) {
    Set<String> names = new LinkedHashSet<>();
    schema.map("properties").forEach((key, value) -> {
      names.add((String) key);
      parts.add(Formula.of(new Atom.Keys(Atom.KeySet.of((String) key),
          schemas.node(value, schema.place().at("properties", (String) key)))));
    });
    List<Language> languages = new ArrayList<>();
    if (!names.isEmpty()) {
      languages.add(Language.texts(names));
    }
    schema.map("patternProperties").forEach((key, value) -> {
      Language language = patterns.of((String) key, schema, "patternProperties");
      languages.add(language);
      parts.add(Formula.of(new Atom.Keys(Atom.KeySet.of(language),
          schemas.node(value, schema.place().at("patternProperties", (String) key)))));
    });
    Language all = Language.anyOf(languages);
    if (!schema.has("additionalProperties")) {
      return all;
    }
    Node others = node("additionalProperties");
    if (others != nodes.any) {
      parts.add(Formula.of(new Atom.Keys(Atom.KeySet.of(all.not()), others)));
    }
    return Language.ANY;
  }

  private void names(List<Formula> parts) {
    if (schema.has("propertyNames") && !schema.isBefore(Draft.DRAFT_6)) {
      Language names = node("propertyNames").shape().string();
      if (names != Language.ANY) {
        parts.add(Formula.of(new Atom.Keys(Atom.KeySet.of(names.not()), nodes.never)));
      }
    }
    if (schema.has("required")) {
      schema.names("required", schema.get("required")).forEach(key -> parts.add(nodes.has(key)));
    }
  }

  /** Keys that others must come with; schemas that others come with are for the whole value. */
  private void dependencies(List<Formula> parts) {
    dependencies("dependencies", parts);
    if (!schema.isBefore(Draft.DRAFT_2019_09)) {
      dependencies("dependentRequired", parts);
    }
  }

  private void dependencies(String keyword, List<Formula> parts) {
    schema.map(keyword).forEach((key, value) -> {
      if (value instanceof List || keyword.equals("dependentRequired")) {
        List<Formula> all = new ArrayList<>();
        schema.names(keyword, value).forEach(other -> all.add(nodes.has(other)));
        parts.add(Formula.any(nodes.has((String) key).not(), Formula.all(all)));
      }
    });
  }
}
