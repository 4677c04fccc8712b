/** What the nodes and the API say in English, in French; what is not known stays as it is. */
import { phrasebook } from '#base/phrasebook.ts';
import { nodePhrases } from './phrases-nodes.ts';
import { refusalPhrases } from './phrases-refusals.ts';
import { runningPhrases } from './phrases-running.ts';

export const apiPhrases = [...runningPhrases, ...nodePhrases, ...refusalPhrases];
export const inFrench = phrasebook(apiPhrases);
