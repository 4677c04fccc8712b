/** Helper processes in namespaces that are asked one thing at a time. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inNamespace } from '#infra/apply.ts';

export interface Helper<Request extends { readonly kind: string }> {
  /** Resolves with what it answers; rejects when it ends instead, or after `limitMs`. */
  ask<Answer>(request: Request, limitMs?: number): Promise<Answer>;
  stop(): void;
}

/** Starts a file of this folder as a process in a namespace. It ends with the channel to us. */
export function startHelper<Request extends { readonly kind: string }>(
  namespace: string,
  file: string,
  args: readonly string[] = [],
): Helper<Request> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const [command = '', ...rest] = inNamespace(namespace, [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    path,
    ...args,
  ]);
  const child = spawn(command, rest, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  child.on('error', () => {});
  return {
    ask: <Answer>(request: Request, limitMs = 120_000) =>
      new Promise<Answer>((resolve, reject) => {
        const finish = (): void => {
          clearTimeout(timer);
          child.off('message', hear);
          child.off('exit', gone);
        };
        const hear = (answer: unknown): void => {
          finish();
          resolve(answer as Answer);
        };
        const gone = (): void => {
          finish();
          reject(new Error(`${file} in ${namespace} ended instead of answering to "${request.kind}"`));
        };
        const timer = setTimeout(() => {
          finish();
          reject(new Error(`${file} in ${namespace} did not answer to "${request.kind}"`));
        }, limitMs);
        child.on('message', hear);
        child.on('exit', gone);
        if (child.connected) child.send(request);
        else gone();
      }),
    stop: () => {
      if (child.connected) child.disconnect();
    },
  };
}
