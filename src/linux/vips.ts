/**
 * The devices of virtual IPs: a macvlan with the virtual MAC per VHID, its addresses always configured, its link
 * down while the node is backup. The settings are those that were found to be needed one by one: without
 * arp_announce=2 on the parent, the firewall's own ARP requests teach clients the physical MAC for the VIP.
 */
import type { Ipv4, Ipv6 } from '#base/address.ts';
import { familyOf } from '#base/address.ts';
import { fail, ok, type Result } from '#base/result.ts';
import type { VipDevice, VipProvisioner } from '#ports/kernel.ts';
import { type Link, RouteSocket } from './netlink/route.ts';
import { readSysctl, SysctlScope } from './sysctl.ts';

const virtualMacPrefix = '00:00:5e:00:01:';
/** How our devices are named (config/wiring.ts); together with the MAC this tells a predecessor's from a stranger's. */
const ourName = /-v\d+$/;

/** A provisioner for the network namespace that the process is in. */
export function createVipProvisioner(): VipProvisioner {
  const route = new RouteSocket();
  const sysctls = new SysctlScope();
  const linkOf = (name: string): Link | undefined => route.links().find((link) => link.name === name);

  const describe: VipProvisioner['describe'] = (parent) => {
    const link = linkOf(parent);
    if (link === undefined) return fail(`there is no interface "${parent}" here`);
    const addresses = route.addresses().filter((address) => address.index === link.index);
    const ofFamily = <T>(family: 'ipv4' | 'ipv6') =>
      addresses.map(({ address }) => address).filter((address) => familyOf(address) === family) as T[];
    return ok({
      index: link.index,
      mac: link.mac,
      ipv4: ofFamily<Ipv4>('ipv4'),
      ipv6: ofFamily<Ipv6>('ipv6'),
    });
  };

  const prepare: VipProvisioner['prepare'] = (devices) => {
    const links = route.links();
    for (const leftover of links.filter(isOurs)) {
      const wanted = devices.find((device) => device.name === leftover.name);
      const parent = links.find((link) => link.index === leftover.parent)?.name;
      if (wanted !== undefined && wanted.mac === leftover.mac && wanted.parent === parent) continue;
      const gone = route.deleteLink(leftover.index);
      if (!gone.ok) return gone;
    }
    for (const device of devices) {
      const done = prepareDevice(route, sysctls, device, 'set down');
      if (!done.ok) return done;
    }
    prepareHost(sysctls, new Set(devices.map((device) => device.parent)));
    return ok(undefined);
  };

  const adapt: VipProvisioner['adapt'] = (devices, held) => {
    for (const device of devices) {
      const link = linkOf(device.name);
      if (link !== undefined && !isAsWanted(link, device, linkOf(device.parent))) {
        const gone = route.deleteLink(link.index);
        if (!gone.ok) return gone;
      }
      const done = prepareDevice(route, sysctls, device, held.has(device.name) ? 'leave up' : 'leave quiet');
      if (!done.ok) return done;
    }
    prepareHost(sysctls, new Set(devices.map((device) => device.parent)));
    return ok(undefined);
  };

  const discard: VipProvisioner['discard'] = (names) => {
    for (const link of route.links().filter((one) => isOurs(one) && names.includes(one.name))) {
      const gone = route.deleteLink(link.index);
      if (!gone.ok) return gone;
    }
    return ok(undefined);
  };

  const forgetUnresolvedNeighbours = (parent: string): void => {
    const link = linkOf(parent);
    if (link !== undefined) route.forgetUnresolvedNeighbours(link.index);
  };

  const remove = (): void => {
    for (const link of route.links().filter(isOurs)) route.deleteLink(link.index);
    sysctls.restore();
    route.close();
  };
  return { prepare, adapt, discard, describe, forgetUnresolvedNeighbours, remove };
}

const isOurs = (link: Link): boolean =>
  link.kind === 'macvlan' && link.mac.startsWith(virtualMacPrefix) && ourName.test(link.name);

const isAsWanted = (link: Link, device: VipDevice, parent: Link | undefined): boolean =>
  link.mac === device.mac && link.parent === parent?.index;

/**
 * Makes a device, or makes one right that is there. `whenThere`: what becomes of its link then. One that is up but mute
 * is set down before it gets its first IPv6 address: it would report its groups, from the virtual MAC.
 */
function prepareDevice(
  route: RouteSocket,
  sysctls: SysctlScope,
  device: VipDevice,
  whenThere: 'set down' | 'leave up' | 'leave quiet',
): Result<void> {
  const parent = route.links().find((link) => link.name === device.parent);
  if (parent === undefined) return fail(`there is no interface "${device.parent}" here`);
  let link = route.links().find((candidate) => candidate.name === device.name);
  const isNew = link === undefined;
  const wakesIpv6 = device.ipv6.length > 0 && readSysctl(`net/ipv6/conf/${device.name}/disable_ipv6`) === '1';
  if (link === undefined) {
    const created = route.createVip(device, parent.index);
    if (!created.ok) return created;
    link = route.links().find((candidate) => candidate.name === device.name);
    if (link === undefined) return fail(`${device.name} vanished as soon as it was made`);
  } else if (whenThere === 'set down' || (whenThere === 'leave quiet' && wakesIpv6)) {
    const down = route.setDown([link.index]);
    if (!down.ok) return down;
  }
  prepareDeviceSysctls(sysctls, device);
  const addresses = [...device.ipv4, ...device.ipv6];
  const held = prepareAddresses(route, link.index, addresses);
  // One that runs on owns its addresses or not, as `setDevices` has it.
  return held.ok && (isNew || whenThere === 'set down') ? route.disown(link.index, device.ipv4) : held;
}

function prepareAddresses(route: RouteSocket, index: number, wanted: readonly (Ipv4 | Ipv6)[]): Result<void> {
  const present = route.addresses().filter((address) => address.index === index);
  const unwanted = present.map(({ address }) => address).filter((address) => !wanted.includes(address));
  for (const address of unwanted) route.deleteAddress(index, address);
  const routes = route.removeOwnRoutes(index, unwanted);
  if (!routes.ok) return routes;
  for (const address of wanted) {
    if (present.some((existing) => existing.address === address)) continue;
    const added = route.addAddress(index, address);
    if (!added.ok) return added;
  }
  return ok(undefined);
}

function prepareDeviceSysctls(sysctls: SysctlScope, device: VipDevice): void {
  const ipv4 = `net/ipv4/conf/${device.name}`;
  sysctls.set(`${ipv4}/arp_ignore`, '1');
  sysctls.set(`${ipv4}/accept_local`, '1');
  sysctls.set(`${ipv4}/rp_filter`, '0');
  const ipv6 = `net/ipv6/conf/${device.name}`;
  sysctls.set(`${ipv6}/disable_ipv6`, device.ipv6.length === 0 ? '1' : '0');
  // No link-local address: a backup must not send a single frame from the virtual MAC.
  sysctls.set(`${ipv6}/addr_gen_mode`, '1');
  sysctls.set(`${ipv6}/accept_dad`, '0');
  sysctls.set(`${ipv6}/accept_ra`, '0');
  sysctls.set(`${ipv6}/router_solicitations`, '0');
  // Groups are reported at once when the link comes up, not for a second: that could come from a backup.
  sysctls.set(`${ipv6}/mldv2_unsolicited_report_interval`, '1');
  // Without it an IPv6 address is gone when the link goes down.
  sysctls.set(`${ipv6}/keep_addr_on_down`, '1');
}

function prepareHost(sysctls: SysctlScope, parents: ReadonlySet<string>): void {
  // The higher of "all" and the interface counts, so "all" must let the macvlan have none.
  sysctls.set('net/ipv4/conf/all/rp_filter', '0');
  sysctls.set('net/ipv4/ip_forward', '1');
  sysctls.set('net/ipv6/conf/all/forwarding', '1');
  for (const parent of parents) {
    sysctls.set(`net/ipv4/conf/${parent}/arp_ignore`, '1');
    sysctls.set(`net/ipv4/conf/${parent}/arp_announce`, '2');
    sysctls.set(`net/ipv4/conf/${parent}/rp_filter`, '0');
  }
}
