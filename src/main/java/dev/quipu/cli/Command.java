package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;

/** A sub-command: picocli fills its fields from the flags, then it runs. */
interface Command {

  /**
   * @throws InvalidRequestException for a value out of its range, under the name of the parameter: {@link Main} names
   *                                 the flag
   * @throws QuipuException          for what cannot be done
   */
  void run(Output out);
}
