/** All texts in French. */
import type { Catalogue } from './en.ts';
import { documentFr } from './fr-document.ts';
import { frameFr } from './fr-frame.ts';
import { runningFr } from './fr-running.ts';

export const fr: Catalogue = { ...frameFr, ...documentFr, ...runningFr };
