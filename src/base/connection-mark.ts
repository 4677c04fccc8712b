/**
 * The mark of a connection, 32 bits that the nodes synchronise: the low byte is the way that it takes, the others are
 * the number of the rule that let it in, 0 for none.
 */

export const wayMask = 0xff;
const numberDigits = 6;

/**
 * From the name of a rule, eight hex digits, so that it stays while other rules come and go. Two of 300 rules have
 * the same with a chance of 1 to 370; they are then counted together.
 */
export const ruleNumber = (id: string): number => Number.parseInt(id.slice(0, numberDigits), 16) || 1;

export const markOfRule = (number: number): number => number * (wayMask + 1);

export const ruleOfMark = (mark: number): number => mark >>> 8;

/** The highest bit of the low byte says that only answers take the way. */
export const wayOfMark = (mark: number): number => mark & 0x7f;

/** The word that picks a rule's connections among all: `rule=3fa94c`. */
export const ruleWord = (ids: readonly string[]): string =>
  `rule=${ids.map((id) => id.slice(0, numberDigits)).join(',')}`;
