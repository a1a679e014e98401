// After the sign-in: reload, Back, and the same URL in a second tab.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launchChromium } from './support/chromium.mjs';
import { signIn } from './support/command.mjs';
import { startHolder } from './support/holder.mjs';
import { startProvider } from './support/provider.mjs';
import { approve, assertGoodCode, decide, logIn, seesPage, texts } from './support/sign_in.mjs';
import { Stage, until } from './support/stage.mjs';

const whole = new Stage({ after });  // for all tests of this file
let chromium;
// Without its cache of whole pages Back and Forward are requests.
before(async () => { chromium = await launchChromium(whole, ['--disable-back-forward-cache']); });

async function start(t) {
  const stage = new Stage(t);
  const provider = await startProvider(stage);
  const browser = await chromium.freshSession(stage);
  return { stage, provider, browser, tab: await browser.newTab() };
}

// With a receiver that stays.
async function startWithHolder(t, parameters) {
  const set = await start(t);
  const holder = await startHolder(set.stage);
  const request = set.provider.request({ redirect_uri: holder.redirectUri, state: holder.state, ...parameters });
  return { ...set, holder, request };
}

// Nothing listens there any more: the browser says so in place of the page.
const refused = /ERR_CONNECTION_REFUSED/;

async function history(browser, tab) {
  const devtools = await browser.context.newCDPSession(tab.page);
  return (await devtools.send('Page.getNavigationHistory')).entries.map(({ url }) => url);
}

// Goes 'Back' or 'Forward'. While Chromium is between two pages it does not say what its history is; so asked again.
async function go(tab, direction) {
  const unready = /Not attached to an active page/;
  await until(`the tab goes ${direction}`, async () => {
    try {
      await tab.page[`go${direction}`]({ waitUntil: 'commit' });
      return true;
    } catch (error) {
      if (!unready.test(error.message)) throw error;
      return false;
    }
  });
}

test('when the command has ended: the page stays, its history is clean, and a reload finds nobody', async (t) => {
  const { provider, browser, tab } = await start(t);
  const request = provider.request();
  const command = await signIn(new Stage(t), request.url);
  await approve(tab, command.url);
  await seesPage(tab, command.redirectUri, texts.received);
  assert.equal(await command.ended, 0, command.error);
  const code = command.output.trim();

  assert.match(await tab.heading(), texts.received);
  const urls = await history(browser, tab);
  assert.equal(urls.at(-1), command.redirectUri);
  assert.ok(!urls.some((url) => url.includes(code)), 'the code is in the history');
  await assert.rejects(tab.page.reload(), refused);
  // The code was sent once, and never again.
  assert.equal(browser.responses(command.redirectUri).length, 1);
  await assertGoodCode(provider, request, code, command.redirectUri);
});

test('when the command has ended: Back leads to the provider, and no code is sent again', async (t) => {
  const { provider, browser, tab } = await start(t);
  const command = await signIn(new Stage(t), provider.request().url);
  await approve(tab, command.url);
  await seesPage(tab, command.redirectUri, texts.received);
  assert.equal(await command.ended, 0, command.error);
  await go(tab, 'Back');
  await until('the tab is back at the provider', () => tab.url().startsWith(provider.issuer));
  await assert.rejects(go(tab, 'Forward'), refused);
  assert.equal(browser.responses(command.redirectUri).length, 1);
});

for (const mode of ['query', 'form_post']) {
  test(`when the receiver stays: reload, Back and Forward change nothing (${mode})`, async (t) => {
    const { provider, browser, tab, holder, request } = await startWithHolder(t, { response_mode: mode });
    await approve(tab, request.url);
    await seesPage(tab, holder.redirectUri, texts.received);
    await until('there is a result', () => holder.results().length);
    const sent = browser.responses(holder.redirectUri);
    const page = await tab.text();
    // The address has no response in it any more, and the receiver has a page for it all the same.
    await tab.page.reload();
    assert.equal(await tab.text(), page);
    assert.deepEqual(holder.outcomes(), ['200 completed', '200 repeated']);
    await go(tab, 'Back');
    await until('the tab is back at the provider', () => tab.url().startsWith(provider.issuer));
    await go(tab, 'Forward');
    await until('the tab is at the receiver again', () => tab.url() === holder.redirectUri);
    assert.equal(browser.responses(holder.redirectUri).length, 1, 'the code was sent again');
    assert.equal(holder.outcomes().filter((outcome) => outcome === '200 completed').length, 1);
    assert.equal(holder.results().length, 1);
    await assertGoodCode(provider, request, sent[0].get('code'), holder.redirectUri);
    assert.equal(await holder.end(), 0);
  });
}

test('when the receiver stays: the same response once more gets the same page, and is no second result', async (t) => {
  const { provider, browser, tab, holder, request } = await startWithHolder(t);
  await approve(tab, request.url);
  await seesPage(tab, holder.redirectUri, texts.received);
  const page = await tab.text();
  const url = browser.requests.map((sent) => sent.url).find((sent) => sent.startsWith(`${holder.redirectUri}?`));
  for (const again of [tab, await browser.newTab()]) {
    await again.open(url);
    await seesPage(again, holder.redirectUri, texts.received);
    assert.equal(await again.text(), page);
  }
  assert.deepEqual(holder.outcomes(), ['200 completed', '200 repeated', '200 repeated']);
  assert.equal(holder.results().length, 1);
  await assertGoodCode(provider, request, holder.results()[0].code, holder.redirectUri);
  assert.equal(await holder.end(), 0);
});

// Both tabs have asked for consent before either is answered.
async function inTwoTabs(browser, first, url) {
  await first.open(url);
  await logIn(first);
  await until('the first tab asks for consent', async () => await first.heading() === 'Allow this?');
  const second = await browser.newTab();
  await second.open(url);
  await until('the second tab asks for consent', async () => await second.heading() === 'Allow this?');
  await decide(first, 'approve');
  return second;
}

test('a second tab: its response finds nobody when the command has ended', async (t) => {
  const { provider, browser, tab } = await start(t);
  const request = provider.request();
  const command = await signIn(new Stage(t), request.url);
  const second = await inTwoTabs(browser, tab, command.url);
  await seesPage(tab, command.redirectUri, texts.received);
  assert.equal(await command.ended, 0, command.error);
  // At once, as a program does: this provider withdraws the first grant when the second is given.
  await assertGoodCode(provider, request, command.output.trim(), command.redirectUri);
  const failed = second.page.waitForEvent('requestfailed', (one) => one.url().startsWith(command.redirectUri));
  await decide(second, 'approve');
  assert.match((await failed).failure().errorText, refused);
});

test('a second tab: a receiver that stays refuses its response, and keeps the first', async (t) => {
  const { provider, browser, tab, holder, request } = await startWithHolder(t);
  const second = await inTwoTabs(browser, tab, request.url);
  await seesPage(tab, holder.redirectUri, texts.received);
  const [{ code }] = holder.results();
  await assertGoodCode(provider, request, code, holder.redirectUri);
  await decide(second, 'approve');
  // Another code with a state that is used up: the same as a response that nobody asked for.
  await until('the second response is answered', () => holder.outcomes().length === 2);
  assert.deepEqual(holder.outcomes(), ['200 completed', '400 wrong state']);
  await seesPage(second, holder.redirectUri, texts.notWaitedFor);
  const [first, other, ...more] = browser.responses(holder.redirectUri).map((response) => response.get('code'));
  assert.deepEqual([first, more], [code, []]);
  assert.notEqual(other, code);
  assert.deepEqual(holder.results(), [{ code, error: '' }]);
  assert.equal(await holder.end(), 0);
});
