// Where the product is: the address that the script came from and, for when that is away, another one.

/** The page's own address, not endless. */
export function here() {
  return location.href.length < 1800 ? location.href : location.origin;
}

/**
 * To the other address, once until something has answered, which "is" says.
 * @param {{ origin: string, other: string, is: number }} at
 */
export function turn(at) {
  if (!at.is || !at.other) return 0;
  var before = at.origin;
  at.origin = at.other;
  at.other = before;
  at.is = 0;
  return 1;
}
