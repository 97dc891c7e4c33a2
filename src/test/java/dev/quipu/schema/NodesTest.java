package dev.quipu.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class NodesTest {

  private static Point after(Point point, String text) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      point = point == null ? null : point.next(b & 255);
    }
    return point;
  }

  private static String item(int i) {
    return "{\"name\": \"item " + i + "\", \"size\": " + i + "}";
  }

  /** Items that must differ make nodes of their own; a schema may be used for any number of documents. */
  @Test
  void areForgottenWhenThereAreMany() {
    Point start = (Point) JsonSchema.compile("""
        {"type": "array", "uniqueItems": true, "items": {"type": "object",
         "properties": {"name": {"type": "string"}, "size": {"type": "integer"}}}}""", SchemaOptions.generating()).start();
    Nodes nodes = ((Point.Value) start).node().nodes;
    int forgotten = 0;
    for (int i = 0; forgotten < 2; i += 3) {
      int before = nodes.size();
      Point open = after(start, "[" + item(i) + ", " + item(i + 1) + ", " + item(i + 2));
      assertThat(after(open, "]").complete()).isTrue();
      assertThat(after(open, ", " + item(i + 1) + "]")).as("the same item twice").isNull();
      assertThat(after(open, ", " + item(i + 3) + "]")).isNotNull();
      assertThat(nodes.size()).isLessThan(Nodes.MAX_NODES + 1000);
      forgotten += nodes.size() < before ? 1 : 0;
    }
  }
}
