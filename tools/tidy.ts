/** Keeps the walls of the house and its habits. Prints `file:line: what` and ends with 1 when something is off. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { faultsIn, type SourceFile } from './habits.ts';

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(path));
const files: SourceFile[] = tracked
  .filter((path) => /\.(tsx?|md|ya?ml|json|sh)$|^bascule$|^tools\/[a-z]+$/.test(path))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

const linkFaults = files
  .filter(({ path }) => path.endsWith('.md'))
  .flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !existsSync(normalize(join(dirname(path), target))))
      .map((target) => `${path}: links to ${target}, which does not exist`),
  );

const faults = [...faultsIn(files), ...linkFaults];
for (const fault of faults) console.error(fault);
console.log(`tidy: ${files.length} files, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
