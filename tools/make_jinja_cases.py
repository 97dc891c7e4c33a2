"""Writes src/test/resources/jinja/cases.json: small templates and what Python's Jinja2 makes of them.

Run with the pinned version, from the project's root:

    python3 -m venv tools/.venv && tools/.venv/bin/pip install jinja2==3.1.6
    tools/.venv/bin/python tools/make_jinja_cases.py

The environment is the one in which Hugging Face's transformers renders chat templates. A case without "out" is one that
Python raises an error on; "error" is its message, for the reader.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

import jinja2
import jinja2.ext
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment

OUT = Path(__file__).parent.parent / "src/test/resources/jinja/cases.json"
NOW = datetime(2024, 7, 6, 15, 4, 5)


class Generation(Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return nodes.CallBlock(self.call_method("_run"), [], [], body).set_lineno(line)

    def _run(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def environment():
    env = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = lambda format: NOW.strftime(format)
    return env


CONTEXT = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Grüße, 😀 {{ x }} <b>&amp;\"'</b>"},
        {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": {"a": 1, "b": [True, None, 1.5]}}}]},
        {"role": "tool", "content": [{"type": "text", "text": "42"}, {"type": "image"}]},
    ],
    "s": "Hello, World", "e": "", "u": "naïve 😀 ßtraße ΣΑΣ", "w": "  spaced\tout \n text  ", "lines": "a\nb\r\nc\n\nd",
    "n": 7, "z": 0, "neg": -7, "big": 123456789012345678901234567890, "f": 2.5, "nf": -0.75, "t": True, "no": False, "none": None,
    "l": [3, 1, 2], "empty": [], "mixed": [1, "a", None, 2.5, True], "nested": [[1, 2], [3, [4]]], "strs": ["b", "A", "c", "B", "a"],
    "d": {"b": 1, "a": 2, "items": 3, "x y": [1]}, "ed": {}, "html": "<a href=\"x\">T & 'q'</a>",
    "people": [{"name": "Bo", "age": 3, "tags": ["x"]}, {"name": "al", "age": 2}, {"name": "Cy", "age": 3, "k": {"v": 1}}],
    "tree": [{"v": 1, "c": [{"v": 2, "c": []}, {"v": 3, "c": [{"v": 4, "c": []}]}]}],
}


def expressions():
    """One line an expression; each becomes {{ expression }}."""
    yield from """
1 + 2 * 3
7 // 2, -7 // 2, 7 // -2, 7 % 3, -7 % 3, 7 % -3
7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7.5 % -2, 0.0 // -3, -0.0 % 3
1 / 2, 4 / 2, 1 / 3, -1 / 3, 2 / 3
2 ** 10, 2 ** -1, 2.0 ** 3, 2 ** 3 ** 2, -2 ** 2, (-2) ** 2, 0 ** 0, (-1) ** 3, (-1) ** 4, 1 ** 99
2 ** 100
big * big, big + 1, big // 7, big % 97, -big // 7, big / 3
9223372036854775807 + 1, -9223372036854775807 - 2, 9223372036854775807 * 2
1e16, 1e15, 123456789.123, 1e-4, 1e-5, 1.0, 100.0, 1e100, 1.5e300, 5e-324, 0.1 + 0.2, 1e22, 1e23, 2e-7, -0.0
1_000, 0x1F, 0b101, 0o17, 1_0.5, 1e3
true, false, none, True, False, None
true + 1, true * 3, -true, +true, true / 2, true == 1, 1.0 == 1, "1" == 1
"a" ~ 1 ~ none ~ 1.5 ~ [1] ~ {}
"a" * 3, 3 * "ab", [1] * 2, (1,) * 2, "a" * -1, "x" * 0
[1] + [2], (1,) + (2,), [] + []
"abc" + "d"
1 + "a"
"a" + 1
[1] + (2,)
none + "a"
undefined_name
undefined_name + 1
undefined_name.attr
d.missing
d.missing.deeper
d.missing is defined, d.b is defined, undefined_name is defined, undefined_name is undefined
not undefined_name, undefined_name or "x", undefined_name == other_undefined, undefined_name == none
1 < 2 < 3, 1 < 3 < 2, 3 > 2 >= 2, 1 == 1.0 == true, 1 < 2 > 1
"a" < "b", "a" < "B", [1, 2] < [1, 3], (1,) < (1, 2), "ab" < "b", "\ue000" < "😀"
1 < "a"
none < 1
1 in [1, 2], "el" in s, "x" not in s, "b" in d, 1 in d, none in [none], 1.0 in [1], (1, 2) in [(1, 2)]
1 in "1"
1 in 5
1 in none
"a" in undefined_name
[1] in d
1 and 2, 0 and 2, 1 or 2, 0 or 2, "" or none, not 1, not "", not not 1
1 if true else 2, 1 if false else 2, 1 if false
(1 if false) is defined
1 if 0 else 2 if 0 else 3
not true is defined, not 1 == 2, not x is defined
n is odd, n is even, n is divisibleby 7, n is divisibleby(3), z is even
-n|abs, -1|abs, (-1)|abs, -1.5|abs, - 1
"a" ~ "b" * 2
1 + 2 ~ 3
2 ** 2 ** 3, -2 ** -2
s[0], s[-1], s[1:3], s[::-1], s[::2], s[-3:], s[:-3], s[5:2], s[100:], s[3:1:-1]
s[100]
s[100] is defined, s["upper"] is defined, s.nope is defined
u[6], u[6:8], u|length, u[::-1], u[-3:], u[::3], u.find("ß"), u.index("t")
l[0], l[-1], l[1:], l[::-1], l[5:], l[:2], l[0:3:2], (1, 2, 3)[1:], range(10)[2:8:3], range(5)[-1]
l[3] is defined, l["x"] is defined, l[1.0] is defined, l[true]
l["a":]
(d.q or none)[1:]
d[1:]
d["b"], d.b, d["items"], d.items() | list, d.keys() | list, d.values() | list, d["x y"]
d.get("b"), d.get("q"), d.get("q", 5)
d.get("b", default=1)
d.get("q", 5), d.get(1), d.get(none, 2)
{1: "a", "1": "b", 1.5: "c", none: "d", true: "e"}
{1: "a"}[1], {1: "a"}[1.0], {1: "a"}[true], {true: "x"}[1], {(1, 2): "t"}[(1, 2)]
{[1]: 2}
{"a": 1, "a": 2}
{"a": {"b": [1, (2,), {"c": none}]}}.a.b[2]
nested[1][1][0], nested.1.0, nested.0.1
(), (1,), (1, 2), [], {}, [[]], [()], ({},)
"it's", 'say "hi"', "both ' and \\"", "back\\\\slash", "tab\\t nl\\n"
["it's", 'say "hi"', "both ' and \\"", "back\\\\slash", "tab\\t nl\\n\\r", "\\x00\\x1f\\x7f\\x80\\xa0\\xad", "é ß 😀", "\\u2028\\ue000\\u200b"]
"\\d \\q \\N{BULLET} \\101 \\u00e9 \\U0001F600 \\x41"
"a" "b" 'c'
mixed, nested, d, people[0], t, none, f, nf, big
mixed|string, d|string, none|string, 1.0|string, true|string
[1.0, 1e16, 1e-7, -0.0, true, none, "a", big]
none|trim, 5|trim, [1]|trim, "  x "|trim, "xxaxx"|trim("x"), "xyaxy"|trim("yx")
s|upper, s|lower, s|title, s|capitalize, u|upper, u|lower, u|title, u|capitalize, none|upper, 1.5|upper
"they're bill's friends-(of) [x] {y} <z>"|title, "they're bill's 3rd x-y"|title
"they're bill's 3rd x-y".title(), "ΑΣ ΣΑΣ".title(), "ßa ǆx".title(), "ßa".capitalize(), "HELLO wORLD".swapcase()
s.split(), s.split(","), s.split(", "), "a,b,c".split(",", 1), "a,b,c".rsplit(",", 1), "  a  b c ".split(none, 1), "a b c".rsplit(none, 1), "".split(), "".split(",")
"a,b,c".split(sep=",", maxsplit=1), " a b ".split(" ")
"abc".split("")
s.split(",")[-1], "a b".split()[0]
s.startswith("He"), s.startswith(("x", "He")), s.endswith("ld"), s.startswith("el", 1), s.endswith("lo", 0, 5), s.startswith("", 99)
s.startswith(none)
s.startswith(["a"])
s.replace("l", "L"), s.replace("l", "L", 1), s.replace("", "-"), s.replace("", "-", 2), s.replace("zz", "y")
s.replace("l", none)
s.strip("Hd"), w.strip(), w.lstrip(), w.rstrip(), "xxabcxx".lstrip("x"), "xxabcxx".rstrip("x"), "\\u3000x\\xa0".strip()
s.find("o"), s.rfind("o"), s.find("zz"), s.index("W"), s.count("l"), s.count(""), s.find("o", 5), s.count("o", 5), s.find("", 99)
s.index("zz")
s.partition(","), s.partition("zz"), s.rpartition("o"), s.rpartition("zz")
s.removeprefix("Hello"), s.removesuffix("World"), s.removeprefix("x")
s.center(20), s.center(21, "*"), "ab".center(5, "-"), "abc".center(6, "-"), s.ljust(15, "."), s.rjust(15, "."), "42".zfill(5), "-42".zfill(5), "+4".zfill(4)
"a\\tb".expandtabs(), "a\\tb".expandtabs(4), "ab\\tc\\n\\td".expandtabs(3)
"abc".isalpha(), "ab1".isalnum(), "12".isdigit(), "²".isdigit(), "½".isnumeric(), "٣".isdecimal(), "".isalpha(), "Abc".istitle(), "abc".islower(), "ABC1".isupper(), " \\t".isspace(), "é".isascii(), "a1".isidentifier(), "1a".isidentifier(), "a\\n".isprintable()
lines.splitlines(), lines.splitlines(true), "a\\x0bb\\x1cc\\u2028d".splitlines()
",".join(["a", "b"]), ",".join("abc"), "".join([])
",".join([1, 2])
",".join(none)
"{} {}".format(1, "a"), "{0} {1} {0}".format(1, 2), "{a} {b}".format(a=1, b=[2]), "{0[b]} {0.b} {1[0]}".format(d, l), "{{}}".format(), "{!r} {!s}".format("a", "b")
"{:5}|{:<5}|{:>5}|{:^5}|{:*^7}|{:05d}|{:+d}|{: d}|{:x}|{:X}|{:#x}|{:b}|{:o}|{:c}".format("a", "b", "c", "d", "e", 42, 42, 42, 255, 255, 255, 5, 8, 65)
"{:.2f}|{:8.3f}|{:e}|{:g}|{:g}|{:%}|{:.1%}|{:,}|{:,.2f}|{:_}|{:.3}|{:.3g}|{}".format(3.14159, 2.5, 12345.678, 0.0001, 1e10, 0.25, 0.255, 1234567, 1234567.891, 1234567, "abcdef", 1234.5, 1e16)
"{:%}|{:.0%}".format(1e308, -1e308)
"{:>{w}}".format("a", w=5), "{0:{1}}".format("a", 4), "{:.{p}f}".format(2.5, p=1)
"{:d}".format("a")
"{:d}".format(1.5)
"{}".format()
"{a}".format(b=1)
"{0} {}".format(1)
"{".format()
"{x.y}".format(x=1)
"{0.__class__}".format(1)
"%s %s" % ("a", 1), "%d" % 3.7, "%05.1f" % 2.25, "%r" % "a", "%x %X %o" % (255, 255, 8), "%5s|%-5s|" % ("a", "b"), "%%" % (), "%(a)s %(b)d" % {"a": 1, "b": 2}, "%c%c" % ("a", 66), "%+d % d" % (1, 2), "%e %g %G" % (1.5, 1e-5, 1e20), "%#x" % 10, "%.3s" % "abcdef", "%*d" % (5, 3), "%s" % none, "%s" % [1]
"%d" % "a"
"%s" % (1, 2)
"%s %s" % "a"
"%s" % ()
"a" % 1
"a" % [1], "a" % {}
"%s and %s"|format("a", "b"), "%(x)s"|format(x=1)
s.upper().lower().title()
s.nope()
none.foo
none.foo()
5.5.is_integer(), 5.0.is_integer(), n.bit_length(), n.real, f.imag
(5).bit_length(), (255).bit_count()
l.index(2), l.count(1), (1, 2, 1).count(1), (1, 2).index(2), l.copy()
l.index(9)
l.append(1)
l.append
l.pop()
d.pop("b")
d.update({})
d.setdefault("a", 1)
d.clear()
l.sort()
l.__class__
s.__class__.__mro__
d.__len__ is defined
d._x is defined
l|length, d|length, s|length, ()|length, undefined_name|length, range(3)|length, d.items()|length, l|count
none|length
5|length
l|first, l|last, []|first is defined, s|first, s|last, d|first, d|last, range(3)|last, undefined_name|first is defined, d.items()|last
none|first
l|map("string")|last
l|sort, l|sort(reverse=true), strs|sort, strs|sort(case_sensitive=true), strs|sort(true), d|sort, s|sort|join
mixed|sort
l|sort("b")
d|dictsort(reverse="b")
lines.splitlines("b")
people|sort(attribute="age")|map(attribute="name")|list, people|sort(attribute="age,name")|map(attribute="name")|list, people|sort(attribute="age", reverse=true)|map(attribute="name")|list
[none, none]|sort, [[2], [1]]|sort
l|reverse|list, s|reverse, d|reverse|list, l|map("string")|reverse|list, range(3)|reverse|list
5|reverse
l|join, l|join(","), l|join(", ")|upper, strs|join("-"), people|join(",", attribute="name"), s|join("."), d|join, none|string|join("_"), []|join(","), [none, true, 1.0]|join(" ")
none|join
5|join
l|list, s|list, d|list, (1, 2)|list, range(3)|list, undefined_name|list
none|list
l|map("string")|list, strs|map("upper")|list, people|map(attribute="name")|list, people|map(attribute="tags.0", default="-")|list, nested|map("first")|list, l|map("default", 1)|list, none|map("upper")|list, undefined_name|map("x")|list
people|map(attribute="k.v")|list
people|selectattr("k.v")|list
l|map("nope")|list
l|map()|list
people|map(attribute="name", foo=1)|list
l|select|list, l|select("odd")|list, mixed|select("string")|list, mixed|reject("none")|list, l|select("gt", 1)|list, l|select(">", 1)|list, l|reject("in", [1, 2])|list, [0, 1, "", none]|select|list, [0, 1, ""]|reject|list
l|select("nope")|list
people|selectattr("age", "equalto", 3)|map(attribute="name")|list, people|selectattr("tags")|list|length, people|rejectattr("tags", "defined")|map(attribute="name")|list, people|selectattr("name", "in", ["Bo"])|list|length, none|selectattr("x")|list
people|selectattr()|list
people|groupby("age")|list, people|groupby("nope", default="x")|length
people|groupby("name")|map(attribute="grouper")|list
strs|unique|list, strs|unique(true)|list, [1, 1.0, true, 2]|unique|list, people|unique(attribute="age")|map(attribute="name")|list, "aAbB"|unique|join
[[1]]|unique|list
l|min, l|max, strs|min, strs|max, []|min is defined, people|max(attribute="age"), s|max, d|min, [1, 1.0]|max, strs|max(case_sensitive=true)
mixed|max
l|sum, []|sum, people|sum(attribute="age"), [1.5, 2]|sum, [[1], [2]]|sum(start=[]), l|sum(start=10), [true, true]|sum
strs|sum
range(7)|batch(3)|list, range(7)|batch(3, "x")|list, []|batch(2)|list, range(4)|batch(2, 0)|list
range(7)|slice(3)|list, range(7)|slice(3, "x")|list, []|slice(2)|list, range(2)|slice(3)|list
range(3)|slice(0)|list
d|dictsort(by="value")
d|dictsort, d|dictsort(reverse=true), {"b": 1, "a": 2}|dictsort(by="value"), {"B": 1, "a": 2}|dictsort, {"B": 1, "a": 2}|dictsort(true)
d|dictsort(by="x")
l|dictsort
d|items|list, undefined_name|items|list, {}|items|list
l|items|list
undefined_name|default("x"), none|default("x"), none|default("x", true), ""|d("y", boolean=true), 0|default(1), undefined_name|d, d.q|default([])
"42"|int, "42.7"|int, "x"|int, "x"|int(5), 3.9|int, -3.9|int, "0x1F"|int(base=16), "1F"|int(0, 16), "0b11"|int(0, 2), none|int, true|int, "1_000"|int, " 12 "|int, "1e3"|int, "٣"|int, []|int(7), "inf"|int(1)
"42"|float, "x"|float, "x"|float(1.5), "1e3"|float, "1_0.5"|float, none|float, 3|float, ".5"|float, "5."|float, "1f"|float, "0x1"|float, big|float
undefined_name|int
2.5|round, 3.5|round, 2.675|round(2), -2.5|round, 1.05|round(1), 42.55|round(1, "floor"), 42.55|round(1, "ceil"), 42|round, 1234|round(-2), 1234.5|round(-2), 42.5|round(0, "ceil"), 1e300|round(2), 15|round(-1), 25|round(-1), 42|round(1, "floor")
2|round(1, "x")
"a"|round
none|abs
"abc"|replace("b", "X"), 123|replace(2, "x"), "aaa"|replace("a", "b", 2), none|replace("N", "M"), "aaa"|replace("a", "b", count=1), [1, 2]|replace(", ", "-")
lines|indent, lines|indent(2), lines|indent(2, true), lines|indent(2, blank=true), lines|indent("> ", first=True), ""|indent, "a\\n"|indent(2), "a"|indent(width=2, first=true)
5|indent
s|center(20), s|center(5), "x"|center(4)
"foo bar baz qux"|truncate(9), "foo bar baz qux"|truncate(9, true), "foo bar baz qux"|truncate(11), "foo bar baz qux"|truncate(9, true, ""), "foo bar baz qux"|truncate(9, false, "!", 0), "foo bar baz qux"|truncate(5, leeway=0), u|truncate(8, true, "…", 0)
"foo"|truncate(2)
"Hello, big wide_world 42 über"|wordcount, ""|wordcount
html|escape, html|e, html|safe, html|forceescape, html|safe|escape, html|safe|forceescape, 5|escape, none|e, html|escape|e
html|safe + "<b>", "<b>" + html|safe, html|safe ~ "<b>", ("<%s>"|safe) % "&", "&"|safe * 2, ("<b>"|safe).upper(), ("a"|safe).join(["<", ">"|safe]), ("a<b"|safe).replace("a", "<"), ("x {}"|safe).format("<"), "<b>"|safe|upper, ("a b"|safe).split()
["<"|safe], {"k": "<"|safe}, ("<"|safe)|tojson, "<"|safe == "<", "<"|safe is escaped, "<" is escaped, "<"|safe is string, ("<"|safe)|length
("ab<"|safe)[0] + "&", ("ab"|safe)|first + "&", ("ab"|safe)|reverse + "&", ("ab"|safe)|trim + "&", ("ab"|safe)|string + "&", ("a"|safe)|title + "&", ("a"|safe)|center(3) + "&", ("a"|safe)|replace("a", "b") + "&", ["&", "a"|safe]|join, ("a"|safe)|indent + "&"
html|striptags, "<p>a  <!-- x --> b</p>&amp;&lt;&#39;&#x41;"|striptags, "a < b"|striptags
"a b/c?d=é&"|urlencode, {"a b": "c/d", "x": 1}|urlencode, [("a", 1), ("b", none)]|urlencode, 5|urlencode
{"a": 1, "b": none, "c": "<", "d": undefined_name}|xmlattr, {}|xmlattr, {"a": 1}|xmlattr(false), {"a": true}|xmlattr
{"a b": 1}|xmlattr
1|filesizeformat, 0|filesizeformat, 999|filesizeformat, 1000|filesizeformat, 1500000|filesizeformat, 1024|filesizeformat(true), 1e30|filesizeformat, 1e308|filesizeformat, "2048"|filesizeformat(binary=true)
"The quick brown fox jumped over the lazy-dog well-known"|wordwrap(12), "abcdefghijklmnop"|wordwrap(5), "abcdefghij kl"|wordwrap(5, false), "a b c d"|wordwrap(3, wrapstring="|"), lines|wordwrap(3)
d|pprint, l|pprint, "a"|pprint, messages|pprint
d|tojson, messages|tojson, l|tojson, none|tojson, true|tojson, f|tojson, big|tojson, "a\\"b\\\\c\\n\\t\\x01\\x7fé😀</script>"|tojson, {}|tojson, []|tojson, ()|tojson, (1, 2)|tojson, {1: 2, none: 3, true: 4, 1.5: 5}|tojson, 1e16|tojson, "inf"|float|tojson, "nan"|float|tojson, -0.0|tojson
d|tojson(indent=2), messages|tojson(indent=4), {}|tojson(indent=2), [[], {}]|tojson(indent=1), l|tojson(indent="\\t"), d|tojson(indent=0), nested|tojson(indent=none)
d|tojson(sort_keys=true), "é😀\\x7f"|tojson(ensure_ascii=true), d|tojson(separators=(",", ":")), d|tojson(separators=[",", ":"], indent=1), "é"|tojson(true)
{1: 1, "a": 2}|tojson(sort_keys=true)
{(1, 2): 3}|tojson
undefined_name|tojson
d.items()|tojson
l|map("string")|tojson
range(3)|tojson
s.upper|tojson
people|groupby("age")|tojson
d|attr("items") is callable, d|attr("b") is defined, s|attr("upper")()
1 is number, 1.5 is number, true is number, "1" is number, 1 is integer, true is integer, 1.0 is integer, 1.5 is float, 1 is float, true is boolean, 0 is boolean, none is none, 0 is none
"a" is string, 1 is string, l is sequence, s is sequence, d is sequence, 5 is sequence, undefined_name is sequence, range(2) is sequence, d.items() is sequence, l is iterable, s is iterable, 5 is iterable, d is mapping, l is mapping, undefined_name is iterable, l|map("x") is iterable, none is iterable
range is callable, s.upper is callable, s is callable, undefined_name is callable, namespace is callable
1 is eq 1, 1 is ne 2, 1 is lt 2, 2 is gt 1, 1 is le 1, 1 is ge 2, 1 is equalto(1), 1 is greaterthan(0), 1 is lessthan(2), 1 is sameas(1), none is sameas none, [] is sameas [], true is sameas(1), 1 is in [1], 3 is not in([1])
"abc" is lower, "ABC" is upper, "Abc" is lower, 5 is lower, true is true, 1 is true, false is false, 0 is false, "upper" is filter, "nope" is filter, "odd" is test, "nope" is test
1 is not none, none is not none, 1 is not defined
3 is odd, 3 is even
3 is divisibleby 0
"a" is odd
1 is nope
x|nope
(x|nope) if false else 1
range(5)|list, range(2, 5)|list, range(5, 1, -2)|list, range(0)|list, range(3), range(1, 3), range(1, 9, 2), range(-3)|list, 3 in range(5), "a" in range(5), 2.0 in range(5), range(3) == range(3)
range(100001)
range(0, 5, 0)
range("a")
range(1.5)
range()
dict(a=1, b=2), dict({"x": 1}, y=2), dict([("a", 1), ["b", 2]]), dict()
dict(1)
dict([1])
namespace(a=1).a, namespace({"x": 2}).x, namespace().y is defined, namespace(a=[1, "b"])
strftime_now("%Y-%m-%d %H:%M:%S"), strftime_now("%d %b %Y"), strftime_now("%-d %B %A %a %j %p %I %y %U %W %V %u %w %% %e %-m %-H %#p %^a %D %F %T %R %r %c %x %X %n %t %C %G %g %h %k %l %f %Z|%z|%Q %"), strftime_now("")
raise_exception("Stop: " ~ n)
s()
5()
undefined_name()
d.missing()
s|upper()
s|upper(1)
s|trim(foo=1)
s.upper(1)
s.split(foo=1)
s.strip(chars="x")
[1, 2, 3,], (1, 2,), {"a": 1,}
[1, 2
{"a" 1}
1 +
(1
a.b.
"unterminated
1 2
a = 1
x..y
a is
a is defined is none
f(a=1, a=2)
f(*[1], 2)
f(**{}, *[])
loop.index
joiner()() ~ joiner("a")()
cycler()
lipsum is defined, cycler is defined, joiner is defined
messages[1:]|map(attribute="role")|list, messages|length, messages[-1].content[0].text, messages[0]["role"] + ":" + messages[0].content|trim
messages[1].content|length, messages[1].content|list|length, messages[1].content[7], messages[1].content.split("{{")|length
messages|selectattr("role", "equalto", "user")|list|length, (messages|selectattr("role", "equalto", "tool")|first).content|map(attribute="type")|join(",")
messages[2].tool_calls[0].function.arguments|tojson, messages[2].tool_calls[0].function.arguments|string, messages[2].tool_calls[0]["function"]["arguments"].items()|list
d.keys(), d.values(), d.items(), {}.keys(), d.keys()|list|sort, "a" in d.keys(), 1 in d.values(), ("a", 2) in d.items(), d.keys() == d.keys()
d.items()[0] is defined
(1, 2) == [1, 2], [1, 2] == [1.0, 2.0], {"a": 1} == {"a": 1.0}, {} == [], none == false, "" == none, 0 == false
1 == 1 and 2 == 2 or false, 1 + 1 == 2, "a" ~ "b" == "ab", 5 % 3 == 2
s is string and s|length > 3, s is not string or n
l == l[:], l is sameas l
"a,b"|replace(",", ";")|upper|list|join
(s|lower).split(",")|map("trim")|map("title")|join("/")
1e308 * 10, -1e308 * 10
10.0 ** 400
1 // 0
1 % 0
1.0 / 0
0 ** -1
2 ** 0.5, 10 ** -2, 1e3 ** 2, 4 ** 0.5
7.0 // 0
true and none, [] or {}, "x" and 0
{}|string ~ []|string, ()|string
1.0|int, 1e18|int, 1e19|int, "9999999999999999999"|int + 1
1e400, -1e400
3|string|length, [1, [2, [3]]]|string
"é"|urlencode, "日本語"|length, "日本語"[1], "👨‍👩‍👧"|length, "日本語"|list, "a日😀"|reverse, "😀😁"|map("upper")|list
"😀"|center(4), "😀x".ljust(4, "-"), "x😀y".split("😀"), "x😀y".find("y"), "😀" < "￿", "😀x"|truncate(1, true, "", 0), "aé日😀"|tojson(ensure_ascii=true), "%5s" % "😀", "{:>3}".format("😀"), "x😀y"[1:2], ["b😀", "b￿"]|sort
""".strip("\n").split("\n")


def templates():
    """Whole templates: statements, white space, scopes."""
    yield "{% for x in l %}{{ x }}{% if not loop.last %},{% endif %}{% endfor %}"
    yield "{% for x in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }};{% endfor %}"
    yield "{% for x in l %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }} {% endfor %}"
    yield "{% for x in l %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }}{{ loop.nope is defined }} {% endfor %}"
    yield "{% for x in l|map('string') %}{{ loop.index }}/{{ loop.length }}{{ loop.last }}{{ loop }} {% endfor %}"
    yield "{% for x in l if x > 1 %}{{ loop.index }}/{{ loop.length }}:{{ x }} {% endfor %}"
    yield "{% for x in l if x > 9 %}{{ x }}{% else %}none{% endfor %}"
    yield "{% for x in undefined_name %}x{% else %}empty{% endfor %}"
    yield "{% for x in none %}x{% endfor %}"
    yield "{% for x in 5 %}x{% endfor %}"
    yield "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}"
    yield "{% for k in d %}{{ k }};{% endfor %}"
    yield "{% for k, v in d|dictsort %}{{ k }}={{ v }};{% endfor %}"
    yield "{% for k, v in [(1, 2), [3, 4], 'ab'] %}{{ k }}{{ v }};{% endfor %}"
    yield "{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}"
    yield "{% for a, b in [(1, 2, 3)] %}{% endfor %}"
    yield "{% for a, b in [(1,)] %}{% endfor %}"
    yield "{% for a, b in [1] %}{% endfor %}"
    yield "{% for c in u %}[{{ c }}]{% endfor %}"
    yield "{% for x in l %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}"
    yield "{% for x in l %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% endfor %}"
    yield "{% for x in l %}{% continue %}{% else %}else{% endfor %}"
    yield "{% for x in l %}{% break %}{% else %}else{% endfor %}"
    yield "{% for x in l %}{% for y in [] %}{% else %}{% break %}{% endfor %}{{ x }}{% endfor %}"
    yield "{% for x in l %}{% set y %}{{ x }}{% if x == 1 %}{% break %}{% endif %}{% endset %}{{ y }}{% endfor %}"
    yield "{% break %}"
    yield "{% for x in l %}{% macro m() %}{% break %}{% endmacro %}{% endfor %}"
    yield "{% for x in l %}{% generation %}{% continue %}{% endgeneration %}{% endfor %}"
    yield "{% for n in tree recursive %}{{ n.v }}@{{ loop.depth }}{% if n.c %}({{ loop(n.c) }}){% endif %}{% endfor %}"
    yield "{% for n in tree recursive %}{{ n.v }}{% for m in n.c %}{{ loop.index }}{% endfor %}{% endfor %}"
    yield "{% for x in l %}{{ loop([1]) }}{% endfor %}"
    yield "{% for x in l %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x > 1) }} {% endfor %}"
    yield "{% for x in l %}{{ loop.cycle() }}{% endfor %}"
    yield "{% for x in l %}{% for y in l %}{{ loop.index }}{% endfor %}{{ loop.index }};{% endfor %}"
    yield "{% for x in l %}{% set outer = loop %}{% for y in 'ab' %}{{ outer.index }}{{ y }}{% endfor %}{% endfor %}"
    yield "{% for loop in l %}{% endfor %}"
    yield "{% for x in l %}{% set loop = 1 %}{% endfor %}"
    yield "{% set x = 1 %}{% for i in l %}{% set x = i %}{{ x }}{% endfor %}{{ x }}"
    yield "{% set x = 1 %}{% for i in l %}{{ x }}{% set x = i %}{% endfor %}"
    yield "{% for i in l %}{{ n }}{% set n = i %}{{ n }}{% endfor %}{{ n }}"
    yield "{% for i in l %}{{ n }}{% endfor %}{% set n = 1 %}{{ n }}"
    yield "{{ n }}{% for i in l %}{{ n }}{% endfor %}{% set n = 1 %}{{ n }}"
    yield "{% if no %}{% set n = 1 %}{% endif %}{{ n }}"
    yield "{% if t %}{% set n = 1 %}{% endif %}{{ n }}"
    yield "{% for i in l %}{% if i == 1 %}{% set n = i %}{% endif %}{{ n }}{% endfor %}{{ n }}"
    yield "{% set q = 1 %}{% if no %}{% set q = 2 %}{% endif %}{{ q }}"
    yield "{% for i in l %}{% if no %}{% set q = 2 %}{% endif %}{{ q is defined }}{% endfor %}"
    yield "{% for i in l %}{{ i }}{% endfor %}{{ i is defined }}"
    yield "{% set ns = namespace(x=0, y='a') %}{% for i in l %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}{{ ns.y }}{{ ns.z is defined }}{{ ns['x'] }}{{ ns }}"
    yield "{% set ns = namespace() %}{% set ns.a, ns.b = 1, 2 %}{{ ns.a }}{{ ns.b }}"
    yield "{% set d.x = 1 %}"
    yield "{% set nope.x = 1 %}"
    yield "{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set (c, d) = [3, 4] %}{{ c }}{{ d }}{% set e, = [5] %}{{ e }}"
    yield "{% set a, b = 1 %}"
    yield "{% set 1 = 2 %}"
    yield "{% set true = 2 %}"
    yield "{% set x = 1, 2 %}{{ x }}"
    yield "{% set x %}a{{ n }}b{% endset %}{{ x }}{{ x is string }}"
    yield "{% set x | upper | replace('A', 'z') %}a{{ n }}b{% endset %}{{ x }}"
    yield "{% set x %}{% set y = 1 %}{{ y }}{% endset %}{{ y is defined }}{{ x }}"
    yield "{% filter upper %}a{{ s }}{% endfilter %}"
    yield "{% filter replace('a', 'b')|upper|trim %} aa {% set q = 1 %}{% endfilter %}{{ q is defined }}"
    yield "{% with a = 1, b = 2 %}{{ a + b }}{% set n = 5 %}{{ n }}{% endwith %}{{ n }}{{ a is defined }}"
    yield "{% set a = 1 %}{% with a = 2, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}"
    yield "{% with %}{% set a = 1 %}{{ a }}{% endwith %}{{ a }}"
    yield "{% macro m(a, b=2, c='x') %}{{ a }}{{ b }}{{ c }};{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(1, c='y') }}{{ m(b=5) }}{{ m(*[1, 2]) }}{{ m(**{'a': 9}) }}"
    yield "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}"
    yield "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=2) }}"
    yield "{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, x=4) }}{{ m() }}"
    yield "{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}"
    yield "{% macro m(a=b, b=1) %}{{ a }}|{{ b }}{% endmacro %}{{ m() }}"
    yield "{% macro m(n=n) %}{{ n }}|{% endmacro %}{{ m() }}{{ m(1) }}"
    yield "{% macro m(a=1, b) %}{% endmacro %}"
    yield "{% macro m() %}{{ later }}{% endmacro %}{% set later = 2 %}{{ m() }}"
    yield "{% macro m() %}{{ n }}{% set n = 3 %}{{ n }}{% endmacro %}{{ m() }}{{ n }}"
    yield "{% for i in l %}{% macro m() %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}"
    yield "{% macro f(x) %}{% if x > 0 %}{{ x }}{{ f(x - 1) }}{% endif %}{% endmacro %}{{ f(5) }}"
    yield "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(5) }}"
    yield "{% macro m(x) %}[{{ caller() }}{{ x }}]{% endmacro %}{% call m(1) %}body{{ n }}{% endcall %}"
    yield "{% macro m() %}{{ caller(1, 2) }}{% endmacro %}{% call(a, b=5) m() %}{{ a }}-{{ b }}{% endcall %}"
    yield "{% macro m() %}{{ caller is defined }}{% endmacro %}{{ m() }}"
    yield "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}"
    yield "{% macro m() %}x{% endmacro %}{% call m() %}y{% endcall %}"
    yield "{% macro m(a, b=1) %}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m.caller }}{{ m.catch_kwargs }}{{ m.catch_varargs }}{{ m is callable }}{{ m }}"
    yield "{% call 5 %}{% endcall %}"
    yield "{% macro m() %}{% set q = 1 %}{% endmacro %}{{ m() }}{{ q is defined }}"
    yield "{{ m is defined }}{% macro m() %}{% endmacro %}{{ m is defined }}"
    yield "{% macro m(x) %}{{ x|upper }}{% endmacro %}{{ m('a') ~ m('b') }}{{ [m('c')] }}{{ m('d')|lower }}{{ m('e') + 'f' }}"
    yield "{% if n > 5 %}a{% elif n > 3 %}b{% else %}c{% endif %}"
    yield "{% if n > 9 %}a{% elif n > 3 %}b{% else %}c{% endif %}"
    yield "{% if n > 9 %}a{% elif n > 8 %}b{% else %}c{% endif %}"
    yield "{% if none %}a{% endif %}{% if [] %}b{% endif %}{% if '0' %}c{% endif %}{% if l|map('x') %}d{% endif %}{% if 0.0 %}e{% endif %}"
    yield "{% if x|nope %}{% endif %}"
    yield "{% if no %}{{ x|nope }}{% endif %}ok"
    yield "{% if no %}{% for i in l %}{{ x|nope }}{% endfor %}{% endif %}ok"
    yield "{{ x|nope if no else 1 }}"
    yield "{% raw %}{{ x }} {% if %}{# c #}{% endraw %}"
    yield "  {% raw %}\n  a\n  {% endraw %}\n  b"
    yield "a {%- raw -%}  b  {%- endraw -%}  c"
    yield "{# comment #}a{#- c -#}  b  {#- d #} c"
    yield "a\n  {# comment #}\n  b\n"
    yield "{# unclosed"
    yield "{% raw %} unclosed"
    yield "{{ unclosed"
    yield "{% if x %} unclosed"
    yield "{% endif %}"
    yield "{% nope %}"
    yield "{% %}"
    yield "{{ }}"
    yield "{% for x in l %}{% endif %}"
    yield "{% include 'x' %}"
    yield "{% extends 'x' %}"
    yield "{% import 'x' as y %}"
    yield "{% from 'x' import y %}"
    yield "a\n"
    yield "a\n\n"
    yield "\n"
    yield ""
    yield "a\r\nb\rc\r\n"
    yield "  {% if t %}\n    x\n  {% endif %}\n y"
    yield "  {%+ if t %}\n    x\n  {% endif +%}\n y"
    yield "a   {%- if t -%}   b   {%- endif -%}   c"
    yield "a {{- n -}} b"
    yield "a\n  {{ n }}\n  {{- n }}  {{ n -}}  \n b"
    yield "x {% if t %} y {% endif %} z"
    yield "{% if t %}\n\nx{% endif %}\n\ny"
    yield "   {% if t %}a{% endif %}   {% if t %}b{% endif %}"
    yield "\t {% if t %}\n\ta\t{% endif %}\n"
    yield "{{ n }}\n{% if t %}\n{{ n }}\n{% endif %}\n{{ n }}"
    yield "{% set x = {'a': {'b': 1}} %}{{ x.a.b }}{{ {'a':{'b':{}}} }}"
    yield "{{ '}}' }}{{ '{%' }}{{ \"%}\" }}"
    yield "{{ 'a\nb' }}{{ 'a\\\nb' }}"
    yield "{% generation %}a{{ n }}{% set n = 1 %}{% endgeneration %}{{ n }}"
    yield "{%- generation -%}\n a \n{%- endgeneration -%} b"
    yield "{% print 1, 'a' %}"
    yield "{% block a %}x{{ n }}{% endblock %}{% block b %}{% endblock b %}"
    yield "{% set q = 1 %}{% for i in l %}{% block a scoped %}{{ i }}{{ q }}{% endblock %}{% endfor %}"
    yield "{% set q = 1 %}{% for i in l %}{% block a %}{{ i is defined }}{{ q }}{% endblock %}{% endfor %}"
    yield "{% block a %}{% endblock %}{% block a %}{% endblock %}"
    yield "{% autoescape true %}{{ html }}{{ html|safe }}{{ '<' ~ html|safe }}{{ ['<', '>'|safe]|join('&') }}{% set x %}<{{ '<' }}{% endset %}{{ x }}{% endautoescape %}{{ html }}"
    yield "{% macro m(x) %}<{{ x }}>{% endmacro %}{% autoescape true %}{{ m('<') }}{% endautoescape %}"
    yield "{% set j = joiner('; ') %}{% for x in l %}{{ j() }}{{ x }}{% endfor %}"
    yield "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.current }}"
    yield "{% set g = l|map('string') %}{{ g|list }}{{ g|list }}"
    yield "{% set g = l|map('nope') %}lazy"
    yield "{% set g = 5|items %}lazy"
    yield "{% for g in people|groupby('age') %}{{ g.grouper }}:{{ g.list|length }}:{{ g[0] }} {% endfor %}"
    yield "{% for age, group in people|groupby('age') %}{{ age }}{{ group|map(attribute='name')|join('+') }} {% endfor %}"
    yield "{% for row in range(5)|batch(2, '-') %}{{ row|join }};{% endfor %}{% for col in range(5)|slice(2) %}{{ col|join }};{% endfor %}"
    yield "{% for m in messages %}{% if m.content is string %}{{ m.role }}: {{ m.content }}\n{% elif m.content is iterable %}{% for p in m.content %}{{ p.text or '<' ~ p.type ~ '>' }}{% endfor %}{% else %}{{ m.content }}{% endif %}{% endfor %}"
    yield "{%- for m in messages -%}\n  {{- '<|' + m.role + '|>' }}\n  {%- if m.tool_calls %}\n    {{- m.tool_calls | tojson(indent=2) }}\n  {%- endif %}\n{%- endfor %}\n{% if true %}\n<|end|>\n{% endif %}\n"
    yield "{% for m in messages %}{{ m['role'] + ': ' + m['content'] }}{% endfor %}"
    yield "{%- set ns = namespace(found=false, last=messages|length - 1) -%}{%- for m in messages[::-1] -%}{%- set index = (messages|length - 1) - loop.index0 -%}{%- if not ns.found and m.role == 'user' -%}{%- set ns.found = true -%}{%- set ns.last = index -%}{%- endif -%}{%- endfor -%}{{ ns.last }}"
    yield "{{ bos_token }}{% if tools %}tools{% endif %}{{ tools is none }}{{ tools is defined }}{{ documents is none }}"
    yield "{% if (messages|length) % 2 == 1 %}{{ raise_exception('roles must alternate') }}{% else %}even{% endif %}"
    yield "{% if true %}{{ raise_exception('Line one\nline two') }}{% endif %}"
    yield "{% set messages = messages[1:] %}{{ messages|length }}{% set messages = messages + [{'role': 'user'}] %}{{ messages[-1] }}"
    yield "{% for x in range(3) %}{% set ns = namespace(v=x) %}{{ ns.v }}{% endfor %}"
    yield "{% macro render(x, depth=0) %}{% if x is mapping %}{% for k, v in x.items() %}{{ '  ' * depth }}{{ k }}:\n{{ render(v, depth + 1) }}{% endfor %}{% elif x is iterable and x is not string %}{% for v in x %}{{ render(v, depth) }}{% endfor %}{% else %}{{ '  ' * depth }}{{ x }}\n{% endif %}{% endmacro %}{{ render(messages[2]) }}"
    yield "{% for x in l: %}{{ x }}{% endfor %}"
    yield "{% if n is defined and n is number and n is not string %}y{% endif %}"
    yield "{% if not n is defined or not (n is none) %}y{% endif %}"
    yield "{% set x = n if n is defined else none %}{{ x }}"
    yield "{{ 'a' if n is defined and n > 3 else 'b' }}"
    yield "{{ (l|sort)[0] }}{{ l|sort|first }}{{ (l|map('string')|list)[0] }}"
    yield "{{ -l[0] }}{{ -l|length }}"
    yield "{{ -s|length }}"
    yield "{{ not l|length }}{{ l|length > 2 and s|length > 2 }}"
    yield "{{ 'a'.upper() ~ 'b'|upper }}{{ ('a' ~ 'b')|upper }}{{ 'a' ~ 'b'|upper }}{{ 'a' + 'b'|upper }}"
    yield "{% set é = 1 %}{{ é }}"
    yield "{{ x$ }}"
    yield "{{ 1 ! 2 }}"
    yield "{{ (1] }}"
    yield "{{ ] }}"
    yield "{{ a; b }}"
    yield "{%if n%}{{n}}{%endif%}"
    yield "{% for i in range(3) -%}\n  {{ i }}\n{%- endfor %}"
    yield "{{ '%s' % ('a',) }}{{ '%d%%' % 50 }}{{ '%s' % d }}"
    yield "{% set x = ['a', 'b'] %}{% set y = x + ['c'] %}{{ x }}{{ y }}{% set x = y[:-1] %}{{ x }}"
    yield "{{ {'a': 1}.items() }}{{ {'a': 1}.keys() }}{{ {'a': 1}.values() }}"
    yield "{% for x in [1, 2] %}{% for y in [1, 2] %}{% if y == 2 %}{% continue %}{% endif %}{% if x == 2 %}{% break %}{% endif %}{{ x }}{{ y }}{% endfor %}.{% endfor %}"
    yield "{% for x in l %}{% if loop.first %}{% set first = x %}{% endif %}{{ first is defined }}{% endfor %}"
    yield "{% if t %}{% macro inner() %}i{% endmacro %}{% endif %}{{ inner() }}"
    yield "{% for k, v in {'a': {'b': 1}, 'c': {}}.items() recursive %}{{ k }}{% if v is mapping and v %}<{{ loop(v.items()) }}>{% endif %}{% endfor %}"
    yield "{{ messages[0].content.nope is defined }}"
    yield "{% for x in l %}{{ x }}{% if loop.index == 2 %}{{ undefined_name.boom }}{% endif %}{% endfor %}"
    yield "{% macro a(caller=1) %}{{ caller }}{% endmacro %}{{ a() }}{{ a(2) }}"
    yield "{% macro a(caller) %}{{ caller }}{% endmacro %}{{ a(2) }}"
    yield "{% macro a(kwargs) %}{{ kwargs }}{% endmacro %}{{ a(2) }}"
    yield "{% set a = 1 %}{% macro m() %}{{ a }}{% endmacro %}{% with a = 2 %}{{ m() }}{% endwith %}"
    yield "{% filter upper %}{% for x in ['a', 'b'] %}{{ x }}{% if loop.first %}{% continue %}{% endif %}!{% endfor %}{% endfilter %}"
    yield "{% set x = namespace(l=[]) %}{% for i in range(3) %}{% set x.l = x.l + [i] %}{% endfor %}{{ x.l }}{{ x.l|tojson }}"
    yield "{% set ns = namespace(items=1, keys=2) %}{{ ns.items }}{{ ns.keys }}{{ ns._x is defined }}"
    yield "{{ messages|map(attribute='content')|select('string')|map('length')|list }}"
    yield "{{ dict(messages[0], extra=1)|tojson }}{{ dict(messages[0]).role }}"
    yield "{{ [1, 2, 3][1:][0] }}{{ 'abc'[1:][0] }}{{ [[1, 2], [3]][0][-1] }}"


def case(env, source):
    try:
        return {"source": source, "out": env.from_string(source).render(**json.loads(json.dumps(CONTEXT)), tools=None, documents=None)}
    except RecursionError:
        return {"source": source, "error": "RecursionError"}
    except Exception as e:
        return {"source": source, "error": f"{type(e).__name__}: {str(e).splitlines()[0][:120] if str(e) else ''}"}


def main():
    if jinja2.__version__ != "3.1.6":
        sys.exit(f"jinja2 3.1.6 is the reference, this is {jinja2.__version__}")
    env = environment()
    sources = ["{{ " + e + " }}" for e in expressions()] + list(templates())
    cases = [case(env, source) for source in sources]
    for c in [c for c in cases if " at 0x" in c.get("out", "")]:
        sys.exit(f"prints an address, which is no two times the same: {c['source']}")
    made = {"made_by": "tools/make_jinja_cases.py", "jinja2": jinja2.__version__, "python": sys.version.split()[0], "now": NOW.isoformat(), "context": CONTEXT, "cases": cases}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(cases)} cases, {sum('error' in c for c in cases)} of them errors")


if __name__ == "__main__":
    main()
