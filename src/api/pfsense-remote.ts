/** The calls of xmlrpc.php that bring a node of the document that is a pfSense in step. Each is made once. */
import { fail, ok, type Result } from '#base/result.ts';
import { headerOf, type Login } from '#configsync/basic.ts';
import { decodeResponse, encodeCall } from '#configsync/codec.ts';
import { faults } from '#configsync/methods.ts';
import { isMap, type TreeMap, treeOfValue } from '#configsync/tree.ts';
import { isStruct, type Struct, usualLimits, type Value } from '#configsync/value.ts';
import { callPfsense, type PfsenseCall } from './pfsense-call.ts';

export interface RemoteAccess extends Omit<PfsenseCall, 'authorization' | 'body' | 'patienceMs'> {
  readonly login: Login;
}

/** Reading takes a moment; a restore sets up addresses and loads rules before it answers, ms. */
const readPatience = 60_000;
const writePatience = 240_000;

export class PfsenseRemote {
  readonly #access: RemoteAccess;

  constructor(access: RemoteAccess) {
    this.#access = access;
  }

  /** The version of its configuration, such as "23.3". */
  async version(): Promise<Result<string>> {
    const said = await this.#call('host_firmware_version', ['', readPatience / 1_000], readPatience);
    if (!said.ok) return said;
    const version = isStruct(said.value) ? said.value.get('config_version') : undefined;
    return typeof version === 'string' && version !== ''
      ? ok(version)
      : fail('it does not say which version its configuration has');
  }

  /** Those of the sections that it has. */
  async read(sections: readonly string[]): Promise<Result<TreeMap>> {
    const said = await this.#call('backup_config_section', [sections], readPatience);
    if (!said.ok) return said;
    const tree = treeOfValue(said.value, '', []);
    // PHP has one empty array for lists and structs.
    return ok(isMap(tree) ? tree : new Map());
  }

  async restore(sections: Struct): Promise<Result<void>> {
    const said = await this.#call('restore_config_section', [sections, writePatience / 1_000], writePatience);
    if (!said.ok) return said;
    return said.value === true ? ok(undefined) : fail('it did not say that it took the sections');
  }

  async #call(method: string, params: readonly Value[], patienceMs: number): Promise<Result<Value>> {
    const { login, ...where } = this.#access;
    const body = encodeCall({ method: `pfsense.${method}`, params });
    if (!body.ok) return body;
    const answer = await callPfsense({
      ...where,
      ...{ authorization: headerOf(login), body: body.value, patienceMs },
    });
    if (!answer.ok) return answer;
    const { status } = answer.value;
    if (status === 401 || status === 403) return fail(`it refuses the login (HTTP status ${status})`);
    if (status !== 200) return fail(`it answers with HTTP status ${status}`);
    const response = decodeResponse(answer.value.body, usualLimits);
    if (!response.ok) return fail(`its answer is not understood: ${response.error}`);
    if (response.value.kind === 'value') return ok(response.value.value);
    const { code, text } = response.value;
    if (code === faults.authentication) return fail(`it refuses the login: ${text}`);
    if (code === faults.privilege)
      return fail(`the user lacks the privilege "System: HA node sync" there: ${text}`);
    return fail(`it refuses ${method} (#${code}): ${text}`);
  }
}
