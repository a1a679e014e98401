// The receiver of holder.cpp: it stays until the test ends.
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { backend, environment } from './command.mjs';
import { until } from './stage.mjs';

export async function startHolder(stage) {
  const program = process.env.OAUTH_CALLBACK_HOLDER;
  if (!program) throw new Error('OAUTH_CALLBACK_HOLDER has to be set: see README.md');
  const folder = await stage.folder();
  const { child, ended } = stage.spawn(program, [], { env: environment(folder), stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  const first = await until('the holder listens', () => {
    if (child.exitCode !== null) throw new Error('the holder has ended');
    return lines[0];
  });
  assert.equal(first.backend, backend);
  return {
    redirectUri: first.redirect_uri,
    state: first.state,
    results: () => lines.filter((line) => 'code' in line),
    outcomes: () => lines.filter((line) => line.outcome).map(({ outcome, status }) => `${status} ${outcome}`),
    end: () => {
      child.stdin.end();
      return ended;
    },
  };
}
