package dev.quipu;

/**
 * A value out of its range. The command line names the flag ({@code --top-p}) instead of the parameter, and exits with
 * 2.
 */
public final class InvalidRequestException extends QuipuException {

  private final String parameter;
  private final String problem;

  /**
   * @param parameter the parameter in mlx-lm's words, such as {@code top_p}
   * @param problem   what it must be and what it is: {@code must be in [0, 1] but is 2.0}
   */
  public InvalidRequestException(String parameter, String problem) {
    super(parameter + " " + problem);
    this.parameter = parameter;
    this.problem = problem;
  }

  public String parameter() {
    return parameter;
  }

  public String problem() {
    return problem;
  }
}
