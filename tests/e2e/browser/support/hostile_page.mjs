// A page that sends its own responses to the callback, by every way a page has.

// The first is what a page would send that knows how responses look; none has the state.
export const forgeries = ['code=forged&state=guessed', 'error=access_denied', 'code=forged'];

const page = (body) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Hostile</title>
<link rel="icon" href="data:,">${body}</html>`;

const fields = (form) => [...new URLSearchParams(form)]
  .map(([name, value]) => `<input name="${name}" value="${value}">`).join('');

// Runs in the browser.
function attack(urls) {
  const add = (name, settings) => document.body.append(Object.assign(document.createElement(name), settings));
  urls.forEach((url, index) => {
    fetch(url, { mode: 'no-cors' }).catch(() => {});
    fetch(url, { mode: 'no-cors', method: 'POST', body: new URLSearchParams(new URL(url).search) }).catch(() => {});
    navigator.sendBeacon(url, new URLSearchParams(new URL(url).search));
    add('img', { src: url });
    add('script', { src: url });
    add('iframe', { src: url, name: `frame-${index}` });
    add('link', { rel: 'prefetch', href: url });
    add('iframe', { name: `form-${index}` });
    add('form', { action: url.split('?')[0], method: 'post', target: `form-${index}` });
    const form = document.body.lastChild;
    for (const [name, value] of new URL(url).searchParams) {
      form.append(Object.assign(document.createElement('input'), { name, value }));
    }
    form.submit();
    new WebSocket(url.replace('http:', 'ws:')).onerror = () => {};
    const events = new EventSource(url);
    events.onerror = () => events.close();
  });
}

// For the browser to fetch, or even to run, before anybody asks for it.
function speculationRules(urls) {
  return JSON.stringify({
    prefetch: [{ source: 'list', eagerness: 'immediate', urls: urls.map((url) => `${url}&by=prefetch`) }],
    prerender: [{ source: 'list', eagerness: 'immediate', urls: urls.map((url) => `${url}&by=prerender`) }],
  });
}

export const backgroundRequests = 8;  // what `attack` sends for each forgery that no person can have sent

// Serves `/`, which attacks; `/speculation`, which does so by speculation rules alone; `/window`, where each click
// opens a window; `/go?N`, which navigates itself; and `/post?N`, which does so with a form.
export function hostileHandler(callback) {
  const urls = forgeries.map((forgery) => `${callback}?${forgery}`);
  return (request, response) => {
    const [path, number] = request.url.split('?');
    const pages = {
      '/': `<body><h1>attacking</h1></body><script>(${attack})(${JSON.stringify(urls)})</script>`,
      '/speculation': `<h1>speculating</h1><script type="speculationrules">${speculationRules(urls)}</script>`,
      '/window': urls.map((url, index) =>
        `<button value="${index}" onclick="window.open('${url}')">Click</button>`).join(''),
      '/post': `<form method="post" action="${callback}">${fields(forgeries[Number(number)] ?? '')}</form>
<script>document.forms[0].submit()</script>`,
      '/go': `<script>location.href = ${JSON.stringify(urls[Number(number)])}</script>`,
    };
    response.writeHead(pages[path] ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page(pages[path] ?? ''));
  };
}
