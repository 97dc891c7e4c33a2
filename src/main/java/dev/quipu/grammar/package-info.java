/**
 * Context-free grammars as positions of a mask: what is written in Lark's or GBNF's notation, or follows from a list of
 * tools, becomes rules over lexemes, which an Earley machine reads byte by byte. Knows no tokens and no models.
 */
package dev.quipu.grammar;
