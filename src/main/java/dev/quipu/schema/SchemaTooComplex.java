package dev.quipu.schema;

import dev.quipu.QuipuException;

/** A limit of the work that is put into one schema. */
public final class SchemaTooComplex extends QuipuException {

  SchemaTooComplex(String what) {
    super("the schema cannot be enforced exactly: " + what);
  }
}
