/**
 * An interpreter of Jinja2 with Python's semantics, as the sandbox in which published chat templates run defines them:
 * lexer, parser, scopes, values, filters, tests and methods. Follows Jinja2 3.1.6 and CPython 3.11. Knows no files, no
 * clock but the one it is given, and nothing of models or messages.
 */
package dev.quipu.text.jinja;
