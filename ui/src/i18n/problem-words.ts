/** The words for whatever was thrown while a node was asked: what happened, what to do, which fields are wrong. */
import { Refusal, Unreachable } from '../data/client.ts';
import { useSpeech } from './language.tsx';

export function useErrorWords(): (error: unknown) => string {
  const { t, language } = useSpeech();
  return (error) => {
    if (error instanceof Unreachable) return t('unreachable');
    if (!(error instanceof Refusal)) return error instanceof Error ? error.message : String(error);
    const { problem } = error;
    const { detail, remedy } = language === 'fr' ? problem.fr : problem;
    const named = problem.fields?.map((field) => (language === 'fr' ? field.fr : field.message)) ?? [];
    return [detail, ...named.filter((words) => words !== detail), remedy].map(sentence).join(' ').trim();
  };
}

/** What a node says may be a part of a sentence; here several stand one behind the other. */
function sentence(words: string): string {
  if (words === '') return '';
  const begun = /^[a-zà-ÿ][a-zà-ÿ’']* /.test(words)
    ? `${words.charAt(0).toUpperCase()}${words.slice(1)}`
    : words;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
