/**
 * The command line: the launcher that finds a fitting Java, one class a sub-command, the terminal, and what is said
 * when something fails. Everything it does to a model is a call of {@link dev.quipu.generate.Engine} or of
 * {@link dev.quipu.conform.Conformance}; only {@code trace} looks at a decoder and its tensors.
 */
package dev.quipu.cli;
