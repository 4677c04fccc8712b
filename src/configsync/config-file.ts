/** A tree as pfSense writes config.xml: indented with tabs alone, since its reader takes spaces for text. */
import { isArray, isMap, listTags, type Tree, type TreeMap } from './tree.ts';

/** Elements whose names begin so are written as CDATA. */
const quoted = new RegExp(
  `^(?:${(
    'aclname auth_pass auth_prompt auth_user certca certname city common_name descr detail email encryption_password ' +
      'hint ldap_attr ldap_authcn ldap_basedn ldap_basedomain ldap_bind ldapbinddn ldapbindpass ldap_extended_query ' +
      'ldap_filter ldap_pam_groupdn ldap_pass ldap_user login_banner organization password proxypass proxyuser rangedescr ' +
      'state text username varusersusername varuserspassword'
  ).replaceAll(' ', '|')})`,
);

export function configFile(config: TreeMap): string {
  const lines = ['<?xml version="1.0"?>', '<pfsense>'];
  writeMap(lines, config, '\t');
  return `${[...lines, '</pfsense>'].join('\n')}\n`;
}

function writeMap(lines: string[], map: TreeMap, indent: string): void {
  for (const [name, part] of map) {
    const items = isArray(part) && (listTags.has(name) || part.length > 0) ? part : [part];
    for (const item of items) writeElement(lines, name, item, indent);
  }
}

function writeElement(lines: string[], name: string, part: Tree, indent: string): void {
  if (typeof part === 'string') {
    lines.push(`${indent}<${name}>${part === '' ? '' : textOf(name, part)}</${name}>`);
    return;
  }
  if (!isMap(part) || part.size === 0) {
    lines.push(`${indent}<${name}></${name}>`);
    return;
  }
  lines.push(`${indent}<${name}>`);
  writeMap(lines, part, `${indent}\t`);
  lines.push(`${indent}</${name}>`);
}

const references: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#039;',
};
const encoded = (text: string): string =>
  text.replaceAll('&', '&amp;').replace(/[<>"']/g, (c) => references[c] ?? c);

/**
 * What is read is decoded as XML and then once more. In CDATA that is once. Elsewhere pfSense encodes once all the
 * same, which loses what looks like a reference itself; only that is encoded twice here.
 */
function textOf(name: string, text: string): string {
  if (quoted.test(name)) return `<![CDATA[${encoded(text)}]]>`;
  return encoded(text.replace(/&(?=#?\w+;)/g, '&amp;'));
}
