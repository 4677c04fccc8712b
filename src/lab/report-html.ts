/** The report as one HTML page that needs nothing else, on a screen or on A4. Pure. */
import type { Language } from './acceptance/plan.ts';
import type { AcceptanceRun } from './acceptance/run.ts';
import { type DrillRun, escapeXml, isKept, leftOutText, milliseconds, type Report } from './report.ts';
import { type Dossier, dossierHtml, findingsHtml } from './report-dossier.ts';
import { plot } from './report-plot.ts';
import { css } from './report-style.ts';
import { said } from './words/french.ts';
import { brokenWords, colon, machineWords, titleWords, words } from './words/report.ts';

/** The whole page; with a dossier it says what the scenario is, too. */
export function htmlReport(report: Report, language: Language = 'en', dossier?: Dossier): string {
  const total = report.runs.length + report.tests.length;
  const kept =
    report.runs.filter((run) => run.judgement.isKept).length +
    report.tests.filter((test) => test.isKept).length;
  const verdict = isKept(report) ? words.allKept[language] : brokenWords(total - kept, total)[language];
  const title = dossier?.plan?.title[language] ?? titleWords(report.scenario)[language];
  const finished = new Date(report.finishedAt).toLocaleString(language === 'fr' ? 'fr-FR' : 'en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  const realtime = report.isRealtime ? words.realtime[language] : words.notRealtime[language];
  const { machines } = report;
  const probes =
    machines === undefined ? words.probes[language] : escapeXml(machineWords(machines)[language]);
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title><style>${css}</style></head><body><main>
<h1>${escapeXml(title)}</h1>
<p class="lead ${isKept(report) ? 'good' : 'bad'}">${verdict}</p>
<p>${escapeXml(report.scenario)}, failover <b>${escapeXml(report.profile)}</b>, ${realtime}, ${words.finished[language]} <time datetime="${escapeXml(report.finishedAt)}">${finished} UTC</time>. ${probes}</p>
${dossier === undefined ? '' : dossierHtml(dossier, language)}
${report.tests.length === 0 ? '' : testsHtml(report.tests, language)}
${report.runs.length === 0 ? '' : drillsHtml(report, language)}
${dossier === undefined ? '' : findingsHtml(dossier, language)}
</main></body></html>
`;
}

function testsHtml(tests: readonly AcceptanceRun[], language: Language): string {
  const rows = tests.map(
    ({ title, expected, isKept: isGood }, place) =>
      `<tr><td>${mark(isGood)}</td><td><a href="#t${place}">${escapeXml(title[language])}</a></td><td>${escapeXml(expected[language])}</td></tr>`,
  );
  const sections = tests.map((test, place) => {
    const checks = test.checks.map(({ expected, measured, isKept: isGood }) =>
      checkRow(isGood, expected[language], measured[language]),
    );
    return `<section id="t${place}" class="${lengthOf(checks)}"><h3>${mark(test.isKept)} ${escapeXml(test.title[language])}</h3>
<p class="soft">${words.expected[language]}${colon[language]} ${escapeXml(test.expected[language])}</p>
${problems(test.timeline.problems)}${checkTable(checks, language)}${hasMoments(test) ? plot(test.timeline, language) : ''}</section>`;
  });
  const { test, expected } = words;
  return `<section class="long"><h2>${words.tests[language]}</h2>
<table class="checks"><thead><tr><th></th><th>${test[language]}</th><th>${expected[language]}</th></tr></thead><tbody>${rows.join('')}</tbody></table></section>
${sections.join('\n')}`;
}

/** A test that only looks has nothing to plot. */
const hasMoments = ({ timeline }: AcceptanceRun): boolean => timeline.moments.length > 0;

function drillsHtml(report: Report, language: Language): string {
  const { drill, gap, lost, oneMaster, twoMasters, returnGap } = words;
  const head = [drill, gap, lost, oneMaster, twoMasters, returnGap, lost].map(
    (word) => `<th>${word[language]}</th>`,
  );
  const leftOut = report.leftOut.map(
    (flow) =>
      `<p class="soft">${words.notJudged[language]}${colon[language]} ${escapeXml(said(leftOutText(flow), language))}.</p>`,
  );
  return `<section class="long"><h2>${words.drills[language]}</h2>
<table class="figures"><thead><tr>${head.join('')}</tr></thead><tbody>
${report.runs.map((run, place) => summaryRow(run, place, language)).join('\n')}
</tbody></table>${leftOut.join('\n')}</section>
${report.runs.map((run, place) => drillSection(run, place, language)).join('\n')}`;
}

function summaryRow({ judgement: drill }: DrillRun, index: number, language: Language): string {
  const cells = (['fault', 'undo'] as const).flatMap((phase) => {
    const figures = drill.figures[phase];
    const empty = phase === 'fault' ? ['', '', '', ''] : ['', ''];
    if (figures === undefined) return empty;
    const time = (ms: number): string => said(milliseconds(ms), language);
    const gap = time(Math.max(0, ...figures.flows.map((flow) => flow.longestGapMs)));
    const lost = String(Math.max(0, ...figures.flows.map((flow) => flow.lost)));
    if (phase === 'undo') return [gap, lost];
    const after = figures.oneMasterAfterMs;
    const one = after === undefined ? words.never[language] : time(after);
    return [gap, lost, one, time(figures.twoMastersMs)];
  });
  const title = escapeXml(said(drill.title, language));
  return `<tr><th scope="row"><a href="#d${index}">${mark(drill.isKept)} ${title}</a></th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function drillSection({ judgement: drill, timeline }: DrillRun, index: number, language: Language): string {
  const checks = drill.verdicts.map(({ isKept: isGood, promise, measured }) =>
    checkRow(isGood, said(promise, language), said(measured, language)),
  );
  return `<section id="d${index}" class="${lengthOf(checks)}"><h3>${mark(drill.isKept)} ${escapeXml(said(drill.title, language))}</h3>
${problems(drill.problems)}${plot(timeline, language)}${checkTable(checks, language)}</section>`;
}

/** A long one may begin on one page and end on the next: kept whole it would leave half a page empty. */
const lengthOf = (checks: readonly string[]): string => (checks.length > 4 ? 'long' : 'short');

const checkRow = (isGood: boolean, expected: string, measured: string): string =>
  `<tr class="${isGood ? '' : 'broken'}"><td>${mark(isGood)}</td><td>${escapeXml(expected)}</td><td>${escapeXml(measured)}</td></tr>`;

const checkTable = (rows: readonly string[], language: Language): string =>
  `<table class="checks"><thead><tr><th></th><th>${words.expected[language]}</th><th>${words.measured[language]}</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;

const problems = (list: readonly string[]): string =>
  list.map((problem) => `<p class="bad">${escapeXml(problem)}</p>`).join('');

const mark = (isGood: boolean): string =>
  isGood ? '<span class="good">✓</span>' : '<span class="bad">✗</span>';
