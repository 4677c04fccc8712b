/** The two languages that people read, and texts with `{names}` in both. */

export const languages = ['en', 'fr'] as const;
export type Language = (typeof languages)[number];
/** One text in both. */
export type Said = Readonly<Record<Language, string>>;

/** The names in braces in a text. */
export type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;

/** The text with its names replaced; one without a value stays as it is. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}

/** French sets a space before some marks, where no line may break. */
export const frenchSpaces = (text: string): string =>
  text.replace(/ ([:;?!»])/g, '\u00a0$1').replaceAll('« ', '«\u00a0');
