// When a message that could not be sent is tried again: later each time, and never for everybody at
// once, so that a server that comes back is not met by all who waited for it.
const FIRST = 2000;
const LONGEST = 60000;

/**
 * Milliseconds to wait.
 * @param {number} tries how often it failed before
 * @param {number} chance from 0 up to 1
 * @param {number} [least] milliseconds that the server asked for
 */
export function wait(tries, chance, least = 0) {
  const most = Math.min(FIRST * 2 ** tries, LONGEST);
  return (Math.max(most / 2, least) + (most / 2) * chance) | 0;
}
