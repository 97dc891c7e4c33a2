/**
 * How fast a model runs here: what a test is, how much work it does, and how long that takes, beside what the machine
 * could do at most. Knows shapes of well-known models, so that none has to be there; knows no checkpoint and no text.
 */
package dev.quipu.bench;
