package dev.quipu.text.regex;

import dev.quipu.QuipuException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A regular expression with Oniguruma's meaning, run by a backtracking machine whose stack is an array: no text can
 * overflow the thread's stack, and a repeated single character costs one stack entry, however long it runs.
 */
public final class Regex {

  private enum Code {
    ONE, ONE_REPEATED, SPLIT, JUMP, LOOK, NO_LOOK, BEHIND, NOT_BEHIND, ATOMIC, AT, MARK, MOVED, MATCH
  }

  /** One step of the program; what {@code a} and {@code b} mean depends on the code. */
  private record Step(Code code, CodePoints set, int a, int b, boolean greedy, Node.Place place) {}

  private static final int MAX_STEPS = 100_000;
  /** What a matcher may do: more than any sane pattern needs, and seconds where one backtracks without end. */
  private static final long MAX_WORK = 1_000_000;
  private static final long MAX_WORK_PER_CHARACTER = 10_000;
  private static final int MAX_STACK = 1 << 25;

  private final String pattern;
  private final List<Step> building = new ArrayList<>();
  private final Step[] steps;
  private int marks;

  private Regex(String pattern) {
    this.pattern = pattern;
    emit(RegexParser.parse(pattern));
    add(Code.MATCH, null, 0, 0, true);
    this.steps = building.toArray(new Step[0]);
  }

  /** @throws dev.quipu.QuipuException if the pattern is malformed or uses what is not supported */
  public static Regex of(String pattern) {
    return new Regex(pattern);
  }

  /** A matcher over {@code text[start, end)}, which is all of the text that the pattern can see. */
  public Matcher matcher(String text, int start, int end) {
    return new Matcher(text, start, end);
  }

  @Override
  public String toString() {
    return pattern;
  }

  private void emit(Node node) {
    switch (node) {
      case Node.One n -> add(Code.ONE, n.set(), 0, 0, true);
      case Node.Concat n -> n.parts().forEach(this::emit);
      case Node.Either n -> either(n.alternatives());
      case Node.Repeat n -> repeat(n);
      case Node.Atomic n -> nested(Code.ATOMIC, n.body());
      case Node.Look n -> nested(n.negative() ? Code.NO_LOOK : Code.LOOK, n.body());
      case Node.LookBehind n -> add(n.negative() ? Code.NOT_BEHIND : Code.BEHIND, n.set(), 0, 0, true);
      case Node.At n -> building.add(new Step(Code.AT, null, 0, 0, true, n.place()));
    }
  }

  private void either(List<Node> alternatives) {
    List<Integer> jumps = new ArrayList<>();
    for (Node alternative : alternatives.subList(0, alternatives.size() - 1)) {
      int split = add(Code.SPLIT, null, 0, 0, true);
      emit(alternative);
      jumps.add(add(Code.JUMP, null, 0, 0, true));
      aim(split, split + 1, building.size());
    }
    emit(alternatives.getLast());
    for (int jump : jumps) {
      aim(jump, building.size(), 0);
    }
  }

  private void repeat(Node.Repeat n) {
    if (n.body() instanceof Node.One one) {
      add(Code.ONE_REPEATED, one.set(), n.min(), n.max() < 0 ? Integer.MAX_VALUE : n.max(), n.greedy());
      return;
    }
    for (int i = 0; i < n.min(); i++) {
      emit(n.body());
    }
    if (n.max() < 0) {
      unbounded(n);
    } else {
      optional(n, n.max() - n.min());
    }
  }

  // L: split(body, out); mark; body; moved?; jump L. A round that moved nothing leaves the loop, as in Oniguruma.
  private void unbounded(Node.Repeat n) {
    int split = add(Code.SPLIT, null, 0, 0, n.greedy());
    int mark = marks++;
    add(Code.MARK, null, mark, 0, true);
    emit(n.body());
    int moved = add(Code.MOVED, null, mark, 0, true);
    int jump = add(Code.JUMP, null, split, 0, true);
    aim(split, split + 1, building.size());
    aim(moved, mark, building.size());
    aim(jump, split, 0);
  }

  private void optional(Node.Repeat n, int times) {
    List<Integer> splits = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      splits.add(add(Code.SPLIT, null, 0, 0, n.greedy()));
      emit(n.body());
    }
    for (int split : splits) {
      aim(split, split + 1, building.size());
    }
  }

  private void nested(Code code, Node body) {
    int at = add(code, null, 0, 0, true);
    emit(body);
    add(Code.MATCH, null, 0, 0, true);
    aim(at, at + 1, building.size());
  }

  private int add(Code code, CodePoints set, int a, int b, boolean greedy) {
    if (building.size() >= MAX_STEPS) {
      throw new QuipuException("the pattern " + pattern + " is too large");
    }
    building.add(new Step(code, set, a, b, greedy, null));
    return building.size() - 1;
  }

  private void aim(int step, int a, int b) {
    Step s = building.get(step);
    building.set(step, new Step(s.code, s.set, a, b, s.greedy, s.place));
  }

  /** Finds matches one after the other, the leftmost first. Belongs to one thread. */
  public final class Matcher {

    /** Entries of the stack: a step, a position, and the last position to step back to (or -1), three ints each. */
    private int[] stack = new int[96];
    private int top;

    private final String text;
    private final int start;
    private final int end;
    private final int[] marked = new int[marks];
    private int matchStart;
    private int matchEnd;
    private long work;

    private Matcher(String text, int start, int end) {
      this.text = text;
      this.start = start;
      this.end = end;
      this.work = MAX_WORK + MAX_WORK_PER_CHARACTER * (end - start);
    }

    public int start() {
      return matchStart;
    }

    public int end() {
      return matchEnd;
    }

    /**
     * The leftmost match that starts at or after {@code from}, which is not within a surrogate pair.
     *
     * @throws dev.quipu.QuipuException if the pattern tries too many ways to match
     */
    public boolean find(int from) {
      for (int i = from; i <= end; i += i < end ? Character.charCount(text.codePointAt(i)) : 1) {
        int found = run(0, i);
        if (found >= 0) {
          matchStart = i;
          matchEnd = found;
          return true;
        }
      }
      return false;
    }

    /** The end of the match of the program from a step at a position, or -1. Recursion is as deep as the pattern. */
    private int run(int firstStep, int firstPosition) {
      int base = top;
      int pc = firstStep;
      int at = firstPosition;
      while (true) {
        Step s = steps[pc];
        int next = pc + 1;
        boolean ok = true;
        spend(1);
        switch (s.code) {
          case ONE -> {
            int c = at < end ? codePoint(at) : -1;
            ok = c >= 0 && s.set.has(c);
            at += ok ? Character.charCount(c) : 0;
          }
          case ONE_REPEATED -> {
            at = s.greedy ? greedy(s, at, next) : lazy(s, at, pc);
            ok = at >= 0;
          }
          case SPLIT -> {
            push(s.greedy ? s.b : s.a, at, -1);
            next = s.greedy ? s.a : s.b;
          }
          case JUMP -> next = s.a;
          case LOOK, NO_LOOK -> {
            ok = run(s.a, at) >= 0 == (s.code == Code.LOOK);
            next = s.b;
          }
          case BEHIND, NOT_BEHIND ->
              ok = (at > start && s.set.has(text.codePointBefore(at))) == (s.code == Code.BEHIND);
          case ATOMIC -> {
            at = run(s.a, at);
            ok = at >= 0;
            next = s.b;
          }
          case AT -> ok = isAt(s.place, at);
          case MARK -> {
            push(-1 - s.a, marked[s.a], -1);
            marked[s.a] = at;
          }
          case MOVED -> next = marked[s.a] == at ? s.b : next;
          case MATCH -> {
            top = base;
            return at;
          }
        }
        if (ok) {
          pc = next;
        } else if (!backtrack(base)) {
          return -1;
        } else {
          pc = stack[top];
          at = stack[top + 1];
        }
      }
    }

    private void spend(int steps) {
      work -= steps;
      if (work < 0) {
        throw tooMuch("takes too many steps");
      }
    }

    private QuipuException tooMuch(String what) {
      return new QuipuException("the pattern " + pattern + " " + what + " on a text of " + (end - start)
          + " characters: parts of it match the same text in too many ways; the tokenizer cannot be used for it");
    }

    /** Takes as many as it can, and leaves one entry from which they are given back one by one. */
    private int greedy(Step s, int from, int next) {
      int at = from;
      int least = -1;
      for (int taken = 0; ; taken++) {
        if (taken == s.a) {
          least = at;
        }
        int c = taken < s.b && at < end ? codePoint(at) : -1;
        if (c < 0 || !s.set.has(c)) {
          break;
        }
        at += Character.charCount(c);
      }
      spend(at - from);
      if (least >= 0 && at > least) {
        push(next, at, least);
      }
      return least < 0 ? -1 : at;
    }

    /** Takes the least, and leaves an entry that takes one more; the entry's third int counts what was taken. */
    private int lazy(Step s, int from, int pc) {
      int at = from;
      for (int taken = 0; taken < s.a; taken++) {
        int c = at < end ? codePoint(at) : -1;
        if (c < 0 || !s.set.has(c)) {
          return -1;
        }
        at += Character.charCount(c);
      }
      if (s.b > s.a) {
        push(pc, at, -2 - s.a);
      }
      return at;
    }

    /** Leaves the step and position to go on from at {@code stack[top]}; false if there is none above the base. */
    private boolean backtrack(int base) {
      while (top > base) {
        top -= 3;
        int pc = stack[top];
        int limit = stack[top + 2];
        if (pc < 0) {
          marked[-1 - pc] = stack[top + 1];
        } else if (limit == -1) {
          return true;
        } else if (limit < -1) {
          if (oneMore(pc, stack[top + 1], -2 - limit)) {
            return true;
          }
        } else {
          oneLess(pc, stack[top + 1], limit);
          return true;
        }
      }
      return false;
    }

    private void oneLess(int pc, int at, int least) {
      int back = at - Character.charCount(text.codePointBefore(at));
      if (back > least) {
        push(pc, back, least);
      }
      leave(pc, back);
    }

    private boolean oneMore(int pc, int at, int taken) {
      Step s = steps[pc];
      int c = at < end ? codePoint(at) : -1;
      if (c < 0 || !s.set.has(c)) {
        return false;
      }
      int on = at + Character.charCount(c);
      if (taken + 1 < s.b) {
        push(pc, on, -2 - (taken + 1));
      }
      leave(pc + 1, on);
      return true;
    }

    private void leave(int pc, int at) {
      if (top + 3 > stack.length) {
        if (stack.length > MAX_STACK / 2) {
          throw tooMuch("keeps too many ways back");
        }
        stack = Arrays.copyOf(stack, stack.length * 2);
      }
      stack[top] = pc;
      stack[top + 1] = at;
    }

    private void push(int pc, int at, int limit) {
      leave(pc, at);
      stack[top + 2] = limit;
      top += 3;
    }

    private int codePoint(int at) {
      char c = text.charAt(at);
      return Character.isHighSurrogate(c) ? text.codePointAt(at) : c;
    }

    private boolean isAt(Node.Place place, int at) {
      return switch (place) {
        case TEXT_START -> at == start;
        case TEXT_END -> at == end;
        case TEXT_END_OR_LAST_NEWLINE -> at == end || at == end - 1 && text.charAt(at) == '\n';
        case LINE_START -> at == start || at < end && text.charAt(at - 1) == '\n';
        case LINE_END -> at == end || text.charAt(at) == '\n';
        case WORD_BORDER -> wordBefore(at) != wordAfter(at);
        case NO_WORD_BORDER -> wordBefore(at) == wordAfter(at);
      };
    }

    private boolean wordBefore(int at) {
      return at > start && CodePoints.WORD.has(text.codePointBefore(at));
    }

    private boolean wordAfter(int at) {
      return at < end && CodePoints.WORD.has(text.codePointAt(at));
    }
  }
}
