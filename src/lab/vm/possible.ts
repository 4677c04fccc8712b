/** What this machine must have for nodes that are virtual machines, and where it is. */
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fail, ok, type Result } from '#base/result.ts';

/** Debian's package for each tool, on the host and inside the guest. */
const packages: Readonly<Record<string, string>> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'ovs-vswitchd': 'openvswitch-switch',
  ethtool: 'ethtool',
  mke2fs: 'e2fsprogs',
  depmod: 'kmod',
  xz: 'xz-utils',
  busybox: 'busybox',
};
const kernelPackage = 'linux-image-cloud-amd64';

export interface Kernel {
  readonly version: string;
  readonly file: string;
  /** Its modules, with the folder `kernel`. */
  readonly modules: string;
}

/** The newest kernel of the machine that has virtio's modules, or what is missing and how to get it. */
export function kernelForGuests(): Result<Kernel> {
  if (process.arch !== 'x64') return fail(`virtual machines are for x86-64, and this is ${process.arch}`);
  const kernel = newestKernel();
  const missing = [
    ...Object.entries(packages).flatMap(([tool, name]) => (whereIs(tool) === undefined ? [name] : [])),
    ...(kernel === undefined ? [kernelPackage] : []),
  ];
  if (kernel === undefined || missing.length > 0)
    return fail(`they need ${missing.join(', ')} (apt-get install ${missing.join(' ')})`);
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK);
  } catch {
    return fail('/dev/net/tun cannot be opened; try as root (modprobe tun)');
  }
  return ok(kernel);
}

/** The file of a tool; an ordinary user's PATH on Debian lacks the folders of most of them. */
export function whereIs(tool: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  return folders.map((folder) => join(folder, tool)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function newestKernel(): Kernel | undefined {
  const prefix = 'vmlinuz-';
  const versions = existsSync('/boot') ? readdirSync('/boot').filter((name) => name.startsWith(prefix)) : [];
  return versions
    .map((name) => name.slice(prefix.length))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((version) => ({
      version,
      file: `/boot/${prefix}${version}`,
      modules: `/lib/modules/${version}`,
    }))
    .find(({ file, modules }) => isReadable(file) && hasVirtio(modules));
}

const hasVirtio = (modules: string): boolean =>
  existsSync(join(modules, 'modules.dep')) &&
  readFileSync(join(modules, 'modules.dep'), 'utf8').includes('virtio_net.ko');

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
