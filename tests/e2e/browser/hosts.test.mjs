// The spellings of the loopback host in the redirect URI.
import assert from 'node:assert/strict';
import os from 'node:os';
import test, { after, before } from 'node:test';
import { launchChromium } from './support/chromium.mjs';
import { signIn } from './support/command.mjs';
import { startProvider } from './support/provider.mjs';
import { approve, assertGoodCode, assertJson, seesPage, texts } from './support/sign_in.mjs';
import { Stage } from './support/stage.mjs';

const whole = new Stage({ after });  // for all tests of this file
let chromium;
before(async () => { chromium = await launchChromium(whole); });

const hasIpv6 = Object.values(os.networkInterfaces()).flat().some(({ address }) => address === '::1');

for (const [host, spelt] of [['127.0.0.1', '127.0.0.1'], ['::1', '[::1]'], ['localhost', 'localhost']]) {
  const skip = host === '::1' && !hasIpv6 && 'NOT RUN: this machine has no ::1';
  test(`--host ${host}`, { skip }, async (t) => {
    const stage = new Stage(t);
    const provider = await startProvider(stage);
    const browser = await chromium.freshSession(stage);
    const request = provider.request();
    const command = await signIn(stage, request.url, ['--host', host, '--format', 'json']);
    assert.match(command.redirectUri, /^http:\/\/.*:\d+\/callback$/);
    assert.equal(new URL(command.redirectUri).hostname, spelt);
    const tab = await browser.newTab();
    await approve(tab, command.url);
    await seesPage(tab, command.redirectUri, texts.received);
    const [response] = browser.responses(command.redirectUri);
    await assertJson(command, provider, response.get('code'));
    await assertGoodCode(provider, request, response.get('code'), command.redirectUri);
  });
}
