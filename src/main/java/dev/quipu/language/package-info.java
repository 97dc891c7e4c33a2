/**
 * Regular languages over code points, closed under and, or and not, by derivatives: regular expressions as JSON Schema
 * has them, and the inside of JSON strings. Knows neither schemas nor vocabularies.
 */
package dev.quipu.language;
