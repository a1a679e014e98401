// What the user does, and what has to come of it.
import assert from 'node:assert/strict';
import { user } from './provider_pages.mjs';
import { until } from './stage.mjs';

// What the pages of the receiver say.
export const texts = {
  received: /^Authorization received$/,
  refused: /^Authorization refused$/,
  notWaitedFor: /^This is not the sign-in we wait for$/,
};

export async function logIn(tab, password = user.password) {
  await tab.fill('input[name=login]', user.login);
  await tab.fill('input[name=password]', password);
  await tab.click('button[type=submit]');
}

export async function decide(tab, decision) {
  await tab.click(`button[value=${decision}]`);
}

export async function approve(tab, url) {
  await tab.open(url);
  await logIn(tab);
  await decide(tab, 'approve');
}

// The tab is at the redirect URI, with nothing of the response left in its address.
export async function seesPage(tab, redirectUri, heading) {
  await until(`the tab is at ${redirectUri}`, () => tab.url() === redirectUri);
  assert.match(await tab.heading(), heading);
}

// The code is good: the token endpoint takes it, once.
export async function assertGoodCode(provider, request, code, redirectUri) {
  const { status, body } = await provider.token(code, redirectUri, request.verifier);
  assert.equal(status, 200, JSON.stringify(body));
  assert.ok(body.access_token);
  const claims = JSON.parse(Buffer.from(body.id_token.split('.')[1], 'base64url'));
  assert.equal(claims.iss, provider.issuer);
  assert.equal(claims.aud, provider.clientId);
  assert.equal((await provider.token(code, redirectUri, request.verifier)).body.error, 'invalid_grant');
}

// The command has ended well, and said what the provider sent: that and nothing else.
export async function assertJson(command, provider, code) {
  assert.equal(await command.ended, 0, command.error);
  const lines = command.output.split('\n');
  assert.deepEqual(lines.slice(1), [''], 'one line');
  assert.deepEqual(JSON.parse(lines[0]), {
    code, state: command.state, iss: provider.issuer, redirect_uri: command.redirectUri,
  });
  assertNothingLeaked(command, code);
}

export function assertNothingLeaked(command, code) {
  assert.ok(!command.error.includes(code), 'the code is on standard error');
  assert.ok(!command.error.includes(command.state), 'the state is on standard error');
}
