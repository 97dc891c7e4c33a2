/**
 * The command line: the launcher that finds a fitting Java, one class a sub-command, the terminal, and what is said
 * when something fails. Everything it does to a model is a call of {@link dev.quipu.generate.Engine}; knows no tensor.
 */
package dev.quipu.cli;
