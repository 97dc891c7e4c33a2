package dev.quipu.text.jinja;

/**
 * A macro, or the {@code caller} of a call block, with the scope it was defined in.
 *
 * @param name       null for a caller
 * @param autoescape whether what its body prints is escaped
 */
record Macro(String name, Node.Signature signature, Scope scope, boolean autoescape) { }
