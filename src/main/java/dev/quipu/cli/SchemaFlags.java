package dev.quipu.cli;

import dev.quipu.schema.SchemaOptions;
import dev.quipu.schema.SchemaOptions.KeyOrder;
import dev.quipu.schema.SchemaOptions.Whitespace;
import org.apache.commons.cli.Option;

/** How a schema is read, for checking. */
final class SchemaFlags {

  static final Option KEY_ORDER =
      Syntax.flag("key-order", "any|schema", "in which order the keys of an object may come (any)");
  static final Option WHITESPACE = Syntax.flag("whitespace", "compact|python|flexible",
      "blanks: none; a space after commas and colons, as Python prints; or any, but not without end (the default)");
  static final Option STRICT_FORMATS =
      Syntax.toggle("strict-formats", "refuse a format that no draft defines, instead of ignoring it with a warning");

  private SchemaFlags() {}

  static SchemaOptions options(Flags flags) {
    return SchemaOptions.checking()
        .withKeyOrder(flags.choice("key-order", KeyOrder.ANY))
        .withWhitespace(flags.choice("whitespace", Whitespace.FLEXIBLE))
        .withStrictFormats(flags.has("strict-formats"));
  }
}
