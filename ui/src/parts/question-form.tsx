/** A form that asks a node something which takes a while; for those who may. */
import type { ReactNode } from 'react';
import type { Area } from '#api/contract/access.ts';
import { useMay } from '../data/session.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Panel } from './basics.tsx';

export function QuestionForm({
  area,
  ask,
  asking,
  isBusy,
  onAsk,
  children,
}: {
  /** What one must be allowed to write. */
  readonly area: Area;
  /** On the button, and while it runs. */
  readonly ask: string;
  readonly asking: string;
  readonly isBusy: boolean;
  readonly onAsk: () => void;
  /** The fields. */
  readonly children: ReactNode;
}) {
  const { t } = useSpeech();
  const may = useMay(area);
  return (
    <Panel>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onAsk();
        }}
      >
        <div className="fields">{children}</div>
        <div className="row">
          <button type="submit" className="primary" disabled={isBusy || !may}>
            {isBusy ? asking : ask}
          </button>
          {!may && <span className="muted">{t('notAllowed', { area: t(`area.${area}`) })}</span>}
        </div>
      </form>
    </Panel>
  );
}
