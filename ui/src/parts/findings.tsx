/** Findings: what is wrong, why, and how it is mended. */
import type { RuntimeFinding } from '#api/contract/control.ts';
import type { DocumentFinding } from '#api/contract/problem.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Badge } from './basics.tsx';

export function FindingList({ findings }: { readonly findings: readonly DocumentFinding[] }) {
  const { t } = useSpeech();
  return (
    <ul className="findings">
      {findings.map((finding) => (
        <li key={`${finding.code} ${finding.path.join('.')} ${finding.message}`}>
          <Badge
            tone={finding.severity === 'error' ? 'bad' : finding.severity === 'warning' ? 'warn' : 'info'}
            icon="warning"
          >
            {t(`severity.${finding.severity}`)}
          </Badge>
          <div>
            <b>{finding.message}</b> <code>{finding.path.join('.')}</code>
            <div>{finding.cause}</div>
            <div>
              <span className="muted">{t('finding.remedy')}</span> {finding.remedy}
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
  const { t, duration } = useSpeech();
  return (
    <ul className="findings">
      {findings.map((finding) => (
        <li key={`${finding.node} ${finding.code} ${finding.subject ?? ''}`}>
          <Badge tone="warn" icon="warning">
            {finding.node}
          </Badge>
          <div>
            <b>{finding.cause}</b>{' '}
            <span className="muted nowrap">{t('finding.for', { time: duration(finding.forMs) })}</span>
            <div>
              <span className="muted">{t('finding.remedy')}</span> {finding.remedy}
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}
