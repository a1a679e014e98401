// An earlier server on the same port may have left a service worker in the browser. It sees the callback first.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { randomInt } from 'node:crypto';
import test from 'node:test';
import { launchChromium } from './support/chromium.mjs';
import { signIn } from './support/command.mjs';
import { startProvider } from './support/provider.mjs';
import { approve, assertGoodCode, seesPage, texts } from './support/sign_in.mjs';
import { Stage, until } from './support/stage.mjs';

const worker = `
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const code = new URL(event.request.url).searchParams.get('code');
  const caught = '<!doctype html><h1>Caught by a worker</h1><p>' + code + '</p>';
  event.respondWith(new Response(caught, { headers: { 'content-type': 'text/html' } }));
});`;

const page = `<!doctype html><h1>earlier</h1><script>
navigator.serviceWorker.register('/worker.js', { scope: '/' }).then(() => navigator.serviceWorker.ready)
  .then(() => { document.querySelector('h1').textContent = 'the worker is ready'; });
</script>`;

// A port that no outgoing connection is given, below the ephemeral ones.
async function startEarlierServer() {
  for (;;) {
    const server = http.createServer((request, response) => {
      const script = request.url === '/worker.js';
      response.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' }).end(script ? worker : page);
    });
    server.listen(randomInt(15000, 30000), '127.0.0.1');
    try {
      await once(server, 'listening');
      return server;
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error;
    }
  }
}

async function leaveWorker(browser) {
  const server = await startEarlierServer();
  const { port } = server.address();
  try {
    const tab = await browser.newTab();
    await tab.open(`http://127.0.0.1:${port}/`);
    await until('the worker is ready', async () => await tab.heading() === 'the worker is ready');
    await tab.close();
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => { server.close(resolve); });
  }
  return port;
}

for (const mode of ['query', 'form_post']) {
  test(`a fixed port: the worker gets the response, the command never does (${mode})`, async (t) => {
    const stage = new Stage(t);
    const provider = await startProvider(stage);
    const browser = await launchChromium(stage);
    const port = await leaveWorker(browser);

    // On that port the worker takes the response. The code is of no use to it: the verifier never was in the browser.
    const request = provider.request({ response_mode: mode });
    const fixed = await signIn(stage, request.url, ['--port', `${port}`, '--timeout', '10s', '--verbose']);
    assert.equal(fixed.redirectUri, `http://127.0.0.1:${port}/callback`);
    const tab = await browser.newTab();
    await approve(tab, fixed.url);
    await until('the worker has answered', async () => await tab.heading().catch(() => '') === 'Caught by a worker');

    // The same browser, worker and all, and the default: a port that the system chooses.
    const another = provider.request({ response_mode: mode, prompt: 'login consent' });
    const ephemeral = await signIn(stage, another.url);
    assert.notEqual(new URL(ephemeral.redirectUri).port, `${port}`);
    const next = await browser.newTab();
    await approve(next, ephemeral.url);
    await seesPage(next, ephemeral.redirectUri, texts.received);
    assert.equal(await ephemeral.ended, 0, ephemeral.error);
    await assertGoodCode(provider, another, ephemeral.output.trim(), ephemeral.redirectUri);

    // The first one has waited in vain.
    assert.equal(await fixed.ended, 4, fixed.error);
    assert.equal(fixed.output, '');
    assert.doesNotMatch(fixed.error, /\/callback: /, 'the command has seen a request');
  });
}
