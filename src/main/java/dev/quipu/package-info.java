/**
 * quipu, a reference engine for MLX language models. This root holds only the two exceptions that carry a message
 * for the user; the library's front door is {@code dev.quipu.generate.Engine}.
 */
package dev.quipu;
