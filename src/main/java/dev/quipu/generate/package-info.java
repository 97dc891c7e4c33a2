/**
 * From a prompt to text: the engine that holds a model, the loop that feeds it, what it reports, and the conversations
 * it remembers. The library's front door is {@link dev.quipu.generate.Engine}. Knows no terminal and no socket.
 */
package dev.quipu.generate;
