package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;

/** A sub-command: how it is called, and what it does. */
interface Command {

  Syntax syntax();

  /**
   * @throws InvalidRequestException for a value out of its range, under the name of the parameter: {@link Main} names
   *                                 the flag
   * @throws QuipuException          for what cannot be done
   */
  void run(Flags flags, Output out);
}
