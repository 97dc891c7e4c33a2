/**
 * Text to ids and back: tokenizers from {@code tokenizer.json}, streaming decoding, and chat templates, which put a
 * conversation into words. Knows no model and no checkpoint.
 */
package dev.quipu.text;
