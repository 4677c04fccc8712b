/** Judges what the fields of a document mean together. */
import { checkBalancer } from './check-balancer.ts';
import { checkGatewayGroups } from './check-gateways.ts';
import { checkHa } from './check-ha.ts';
import { checkInfrastructure } from './check-infrastructure.ts';
import { checkInterfaces } from './check-interfaces.ts';
import { checkPasswords } from './check-passwords.ts';
import { checkRules } from './check-rules.ts';
import { checkSections } from './check-sections.ts';
import { checkDhcp, checkNat } from './check-services.ts';
import { checkUsers } from './check-users.ts';
import { checkVips } from './check-vips.ts';
import { CheckContext } from './context.ts';
import type { ClusterDocument } from './document.ts';
import type { Finding, Locate } from './findings.ts';
import { documentAt, locateAt, ownSectionsOf, pathAt } from './sections.ts';

/**
 * Everything that is wrong with a document that the schema accepts, each finding at the place of its value. Where the
 * nodes have sections of their own, what is in force at each of them is judged.
 */
export function checkDocument(document: ClusterDocument, locate: Locate): Finding[] {
  if (ownSectionsOf(document).length === 0) return checkOne(document, locate);
  const shared = new CheckContext(document, locate);
  checkSections(shared);
  const each = shared.nodes.flatMap((node) =>
    checkOne(documentAt(document, node), locateAt(document, node, locate)).map((finding) => ({
      ...finding,
      path: pathAt(document, node, finding.path),
    })),
  );
  // What all of them share is wrong once.
  const found = [...shared.findings, ...each];
  return [...new Map(found.map((finding) => [JSON.stringify(finding), finding])).values()];
}

function checkOne(document: ClusterDocument, locate: Locate): Finding[] {
  const context = new CheckContext(document, locate);
  checkInterfaces(context);
  checkGatewayGroups(context);
  checkVips(context);
  checkHa(context);
  checkPasswords(context);
  checkRules(context);
  checkNat(context);
  checkDhcp(context);
  checkInfrastructure(context);
  checkBalancer(context);
  checkUsers(context);
  return context.findings;
}
