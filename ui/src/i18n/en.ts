/** All texts in English; French must have the same keys, which the compiler checks. */
import { documentEn } from './en-document.ts';
import { frameEn } from './en-frame.ts';
import { runningEn } from './en-running.ts';

export const en = { ...frameEn, ...documentEn, ...runningEn };
export type TextKey = keyof typeof en;
export type Catalogue = Readonly<Record<TextKey, string>>;
