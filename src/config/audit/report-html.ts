/** Findings as one page that needs nothing else: no script, nothing from elsewhere. */
import { type AuditFinding, textsOf } from './finding.ts';
import { type AuditReport, countText, placeText, severities } from './report.ts';
import { words } from './words.ts';

export function asHtml(report: AuditReport): string {
  const { language, files, hosts, findings } = report;
  const say = words[language];
  const groups = severities.flatMap((severity) => {
    const own = findings.filter((one) => one.severity === severity);
    return own.length === 0
      ? []
      : [`<h2>${escaped(say.groups[severity])}</h2>`, ...own.map((one) => article(report, one))];
  });
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(say.title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(say.title)}</h1>
<dl>
<dt>${escaped(say.primary)}</dt><dd>${escaped(hosts.primary)} <small>${escaped(files.primary)}</small></dd>
<dt>${escaped(say.backup)}</dt><dd>${escaped(hosts.backup)} <small>${escaped(files.backup)}</small></dd>
</dl>
${report.swapped ? `<p>${escaped(say.swapped)}</p>\n` : ''}<p class="sum">${escaped(findings.length === 0 ? say.nothing : countText(report))}</p>
${groups.join('\n')}
</main>
</body>
</html>
`;
}

function article(report: AuditReport, finding: AuditFinding): string {
  const say = words[report.language];
  const { cause, effect, remedy } = textsOf(finding, report.language);
  const also = finding.also === undefined ? '' : `, ${say.also} ${placeText(report, finding.also)}`;
  return `<article class="${finding.severity}">
<h3>${escaped(cause)}</h3>
<p><b>${escaped(say.effect)}</b> ${escaped(effect)}</p>
<p><b>${escaped(say.remedy)}</b> ${escaped(remedy)}</p>
<footer><code>${escaped(finding.code)}</code> · ${escaped(say.areas[finding.area])} · ${escaped(placeText(report, finding) + also)}</footer>
</article>`;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => escapes[one] ?? one);

const style = `
:root{color-scheme:light dark;--line:#8884;--error:#c62828;--warning:#b26a00;--info:#1565c0}
@media(prefers-color-scheme:dark){:root{--error:#ff8a80;--warning:#ffb74d;--info:#82b1ff}}
body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:52rem;margin:2rem auto;padding:0 1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dd{margin:0}small,footer{opacity:.75}
.sum{font-weight:600}article{border-left:4px solid var(--line);padding:.1rem 1rem .5rem;margin:1rem 0}
article.error{border-color:var(--error)}article.warning{border-color:var(--warning)}article.info{border-color:var(--info)}
h3{font-size:1rem;margin:.4rem 0}p{margin:.3rem 0}footer{font-size:.85rem;overflow-wrap:anywhere}
@media print{article{break-inside:avoid}}`;
