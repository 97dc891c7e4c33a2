package dev.quipu.schema;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where each schema of some documents stands, and what a reference names. Follows the keywords that hold schemas, so
 * that an {@code $id} in a constant is none.
 */
final class Documents {

  /**
   * Where a schema stands.
   *
   * @param base    the URI that references in it are relative to
   * @param pointer its JSON pointer in its document, for messages
   */
  record Place(URI base, String pointer, Draft draft) {

    Place at(String... steps) {
      StringBuilder further = new StringBuilder(pointer);
      for (String step : steps) {
        further.append('/').append(step.replace("~", "~0").replace("/", "~1"));
      }
      return new Place(base, further.toString(), draft);
    }
  }

  private static final Set<String> HOLD_ONE = Set.of("additionalItems", "additionalProperties", "contains", "else",
      "if", "items", "not", "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties");
  private static final Set<String> HOLD_LIST = Set.of("allOf", "anyOf", "items", "oneOf", "prefixItems");
  private static final Set<String> HOLD_MAP = Set.of("$defs", "definitions", "dependencies", "dependentSchemas",
      "patternProperties", "properties");

  private final Map<Object, Place> places = new IdentityHashMap<>();
  private final Map<String, Object> resources = new HashMap<>();
  private final Map<String, Object> anchors = new HashMap<>();
  private final Map<String, Object> dynamicAnchors = new HashMap<>();
  private final Map<String, Integer> dynamicNames = new HashMap<>();
  private int recursiveAnchors;
  private boolean hasUnevaluated;

  /** Takes a document in: it can be referred to by {@code uri}, and all that is in it by what it is called there. */
  void add(Object document, URI uri, Draft draft) {
    resources.put(uri.toString(), document);
    walk(document, new Place(uri, "", draft));
  }

  private void walk(Object schema, Place given) {
    if (!(schema instanceof Map<?, ?> map) || places.containsKey(schema)) {
      return;
    }
    Place place = entered(map, given);
    places.put(schema, place);
    anchor(map, place, "$anchor", false);
    anchor(map, place, "$dynamicAnchor", true);
    recursiveAnchors += Boolean.TRUE.equals(map.get("$recursiveAnchor")) ? 1 : 0;
    for (var entry : map.entrySet()) {
      String keyword = (String) entry.getKey();
      Object value = entry.getValue();
      hasUnevaluated |= keyword.startsWith("unevaluated");
      if (HOLD_ONE.contains(keyword)) {
        walk(value, place.at(keyword));
      }
      if (HOLD_LIST.contains(keyword) && value instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          walk(list.get(i), place.at(keyword, Integer.toString(i)));
        }
      }
      if (HOLD_MAP.contains(keyword) && value instanceof Map<?, ?> schemas) {
        schemas.forEach((name, inner) -> walk(inner, place.at(keyword, (String) name)));
      }
    }
  }

  /** The place with the base and draft that a schema gives itself. */
  private Place entered(Map<?, ?> schema, Place given) {
    Draft draft = given.draft;
    if (schema.get("$schema") instanceof String uri && Draft.of(uri) != null
        && (given.pointer.isEmpty() || schema.containsKey("$id") || schema.containsKey("id"))) {
      draft = Draft.of(uri);
    }
    boolean hidden = draft.isBefore(Draft.DRAFT_2019_09) && schema.containsKey("$ref");
    if (!(schema.get(draft.idKeyword()) instanceof String id) || hidden) {
      return new Place(given.base, given.pointer, draft);
    }
    URI uri = resolved(given.base, id, given.pointer);
    String fragment = uri.getRawFragment();
    URI base = withoutFragment(uri);
    if (fragment != null && !fragment.isEmpty()) { // up to draft 7: an anchor
      anchors.put(base + "#" + fragment, schema);
      return new Place(given.base, given.pointer, draft);
    }
    resources.putIfAbsent(base.toString(), schema);
    return new Place(base, given.pointer, draft);
  }

  private void anchor(Map<?, ?> schema, Place place, String keyword, boolean dynamic) {
    if (schema.get(keyword) instanceof String name && !place.draft.isBefore(Draft.DRAFT_2019_09)) {
      anchors.put(place.base + "#" + name, schema);
      if (dynamic) {
        dynamicAnchors.put(place.base + "#" + name, schema);
        dynamicNames.merge(name, 1, Integer::sum);
      }
    }
  }

  boolean hasUnevaluated() {
    return hasUnevaluated;
  }

  /** How many schemas have a {@code $recursiveAnchor}. */
  int recursiveAnchors() {
    return recursiveAnchors;
  }

  Place placeOf(Object schema) {
    return places.get(schema);
  }

  /** How many schemas have that {@code $dynamicAnchor}. */
  int dynamicAnchors(String name) {
    return dynamicNames.getOrDefault(name, 0);
  }

  /** Whether a reference names a {@code $dynamicAnchor}. */
  boolean isDynamic(String reference, Place from) {
    int hash = reference.indexOf('#');
    return hash >= 0 && dynamicAnchors.containsKey(documentOf(reference, from) + reference.substring(hash));
  }

  /** The schema that a reference names. */
  Object find(String reference, Place from) {
    int hash = reference.indexOf('#');
    String fragment = hash < 0 ? "" : decoded(reference.substring(hash + 1));
    URI bare = documentOf(reference, from);
    Object resource = resources.get(bare.toString());
    if (resource == null) {
      throw new UnsupportedSchema("$ref", from.pointer, "\"" + reference + "\" names a document that is not here ("
          + bare + ")");
    }
    if (fragment.isEmpty()) {
      return known(resource, from, reference);
    }
    if (fragment.startsWith("/")) {
      return pointed(resource, fragment, from, reference);
    }
    Object anchored = anchors.get(bare + "#" + fragment);
    if (anchored == null) {
      throw new UnsupportedSchema("$ref", from.pointer, "there is no anchor \"" + fragment + "\" (" + reference + ")");
    }
    return anchored;
  }

  private Object pointed(Object resource, String fragment, Place from, String reference) {
    Place place = places.getOrDefault(resource, from);
    Object at = resource;
    for (String step : fragment.substring(1).split("/", -1)) {
      String name = step.replace("~1", "/").replace("~0", "~");
      Object next = at instanceof Map<?, ?> map ? map.get(name)
          : at instanceof List<?> list && name.matches("0|[1-9]\\d{0,8}") && Integer.parseInt(name) < list.size()
              ? list.get(Integer.parseInt(name)) : null;
      if (next == null) {
        throw new UnsupportedSchema("$ref", from.pointer, "\"" + reference + "\" names nothing: there is no \"" + name
            + "\" in " + (place.pointer.isEmpty() ? "#" : place.pointer));
      }
      at = next;
      Place known = places.get(at);
      place = known != null ? known : place.at(name);
    }
    walk(at, place);
    return known(at, from, reference);
  }

  private Object known(Object schema, Place from, String reference) {
    if (!(schema instanceof Map) && !(schema instanceof Boolean)) {
      throw new UnsupportedSchema("$ref", from.pointer, "\"" + reference + "\" names no schema");
    }
    return schema;
  }

  private URI documentOf(String reference, Place from) {
    int hash = reference.indexOf('#');
    String document = hash < 0 ? reference : reference.substring(0, hash);
    return document.isEmpty() ? from.base : withoutFragment(resolved(from.base, document, from.pointer));
  }

  private static String decoded(String fragment) {
    try {
      return URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) { // a % that is one
      return fragment;
    }
  }

  private static URI resolved(URI base, String reference, String pointer) {
    try {
      URI uri = URI.create(reference.replace(" ", "%20"));
      if (reference.startsWith("#")) { // URI.resolve drops the last part of the path
        return URI.create(withoutFragment(base) + reference);
      }
      return base.toString().isEmpty() ? uri : base.resolve(uri);
    } catch (IllegalArgumentException e) {
      throw new UnsupportedSchema("$ref", pointer, "\"" + reference + "\" is no URI reference");
    }
  }

  private static URI withoutFragment(URI uri) {
    String text = uri.toString();
    int hash = text.indexOf('#');
    return hash < 0 ? uri : URI.create(text.substring(0, hash));
  }
}
