// A hostile page in the same browser, which knows the port and the path, while the command waits.
import assert from 'node:assert/strict';
import test from 'node:test';
import { launchChromium } from './support/chromium.mjs';
import { signIn } from './support/command.mjs';
import { backgroundRequests, forgeries, hostileHandler } from './support/hostile_page.mjs';
import { listen, startProvider } from './support/provider.mjs';
import { approve, assertGoodCode, assertJson, seesPage, texts } from './support/sign_in.mjs';
import { Stage, until } from './support/stage.mjs';

// What --verbose says of each request: "GET /callback: wrong state, 400, from http://…".
const requestsIn = (command) => command.error.split('\n').filter((line) => / \/callback: /.test(line));

async function setUp(t, parameters) {
  const stage = new Stage(t);
  const provider = await startProvider(stage);
  const browser = await launchChromium(stage);
  const request = provider.request(parameters);
  const command = await signIn(stage, request.url, ['--format', 'json', '--verbose']);
  const hostile = await listen(stage, hostileHandler(command.redirectUri));
  return { provider, browser, request, command, hostile };
}

// Each forgery that a person's own click could have sent gets the page that says so.
async function navigate(browser, hostile, command) {
  for (const number of forgeries.keys()) {
    for (const way of ['go', 'post']) {
      const tab = await browser.newTab();
      await tab.open(`${hostile.origin}/${way}?${number}`);
      await seesPage(tab, command.redirectUri, texts.notWaitedFor);
    }
  }
  const opener = await browser.newTab();
  await opener.open(`${hostile.origin}/window`);
  for (const number of forgeries.keys()) {
    const opened = browser.context.waitForEvent('page');
    await opener.click(`button[value="${number}"]`);
    const popup = await opened;
    await until('the window is at the callback', () => popup.url() === command.redirectUri);
  }
}

for (const mode of ['query', 'form_post']) {
  test(`every way a page has, and then the user signs in (${mode})`, async (t) => {
    const { provider, browser, request, command, hostile } = await setUp(t, { response_mode: mode });
    const refused = (outcome) => requestsIn(command).filter((line) => line.includes(outcome)).length;
    const speculation = await browser.newTab();
    await speculation.open(`${hostile.origin}/speculation`);
    await until('speculation has arrived', () => refused('prefetch or prerender, 503'));
    const page = await browser.newTab();
    await page.open(hostile.origin);
    await navigate(browser, hostile, command);
    // All of it has arrived, and was refused for what it was.
    await until('what no person can have sent is refused', () =>
      refused('not a navigation, 403') + refused('method not allowed, 405') >= backgroundRequests * forgeries.length);
    await until('the navigations are refused', () => refused('wrong state, 400') >= 2 * forgeries.length);
    assert.ok(command.running, command.error);
    assert.equal(command.output, '');

    await page.page.reload({ waitUntil: 'commit' });  // once more, while the user is at it
    const tab = await browser.newTab();
    await approve(tab, command.url);
    await seesPage(tab, command.redirectUri, texts.received);
    const genuine = browser.responses(command.redirectUri)
      .filter((response) => response.get('state') === command.state);
    assert.equal(genuine.length, 1);
    await assertJson(command, provider, genuine[0].get('code'));
    assert.equal(requestsIn(command).filter((line) => line.includes('completed')).length, 1);
    await assertGoodCode(provider, request, genuine[0].get('code'), command.redirectUri);
  });
}
