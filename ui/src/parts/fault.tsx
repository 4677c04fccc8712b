/** Why something could not be read or done; nothing where there is no fault. */
import { useErrorWords } from '../i18n/problem-words.ts';
import { Note } from './basics.tsx';

export function Fault({ of: error }: { readonly of: unknown }) {
  const words = useErrorWords();
  if (error === undefined) return null;
  return (
    <Note tone="bad" role="alert">
      {words(error)}
    </Note>
  );
}
