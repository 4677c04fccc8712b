/** What nodes say of each other and of what runs, in the language of the page. */
import { inFrench } from '#api/contract/phrases.ts';
import { useSpeech } from './language.tsx';

export function useToldWords(): (english: string) => string {
  const { language } = useSpeech();
  return (english) => (language === 'fr' ? inFrench(english) : english);
}
