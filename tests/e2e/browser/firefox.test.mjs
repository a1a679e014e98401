// The main flows once more, in another browser.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { signIn } from './support/command.mjs';
import { launchFirefox } from './support/firefox.mjs';
import { startProvider } from './support/provider.mjs';
import { approve, assertGoodCode, decide, logIn, seesPage, texts } from './support/sign_in.mjs';
import { Stage, until } from './support/stage.mjs';

const whole = new Stage({ after });  // for all tests of this file
let firefox;
before(async () => { firefox = await launchFirefox(whole); });

async function start(t, parameters) {
  const stage = new Stage(t);
  const provider = await startProvider(stage);
  const request = provider.request(parameters);
  const command = await signIn(stage, request.url);
  return { provider, request, command, tab: await firefox.newTab(stage) };
}

for (const mode of ['query', 'form_post']) {
  test(`approve (${mode})`, async (t) => {
    const { provider, request, command, tab } = await start(t, { response_mode: mode });
    await approve(tab, command.url);
    await seesPage(tab, command.redirectUri, texts.received);
    assert.equal(await command.ended, 0, command.error);
    assert.match(command.output, /^[\w-]+\n$/);
    await assertGoodCode(provider, request, command.output.trim(), command.redirectUri);
  });
}

test('deny, after a wrong password', async (t) => {
  const { command, tab } = await start(t);
  await tab.open(command.url);
  await logIn(tab, 'wrong');
  await until('the login page says so', async () =>
    await tab.heading().catch(() => '') === 'That is not the password.');
  await logIn(tab);
  await decide(tab, 'deny');
  await seesPage(tab, command.redirectUri, texts.refused);
  assert.equal(await command.ended, 3, command.error);
  assert.equal(command.output, '');
  assert.match(command.error, /refused by the provider: access_denied: The user refused\.\n/);
});
