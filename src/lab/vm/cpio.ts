/** Archives in the form that the kernel unpacks as its first file system ("newc", cpio(5)). Pure. */

export interface Entry {
  /** Without a leading slash. */
  readonly path: string;
  readonly kind: 'folder' | 'file' | 'link';
  /** Permissions. */
  readonly mode: number;
  /** Contents of a file, target of a link; empty for a folder. */
  readonly bytes: Uint8Array;
}

/** File types of stat(2). */
const types = { folder: 0o040000, file: 0o100000, link: 0o120000 } as const;
const magic = '070701';

/** The whole archive, in pieces that are written one after the other. */
export function* archive(entries: Iterable<Entry>): Generator<Uint8Array> {
  let inode = 1;
  for (const { path, kind, mode, bytes } of entries) {
    yield* member(path, types[kind] | mode, bytes, inode);
    inode += 1;
  }
  yield* member('TRAILER!!!', 0, new Uint8Array(), 0);
}

function* member(path: string, mode: number, bytes: Uint8Array, inode: number): Generator<Uint8Array> {
  const name = new TextEncoder().encode(`${path}\0`);
  const folderLinks = 2;
  const links = (mode & types.folder) === types.folder ? folderLinks : 1;
  // inode, mode, uid, gid, links, mtime, size, device (major, minor), special device (major, minor), name, checksum
  const fields = [inode, mode, 0, 0, links, 0, bytes.length, 0, 0, 0, 0, name.length, 0];
  const head = new TextEncoder().encode(
    magic + fields.map((field) => field.toString(16).padStart(8, '0')).join(''),
  );
  yield head;
  yield name;
  yield padding(head.length + name.length);
  yield bytes;
  yield padding(bytes.length);
}

/** Names and contents begin at multiples of four. */
const padding = (length: number): Uint8Array => new Uint8Array((4 - (length % 4)) % 4);
