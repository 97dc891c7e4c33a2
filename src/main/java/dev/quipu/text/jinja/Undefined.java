package dev.quipu.text.jinja;

/**
 * The value of what is not there: prints as nothing, is false and empty, and fails with its reason at anything else.
 *
 * @param kind the name of the exception it raises
 */
record Undefined(String reason, String kind) {

  static Undefined because(String reason) {
    return new Undefined(reason, "UndefinedError");
  }

  static Undefined name(String name) {
    return because(PyFormat.repr(name) + " is undefined");
  }

  static Undefined attribute(Object object, Object key) {
    String type = Values.describe(object);
    return because(key instanceof String || key instanceof Markup
        ? PyFormat.repr(type) + " has no attribute " + PyFormat.repr(key)
        : type + " has no element " + PyFormat.repr(key));
  }

  static Undefined unsafe(Object object, String attribute) {
    return new Undefined("access to attribute " + PyFormat.repr(attribute) + " of "
        + PyFormat.repr(Values.typeName(object)) + " object is unsafe.", "SecurityError");
  }

  PyException failure() {
    return new PyException(kind, reason);
  }
}
