package dev.quipu.cli;

import dev.quipu.QuipuException;
import dev.quipu.mask.Position;
import dev.quipu.schema.JsonSchema;
import dev.quipu.schema.SchemaOptions;
import dev.quipu.schema.SchemaOptions.Whitespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** {@code quipu schema check}: whether the mask of a schema accepts documents, and if not, where and why. */
final class SchemaCheckCommand implements Command {

  private static final Syntax SYNTAX = new Syntax("schema check", "schema check [FLAG]… SCHEMA [INSTANCE…]",
      "Whether generation with a JSON schema could write these documents, byte for byte.",
      """
          SCHEMA and INSTANCE are files; - is standard input. Of a document that is not accepted, the byte is shown at
          which no accepted one goes on so, and what may stand there. Without an INSTANCE, whether the schema can be
          enforced. The exit code is 0 if all are accepted, 1 if one is not, and 2 if the schema is refused.""",
      Syntax.join(List.of(SchemaFlags.KEY_ORDER, SchemaFlags.whitespace("any"), SchemaFlags.STRICT_FORMATS,
          Syntax.VERBOSE)));

  @Override
  public Syntax syntax() {
    return SYNTAX;
  }

  @Override
  public int run(Flags flags, Output out) {
    if (flags.words().isEmpty()) {
      flags.requireWord("SCHEMA");
    }
    try {
      return check(flags.words(), SchemaFlags.options(flags, Whitespace.ANY), out);
    } catch (QuipuException e) { // 1 would say that a document is not accepted
      System.err.println(e.getMessage());
      return Failures.USAGE;
    }
  }

  private static int check(List<String> files, SchemaOptions options, Output out) {
    if (files.stream().filter("-"::equals).count() > 1) {
      throw new QuipuException("- is given twice, and there is only one standard input");
    }
    JsonSchema schema = compile(files.getFirst(), options);
    if (files.size() == 1) {
      out.println(files.getFirst() + ": the schema can be enforced");
    }
    boolean all = true;
    for (String instance : files.subList(1, files.size())) {
      all &= accepts(schema.start(), instance, out);
    }
    return all ? Failures.DONE : Failures.FAILED;
  }

  private static JsonSchema compile(String file, SchemaOptions options) {
    String text = text(file);
    try {
      JsonSchema schema = JsonSchema.compile(text, options);
      schema.warnings().forEach(warning -> System.err.println(file + ": " + warning));
      return schema;
    } catch (QuipuException e) {
      throw new QuipuException(file + ": " + e.getMessage(), e);
    }
  }

  private static boolean accepts(Position start, String name, Output out) {
    byte[] bytes = text(name).strip().getBytes(StandardCharsets.UTF_8);
    Position position = start;
    for (int at = 0; at <= bytes.length; at++) {
      Position next = at < bytes.length ? position.next(bytes[at] & 255) : null;
      if (next == null && !(at == bytes.length && position.complete())) {
        out.println(name + ": not accepted " + new Rejection(bytes, at, position));
        return false;
      }
      position = next;
    }
    out.println(name + ": accepted");
    return true;
  }

  private static String text(String name) {
    if (name.equals("-")) {
      return Input.readAll();
    }
    try {
      return Files.readString(Path.of(name));
    } catch (IOException e) {
      throw new QuipuException(name + ": cannot read it: " + Failures.reason(e), e);
    } catch (InvalidPathException e) {
      throw new QuipuException("\"" + name + "\" is no path: " + e.getReason(), e);
    }
  }
}
