package dev.quipu.cli;

import dev.quipu.schema.SchemaOptions;
import dev.quipu.schema.SchemaOptions.KeyOrder;
import dev.quipu.schema.SchemaOptions.Whitespace;
import org.apache.commons.cli.Option;

/** How a schema is read, for checking. */
final class SchemaFlags {

  static final Option KEY_ORDER =
      Syntax.flag("key-order", "any|schema", "in which order the keys of an object may come (any)");
  static final Option STRICT_FORMATS =
      Syntax.toggle("strict-formats", "refuse a format that no draft defines, instead of ignoring it with a warning");

  private SchemaFlags() {}

  /** @param byDefault what is said of the policy that is taken without the flag */
  static Option whitespace(String byDefault) {
    return Syntax.flag("whitespace", "compact|python|flexible|any", "blanks: none; a space after commas and colons,"
        + " as Python prints; a blank or a line end, indented; or up to 256 in a place. Without it: " + byDefault);
  }

  static SchemaOptions options(Flags flags, Whitespace byDefault) {
    return SchemaOptions.checking()
        .withKeyOrder(flags.choice("key-order", KeyOrder.ANY))
        .withWhitespace(flags.choice("whitespace", byDefault))
        .withStrictFormats(flags.has("strict-formats"));
  }
}
