package dev.quipu.schema;

import dev.quipu.language.Language;
import dev.quipu.number.NumberSet;

/**
 * Which values a schema allows, type by type. As each type has a form that is closed under and, or and not, so has the
 * whole: schemas are combined component by component, and exactly.
 */
record Shape(boolean nul, boolean no, boolean yes, NumberSet number, Language string, Formula array, Formula object) {

  static final Shape ANY = new Shape(true, true, true, NumberSet.ALL, Language.ANY, Formula.TRUE, Formula.TRUE);
  static final Shape NEVER =
      new Shape(false, false, false, NumberSet.NONE, Language.NONE, Formula.FALSE, Formula.FALSE);

  Shape and(Shape other) {
    if (this == ANY || other == NEVER) {
      return other;
    }
    if (other == ANY || this == NEVER) {
      return this;
    }
    return new Shape(nul && other.nul, no && other.no, yes && other.yes, number.and(other.number),
        string.and(other.string), Formula.all(array, other.array), Formula.all(object, other.object));
  }

  Shape or(Shape other) {
    if (this == NEVER || other == ANY) {
      return other;
    }
    if (other == NEVER || this == ANY) {
      return this;
    }
    return new Shape(nul || other.nul, no || other.no, yes || other.yes, number.or(other.number),
        string.or(other.string), Formula.any(array, other.array), Formula.any(object, other.object));
  }

  Shape not() {
    return new Shape(!nul, !no, !yes, number.not(), string.not(), array.not(), object.not());
  }

  Shape withNumber(NumberSet allowed) {
    return new Shape(nul, no, yes, number.and(allowed), string, array, object);
  }

  Shape withString(Language allowed) {
    return new Shape(nul, no, yes, number, string.and(allowed), array, object);
  }

  Shape withArray(Formula required) {
    return new Shape(nul, no, yes, number, string, Formula.all(array, required), object);
  }

  Shape withObject(Formula required) {
    return new Shape(nul, no, yes, number, string, array, Formula.all(object, required));
  }
}
