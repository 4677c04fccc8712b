/** What a bench stands on: Debian packages, a stage of its own, and the lab of scenario d1 in which it starts the nodes. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { fail, ok, type Result } from '#base/result.ts';
import { Lab } from '#lab/lab.ts';
import { loadScenario } from '#lab/scenario.ts';
import { enterStage, onStage, setStage, somethingMissing, stageFolder } from '#lab/stage.ts';

/** Installs Debian packages that are not there yet; false when that failed, which has been said. */
export function install(packages: readonly string[]): boolean {
  const command = fileURLToPath(new URL('../tools/debian', import.meta.url));
  return spawnSync(command, packages, { stdio: 'inherit' }).status === 0;
}

type Measure = (lab: Lab, file: string) => Promise<number>;

/** Installs packages, enters a stage, and measures in the lab that is built there. The exit code. */
export async function onBenchLab(packages: readonly string[], measure: Measure): Promise<number> {
  if (onStage()) return withLab(measure);
  return install(packages) ? enterStage((line) => console.log(line)) : somethingMissing;
}

/** Measures in a lab, on the stage that this process has entered; 1 when it cannot be built. */
export async function withLab(measure: Measure): Promise<number> {
  const built = await buildLab();
  if (built.ok) return measure(built.value.lab, built.value.file);
  console.error(built.error);
  return 1;
}

/** Sets the stage up that this process has entered, and builds the lab; `file` is the cluster document. */
async function buildLab(): Promise<Result<{ readonly lab: Lab; readonly file: string }>> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
  const scenario = loadScenario('d1');
  if (!scenario.ok) return scenario;
  const stage = setStage();
  if (!stage.ok) return fail(`the stage could not be set: ${stage.error}`);
  const { document, file } = scenario.value;
  // Nodes are started by the contestants, each in its own way.
  const lab = new Lab({ document, folder: stageFolder, commandOf: () => ['false'] });
  const built = await lab.build();
  return built.ok ? ok({ lab, file }) : fail(`the lab could not be built: ${built.error}`);
}
