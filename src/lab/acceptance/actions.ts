/** What a test of a document does to the cluster, step by step. */
import { type Document, isSeq, parseDocument } from 'yaml';
import { faults } from '#lab/faults.ts';
import { monotonicMs } from '#lab/probe-wire.ts';
import { startLoad } from '#lab/web.ts';
import { french } from '#lab/words/french.ts';
import type { AcceptanceStep, Text } from './plan.ts';
import type { Scene } from './scene.ts';

type Named<Name> = Extract<AcceptanceStep, { step: Name }>;
type Actions = {
  readonly [Name in ActionName]: (scene: Scene, step: Named<Name>) => Promise<void> | void;
};
export type ActionName = 'fault' | 'mend' | 'change' | 'rollback' | 'web' | 'watch' | 'load';

const both = (en: string): Text => ({ en, fr: french(en) });

export const actions: Actions = {
  fault: async (scene, { fault, node = scene.first }) => {
    scene.mark(both(faults[fault].label(node)), 'fault');
    await scene.break(fault, node);
    scene.doneAt = monotonicMs();
  },
  mend: async (scene, { fault, node = scene.first }) => {
    scene.mark(both(faults[fault].mended(node)), 'undo');
    await scene.mend(fault, node);
    scene.doneAt = monotonicMs();
  },
  change: async (scene, { node, label, set, add }) => {
    scene.mark(label, 'fault');
    await scene.change(node, (text) => {
      const yaml = parseDocument(text);
      for (const { path, value } of set) yaml.setIn(path, value);
      for (const { path, value } of add) addTo(yaml, path, value);
      return yaml.toString();
    });
  },
  rollback: async (scene, { node, label }) => {
    scene.mark(label, 'undo');
    await scene.rollback(node);
  },
  web: async (scene, { host, is }) => {
    if (is === 'stopped') {
      scene.stopped.add(host);
      await scene.lab.web.stop(host);
      scene.doneAt = monotonicMs();
      scene.mark({ en: `${host}'s web server stops`, fr: `le serveur web de ${host} s’arrête` }, 'fault');
    } else {
      scene.mark({ en: `${host}'s web server is back`, fr: `le serveur web de ${host} revient` }, 'undo');
      scene.stopped.delete(host);
      await scene.lab.web.start(host);
    }
  },
  watch: (_, { ms }) => new Promise((resolve) => setTimeout(resolve, ms)),
  load: async (scene, { from, to, everyMs }) => {
    scene.load?.stop();
    scene.load = startLoad(from, to, everyMs, scene.lab.webLog);
    // A busy machine takes seconds to start a client.
    await scene.load.answered;
  },
};

function addTo(yaml: Document, path: readonly string[], value: unknown): void {
  if (!isSeq(yaml.getIn(path))) yaml.setIn(path, yaml.createNode([]));
  yaml.addIn(path, yaml.createNode(value));
}
