/** The schema speaks English; in French by the phrasebook, and where a form has a better word, by that. */
import { formInFrench } from '#config/phrases-document.ts';
import { useSpeech } from './language.tsx';

/** A form offers the interfaces, so that nobody types the name of one. */
const better: Readonly<Record<string, string>> = {
  'an interface name is lower-case letters, digits and underscores, letter first': 'choisissez une interface',
};

export function useSchemaWords(): (message: string) => string {
  const { language } = useSpeech();
  return (message) => {
    if (language === 'fr') return better[message] ?? formInFrench(message);
    return message.startsWith('Invalid input: expected') && message.endsWith('undefined')
      ? 'this field is due'
      : message;
  };
}
