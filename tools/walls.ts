/** The walls of the house as data: which room may import which, and what a pure room may not touch. */

/** Rooms by name; `types` may be imported as types only. */
export interface Room {
  readonly imports: readonly string[];
  readonly types?: readonly string[];
  /** No clock, chance, socket, process or console. */
  readonly pure?: true;
}

export const rooms: Readonly<Record<string, Room>> = {
  base: { imports: [], pure: true },
  carp: { imports: ['base'], pure: true },
  // config/wiring.ts turns the document into the engines' own configurations, so it knows their types.
  statesync: { imports: ['base'], pure: true },
  config: { imports: ['base'], types: ['carp', 'ports'], pure: true },
  ruleset: { imports: ['base', 'config'], pure: true },
  balance: { imports: ['base', 'config'], pure: true },
  configsync: { imports: ['base', 'config'], pure: true },
  commit: { imports: ['base'], types: ['ports'], pure: true },
  ports: { imports: ['base'] },
  linux: { imports: ['base', 'ports'] },
  sim: { imports: ['base', 'carp', 'commit', 'ports'] },
  // What it judges is pure; probe/ and capture/ measure.
  doctor: { imports: ['base', 'config', 'linux', 'api'] },
  infra: { imports: ['base', 'config', 'ports'] },
  api: { imports: ['base', 'commit', 'config', 'configsync', 'doctor', 'ports'] },
  node: {
    imports: [
      'base',
      'ports',
      'carp',
      'statesync',
      'commit',
      'config',
      'ruleset',
      'balance',
      'api',
      'doctor',
    ],
  },
  lab: { imports: ['base', 'config', 'api', 'infra', 'ports', 'linux', 'cli', 'node'] },
  cli: {
    imports: [
      'base',
      'commit',
      'config',
      'configsync',
      'ruleset',
      'api',
      'lab',
      'infra',
      'node',
      'bench',
      'doctor',
    ],
  },
  // The page knows what goes over the wire, and the document's schema, by which its forms judge what is typed.
  ui: { imports: ['base', 'api', 'commit', 'config'] },
  bench: { imports: ['base', 'config', 'ruleset', 'api', 'infra', 'ports', 'linux', 'lab', 'cli', 'carp'] },
};

/** The rooms that may know a library; everybody else goes through theirs. */
export const libraries: Readonly<Record<string, readonly string[]>> = {
  koffi: ['linux'],
  react: ['ui'],
  'react-dom/client': ['ui'],
  vite: ['ui'],
  commander: ['cli'],
  zod: ['commit', 'config', 'api', 'node', 'infra', 'doctor', 'lab', 'ui'],
  diff: ['config', 'cli', 'api'],
  fastify: ['api'],
  '@peculiar/x509': ['api'],
  'reflect-metadata': ['api'],
  yaml: ['config', 'node', 'lab', 'cli', 'bench', 'ui'],
  saxes: ['config'],
  // A bench drives a browser, as tests do.
  'playwright-core': ['bench'],
  'ipaddr.js': ['base', 'config', 'ruleset', 'lab'],
};

/** Hashing is arithmetic; every other `node:` module reaches out of a pure room. */
export const pureModules: Readonly<Record<string, readonly string[]>> = {
  base: ['node:crypto'],
  statesync: ['node:crypto'],
  config: ['node:crypto'],
  commit: ['node:crypto'],
};

/** The only files of `node` that `cli` may load: the daemon itself, and what reads a document as the daemon does. */
export const doors: Readonly<Record<string, RegExp>> = {
  'cli node': /^src\/node\/(main|document-file|identity-store|revision-store|secret-store)\.ts$/,
  'api doctor': /^src\/doctor\/diagnose\.ts$/,
  'ui base': /^src\/base\/language\.ts$/,
  'ui api': /^src\/api\/contract\//,
  'doctor api': /^src\/api\/contract\/phrases\.ts$/,
  'ui commit': /^src\/commit\/head\.ts$/,
  'ui config': /^src\/config\/((\w+-)?(document|fields)|phrases-document)\.ts$/,
  'lab node': /^src\/node\/identity-store\.ts$/,
};

/** Composition roots: the only files of their room that may import linux. */
export const roots: readonly string[] = ['src/node/main.ts', 'src/node/guard.ts', 'src/node/states.ts'];

/** Where programs and tests begin; everything else must be imported by something. */
export const entries: readonly RegExp[] = [
  /\.test\.ts$/,
  /^src\/cli\/main\.ts$/,
  /^src\/node\/guard\.ts$/,
  /^src\/node\/states\.ts$/,
  /^src\/api\/main\.ts$/,
  /^src\/lab\/probe-main\.ts$/,
  /^src\/infra\/verify\/probe-port\.ts$/,
  /^src\/lab\/vm\/agent\.ts$/,
  /^src\/lab\/((sessions|web)-(client|server)|flush-states)\.ts$/,
  /^tools\//,
  /^ui\/(src\/main\.tsx|dev\/server\.ts|vite\.config\.ts)$/,
  /^bench\//,
];

/** Words that a pure room may not contain, outside comments and strings. */
export const impure =
  /\b(Date\.now|new Date\b|performance\.now|Math\.random|setTimeout|setInterval|setImmediate|process\b|console\b|fetch\(|getRandomValues|randomUUID)/;

/** Longest file, in lines. */
export const lineLimit = 400;
