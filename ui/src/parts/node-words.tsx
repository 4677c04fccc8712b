/** What each node says of a change. */
import type { ReplyOf } from '#api/contract/rest.ts';
import { useSpeech } from '../i18n/language.tsx';
import { useChangeWords, useToldWords } from '../i18n/told-words.ts';
import { Badge } from './basics.tsx';

export function NodeWords({ nodes }: { readonly nodes: ReplyOf<'planDocument'>['nodes'] }) {
  const { t } = useSpeech();
  const told = useToldWords();
  const changed = useChangeWords();
  return (
    <div className="grid">
      {Object.entries(nodes).map(([node, { words, error }]) => (
        <section key={node} className="words">
          <h3>{node}</h3>
          {error !== undefined && <Badge tone="bad">{told(error)}</Badge>}
          {words?.length === 0 && <span className="muted">{t('apply.nothing')}</span>}
          <ul className="tight mono">
            {words?.slice(0, 60).map((line) => (
              <li key={line}>{changed(line)}</li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
