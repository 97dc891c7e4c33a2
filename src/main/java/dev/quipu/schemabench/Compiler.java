package dev.quipu.schemabench;

import dev.quipu.mask.Position;

/** Makes of a schema's text the beginning of its documents. */
@FunctionalInterface
public interface Compiler {

  /** @throws dev.quipu.QuipuException if the schema is refused */
  Position start(String schema);
}
