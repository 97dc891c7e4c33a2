/**
 * From a prompt to text: the engine that holds a model, the steps of one answer ({@code Generator}), the thread that
 * computes several together ({@code Scheduler}), what is remembered of earlier texts ({@code PromptCache}) and of
 * images ({@code SeenImages}), and what guesses ahead ({@code Drafting}). The library's front door is
 * {@link dev.quipu.generate.Engine}. Knows no terminal and no socket.
 */
package dev.quipu.generate;
