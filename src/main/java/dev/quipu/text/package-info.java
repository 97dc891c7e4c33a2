/**
 * Between text and token ids: tokenizers, chat templates, and the decoding of streams. Knows the files of a checkpoint
 * that describe them, and no tensor.
 */
package dev.quipu.text;
