package dev.quipu.schemabench;

import java.util.Map;
import java.util.TreeMap;

/** What a run counted and measured. */
public final class Tally {

  int compiled;
  int refused;
  final Map<String, Integer> refusedBy = new TreeMap<>();
  int validAccepted;
  int validRejected;
  int invalidRejected;
  int invalidAccepted;
  final Durations maskTimes = new Durations();
  final Durations compileTimes = new Durations();

  public int compiled() {
    return compiled;
  }

  public int refused() {
    return refused;
  }

  /** How many schemas were refused for each keyword, or other reason. */
  public Map<String, Integer> refusedBy() {
    return refusedBy;
  }

  public int validAccepted() {
    return validAccepted;
  }

  public int validRejected() {
    return validRejected;
  }

  public int invalidRejected() {
    return invalidRejected;
  }

  public int invalidAccepted() {
    return invalidAccepted;
  }

  /** Of each mask for a document as it is, the other spellings not counted. */
  public Durations maskTimes() {
    return maskTimes;
  }

  /** Of each schema that was compiled, from its text on. */
  public Durations compileTimes() {
    return compileTimes;
  }

  void add(boolean valid, boolean right) {
    validAccepted += valid && right ? 1 : 0;
    validRejected += valid && !right ? 1 : 0;
    invalidRejected += !valid && right ? 1 : 0;
    invalidAccepted += !valid && !right ? 1 : 0;
  }
}
