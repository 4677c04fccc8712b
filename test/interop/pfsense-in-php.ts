/** A pfSense played by PHP: its calls as a primary, and a backup that listens with TLS and writes down what it is asked. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeIdentity } from '#api/identity.ts';
import { inNamespace } from '#infra/apply.ts';
import { library } from './php-xmlrpc.ts';

const hasPhp = spawnSync('php', [
  '-r',
  "exit(extension_loaded('openssl') && extension_loaded('dom') ? 0 : 1);",
]);
export const missingPhp = hasPhp.status === 0 ? false : 'not installed: php-cli with php-xml and OpenSSL';

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** What JSON carries of PHP's values: see `library`. */
export type Json = null | string | number | boolean | Json[] | { [name: string]: Json };
export const struct = (members: Readonly<Record<string, Json>>): Json => ({ s: Object.entries(members) });

/** As pfSense sends it; certificates are not verified there. */
const posting = String.raw`
ini_set('memory_limit', -1);
function post($url, $login, $body) {
  $head = "Content-Type: text/xml; charset=utf-8\r\nAuthorization: Basic " . base64_encode($login);
  $http = ['method' => 'POST', 'content' => $body, 'ignore_errors' => true, 'header' => $head];
  $ssl = ['verify_peer' => false, 'verify_peer_name' => false];
  return (string) file_get_contents($url, false, stream_context_create(['http' => $http, 'ssl' => $ssl]));
}`;

/** Runs PHP in a namespace; what it printed. */
async function phpIn(node: string, code: string, input: string): Promise<string> {
  const [command = '', ...args] = inNamespace(node, ['php', '-r', library + posting + code]);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(input);
  let said = '';
  for await (const part of child.stdout) said += part;
  return said;
}

/** One body posted as it is; the answer. */
export const posted = (from: string, url: string, { user, password }: Login, body: string): Promise<string> =>
  phpIn(from, `echo post('${url}', '${user}:${password}', stream_get_contents(STDIN));`, body);

/** A primary's push: the version first, and only if it fits, the sections. What it would write into its log. */
export const pushed = (
  from: string,
  url: string,
  { user, password }: Login,
  version: string,
  sections: Json,
): Promise<string> =>
  phpIn(
    from,
    `
    [$url, $login, $version, $sections] = in();
    $call = function ($method, $params) use ($url, $login) {
      $answer = post($url, $login, written('methodCall', 'pfsense.' . $method, $params));
      if (str_contains($answer, '<fault>') || $answer === '') { echo 'fault ', strip_tags($answer); exit; }
      return paramsOf($answer)[0];
    };
    $there = array_column($call('host_firmware_version', ['', 240])['s'], 1, 0)['config_version'];
    if ($there !== $version) { echo "version $there"; exit; }
    echo $call('restore_config_section', [$sections, 900]) === true ? 'done' : 'not done';`,
    JSON.stringify([url, `${user}:${password}`, version, sections]),
  );

/** One call that a backup was asked. */
export interface Asked {
  readonly method: string;
  readonly login: string;
  readonly params: readonly Json[];
}

export class PhpBackup {
  readonly certificate: string;
  readonly #namespace: string;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(namespace: string, folder: string, certificate: string) {
    this.#namespace = namespace;
    this.#folder = folder;
    this.certificate = certificate;
  }

  /** In `folder` are its certificate, its script and its log. `held` is what it has when it starts. */
  static async make(
    namespace: string,
    folder: string,
    login: Login,
    held: Json = struct({ interfaces: struct({ lan: struct({ descr: 'LAN' }) }) }),
  ): Promise<PhpBackup> {
    const { key, certificate } = await makeIdentity('pfsense', Date.now());
    writeFileSync(join(folder, 'backup.pem'), certificate + key, { mode: 0o600 });
    writeFileSync(join(folder, 'backup.php'), script(folder, login));
    writeFileSync(join(folder, 'held.json'), JSON.stringify(held));
    return new PhpBackup(namespace, folder, certificate);
  }

  start(): void {
    const [command = '', ...args] = inNamespace(this.#namespace, ['php', join(this.#folder, 'backup.php')]);
    this.#child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** What it was asked since it was last forgotten. */
  asked(): Asked[] {
    const log = join(this.#folder, 'backup.log');
    if (!existsSync(log)) return [];
    return readFileSync(log, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  forget(): void {
    rmSync(join(this.#folder, 'backup.log'), { force: true });
  }
}

/** A backup that keeps what it is sent, gives it back when asked, and refuses any other login with pfSense's fault. */
const script = (folder: string, { user, password }: Login): string => String.raw`<?php ${library}
$context = stream_context_create(['ssl' => ['local_cert' => '${folder}/backup.pem']]);
$server = stream_socket_server('tls://0.0.0.0:443', $code, $text, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $context);
$held = array_column(json_decode(file_get_contents('${folder}/held.json'), true)['s'], 1, 0);
// As xmlrpc.php does: some sections whole, of the others what came; false takes an element away.
function restored($name, $old, $part) {
  if (in_array($name, ['aliases', 'filter', 'nat', 'schedules']) || !isset($old['s']) || !isset($part['s'])) return $part;
  $fields = array_column($part['s'], 1, 0) + array_column($old['s'], 1, 0);
  return ['s' => array_map(fn($name) => [$name, $fields[$name]], array_keys(array_filter($fields, fn($one) => $one !== false)))];
}
function answerTo($method, $login, $params, &$held) {
  if ($login !== '${user}:${password}') return '<methodResponse><fault><value><struct><member><name>faultCode</name><value>'
    . '<int>-1</int></value></member><member><name>faultString</name><value><string>Authentication failed: Invalid username or '
    . 'password</string></value></member></struct></value></fault></methodResponse>';
  $answer = true;
  if ($method === 'pfsense.host_firmware_version') $answer = ['s' => [['config_version', '23.3']]];
  if ($method === 'pfsense.restore_config_section') foreach ($params[0]['s'] as [$name, $part])
    $held[$name] = restored($name, $held[$name] ?? null, $part);
  if ($method === 'pfsense.backup_config_section') {
    $answer = ['s' => []];
    foreach ($params[0] as $name) if (isset($held[$name])) $answer['s'][] = [$name, $held[$name]];
  }
  return written('methodResponse', null, [$answer]);
}
while (true) {
  $client = @stream_socket_accept($server, 3600);
  if (!$client) continue;
  $head = '';
  while (($line = fgets($client)) !== false && $line !== "\r\n") $head .= $line;
  if (!preg_match('/content-length: (\d+)/i', $head, $length)) { fclose($client); continue; }
  $body = stream_get_contents($client, (int) $length[1]);
  $method = readDocument($body)->getElementsByTagName('methodName')[0]->textContent;
  $login = preg_match('/authorization: basic (\S+)/i', $head, $found) ? base64_decode($found[1]) : '';
  $params = paramsOf($body);
  file_put_contents('${folder}/backup.log', json_encode(['method' => $method, 'login' => $login, 'params' => $params]) . "\n", FILE_APPEND);
  $answer = answerTo($method, $login, $params, $held);
  fwrite($client, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\nContent-Length: " . strlen($answer) . "\r\n\r\n" . $answer);
  fclose($client);
}`;
