package dev.quipu.text.jinja;

/** What Python would raise: the exception's class name and its message. Carries no stack trace and no line. */
final class PyException extends RuntimeException {

  private final String kind;

  PyException(String kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  String kind() {
    return kind;
  }

  static PyException type(String message) {
    return new PyException("TypeError", message);
  }

  static PyException value(String message) {
    return new PyException("ValueError", message);
  }

  static PyException runtime(String message) {
    return new PyException("TemplateRuntimeError", message);
  }

  static PyException argument(String message) {
    return new PyException("FilterArgumentError", message);
  }

  static PyException security(String message) {
    return new PyException("SecurityError", message);
  }

  static PyException overflow(String message) {
    return new PyException("OverflowError", message);
  }

  static PyException zeroDivision(String message) {
    return new PyException("ZeroDivisionError", message);
  }

  /** For what Python has and this interpreter refuses, by name. */
  static PyException unsupported(String what) {
    return new PyException("NotSupported", what + " is not supported in chat templates");
  }
}
