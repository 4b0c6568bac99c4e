// A small product whose customers send email from their own domains: the model of how to build on the API. README.md says how to
// run it. What stands for a sign-in and a database of yours says so.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { AutosendDomains, AutosendError, verifyWebhook } from 'autosend-domains';

/** @typedef {import('autosend-domains').Domain} Domain */
/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

const { AUTOSEND_URL = 'http://localhost:3000', AUTOSEND_API_KEY = '', PORT = '4000', RETURN_URL } = process.env;
/** Where browsers and the service reach this product. */
const PUBLIC_URL = new URL(process.env.PUBLIC_URL ?? `http://localhost:${PORT}`);
const PAGE = readFileSync(new URL('page.html', import.meta.url), 'utf8');

// The API key stays in this process; no page ever sees it.
const autosend = new AutosendDomains({ apiKey: AUTOSEND_API_KEY, baseUrl: AUTOSEND_URL });

/** Stands for a table of yours: each domain, whose it is, and the last event about it. @type {Map<string, { customer: string, domain: Domain, sequence: number, isDeleted: boolean }>} */
const table = new Map();
/** Stands for a column with a unique index: the events that were handled. @type {Set<string>} */
const handled = new Set();
/** Customers whose domains were read from the service: unlike yours, this table is empty after a restart. @type {Set<string>} */
const loaded = new Set();
/** The open pages. @type {Set<{ customer: string, response: Response }>} */
const pages = new Set();

/** What a request is refused with. */
class Refusal extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Keeps what the service says, unless something newer is known: deliveries overtake each other. @param {string} customer @param {Domain} domain */
function keep(customer, domain, sequence = 0, isDeleted = false) {
  if (sequence <= (table.get(domain.id)?.sequence ?? -1)) return false;
  table.set(domain.id, { customer, domain, sequence, isDeleted });
  for (const page of pages) if (page.customer === customer) page.response.write('data: changed\n\n');
  return true;
}

/** Takes a delivery of the service. One that isn't answered with 2xx comes again. @param {Request} request */
async function receiveWebhook(request) {
  // The signature covers the octets as they came, so nothing may parse them before.
  const event = await verifyWebhook(await readBody(request, 1_000_000), request.headers, webhookSecret);
  const id = String(request.headers['webhook-id']);
  if (handled.has(id)) return;
  handled.add(id);
  if (event.type === 'webhook.disabled') console.error(`The webhook was disabled: ${event.data.reason}.`);
  // A domain without a customer was added elsewhere.
  if (!('domain' in event.data) || event.data.externalId === null) return;
  const { domain, externalId, sequence } = event.data;
  const isNews = keep(externalId, domain, sequence, event.type === 'domain.deleted');
  // Here a product switches the sender over, or writes to its customer.
  if (isNews && event.type === 'domain.verified') console.log(`${externalId} can send from ${domain.domainName}.`);
}

/** @param {string} customer @param {Request} request */
async function addDomain(customer, request) {
  const { name, requestId } = Object(JSON.parse(String(await readBody(request, 10_000))));
  if (!/^[\w-]{1,64}$/.test(requestId)) throw new Refusal(400, 'requestId is missing.');
  // A double click, or a repeat after a lost connection, gets the same domain. All customers share a project and its keys: with
  // the customer in it, nobody is answered with what another has added.
  const idempotencyKey = `${customer} ${requestId}`;
  const domain = await autosend.domains.create(
    { domain: String(name).trim(), externalId: customer },
    { idempotencyKey },
  );
  keep(customer, domain);
  return showDomain(domain);
}

/** @param {string} customer */
async function listDomains(customer) {
  if (!loaded.has(customer))
    for await (const domain of autosend.domains.iterate({ externalId: customer })) keep(customer, domain);
  loaded.add(customer);
  const rows = [...table.values()].filter((row) => row.customer === customer && !row.isDeleted);
  return rows.map(({ domain }) => showDomain(domain));
}

/** What the page needs, and no more. @param {Domain} domain */
const showDomain = ({ id, domainName, verificationStatus }) => ({ id, name: domainName, status: verificationStatus });

/** Tells a page of each change, and at once of those that it missed. @param {string} customer @param {Response} response */
function openStream(customer, response) {
  const page = { customer, response };
  pages.add(page);
  response.on('close', () => pages.delete(page));
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('data: changed\n\n');
}

/** Serves the page. Its own script and style are the only ones that run there, and they reach this server only. @param {Response} response */
function sendPage(response) {
  const nonce = randomUUID();
  const own = `script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; img-src data:`;
  const policy = `default-src 'none'; ${own}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy });
  response.end(PAGE.replaceAll('NONCE', nonce));
}

/** Stands for your sign-in: here each browser is a customer. @param {Request} request @param {Response} response */
function identify({ headers }, response) {
  const known = /(?:^|; )customer=(cus_[\da-f-]{36})(?:;|$)/.exec(headers.cookie ?? '')?.[1];
  const customer = known ?? `cus_${randomUUID()}`;
  const secure = PUBLIC_URL.protocol === 'https:' ? '; Secure' : '';
  if (!known) response.setHeader('set-cookie', `customer=${customer}; HttpOnly; SameSite=Lax; Path=/${secure}`);
  return customer;
}

/** @param {Request} request @param {Response} response */
async function handle(request, response) {
  const path = request.url?.split('?', 1)[0] ?? '';
  const route = `${request.method} ${path}`;
  const answer = (/** @type {unknown} */ body, status = 200) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (route === 'POST /webhooks') return answer(await receiveWebhook(request), 204);
  // Another host name that leads here isn't ours (DNS rebinding), and no other site's page may change anything (CSRF).
  if (request.headers.host !== PUBLIC_URL.host) throw new Refusal(421, `Open ${PUBLIC_URL.origin}.`);
  if (request.method !== 'GET' && request.headers.origin !== PUBLIC_URL.origin) throw new Refusal(403, 'Use the page.');
  const customer = identify(request, response);
  if (route === 'GET /') return sendPage(response);
  if (route === 'GET /api/changes') return openStream(customer, response);
  if (route === 'GET /api/domains') return answer(await listDomains(customer));
  if (route === 'POST /api/domains') return answer(await addDomain(customer, request), 201);
  // The key may do anything to any domain of the project: whose a domain is, the product has to check.
  const [, id = '', what = ''] = /^\/api\/domains\/(\w+)(\/[\w-]+)?$/.exec(path) ?? [];
  if (table.get(id)?.customer !== customer) throw new Refusal(404, "This isn't here.");
  const action = `${request.method} ${what}`;
  if (action === 'GET /records') return answer(await autosend.domains.records(id));
  if (action === 'POST /share-link') return answer(await autosend.shareLinks.create(id, { returnUrl: RETURN_URL }));
  if (action === 'DELETE ') return answer(await autosend.domains.delete(id));
  throw new Refusal(404, "This isn't here.");
}

/** @param {Request} request @param {number} limit in octets */
async function readBody(request, limit) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > limit) throw new Refusal(413, 'The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What the API says of an input is for the customer; what it says of a key, a limit or a network is for us. @param {unknown} error @param {Response} response */
function fail(error, response) {
  const isForCustomer = error instanceof AutosendError && [400, 409, 422].includes(error.status);
  const told =
    error instanceof Refusal || isForCustomer ? error : { status: 502, message: "That didn't work. Try again." };
  if (told.status === 502) console.error(error);
  if (!response.headersSent) response.writeHead(told.status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message: told.message }));
}

/** @param {Error} error @returns {never} */
function quit({ message }) {
  console.error(`The service: ${message}`);
  process.exit(1);
}

/** Creates our webhook on the first start and finds it again later. @returns its secret */
async function registerWebhook() {
  const { href: url } = new URL('/webhooks', PUBLIC_URL);
  const { webhooks } = await autosend.webhooks.list({ limit: 100 });
  const known = webhooks.find((each) => each.url === url);
  const events = ['domain.*', 'record.*', 'webhook.disabled'];
  if (!known) return (await autosend.webhooks.create({ url, events })).secret;
  if (!known.isActive) await autosend.webhooks.update(known.id, { isActive: true });
  return autosend.webhooks.reveal(known.id);
}

const webhookSecret = process.env.WEBHOOK_SECRET ?? (await registerWebhook().catch(quit));
createServer((request, response) => {
  handle(request, response).catch((error) => fail(error, response));
}).listen(Number(PORT), '127.0.0.1', () => console.log(`The product is at ${PUBLIC_URL.origin}.`));
