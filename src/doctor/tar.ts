/** A tar archive in memory (POSIX.1-1988 ustar): plain files, readable by their owner. Pure. */

const block = 512;

/** `atMs`: milliseconds since 1970, the time of all files. Names have at most 100 bytes. */
export function tarOf(files: Readonly<Record<string, string>>, atMs: number): Buffer {
  const parts = Object.entries(files).flatMap(([name, text]) => {
    const content = Buffer.from(text);
    const padding = Buffer.alloc((block - (content.length % block)) % block);
    return [headerOf(name, content.length, atMs), content, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function headerOf(name: string, length: number, atMs: number): Buffer {
  const header = Buffer.alloc(block);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  header.write(name, 0, 100);
  header.write(`${octal(0o600, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100);
  header.write(`${octal(length, 11)}\0${octal(Math.floor(atMs / 1_000), 11)}\0`, 124);
  // The sum counts its own place as blanks.
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148);
  return header;
}
