/** The page speaks French or English: what was chosen last, else the browser's first choice. */

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { frenchSpaces } from '#base/language.ts';
import { type Catalogue, en, type TextKey } from './en.ts';
import { fr } from './fr.ts';

export const languages = ['en', 'fr'] as const;
export type Language = (typeof languages)[number];
/** No line breaks before the marks that French sets apart. */
const spaced = Object.fromEntries(
  Object.entries(fr).map(([name, text]) => [name, frenchSpaces(text)]),
) as Catalogue;
const catalogues: Readonly<Record<Language, Catalogue>> = { en, fr: spaced };
const key = 'bascule.language';

export type Values = Readonly<Record<string, string | number>>;

export interface Speech {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  /** The text of a key; {name} is replaced by a value. */
  readonly t: (key: TextKey, values?: Values) => string;
  readonly number: (value: number, digits?: number) => string;
  readonly bytes: (value: number) => string;
  /** "3 min 20 s" of milliseconds. */
  readonly duration: (ms: number) => string;
  readonly when: (time: string | number) => string;
  /** To the millisecond, for logs: the same in both languages. */
  readonly stamp: (time: number) => string;
  /** Without the time of day. */
  readonly day: (time: number) => string;
}

const Context = createContext<Speech | undefined>(undefined);

function chosen(): Language {
  const stored = localStorage.getItem(key);
  const wanted = [...(stored === null ? [] : [stored]), ...navigator.languages];
  for (const tag of wanted) {
    const found = languages.find((language) => tag.toLowerCase().startsWith(language));
    if (found !== undefined) return found;
  }
  return 'en';
}

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(chosen);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const speech = useMemo(
    () =>
      speechIn(language, (wanted) => {
        localStorage.setItem(key, wanted);
        setLanguage(wanted);
      }),
    [language],
  );
  return <Context value={speech}>{children}</Context>;
}

export function useSpeech(): Speech {
  const speech = useContext(Context);
  if (speech === undefined) throw new Error('bug: outside of LanguageProvider');
  return speech;
}

function speechIn(language: Language, setLanguage: (language: Language) => void): Speech {
  const texts = catalogues[language];
  const plain = new Intl.NumberFormat(language);
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const number = (value: number, digits?: number) =>
    digits === undefined
      ? plain.format(value)
      : value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return {
    language,
    setLanguage,
    t: (name, values = {}) =>
      texts[name].replace(/\{(\w+)\}/g, (_, word: string) => String(values[word] ?? '')),
    number,
    bytes: (value) => {
      const units = language === 'fr' ? ['o', 'kio', 'Mio', 'Gio', 'Tio'] : ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
      const power = value < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
      return `${number(value / 1024 ** power, power === 0 ? 0 : 1)} ${units[power]}`;
    },
    duration: durationIn(language),
    when: (moment) => time.format(new Date(moment)),
    stamp: stampOf,
    day: (moment) => date.format(new Date(moment)),
  };
}

function durationIn(language: Language): (ms: number) => string {
  const day = language === 'fr' ? 'j' : 'd';
  return (ms) => {
    const seconds = Math.floor(ms / 1_000);
    if (seconds < 60) return `${seconds} s`;
    if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ${Math.floor(seconds / 60) % 60} min`;
    return `${Math.floor(seconds / 86_400)} ${day} ${Math.floor(seconds / 3_600) % 24} h`;
  };
}

/** "2026-11-21 17:35:42.550" where the browser is. */
function stampOf(time: number): string {
  const here = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return here.toISOString().replace('T', ' ').slice(0, 23);
}
