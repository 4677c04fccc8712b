/** How the report looks: on a screen in light and dark, and on A4. */
export const css = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#59626c;--line:#d5d9de;--page:#fff;--tint:#f4f6f8;--good:#1a7f37;--bad:#c92a2a;--master:#2f9e44;--backup:#5c96d6;--init:#8e979f;--down:#5c5f66;--reply:#4c6ef5}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e6e8eb;--soft:#9aa3ad;--line:#343a42;--page:#15181c;--tint:#1d2126;--good:#51cf66;--bad:#ff6b6b;--master:#37b24d;--backup:#3f74b5;--init:#9aa3ad;--down:#5f666e;--reply:#748ffc}}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1040px;margin:0 auto;padding:24px 20px 60px}
h1{font-size:28px;line-height:1.25;margin:8px 0}h2{font-size:20px;margin:44px 0 10px;padding-bottom:4px;border-bottom:2px solid var(--line)}h3{font-size:16px;margin:28px 0 6px}h4{font-size:14px;margin:18px 0 4px;color:var(--soft)}
p{max-width:75ch}.soft{color:var(--soft)}.lead{font-size:18px;margin:0 0 12px}.good{color:var(--good)}.bad{color:var(--bad)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;margin:6px 0}
th,td{padding:5px 12px 5px 0;border-bottom:1px solid var(--line);text-align:left;font-weight:400;vertical-align:top}
thead th{color:var(--soft);font-size:13px}.figures td,.figures thead th{text-align:right;overflow-wrap:normal}.figures td{white-space:nowrap}.figures tr th:first-child{text-align:left}a{color:inherit;text-decoration:none}a:hover{text-decoration:underline}
.checks td:first-child,.checks th:first-child{width:20px}.checks td:last-child{width:42%;color:var(--soft)}.checks .broken td{color:var(--bad)}
.findings td:not(:last-child){white-space:nowrap}
.checks td{overflow-wrap:anywhere}.wide{overflow-x:auto}figure{margin:8px 0;overflow-x:auto}svg{width:100%;height:auto;font:12px system-ui,sans-serif}figure.plot svg{min-width:720px}
figcaption{color:var(--soft);font-size:13px}figcaption i{display:inline-block;width:14px;height:10px;border-radius:2px;margin:0 3px 0 12px}
.label{fill:var(--ink)}text.tick,text.moment{fill:var(--soft);font-size:11px}line.tick{stroke:var(--line)}
line.moment{stroke:var(--bad);stroke-dasharray:3 3}text.moment{fill:var(--bad)}
rect.MASTER{fill:var(--master)}rect.BACKUP{fill:var(--backup)}rect.INIT{fill:var(--init)}rect.DOWN{fill:var(--down)}
i.MASTER{background:var(--master)}i.BACKUP{background:var(--backup)}i.INIT{background:var(--init)}i.DOWN{background:var(--down)}i.reply{background:var(--reply)}i.lost{background:var(--bad)}
path.reply{stroke:var(--reply);stroke-width:8}path.lost{stroke:var(--bad);stroke-width:14}
.box{fill:var(--tint);stroke:var(--soft)}.bar{stroke:var(--ink);stroke-width:3}.cable{stroke:var(--soft)}.tunnel{stroke:var(--backup);stroke-width:2;stroke-dasharray:6 4}.hyper{fill:none;stroke:var(--soft);stroke-dasharray:2 4}
.name{fill:var(--ink);font-weight:600}.small{fill:var(--soft);font-size:11px;paint-order:stroke;stroke:var(--page);stroke-width:4px}.vip{fill:var(--good);font-size:11px}
@page{size:A4;margin:16mm 14mm}
@media print{body{font-size:10pt}main{max-width:none;padding:0}h2{break-after:avoid}h3,h4{break-after:avoid}section,figure,tr{break-inside:avoid}p{orphans:3}.wide table{font-size:8.5pt}.wide th,.wide td{padding:4px 9px 4px 0}section.long{break-inside:auto}figure.plot svg{min-width:0}.wide{overflow:visible}thead{display:table-header-group}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
