/**
 * Prompt caches as files, in mlx-lm's format: keys and values of a beginning, written by one program and gone on with
 * by another. {@link dev.quipu.promptcache.PromptCacheFile} is the door. Knows the numbers of a model, and no text.
 */
package dev.quipu.promptcache;
