package dev.quipu.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The texts that JSON Schema's names of formats stand for, as the grammars say that the drafts point to: RFC 3339 with
 * real days and leap seconds, 5321 and 6531, 1123, 5891 to 5893, 3986, 3987, 6570, 6901, 4122. All are exact but for
 * two things that names of hosts in their own script have to be: in normal form C, and short in Punycode
 * ({@link IdnHostname}). A regex is a pattern of ECMA-262 with the flag u or without it, and without what annex B allows
 * to browsers ({@link EcmaSyntax}).
 */
public final class Formats {

  /** Names of draft 3 that later ones dropped; and what it calls a style. */
  private static final Set<String> ANNOTATIONS =
      Set.of("color", "phone", "utc-millisec", "host-name", "ip-address", "style");

  private static final String HOUR = "(?:[01]\\d|2[0-3])";
  private static final String MINUTE = "[0-5]\\d";
  private static final String DATE = "(?:\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])"
      + "|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))"
      + "|(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)";
  /** With an offset, and leap seconds. */
  private static final String TIME = HOUR + ":" + MINUTE + ":(?:[0-5]\\d|60)(?:\\.\\d+)?(?:[Zz]|[+-]" + HOUR + ":"
      + MINUTE + ")";
  private static final String DURATION_TIME = "T(?:\\d+H(?:\\d+M(?:\\d+S)?)?|\\d+M(?:\\d+S)?|\\d+S)";
  private static final String DURATION = "P(?:(?:\\d+D|\\d+M(?:\\d+D)?|\\d+Y(?:\\d+M(?:\\d+D)?)?)(?:" + DURATION_TIME
      + ")?|" + DURATION_TIME + "|\\d+W)";

  private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final String IPV4 = "(?:" + BYTE + "\\.){3}" + BYTE;
  private static final String IPV6 = ipv6();
  private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

  private static final String NON_ASCII = "\\u{80}-\\u{10FFFF}";
  /** RFC 5321, 4.5.3.1.1. */
  private static final int LOCAL_PART = 64;
  /** The characters that take one octet in UTF-8, two, three and four. */
  private static final List<CodePointSet> OF_OCTETS = List.of(CodePointSet.range(0, 0x7F),
      CodePointSet.range(0x80, 0x7FF), CodePointSet.range(0x800, 0xFFFF).and(CodePointSet.ALL),
      CodePointSet.range(0x10000, 0x10FFFF));
  private static final String UCS = "\\u{A0}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFEF}" + upperPlanes();
  private static final String PRIVATE = "\\u{E000}-\\u{F8FF}\\u{F0000}-\\u{FFFFD}\\u{100000}-\\u{10FFFD}";
  private static final String PERCENT = "%[0-9A-Fa-f]{2}";
  private static final String UNRESERVED = "A-Za-z0-9._~\\-";
  private static final String DELIMITERS = "!$&'()*+,;=";
  private static final String POINTER = "(?:/(?:[^/~]|~[01])*)*";
  private static final String HEX4 = "[0-9A-Fa-f]{4}";

  private static final Map<String, Supplier<Language>> ASSERTED = Map.ofEntries(
      Map.entry("date-time", () -> whole(DATE + "[Tt]" + TIME).and(whole("[^]{11}").then(rightLeaps()))),
      Map.entry("date", () -> whole(DATE)),
      Map.entry("time", () -> whole(TIME).and(rightLeaps())),
      Map.entry("duration", () -> whole(DURATION)),
      Map.entry("email", () -> email("", IdnHostname.inAscii(LABEL))),
      Map.entry("idn-email", () -> email(NON_ASCII, IdnHostname.withDots("."))),
      Map.entry("hostname", () -> IdnHostname.inAscii(LABEL)),
      Map.entry("idn-hostname", () -> IdnHostname.withDots(".\u3002\uFF0E\uFF61")),
      Map.entry("ipv4", () -> whole(IPV4)),
      Map.entry("ipv6", () -> whole(IPV6)),
      Map.entry("uri", () -> whole(absolute("", ""))),
      Map.entry("uri-reference", () -> whole(reference("", ""))),
      Map.entry("iri", () -> whole(absolute(UCS, PRIVATE))),
      Map.entry("iri-reference", () -> whole(reference(UCS, PRIVATE))),
      Map.entry("uri-template", () -> whole(template())),
      Map.entry("json-pointer", () -> whole(POINTER)),
      Map.entry("relative-json-pointer", () -> whole("(?:0|[1-9]\\d*)(?:#|" + POINTER + ")")),
      Map.entry("regex", EcmaSyntax::patterns),
      Map.entry("uuid", () -> whole(HEX4 + HEX4 + "-(?:" + HEX4 + "-){3}" + HEX4 + HEX4 + HEX4)));

  private static final Map<String, Language> BUILT = new ConcurrentHashMap<>();

  private Formats() {}

  /** Every text for a name that is an annotation only; null for a name that is in no draft. */
  public static Language of(String format) {
    if (isAnnotation(format)) {
      return Language.ANY;
    }
    return ASSERTED.containsKey(format) ? built(format) : null;
  }

  /** Whether it is a name of draft 3 that later drafts do not have: such says nothing of a text. */
  public static boolean isAnnotation(String format) {
    return ANNOTATIONS.contains(format);
  }

  private static Language built(String format) {
    Language known = BUILT.get(format);
    if (known == null) {
      known = ASSERTED.get(format).get();
      BUILT.put(format, known);
    }
    return known;
  }

  private static Language whole(String pattern) {
    return EcmaPattern.whole(pattern);
  }

  /**
   * Of times, those with a second 60 only where it is 23:59 in UTC. Minutes go with minutes and hours with hours: an
   * hour more ahead of UTC, unless the offset is of full hours.
   */
  private static Language rightLeaps() {
    List<String> minutes = new ArrayList<>();
    for (int minute = 0; minute < 60; minute++) {
      minutes.add("..:%02d:60[^+-]*[+]..:%02d".formatted((minute + 59) % 60, minute));
      minutes.add("..:%02d:60[^+-]*-..:%02d".formatted(59 - minute, minute));
    }
    List<String> hours = new ArrayList<>();
    for (int hour = 0; hour < 24; hour++) {
      hours.add("%02d:[^+-]*[+](?:%02d:00|%02d:(?!00)..)".formatted(hour, (hour + 1) % 24, hour));
      hours.add("%02d:[^+-]*-%02d:..".formatted(hour, 23 - hour));
    }
    Language leap = anyOf(minutes).and(anyOf(hours)).or(whole("23:59:60[^+-]*"));
    return leap.or(whole("[^]{6}[0-5][^]*"));
  }

  private static Language anyOf(List<String> patterns) {
    return whole(String.join("|", patterns));
  }

  /** Eight groups, of which a row may be left out once; the last two may be written as an IPv4 address. */
  private static String ipv6() {
    String group = "[0-9A-Fa-f]{1,4}";
    String last = "(?:" + group + ":" + group + "|" + IPV4 + ")";
    var forms = new StringBuilder("(?:(?:" + group + ":){6}" + last);
    for (int before = 0; before <= 7; before++) {
      String first = before == 0 ? "" : "(?:(?:" + group + ":){0," + (before - 1) + "}" + group + ")?";
      String rest = before < 6 ? "(?:" + group + ":){" + (5 - before) + "}" + last : before == 6 ? group : "";
      forms.append('|').append(first).append("::").append(rest);
    }
    return forms.append(')').toString();
  }

  /** RFC 5321's Mailbox with a local part of at most 64 octets, with more characters (RFC 6531) and names of hosts. */
  private static Language email(String more, Language hostname) {
    String atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~" + more + "\\-]+";
    String quoted = "\"(?:[ !#-\\[\\]-~" + more + "]|\\\\[ -~])*\"";
    String literal = "\\[(?:" + IPV4 + "|[Ii][Pp][Vv]6:" + IPV6 + ")\\]";
    Language local = whole(atom + "(?:\\." + atom + ")*|" + quoted);
    return local.and(more.isEmpty() ? Language.lengths(1, LOCAL_PART) : octets(LOCAL_PART))
        .then(whole("@")).then(hostname.or(whole(literal)));
  }

  /** Texts of at most so many octets in UTF-8. */
  private static Language octets(int limit) {
    List<Language> upTo = new ArrayList<>(List.of(Language.EMPTY));
    for (int octets = 1; octets <= limit; octets++) {
      List<Language> ways = new ArrayList<>(List.of(Language.EMPTY));
      for (int width = 1; width <= Math.min(octets, OF_OCTETS.size()); width++) {
        ways.add(Language.chars(OF_OCTETS.get(width - 1)).then(upTo.get(octets - width)));
      }
      upTo.add(Language.anyOf(ways));
    }
    return upTo.get(limit);
  }

  /** Of planes 1 to 14, without the last two code points of each. */
  private static String upperPlanes() {
    var ranges = new StringBuilder();
    for (int plane = 1; plane <= 14; plane++) {
      ranges.append("\\u{%X}-\\u{%X}".formatted(plane == 14 ? 0xE1000 : plane << 16, (plane << 16) + 0xFFFD));
    }
    return ranges.toString();
  }

  private static String absolute(String more, String moreInQuery) {
    return "[A-Za-z][A-Za-z0-9+.\\-]*:(?:" + locator(more, "") + ")" + queryAndFragment(more, moreInQuery);
  }

  private static String reference(String more, String moreInQuery) {
    return absolute(more, moreInQuery) + "|(?:" + locator(more, ":") + ")" + queryAndFragment(more, moreInQuery);
  }

  /** Authority and path; the first segment of a path without a slash does not have the forbidden character. */
  private static String locator(String more, String forbidden) {
    String character = "(?:[" + UNRESERVED + DELIMITERS + ":@" + more + "]|" + PERCENT + ")";
    String first = forbidden.isEmpty() ? character : character.replace(":@", "@");
    String user = "(?:[" + UNRESERVED + DELIMITERS + ":" + more + "]|" + PERCENT + ")*@";
    String name = "(?:[" + UNRESERVED + DELIMITERS + more + "]|" + PERCENT + ")*";
    String future = "[Vv][0-9A-Fa-f]+\\.[" + UNRESERVED + DELIMITERS + ":]+";
    String authority = "(?:" + user + ")?(?:\\[(?:" + IPV6 + "|" + future + ")\\]|" + name + ")(?::\\d*)?";
    String segments = "(?:/" + character + "*)*";
    return "//" + authority + segments + "|/(?:" + character + "+" + segments + ")?|" + first + "+" + segments + "|";
  }

  private static String queryAndFragment(String more, String moreInQuery) {
    String characters = UNRESERVED + DELIMITERS + ":@/?" + more;
    return "(?:\\?(?:[" + characters + moreInQuery + "]|" + PERCENT + ")*)?"
        + "(?:#(?:[" + characters + "]|" + PERCENT + ")*)?";
  }

  /** RFC 6570; the apostrophe is a literal (erratum 6937). */
  private static String template() {
    String literal = "(?:[!#$&-;=?-\\[\\]_a-z~" + UCS + PRIVATE + "]|" + PERCENT + ")";
    String character = "(?:[A-Za-z0-9_]|" + PERCENT + ")";
    String variable = character + "(?:\\.?" + character + ")*(?::[1-9]\\d{0,3}|\\*)?";
    return "(?:" + literal + "|\\{[+#./;?&=,!@|]?" + variable + "(?:," + variable + ")*\\})*";
  }
}
