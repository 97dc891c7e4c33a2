package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;

/** A sub-command: how it is called, and what it does. */
interface Command {

  Syntax syntax();

  /**
   * @return the exit code: {@link Failures#FAILED} where the output has said already what is wrong
   * @throws InvalidRequestException for a value out of its range, under the name of the parameter: {@link Main} names
   *                                 the flag
   * @throws QuipuException          for what cannot be done
   */
  int run(Flags flags, Output out);
}
