/** Kernel settings under /proc/sys, named by their path: "net/ipv4/conf/lan/arp_ignore". */
import { readFileSync, writeFileSync } from 'node:fs';

const pathOf = (name: string): string => `/proc/sys/${name}`;

/** The value, or undefined when this kernel or namespace has no such setting. */
export function readSysctl(name: string): string | undefined {
  try {
    return readFileSync(pathOf(name), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** False when it does not exist or may not be written. */
export function writeSysctl(name: string, value: string): boolean {
  try {
    writeFileSync(pathOf(name), value);
    return true;
  } catch {
    return false;
  }
}

/** Settings that are put back as they were. */
export class SysctlScope {
  readonly #before = new Map<string, string>();

  /** Sets a value and remembers the one before; does nothing where the setting does not exist. */
  set(name: string, value: string): void {
    const before = readSysctl(name);
    if (before === undefined || before === value) return;
    if (!this.#before.has(name)) this.#before.set(name, before);
    writeSysctl(name, value);
  }

  restore(): void {
    for (const [name, value] of [...this.#before].reverse()) writeSysctl(name, value);
    this.#before.clear();
  }
}
