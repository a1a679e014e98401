// A login page that knows its users, and a consent page that can be refused.
import { collect } from './stage.mjs';

export const user = { login: 'alice', password: 'correct horse' };

const page = (title, body) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<link rel="icon" href="data:,"><h1>${title}</h1>${body}</html>`;

const loginPage = (title) => page(title, `<form method="post">
<input name="login" autocomplete="off"><input name="password" type="password">
<button type="submit">Sign in</button></form>`);

const consentPage = page('Allow this?', `<form method="post">
<button name="decision" value="approve">Allow</button><button name="decision" value="deny">Refuse</button></form>`);

function show(response, html) {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(html);
}

async function grantFor(provider, { grantId, session, params, prompt }) {
  const grant = grantId ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  if (prompt.details.missingOIDCScope) grant.addOIDCScope(prompt.details.missingOIDCScope.join(' '));
  if (prompt.details.missingOIDCClaims) grant.addOIDCClaims(prompt.details.missingOIDCClaims);
  return grant.save();
}

async function answer(provider, request, response) {
  const interaction = await provider.interactionDetails(request, response);
  const login = interaction.prompt.name === 'login';
  if (request.method !== 'POST') {
    show(response, login ? loginPage('Who are you?') : consentPage);
    return;
  }
  const form = new URLSearchParams(await collect(request));
  if (login && (form.get('login') !== user.login || form.get('password') !== user.password)) {
    show(response, loginPage('That is not the password.'));
    return;
  }
  let result;
  if (login) result = { login: { accountId: user.login } };
  else if (form.get('decision') === 'approve') result = { consent: { grantId: await grantFor(provider, interaction) } };
  else result = { error: 'access_denied', error_description: 'The user refused.' };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: !login });
}

// A handler for node:http: our own pages at /pages/UID, and the provider for all the rest.
export function withOwnPages(provider, next) {
  return (request, response) => {
    if (!request.url.startsWith('/pages/')) return next(request, response);
    return answer(provider, request, response).catch((error) => {
      // An interaction that is over, say: Back in the browser leads there.
      response.writeHead(400, { 'content-type': 'text/plain' }).end(`${error.name}: ${error.message}`);
    });
  };
}
