// The oauth-callback command, started as a user starts it. Its BROWSER hands the URL to the test.
import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { until } from './stage.mjs';

const program = process.env.OAUTH_CALLBACK_COMMAND;
export const backend = process.env.OAUTH_CALLBACK_BACKEND;
if (!program || !backend) {
  throw new Error('OAUTH_CALLBACK_COMMAND and OAUTH_CALLBACK_BACKEND have to be set: see README.md');
}

export function environment(folder, more = {}) {
  return { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, OAUTH_CALLBACK_BACKEND: backend, ...more };
}

export async function script(file, lines) {
  await writeFile(file, `#!/bin/sh\n${lines.join('\n')}\n`);
  await chmod(file, 0o755);
  return file;
}

// Starts the command; `browser` is what BROWSER names. Standard output and error are collected.
export function start(stage, folder, args, browser) {
  const { child, ended } = stage.spawn(program, args, {
    env: environment(folder, { BROWSER: browser }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const command = { child, ended, output: '', error: '', running: true };
  child.stdout.setEncoding('utf8').on('data', (text) => { command.output += text; });
  child.stderr.setEncoding('utf8').on('data', (text) => { command.error += text; });
  ended.then(() => { command.running = false; }, () => { command.running = false; });
  return command;
}

// Starts the command for that URL and returns when it has asked its browser to open one.
export async function signIn(stage, authorizationUrl, args = []) {
  const folder = await stage.folder();
  const opened = path.join(folder, 'opened');
  const browser = await script(path.join(folder, 'browser'), [
    `printf %s "$1" > '${opened}.part'`,
    `mv '${opened}.part' '${opened}'`,
  ]);
  const command = start(stage, folder, [...args, authorizationUrl], browser);
  await until('the command opens a browser', () => {
    if (!command.running) throw new Error(`the command ended without opening a browser:\n${command.error}`);
    return existsSync(opened);
  });
  command.url = await readFile(opened, 'utf8');
  const sent = new URL(command.url).searchParams;
  command.redirectUri = sent.get('redirect_uri');
  command.state = sent.get('state');
  return command;
}
