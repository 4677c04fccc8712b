/** Which node is asked; the one that one is on to begin with. */
import { useId, useState } from 'react';
import { useLive } from '../data/live.ts';
import { useSpeech } from '../i18n/language.tsx';

export interface NodeChosen {
  readonly node: string;
  readonly choose: (node: string) => void;
}

export function useNodeChoice(): NodeChosen {
  const { here } = useLive();
  const [node, choose] = useState<string>();
  return { node: node ?? here, choose };
}

export function NodeChoice({ chosen: { node, choose } }: { readonly chosen: NodeChosen }) {
  const { t } = useSpeech();
  const { nodes } = useLive();
  const id = useId();
  return (
    <span className="row">
      <label htmlFor={id}>{t('sync.node')}</label>
      <select id={id} value={node} onChange={(event) => choose(event.target.value)}>
        {nodes.map((one) => (
          <option key={one.node} value={one.node}>
            {one.node}
          </option>
        ))}
      </select>
    </span>
  );
}
