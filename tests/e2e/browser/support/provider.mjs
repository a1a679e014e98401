// A real authorization server on an ephemeral loopback port, and the client's part of the code flow.
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { load } from './packages.mjs';
import { withOwnPages } from './provider_pages.mjs';

const clientId = 'native-app';

function configuration(ownPages) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    clients: [{
      client_id: clientId,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'ES256',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      // Without a port, for any port (RFC 8252 section 7.3).
      redirect_uris: ['127.0.0.1', '[::1]', 'localhost'].map((host) => `http://${host}/callback`),
    }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'test' }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    pkce: { required: () => true },
    features: { devInteractions: { enabled: !ownPages } },
    ttl: { AccessToken: 600, AuthorizationCode: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    ...(ownPages && { interactions: { url: (ctx, interaction) => `/pages/${interaction.uid}` } }),
  };
}

export async function listen(stage, handler, port = 0) {
  const server = http.createServer(handler);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  stage.defer(close);
  return { server, close, port: server.address().port, origin: `http://127.0.0.1:${server.address().port}` };
}

// A sign-in as the client starts it: the URL for the user, and the verifier for itself (RFC 7636).
function authorizationRequest(issuer, parameters) {
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL('/auth', issuer);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    scope: 'openid',
    code_challenge_method: 'S256',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    ...parameters,
  });
  return { url: url.href, verifier };
}

async function tokenRequest(issuer, code, redirectUri, verifier) {
  const response = await fetch(new URL('/token', issuer), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  });
  return { status: response.status, body: await response.json() };
}

// Logins with our own pages, which know a wrong password and a refusal; or with those that the provider brings along.
export async function startProvider(stage, { ownPages = true } = {}) {
  let handler = (request, response) => response.writeHead(503).end();
  const { origin } = await listen(stage, (request, response) => handler(request, response));
  // Its advice on how to run it in earnest is no news here.
  const { info, warn } = console;
  Object.assign(console, { info() {}, warn() {} });
  try {
    const { Provider } = load('oidc-provider');
    const provider = new Provider(origin, configuration(ownPages));
    handler = ownPages ? withOwnPages(provider, provider.callback()) : provider.callback();
  } finally {
    Object.assign(console, { info, warn });
  }
  return {
    issuer: origin,
    clientId,
    request: (parameters) => authorizationRequest(origin, parameters),
    token: (code, redirectUri, verifier) => tokenRequest(origin, code, redirectUri, verifier),
  };
}
