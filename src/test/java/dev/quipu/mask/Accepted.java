package dev.quipu.mask;

/** Which texts are accepted, found out in another way than masks are. In a text each char is a byte. */
public interface Accepted {

  boolean complete(String bytes);

  /** Whether an accepted text begins so. */
  boolean leadsOn(String bytes);
}
