// Chromium as a user runs it, on a profile of its own, and a hand on it through the DevTools protocol.
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { load } from './packages.mjs';
import { deadline, until } from './stage.mjs';

const program = process.env.CHROMIUM ?? 'chromium';

// Headless, and quiet on a closed network. Nothing is switched off that a page could notice.
export function chromiumArguments(profile) {
  return [
    '--headless', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run', '--disable-sync',
    '--disable-background-networking', '--disable-component-update', '--no-default-browser-check',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE ::1',
    '--password-store=basic', '--remote-debugging-port=0', `--user-data-dir=${profile}`,
    ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
  ];
}

export const chromiumProgram = program;

export function chromiumEnvironment(folder) {
  return { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, LANG: 'C.UTF-8' };
}

// The same few steps for every browser driver.
class Tab {
  constructor(page) {
    this.page = page;
    page.setDefaultTimeout(deadline);
  }

  open(url) { return this.page.goto(url, { waitUntil: 'commit' }); }
  url() { return this.page.url(); }
  fill(selector, text) { return this.page.fill(selector, text); }
  click(selector) { return this.page.click(selector, { noWaitAfter: true }); }
  heading() { return this.page.locator('h1').first().textContent(); }
  text() { return this.page.locator('body').innerText(); }
  close() { return this.page.close(); }
}

// What one user does in a browser, and what the browser sends meanwhile.
function session(context) {
  const requests = [];
  context.on('request', (request) => requests.push({ url: request.url(), body: request.postData() }));
  return {
    context,
    requests,
    newTab: async () => new Tab(await context.newPage()),
    tabs: () => context.pages().map((page) => new Tab(page)),
    // The parameters of each authorization response that this browser has sent there.
    responses: (redirectUri) => requests.filter(({ url }) => url.split('?')[0] === redirectUri)
      .map(({ url, body }) => new URLSearchParams(body ?? new URL(url).search))
      .filter((parameters) => parameters.size > 0),
  };
}

// Takes hold of a Chromium that runs on that profile. `gone` says why there will be none.
export async function connect(stage, profile, gone = async () => '') {
  const endpoint = await until('Chromium listens for its driver', async () => {
    const reason = await gone();
    if (reason) throw new Error(reason);
    const text = await readFile(path.join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
    const [port, file] = text.split('\n');
    return file && `ws://127.0.0.1:${port}${file}`;
  });
  const browser = await load('playwright-core').chromium.connectOverCDP(endpoint, { timeout: deadline });
  stage.defer(() => browser.close());
  return {
    ...session(browser.contexts()[0]),
    // As on a fresh profile, but without the time that one takes.
    freshSession: async (owner) => {
      const context = await browser.newContext();
      owner.defer(() => context.close());
      return session(context);
    },
  };
}

export async function launchChromium(stage, more = []) {
  const folder = await stage.folder();
  const profile = path.join(folder, 'profile');
  let ended = false;
  // A file and no pipe, which helpers that outlive the browser could keep open.
  const complaints = await open(path.join(folder, 'complaints'), 'w');
  const run = stage.spawn(program, [...chromiumArguments(profile), ...more, 'about:blank'],
    { env: chromiumEnvironment(folder), stdio: ['ignore', 'ignore', complaints.fd] });
  await complaints.close();
  run.ended.then(() => { ended = true; }, () => { ended = true; });
  return connect(stage, profile, async () =>
    ended && `Chromium has ended: ${await readFile(path.join(folder, 'complaints'), 'utf8')}`);
}
