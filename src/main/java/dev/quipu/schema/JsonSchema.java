package dev.quipu.schema;

import dev.quipu.QuipuException;
import dev.quipu.mask.Position;
import java.util.List;

/**
 * A JSON schema as a recogniser of the documents that satisfy it, byte by byte: at each point it knows whether what is
 * written can still be completed, exactly. A schema of which that cannot be said is refused, by keyword and place.
 *
 * <p>JSON nests, so the points have a stack; what a schema asks is a boolean formula over each value
 * ({@link Shape}), of which each key and each value settles a part ({@link ObjectState}, {@link ArrayState}).
 *
 * <p>The positions of one schema share what they find out: use them in one thread at a time.
 */
public final class JsonSchema {

  private final Node root;
  private final List<String> warnings;

  private JsonSchema(Node root, List<String> warnings) {
    this.root = root;
    this.warnings = warnings;
  }

  /**
   * @param schema the text of a JSON schema
   * @throws UnsupportedSchema if it is none or cannot be enforced exactly
   */
  public static JsonSchema compile(String schema, SchemaOptions options) {
    return compiled(ExactJson.parse(schema, "schema"), options);
  }

  /** As {@link #compile(String, SchemaOptions)}, of what a JSON reader made of the text: maps, lists, numbers … */
  public static JsonSchema compile(Object schema, SchemaOptions options) {
    return compiled(ExactJson.exact(schema), options);
  }

  private static JsonSchema compiled(Object schema, SchemaOptions options) {
    Compiler compiler = new Compiler(options);
    Node root = compiler.compile(schema);
    try {
      if (!root.satisfiable()) {
        throw new UnsupportedSchema("schema", "", "no document satisfies it");
      }
    } catch (UnsupportedSchema e) {
      throw e;
    } catch (QuipuException e) { // too complex
      throw new UnsupportedSchema("schema", "", e.getMessage());
    }
    return new JsonSchema(root, List.copyOf(compiler.warnings()));
  }

  /** Before the first byte of a document. */
  public Position start() {
    Blanks blanks = new Blanks(root.nodes.options.whitespace());
    return new Point.Value(root, new Frame.Root(blanks), blanks.gap(), null);
  }

  /** What was ignored, such as formats that no draft names. */
  public List<String> warnings() {
    return warnings;
  }
}
