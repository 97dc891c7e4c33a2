/**
 * Text to token ids and back. {@link dev.quipu.text.Tokenizer} is the door: it reads a checkpoint's
 * {@code tokenizer.json} and gives the ids that Hugging Face {@code tokenizers} gives. Knows no model, no sampling and
 * no files beyond that one.
 */
package dev.quipu.text;
