package dev.quipu;

/** A value out of its range, named as the caller named it. The command line exits with 2. */
public final class InvalidRequestException extends QuipuException {

  private final String parameter;

  /**
   * @param parameter the parameter's name in the Java API, such as {@code topP}
   * @param message   what it must be and what it is
   */
  public InvalidRequestException(String parameter, String message) {
    super(message);
    this.parameter = parameter;
  }

  public String parameter() {
    return parameter;
  }
}
