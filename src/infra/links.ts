/** What the kernel has: devices, their bridges, VXLAN settings and addresses, read by one `ip`. */
import { z } from 'zod';
import { fail, ok, type Result } from '#base/result.ts';
import type { Shell } from './shell.ts';

export interface Link {
  readonly name: string;
  /** "bridge", "vxlan", "veth", "tun" ...; undefined for a real network card. */
  readonly kind: string | undefined;
  readonly mtu: number;
  readonly isUp: boolean;
  /** Carrier: false when the cable is out. */
  readonly hasCarrier: boolean;
  /** The bridge that it is in. */
  readonly master: string | undefined;
  readonly vxlan: VxlanSettings | undefined;
  /** With prefix length; link-local IPv6 left out. */
  readonly addresses: readonly string[];
}

export interface VxlanSettings {
  readonly key: number;
  readonly local: string | undefined;
  readonly remote: string | undefined;
  readonly port: number | undefined;
}

const linkShape = z.object({
  ifname: z.string(),
  mtu: z.number(),
  flags: z.array(z.string()),
  master: z.string().optional(),
  linkinfo: z
    .object({
      info_kind: z.string().optional(),
      info_data: z
        .object({
          id: z.number().optional(),
          local: z.string().optional(),
          local6: z.string().optional(),
          remote: z.string().optional(),
          remote6: z.string().optional(),
          port: z.number().optional(),
        })
        .optional(),
    })
    .optional(),
  addr_info: z
    .array(z.object({ local: z.string().optional(), prefixlen: z.number().optional(), scope: z.string() }))
    .default([]),
});
const listShape = z.array(linkShape);

export function readLinks(shell: Shell): Result<readonly Link[]> {
  const said = shell.run(['ip', '-details', '-json', 'addr', 'show']);
  return said.ok ? parseLinks(said.value) : said;
}

/** Reads what `ip -details -json addr show` printed. */
export function parseLinks(text: string): Result<readonly Link[]> {
  let value: unknown;
  try {
    value = JSON.parse(text.trim() === '' ? '[]' : text);
  } catch {
    return fail('ip printed what is no JSON');
  }
  // Where devices are filtered out, `ip` leaves empty objects in their places.
  const entries = Array.isArray(value) ? value.filter((one) => Object.keys(Object(one)).length > 0) : value;
  const parsed = listShape.safeParse(entries);
  if (!parsed.success) return fail(`ip printed something unknown: ${parsed.error.issues[0]?.message}`);
  return ok(parsed.data.map(linkOf));
}

function linkOf({ ifname, mtu, flags, master, linkinfo, addr_info }: z.infer<typeof linkShape>): Link {
  const data = linkinfo?.info_kind === 'vxlan' ? linkinfo.info_data : undefined;
  return {
    name: ifname,
    kind: linkinfo?.info_kind,
    mtu,
    isUp: flags.includes('UP'),
    hasCarrier: flags.includes('LOWER_UP'),
    master,
    vxlan:
      data?.id === undefined
        ? undefined
        : {
            key: data.id,
            local: data.local ?? data.local6,
            remote: data.remote ?? data.remote6,
            port: data.port,
          },
    addresses: addr_info.flatMap(({ local, prefixlen, scope }) =>
      local === undefined || scope === 'link' ? [] : [`${local}/${prefixlen}`],
    ),
  };
}
