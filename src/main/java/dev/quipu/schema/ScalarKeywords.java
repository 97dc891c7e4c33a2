package dev.quipu.schema;

import dev.quipu.QuipuException;
import dev.quipu.language.Formats;
import dev.quipu.language.Language;
import dev.quipu.number.NumberSet;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The keywords of a schema that look at a value as a whole: its type, what it equals, numbers, strings. */
final class ScalarKeywords {

  private final SchemaObject schema;
  private final Nodes nodes;
  private final Patterns patterns;
  private final Set<String> warnings;

  ScalarKeywords(SchemaObject schema, Nodes nodes, Patterns patterns, Set<String> warnings) {
    this.schema = schema;
    this.nodes = nodes;
    this.patterns = patterns;
    this.warnings = warnings;
  }

  /** The values that satisfy them all. */
  Shape shape() {
    Shape shape = schema.has("type") ? types(schema.get("type")) : Shape.ANY;
    if (schema.get("enum") instanceof List<?> values) {
      shape = shape.and(oneOf(values));
    } else if (schema.has("enum")) {
      throw schema.refusal("enum", "expected a list");
    }
    if (schema.has("const") && !schema.isBefore(Draft.DRAFT_6)) {
      shape = shape.and(nodes.constant(schema.get("const")).shape());
    }
    NumberSet numbers = numbers();
    Language strings = strings();
    return numbers == NumberSet.ALL && strings == Language.ANY ? shape
        : shape.withNumber(numbers).withString(strings);
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
      case "integer" -> Nodes.number(schema.isBefore(Draft.DRAFT_6) ? NumberSet.WRITTEN_AS_INTEGER
          : NumberSet.INTEGERS);
      case "string" -> Nodes.string(Language.ANY);
      case "array" -> Nodes.arrays();
      case "object" -> Nodes.objects();
      default -> throw schema.refusal("type", "expected null, boolean, number, integer, string, array or object, found "
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

  private NumberSet numbers() {
    NumberSet set = NumberSet.ALL;
    if (schema.isBefore(Draft.DRAFT_6)) {
      set = set.and(bound("minimum", "exclusiveMinimum", NumberSet::atLeast, NumberSet::above));
      set = set.and(bound("maximum", "exclusiveMaximum", NumberSet::atMost, NumberSet::below));
    } else {
      set = set.and(number("minimum", NumberSet::atLeast)).and(number("exclusiveMinimum", NumberSet::above));
      set = set.and(number("maximum", NumberSet::atMost)).and(number("exclusiveMaximum", NumberSet::below));
    }
    return set.and(number("multipleOf", m -> {
      if (m.signum() <= 0) {
        throw schema.refusal("multipleOf", "must be above 0 but is " + m);
      }
      return NumberSet.multipleOf(m);
    }));
  }

  private interface Bound {
    NumberSet of(BigDecimal n);
  }

  private NumberSet number(String keyword, Bound bound) {
    return schema.has(keyword) ? bound.of(schema.number(keyword)) : NumberSet.ALL;
  }

  /** Draft 4: whether a bound is exclusive is a boolean beside it. */
  private NumberSet bound(String keyword, String exclusive, Bound inclusiveBound, Bound exclusiveBound) {
    return number(keyword, schema.bool(exclusive) ? exclusiveBound : inclusiveBound);
  }

  private Language strings() {
    Language language = Language.ANY;
    if (schema.has("minLength") || schema.has("maxLength")) {
      language = Language.lengths(schema.size("minLength", 0), schema.size("maxLength", -1));
    }
    if (schema.has("pattern")) {
      language = language.and(patterns.of(schema.text("pattern"), schema, "pattern"));
    }
    return schema.has("format") ? language.and(format(schema.text("format"))) : language;
  }

  private Language format(String format) {
    try {
      Language language = Formats.of(format);
      if (language != null) {
        return language;
      }
    } catch (QuipuException e) {
      throw schema.refusal("format", e.getMessage());
    }
    String unknown = "format \"" + format + "\" is named by no draft";
    if (nodes.options.strictFormats()) {
      throw schema.refusal("format", unknown);
    }
    warnings.add("schema: " + unknown + ": ignored");
    return Language.ANY;
  }
}
