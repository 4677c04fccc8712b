/** What XML-RPC can carry, and how much of it is accepted. */

export interface Double {
  readonly double: number;
}
/** As on the wire: "20261121T12:00:00"; it has no time zone. */
export interface DateTime {
  readonly dateTime: string;
}
export interface Base64 {
  readonly base64: Uint8Array;
}
/** Maps, since objects move numeric names to the front, and know `__proto__`. */
export type Struct = ReadonlyMap<string, Value>;
/** A number is an integer. */
export type Value = null | string | number | boolean | Double | DateTime | Base64 | readonly Value[] | Struct;

export interface Call {
  readonly method: string;
  readonly params: readonly Value[];
}

export interface Fault {
  readonly code: number;
  readonly text: string;
}

export type Response =
  | { readonly kind: 'value'; readonly value: Value }
  | ({ readonly kind: 'fault' } & Fault);

export interface Limits {
  readonly bytes: number;
  /** Arrays and structs within each other. */
  readonly depth: number;
  /** Values of all kinds, and members' names. */
  readonly values: number;
}

/** A pfSense with 10,000 aliases sends about 10 MB; 200 MB is what its own web server accepts. */
export const usualLimits: Limits = { bytes: 64 * 1024 * 1024, depth: 64, values: 2_000_000 };

export const isStruct = (value: Value | undefined): value is Struct => value instanceof Map;
export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);
