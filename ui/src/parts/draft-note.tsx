/** Says that a form holds what was typed earlier, and lets one begin anew. */
import { useSpeech } from '../i18n/language.tsx';
import { Note } from './basics.tsx';
import type { DraftHold } from './draft.ts';

export function DraftNote({
  hold: { isOld, restart },
}: {
  readonly hold: Pick<DraftHold, 'isOld' | 'restart'>;
}) {
  const { t } = useSpeech();
  if (!isOld) return null;
  return (
    <Note
      tone="info"
      actions={
        <button type="button" onClick={restart}>
          {t('form.restart')}
        </button>
      }
    >
      {t('form.draft')}
    </Note>
  );
}
