// What a test has started, and how all of it ends with the test, whatever its outcome.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const deadline = 60_000;  // for whatever is waited for: a busy machine takes its time

// Waits until `probe` returns something true, and returns that.
export async function until(what, probe) {
  const end = Date.now() + deadline;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`after ${deadline / 1000} s, still not: ${what}`);
    await pause(25);
  }
}

// A child that the system ends with us, should we be killed.
const guard = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file));

export class Stage {
  #endings = [];

  constructor(t) {
    t.after(() => this.#close());
  }

  defer(ending) {
    this.#endings.push(ending);
  }

  async folder() {
    const name = await mkdtemp(path.join(os.tmpdir(), 'oauth-callback-browser-'));
    this.defer(() => rm(name, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
    return name;
  }

  // `ended` is a promise of the exit status, or of the name of the signal that ended it.
  spawn(program, args, options) {
    const [file, ...rest] = guard ? [guard, '--pdeathsig', 'KILL', '--', program, ...args] : [program, ...args];
    const child = spawn(file, rest, options);
    const ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => resolve(signal ?? status));
    });
    ended.catch(() => {});
    this.defer(() => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      return ended;
    });
    return { child, ended };
  }

  async #close() {
    let failure;
    for (const ending of this.#endings.reverse()) {
      try {
        await ending();
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure) throw failure;
  }
}

export async function collect(stream) {
  let text = '';
  stream.setEncoding('utf8');
  for await (const part of stream) text += part;
  return text;
}
