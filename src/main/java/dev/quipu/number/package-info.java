/**
 * Sets of numbers as JSON schemas speak of them ({@link dev.quipu.number.NumberSet}) and the beginnings of numbers that
 * can still become one of a set ({@link dev.quipu.number.NumberPosition}). All of it is exact: a number is a decimal,
 * not a floating-point one. Knows JSON's grammar of numbers; knows no schema and no tokens.
 */
package dev.quipu.number;
