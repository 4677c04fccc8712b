/** What nodes say of each other, of what runs and of a change, in the language of the page. */
import { inFrench } from '#api/contract/phrases.ts';
import { changeInFrench } from '#api/contract/phrases-changes.ts';
import { useSpeech } from './language.tsx';

export function useToldWords(): (english: string) => string {
  const { language } = useSpeech();
  return (english) => (language === 'fr' ? inFrench(english) : english);
}

/** For the lines in which a node says what a document changes. */
export function useChangeWords(): (english: string) => string {
  const { language } = useSpeech();
  return (english) => (language === 'fr' ? changeInFrench(english) : english);
}
