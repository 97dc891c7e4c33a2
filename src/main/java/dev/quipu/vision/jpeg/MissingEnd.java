package dev.quipu.vision.jpeg;

import java.io.IOException;

/** The file ends before the picture does. */
final class MissingEnd extends IOException {

  MissingEnd() {
    super("it is damaged: its end is missing");
  }
}
