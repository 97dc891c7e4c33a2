package dev.quipu.cli;

/** Compiled for Java 8. */
public final class Launcher {
  private Launcher() {}
}
