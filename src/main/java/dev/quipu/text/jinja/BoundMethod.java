package dev.quipu.text.jinja;

/** A method of a value, not called yet. */
record BoundMethod(Object self, String name) { }
