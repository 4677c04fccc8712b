/** What a send/expect check writes and expects. Bytes are characters 0 to 255 (latin1). */

const escapes: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\' };

/** The bytes that a text with \r, \n, \t, \0, \\ and \xHH stands for. */
export function bytesOf(text: string): Buffer {
  const parts = text.split(/(\\x[0-9A-Fa-f]{2}|\\.)/s).map((part, i) => {
    if (i % 2 === 0) return Buffer.from(part, 'utf8');
    const plain = escapes[part.charAt(1)];
    return plain === undefined ? Buffer.from([Number.parseInt(part.slice(2), 16)]) : Buffer.from(plain);
  });
  return Buffer.concat(parts);
}

/**
 * Whether all of `text` is what a pattern describes: * stands for anything, ? for one byte (as relayd's `check send
 * expect`, fnmatch(3)). Takes time in proportion to the product of the lengths, whatever a server sends.
 */
export function matches(pattern: string, text: string): boolean {
  let [at, place] = [0, 0];
  /** Behind the last star, and what it stands for begins to end here. */
  let [star, from] = [-1, 0];
  while (place < text.length) {
    if (pattern[at] === '*') {
      at += 1;
      [star, from] = [at, place];
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[place])) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      from += 1;
      [at, place] = [star, from];
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
