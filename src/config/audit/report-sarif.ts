/** Findings as SARIF 2.1.0, which code hosts show beside the lines of a file. */
import type { AuditCode } from './catalogue.ts';
import { type AuditPlace, textsOf } from './finding.ts';
import type { AuditReport } from './report.ts';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

export function asSarif(report: AuditReport, version: string): string {
  const codes = [...new Set(report.findings.map(({ code }) => code))];
  const location = ({ side, line }: AuditPlace) => ({
    physicalLocation: {
      artifactLocation: { uri: uriOf(report.files[side]) },
      region: { startLine: line },
    },
  });
  const rule = (code: AuditCode) => {
    const example = report.findings.find((one) => one.code === code);
    if (example === undefined) return { id: code };
    const { effect, remedy } = textsOf(example, report.language);
    return {
      id: code,
      fullDescription: { text: effect },
      help: { text: remedy },
      defaultConfiguration: { level: levels[example.severity] },
      properties: { area: example.area },
    };
  };
  return JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'bascule audit', version, rules: codes.map(rule) } },
          results: report.findings.map((finding) => {
            const { cause, effect, remedy } = textsOf(finding, report.language);
            return {
              ruleId: finding.code,
              ruleIndex: codes.indexOf(finding.code),
              level: levels[finding.severity],
              message: { text: `${cause} ${effect} ${remedy}` },
              locations: [location(finding)],
              ...(finding.also && { relatedLocations: [{ id: 1, ...location(finding.also) }] }),
            };
          }),
        },
      ],
    },
    undefined,
    2,
  );
}

/** A path as a relative reference: parts are encoded, slashes are not. */
const uriOf = (path: string): string => path.split(/[\\/]/).map(encodeURIComponent).join('/');
