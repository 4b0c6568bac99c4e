import { type HttpsStub, type StubReply, type StubRequest, startHttpsStub } from '../publishing/https-stub.ts';
import type { TestAuthority } from '../publishing/test-authority.ts';
import { type Application, ApplyError, applyTemplate, type HeldRecord, type RawRecord } from './apply-template.ts';
import { splitQuery, verifySignedQuery } from './verify-link.ts';

/** A template as a provider has it on board. */
export interface OnboardedTemplate {
  readonly providerId: string;
  readonly serviceId: string;
  readonly providerName: string;
  readonly syncPubKeyDomain?: string;
  readonly records: readonly RawRecord[];
}

/** A zone that a provider keeps. */
export interface KeptZone {
  read(): readonly HeldRecord[];
  write(records: readonly HeldRecord[]): Promise<void>;
}

/** A DNS provider that takes Domain Connect: settings, template check, and the pages that ask its customer. */
export interface ConnectStub extends Pick<HttpsStub, 'port' | 'requests' | 'failNext'> {
  readonly host: string;
  /** Such as `https://connect.stub.example:40123`. */
  readonly origin: string;
  /** What a `_domainconnect` record says. */
  readonly place: string;
  /** The settings that it answers with; change them to be another provider. */
  settings: Record<string, unknown>;
  templates: OnboardedTemplate[];
  readonly zones: Map<string, KeptZone>;
  /** Why links were refused, in order. */
  readonly refusals: string[];
  close(): Promise<void>;
}

/**
 * Starts one at 127.0.0.1, with a certificate for `host`.
 * @param options.resolveTxt how it finds public keys: real DNS
 */
export async function startConnectStub(options: {
  readonly authority: TestAuthority;
  readonly host: string;
  readonly resolveTxt: (name: string) => Promise<readonly string[]>;
}): Promise<ConnectStub> {
  const refusals: string[] = [];
  const zones = new Map<string, KeptZone>();
  const links = new Map<string, { application: Application; template: OnboardedTemplate; redirect: string | null }>();
  const state = { settings: {} as Record<string, unknown>, templates: [] as OnboardedTemplate[] };

  async function answer(request: StubRequest): Promise<StubReply> {
    const { path, method } = request;
    const [, zone] = /^\/v2\/([^/]+)\/settings$/.exec(path) ?? [];
    if (zone !== undefined) return zones.has(zone) ? { status: 200, body: state.settings } : { status: 404 };
    const [, provider, service, apply] =
      /^\/v2\/domainTemplates\/providers\/([^/]+)\/services\/([^/]+)(\/apply)?$/.exec(path) ?? [];
    const template = state.templates.find((each) => each.providerId === provider && each.serviceId === service);
    if (provider !== undefined && apply === undefined) return template ? { status: 200 } : { status: 404 };
    if (apply !== undefined) return askCustomer(request, template);
    const [, verdict, id = ''] = /^\/(confirm|cancel)\/(\d+)$/.exec(path) ?? [];
    const link = links.get(id);
    if (verdict === undefined || method !== 'GET' || !link) return { status: 404 };
    return verdict === 'confirm'
      ? confirm(link)
      : goBack(link.redirect, { error: 'access_denied', error_description: 'user_cancel' });
  }

  async function askCustomer({ search }: StubRequest, template: OnboardedTemplate | undefined): Promise<StubReply> {
    const read = await readLink(search, template).catch((error: unknown) => {
      refusals.push(error instanceof Error ? error.message : String(error));
      return null;
    });
    if (!read) return page(400, `<h1>This link can't be used</h1><p>${refusals.at(-1)}</p>`);
    const id = String(links.size + 1);
    links.set(id, read);
    const rows = read.application.groups.map((group) => `<li>${group}</li>`).join('');
    return page(
      200,
      `<h1>${read.template.providerName} would like to set up ${read.application.domain}</h1><ul>${rows}</ul><a href="/confirm/${id}">Confirm</a> <a href="/cancel/${id}">Cancel</a>`,
    );
  }

  /** Verifies a link as the specification has it: the signature over the query as it came, by the key in DNS. */
  async function readLink(search: string, template: OnboardedTemplate | undefined) {
    if (!template) throw new ApplyError('There is no such template.');
    const { query, key, sig } = splitQuery(search);
    if (template.syncPubKeyDomain === undefined || key === null || sig === null)
      throw new ApplyError('The link is not signed.');
    if (!/&sig=[^&]*$/.test(search)) throw new ApplyError('The signature is not the last parameter.');
    const texts = await options.resolveTxt(`${key}.${template.syncPubKeyDomain}`);
    if (!verifySignedQuery(query, sig, texts)) throw new ApplyError('The signature is not that of the key in DNS.');
    const parameters = new URLSearchParams(query);
    const domain = parameters.get('domain') ?? '';
    if (!zones.has(domain)) throw new ApplyError(`There is no zone ${domain}.`);
    const application: Application = {
      domain,
      host: parameters.get('host') ?? '',
      groups: (parameters.get('groupId') ?? '').split(',').filter((group) => group !== ''),
      parameters: new Map(parameters),
    };
    return { application, template, redirect: parameters.get('redirect_uri') };
  }

  async function confirm({
    application,
    template,
    redirect,
  }: Awaited<ReturnType<typeof readLink>>): Promise<StubReply> {
    const zone = zones.get(application.domain);
    if (!zone) return page(404, '');
    await zone.write(applyTemplate(template, application, zone.read()));
    return goBack(redirect, {});
  }

  const stub = await startHttpsStub({ authority: options.authority, host: options.host, answer });
  const origin = `https://${options.host}:${stub.port}`;
  state.settings = {
    providerId: options.host,
    providerName: 'Stub DNS',
    urlSyncUX: origin,
    urlAPI: origin,
    width: 750,
    height: 750,
  };
  return Object.assign(state, {
    host: options.host,
    port: stub.port,
    requests: stub.requests,
    failNext: stub.failNext,
    origin,
    place: `${options.host}:${stub.port}`,
    zones,
    refusals,
    close: stub.close,
  });
}

function goBack(redirect: string | null, said: Readonly<Record<string, string>>): StubReply {
  if (redirect === null) return page(200, '<h1>You can close this window</h1>');
  const url = new URL(redirect);
  for (const [name, value] of Object.entries(said)) url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.href } };
}

function page(status: number, body: string): StubReply {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html><html lang="en"><title>Stub DNS</title><main>${body}</main></html>`,
  };
}
