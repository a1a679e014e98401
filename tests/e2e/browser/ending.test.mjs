// Sign-ins that nobody finishes, and the browser that the command starts itself.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import test, { after, before } from 'node:test';
import {
  chromiumArguments, chromiumEnvironment, chromiumProgram, connect, launchChromium,
} from './support/chromium.mjs';
import { script, signIn, start } from './support/command.mjs';
import { startProvider } from './support/provider.mjs';
import { assertGoodCode, decide, logIn, seesPage, texts } from './support/sign_in.mjs';
import { Stage, until } from './support/stage.mjs';

const whole = new Stage({ after });  // for all tests of this file
let chromium;
before(async () => { chromium = await launchChromium(whole); });

// The way to the consent page, which is left there.
async function askForConsent(t, args) {
  const stage = new Stage(t);
  const provider = await startProvider(stage);
  const browser = await chromium.freshSession(stage);
  const command = await signIn(stage, provider.request().url, args);
  const tab = await browser.newTab();
  await tab.open(command.url);
  await logIn(tab);
  await until('the tab asks for consent', async () => await tab.heading() === 'Allow this?');
  return { browser, command, tab, port: Number(new URL(command.redirectUri).port) };
}

async function assertPortIsFree(port) {
  const server = net.createServer();
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, resolve);
  });
  await new Promise((resolve) => { server.close(resolve); });
}

test('the tab is closed midway: the command waits until its time is out, exit status 4', async (t) => {
  const { command, tab, port, browser } = await askForConsent(t, ['--timeout', '6s']);
  await tab.close();
  assert.equal(await command.ended, 4, command.error);
  assert.equal(command.output, '');
  assert.equal(browser.responses(command.redirectUri).length, 0);
  await assertPortIsFree(port);
});

test('Ctrl-C midway: exit status 130, the port is free, and the response that comes then finds nobody', async (t) => {
  const { command, tab, port } = await askForConsent(t);
  assert.ok(command.running);
  command.child.kill('SIGINT');
  assert.equal(await command.ended, 130, command.error);
  assert.equal(command.output, '');
  await assertPortIsFree(port);
  const failed = tab.page.waitForEvent('requestfailed', (one) => one.url().startsWith(command.redirectUri));
  await decide(tab, 'approve');
  assert.match((await failed).failure().errorText, /ERR_CONNECTION_REFUSED/);
});

test('the command starts Chromium itself, with the URL as an argument', async (t) => {
  const stage = new Stage(t);
  const folder = await stage.folder();
  const profile = path.join(folder, 'profile');
  const pidFile = path.join(folder, 'pid');
  const args = chromiumArguments(profile).map((argument) => `'${argument}'`).join(' ');
  const settings = Object.entries(chromiumEnvironment(folder)).map(([name, value]) => `${name}='${value}'`).join(' ');
  const browserScript = await script(path.join(folder, 'browser'), [
    `echo $$ > '${pidFile}'`,
    `exec env -i ${settings} '${chromiumProgram}' ${args} "$1" > /dev/null 2>&1`,
  ]);
  // What the command has started outlives it, as a user's browser does.
  stage.defer(async () => {
    const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
    if (!pid) return;
    const signal = (number) => {
      try {
        return process.kill(pid, number);
      } catch {
        return false;
      }
    };
    signal('SIGKILL');
    await until('Chromium has ended', () => !signal(0));
  });
  const provider = await startProvider(stage);
  const request = provider.request();
  const command = start(stage, folder, ['--format', 'json', request.url], browserScript);
  const browser = await connect(stage, profile, async () => !command.running && command.error);
  const tab = await until('the sign-in page is open', () =>
    browser.tabs().find((one) => one.url().startsWith(provider.issuer)));
  await logIn(tab);
  await decide(tab, 'approve');
  assert.equal(await command.ended, 0, command.error);
  const answer = JSON.parse(command.output);
  await seesPage(tab, answer.redirect_uri, texts.received);
  await assertGoodCode(provider, request, answer.code, answer.redirect_uri);
});
