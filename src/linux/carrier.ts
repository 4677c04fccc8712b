/**
 * A look at an interface's carrier that waits for nobody. The kernel reports a lost carrier once a second at the
 * worst (net/core/link_watch.c), and every netlink or ethtool question waits for the RTNL lock, which closing a
 * device holds for 10 ms and more. /sys/class/net/NAME/carrier_changes is a plain counter: it moves the moment the
 * driver says so.
 */
import { closeSync, openSync, readSync } from 'node:fs';

export class Carrier {
  readonly #fd: number | undefined;
  readonly #text = Buffer.alloc(16);
  #changesWhenUp: number | undefined;

  /** Without the counter (another network namespace's /sys) nothing is ever lost here; the netlink news remain. */
  constructor(interfaceName: string) {
    try {
      this.#fd = openSync(`/sys/class/net/${interfaceName}/carrier_changes`, 'r');
    } catch {
      this.#fd = undefined;
    }
  }

  /** Netlink said that the interface is up: from here on an odd number of changes means that it is not. */
  isUp(): void {
    this.#changesWhenUp = this.#changes();
  }

  isLost(): boolean {
    const changes = this.#changesWhenUp === undefined ? undefined : this.#changes();
    return changes !== undefined && (changes - (this.#changesWhenUp ?? changes)) % 2 === 1;
  }

  #changes(): number | undefined {
    if (this.#fd === undefined) return undefined;
    try {
      return Number(this.#text.toString('latin1', 0, readSync(this.#fd, this.#text, 0, 16, 0)));
    } catch {
      return undefined;
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
  }
}
