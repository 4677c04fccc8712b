/** In which language a command speaks: as asked for by --lang, else that of the environment. */
import { inFrench } from '#api/contract/phrases.ts';
import { type Language, languages } from '#base/language.ts';

/** The help of the option. */
export const languageOption = [
  '--lang <fr|en>',
  'language of what is printed; that of the environment when left out',
] as const;

/** As asked for, or that of the environment; undefined for one that there is not. */
export function languageOf(asked: string | undefined): Language | undefined {
  if (asked !== undefined) return languages.find((one) => one === asked);
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  return (LC_ALL || LC_MESSAGES || LANG || '').startsWith('fr') ? 'fr' : 'en';
}

/** The same; undefined after saying that there is no such language. */
export function languageAsked(asked: string | undefined): Language | undefined {
  const language = languageOf(asked);
  if (language === undefined)
    console.error(`there is no language "${asked}"; there are ${languages.join(' and ')}`);
  return language;
}

/** What a node says, in a language. */
export const told = (text: string, language: Language): string => (language === 'fr' ? inFrench(text) : text);

/** "PF1, PF2 and PF3". */
export const listed = (names: readonly string[], language: Language): string =>
  new Intl.ListFormat(language).format(names);
