/** Findings: what is wrong, why, and how it is mended. */
import type { RuntimeFinding } from '#api/contract/control.ts';
import type { DocumentFinding } from '#api/contract/problem.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Badge } from './basics.tsx';

export function FindingList({ findings }: { readonly findings: readonly DocumentFinding[] }) {
  const { t, language } = useSpeech();
  const shown = findings.map((finding) => ({ finding, words: language === 'fr' ? finding.fr : finding }));
  return (
    <ul className="findings">
      {shown.map(({ finding, words }) => (
        <li key={`${finding.code} ${finding.path.join('.')} ${finding.message}`}>
          <Badge
            tone={finding.severity === 'error' ? 'bad' : finding.severity === 'warning' ? 'warn' : 'info'}
            icon="warning"
          >
            {t(`severity.${finding.severity}`)}
          </Badge>
          <div>
            <b>{words.message}</b> <code>{finding.path.join('.')}</code>
            <div>{words.cause}</div>
            <div>
              <span className="muted">{t('finding.remedy')}</span> {words.remedy}
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}

export function RuntimeFindings({
  findings,
}: {
  readonly findings: readonly (RuntimeFinding & { readonly node: string })[];
}) {
  const { t, duration, language } = useSpeech();
  const shown = findings.map((finding) => ({
    finding,
    words: language === 'fr' ? (finding.fr ?? finding) : finding,
  }));
  return (
    <ul className="findings">
      {shown.map(({ finding, words }) => (
        <li key={`${finding.node} ${finding.code} ${finding.subject ?? ''}`}>
          <Badge tone="warn" icon="warning">
            {finding.node}
          </Badge>
          <div>
            <b>{words.cause}</b>{' '}
            <span className="muted nowrap">{t('finding.for', { time: duration(finding.forMs) })}</span>
            <div>
              <span className="muted">{t('finding.remedy')}</span> {words.remedy}
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}
