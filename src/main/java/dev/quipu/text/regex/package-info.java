/**
 * Regular expressions with the meaning that Oniguruma gives them, over all of Unicode. Knows no tokenizer. The JDK's
 * own engine recurses on groups and reads classes, case and anchors differently.
 */
package dev.quipu.text.regex;
