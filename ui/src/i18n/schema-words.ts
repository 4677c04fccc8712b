/** What the schema says of a value, in the language of the page: French from the same book as the findings'. */
import { formInFrench } from '#config/phrases-document.ts';
import { useSpeech } from './language.tsx';

export function useSchemaWords(): (message: string) => string {
  const { language } = useSpeech();
  return (message) => {
    if (language === 'fr') return formInFrench(message);
    const isMissing = message.startsWith('Invalid input: expected') && message.endsWith('undefined');
    return isMissing ? 'this field is due' : message;
  };
}
