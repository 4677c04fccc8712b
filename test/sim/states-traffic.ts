/** Traffic of a simulated cluster: connections begin, change and end at whoever is active. */
import type { Ipv4, Ipv6 } from '#base/address.ts';
import type { Prng } from '#base/prng.ts';
import {
  type Entry,
  established,
  ipsDestinationNat,
  ipsSourceNat,
  protocol,
  reversed,
  type Tuple,
} from '#sim/states-entry.ts';
import { keyOf, type Row } from '#sim/states-kernel.ts';
import type { StatesCluster } from './states-cluster.ts';

/**
 * Few outside ports, so that a new translation soon meets an old one that somebody still holds. Every node has its own:
 * two that are active at once cannot know which the other has just taken.
 */
const outsidePorts = 400;
const mostEntries = 60;

export class Traffic {
  /** Living connections, with the node whose traffic keeps them. */
  readonly homes = new Map<string, number>();
  readonly #cluster: StatesCluster;
  readonly #chance: Prng;
  /** By node: tuples of ended connections, which may begin again there with another translation. */
  readonly #ended = new Map<number, Tuple[]>();
  #count = 0;

  constructor(cluster: StatesCluster, chance: Prng) {
    this.#cluster = cluster;
    this.#chance = chance;
  }

  /** One packet that matters, at a node that is active. */
  step(index: number): void {
    const { kernel } = this.#cluster.node(index);
    const chance = this.#chance;
    const rows = [...kernel.rows.values()].filter((row) => this.#passes(index, row));
    const row = rows.length === 0 ? undefined : chance.pick(rows);
    const drawn = chance.next() * (kernel.rows.size > mostEntries ? 0.6 : 1);
    if (row === undefined || drawn > 0.6) this.#begin(index);
    else if (drawn > 0.35) {
      kernel.touch(row, chance.below(1_000));
      this.homes.set(keyOf(row.original, row.zone), index);
    } else this.#end(index, row);
  }

  /** A node lost its table: its connections live on at most elsewhere. */
  forget(index: number): void {
    for (const [key, home] of this.homes) if (home === index) this.homes.set(key, -1);
  }

  /** A connection has one way: it moves when its node is active no more, and one that has ended says nothing. */
  #passes(index: number, row: Row): boolean {
    const home = this.homes.get(keyOf(row.original, row.zone));
    return home !== undefined && (home === index || this.#cluster.nodes[home]?.active !== true);
  }

  #begin(index: number): void {
    const chance = this.#chance;
    const again = this.#ended.get(index) ?? [];
    const original = again.length > 0 && chance.chance(0.5) ? again.pop() : this.#draw();
    const row = original && this.#cluster.node(index).kernel.begin(this.#entryOf(original, index));
    if (row !== undefined) this.homes.set(keyOf(row.original, row.zone), index);
  }

  #end(index: number, row: Row): void {
    this.#cluster.node(index).kernel.end(row);
    const key = keyOf(row.original, row.zone);
    const wasHere = this.homes.get(key) === index;
    this.homes.delete(key);
    // One that was another node's must not begin again here while its news may be under way.
    if (!wasHere) return;
    const again = this.#ended.get(index) ?? [];
    again.push(row.original);
    this.#ended.set(index, again);
  }

  #draw(): Tuple {
    this.#count += 1;
    const isSix = this.#chance.chance(0.2);
    return {
      source: (isSix ? 'fd00::1' : '10.0.0.1') as Ipv4 | Ipv6,
      destination: (isSix ? '2001:db8::9' : '192.0.2.9') as Ipv4 | Ipv6,
      protocol: this.#chance.pick([protocol.tcp, protocol.tcp, protocol.udp]),
      sourcePort: this.#count,
      destinationPort: 80,
    };
  }

  #entryOf(original: Tuple, index: number): Entry {
    const chance = this.#chance;
    const isSix = original.source.includes(':');
    let reply = reversed(original);
    let status = established;
    if (chance.chance(0.6)) {
      const destination = (isSix ? '2001:db8::1' : '192.0.2.1') as Ipv4 | Ipv6;
      reply = { ...reply, destination, destinationPort: 1_024 * (index + 1) + chance.below(outsidePorts) };
      status |= ipsSourceNat;
    }
    if (chance.chance(0.2)) {
      const source = (isSix ? 'fd00::80' : '10.0.0.80') as Ipv4 | Ipv6;
      reply = { ...reply, source, sourcePort: 8_080 };
      status |= ipsDestinationNat;
    }
    const zone = chance.chance(0.1) ? 7 : 0;
    return { original, reply, status, zone, mark: chance.below(1_000), timeout: 30 };
  }
}
