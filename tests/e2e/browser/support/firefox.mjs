// Firefox, headless, on a profile of its own, driven over WebDriver BiDi.
import path from 'node:path';
import { load } from './packages.mjs';
import { deadline } from './stage.mjs';

// The steps that Chromium's tab has too.
class Tab {
  constructor(page) {
    this.page = page;
    page.setDefaultTimeout(deadline);
  }

  open(url) { return this.page.goto(url); }
  url() { return this.page.url(); }
  async fill(selector, text) { await (await this.page.waitForSelector(selector)).type(text); }
  async click(selector) { await (await this.page.waitForSelector(selector)).click(); }
  async heading() {
    await this.page.waitForSelector('h1');
    return this.page.$eval('h1', (element) => element.textContent);
  }
}

export async function launchFirefox(stage) {
  const folder = await stage.folder();
  const browser = await load('puppeteer-core').launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX,
    headless: true,
    timeout: deadline,
    protocolTimeout: deadline,
    userDataDir: path.join(folder, 'profile'),
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, LANG: 'C.UTF-8' },
  });
  const child = browser.process();
  stage.defer(async () => {
    await browser.close().catch(() => {});
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => { child.once('close', resolve); });
      child.kill('SIGKILL');
      await ended;
    }
  });
  return {
    // As on a fresh profile: nothing of another test is in it.
    newTab: async (owner) => {
      const context = await browser.createBrowserContext();
      owner.defer(() => context.close());
      return new Tab(await context.newPage());
    },
  };
}
