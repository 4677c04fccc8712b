/** Sections that the nodes do not share: every node has its own then, and what would be for all counts nowhere. */
import type { CheckContext } from './context.ts';
import { entryOf } from './model.ts';
import { type OwnSection, ownSections, sectionDocuments } from './own-document.ts';
import { ownSectionsOf } from './sections.ts';

export function checkSections(context: CheckContext): void {
  const { document, nodes } = context;
  const own = ownSectionsOf(document);
  for (const section of own) {
    const having = nodes.filter((node) => hasOwn(context, node, section));
    const [one = ''] = having;
    const [key] = ownSections[section];
    for (const node of nodes)
      if (!having.includes(node))
        context.report('section-own-missing', ['nodes', node], { section, node, other: one, key }, 'key');
    for (const part of ownSections[section])
      if (JSON.stringify(document[part]) !== JSON.stringify(sectionDocuments[part].parse(undefined)))
        context.report('section-twice', [part], { section, node: one, part }, 'key');
  }
  const chosen = document.ha.sync?.config?.sections ?? 'all';
  if (chosen === 'all') return;
  chosen.forEach((section, i) => {
    if ((own as readonly string[]).includes(section))
      context.report('section-not-sent', ['ha', 'sync', 'config', 'sections', i], { section });
  });
}

const hasOwn = ({ document }: CheckContext, node: string, section: OwnSection): boolean =>
  ownSections[section].some((key) => entryOf(document.nodes, node)?.own?.[key] !== undefined);
