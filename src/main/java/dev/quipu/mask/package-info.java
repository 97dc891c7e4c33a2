/**
 * Which tokens may come next: positions in a text that is being written, and masks over a whole vocabulary. Knows
 * tokens as bytes only, and nothing of schemas and grammars, which are positions of their own.
 */
package dev.quipu.mask;
