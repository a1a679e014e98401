// Sign-ins from the command to the token endpoint.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launchChromium } from './support/chromium.mjs';
import { signIn } from './support/command.mjs';
import { startProvider } from './support/provider.mjs';
import {
  approve, assertGoodCode, assertJson, assertNothingLeaked, decide, logIn, seesPage, texts,
} from './support/sign_in.mjs';
import { Stage, until } from './support/stage.mjs';

const whole = new Stage({ after });  // for all tests of this file
let chromium;
before(async () => { chromium = await launchChromium(whole); });

async function start(t, { ownPages, parameters, args } = {}) {
  const stage = new Stage(t);
  const provider = await startProvider(stage, { ownPages });
  const browser = await chromium.freshSession(stage);
  const request = provider.request(parameters);
  const command = await signIn(stage, request.url, args);
  return { stage, provider, browser, request, command, tab: await browser.newTab() };
}

test('approve: the code is printed, and the token endpoint takes it', async (t) => {
  const { provider, browser, request, command, tab } = await start(t);
  assert.match(command.redirectUri, /^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  assert.match(command.state, /^[\w-]{43}$/);
  await approve(tab, command.url);
  await seesPage(tab, command.redirectUri, texts.received);
  assert.equal(await command.ended, 0, command.error);
  const [response, ...more] = browser.responses(command.redirectUri);
  assert.deepEqual(more, []);
  assert.equal(response.get('state'), command.state);
  assert.equal(command.output, `${response.get('code')}\n`);
  assertNothingLeaked(command, response.get('code'));
  await assertGoodCode(provider, request, response.get('code'), command.redirectUri);
});

test('approve: with the provider\'s built-in pages, as JSON', async (t) => {
  const { provider, browser, request, command, tab } = await start(t, { ownPages: false, args: ['--format', 'json'] });
  await tab.open(command.url);
  await logIn(tab, 'any');
  await until('the consent page is there', () =>
    tab.page.locator('input[name=prompt][value=consent]').count());
  await tab.click('button[type=submit]');
  await seesPage(tab, command.redirectUri, texts.received);
  const [response] = browser.responses(command.redirectUri);
  await assertJson(command, provider, response.get('code'));
  await assertGoodCode(provider, request, response.get('code'), command.redirectUri);
});

test('a code is worth nothing without its verifier', async (t) => {
  const { provider, command, tab } = await start(t);
  await approve(tab, command.url);
  assert.equal(await command.ended, 0, command.error);
  const { verifier } = provider.request();
  const { status, body } = await provider.token(command.output.trim(), command.redirectUri, verifier);
  assert.deepEqual([status, body.error], [400, 'invalid_grant']);
});

test('deny: exit status 3, and the error with its description', async (t) => {
  const { browser, command, tab } = await start(t);
  await tab.open(command.url);
  await logIn(tab);
  await decide(tab, 'deny');
  await seesPage(tab, command.redirectUri, texts.refused);
  const page = await tab.text();
  assert.match(page, /^access_denied$/m);
  assert.match(page, /^The user refused\.$/m);
  assert.equal(await command.ended, 3, command.error);
  assert.equal(command.output, '');
  assert.match(command.error, /refused by the provider: access_denied: The user refused\.\n/);
  assert.equal(browser.responses(command.redirectUri).length, 1);
});

test('deny: as JSON', async (t) => {
  const { provider, command, tab } = await start(t, { args: ['--format', 'json'] });
  await tab.open(command.url);
  await logIn(tab);
  await decide(tab, 'deny');
  assert.equal(await command.ended, 3, command.error);
  assert.deepEqual(JSON.parse(command.output), {
    error: 'access_denied', error_description: 'The user refused.', state: command.state, iss: provider.issuer,
  });
});

test('wrong password first: the wait goes on until the right one', async (t) => {
  const { provider, request, command, tab } = await start(t);
  await tab.open(command.url);
  await logIn(tab, 'wrong');
  await until('the login page says so', async () =>
    await tab.heading().catch(() => '') === 'That is not the password.');
  assert.ok(command.running);
  await logIn(tab);
  await decide(tab, 'approve');
  await seesPage(tab, command.redirectUri, texts.received);
  assert.equal(await command.ended, 0, command.error);
  await assertGoodCode(provider, request, command.output.trim(), command.redirectUri);
});

test('response_mode=form_post: approve', async (t) => {
  const { provider, browser, request, command, tab } = await start(t, {
    parameters: { response_mode: 'form_post' }, args: ['--format', 'json'],
  });
  await approve(tab, command.url);
  await seesPage(tab, command.redirectUri, texts.received);
  const posts = browser.requests.filter(({ url, body }) => url === command.redirectUri && body);
  assert.equal(posts.length, 1);
  const code = new URLSearchParams(posts[0].body).get('code');
  await assertJson(command, provider, code);
  await assertGoodCode(provider, request, code, command.redirectUri);
});

test('response_mode=form_post: deny', async (t) => {
  const { command, tab } = await start(t, { parameters: { response_mode: 'form_post' } });
  await tab.open(command.url);
  await logIn(tab);
  await decide(tab, 'deny');
  await seesPage(tab, command.redirectUri, texts.refused);
  assert.equal(await command.ended, 3, command.error);
});
