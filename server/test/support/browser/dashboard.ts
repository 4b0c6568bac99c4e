import assert from 'node:assert/strict';
import type { ProjectRole } from '../../../src/core/access/roles.ts';
import { hashNewPassword } from '../../../src/services/people/new-passwords.ts';
import { createSetupToken } from '../../../src/services/people/setup.ts';
import {
  type DashboardBody,
  type DashboardCall,
  type DashboardData,
  type DashboardParam,
  dashboardContract,
} from '../../../src/wire/dashboard/contract.ts';
import type { Operation } from '../../../src/wire/dashboard/operation.ts';
import type { TestApp, TestReply } from '../app.ts';

interface CallInput<K extends DashboardCall> {
  readonly params?: Readonly<Record<DashboardParam<K>, string>>;
  readonly body?: DashboardBody<K>;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A browser that keeps its cookies and calls the dashboard's API from the dashboard's own pages. */
export interface Browser {
  /** Sends a call, and checks that its answer is what the contract says. */
  send<K extends DashboardCall>(call: K, input?: CallInput<K>): Promise<TestReply>;
  /** Sends a call that succeeds; gives back its data. */
  get<K extends DashboardCall>(call: K, input?: CallInput<K>): Promise<DashboardData<K>>;
  /** The Cookie header. */
  cookie(): string;
}

export const PASSWORD = 'correct horse battery staple';

/**
 * The list of common passwords takes a fifth of a second of a core to load. On a busy machine it keeps the event loop for so
 * long that requests beside it find no connection: it is over before the first request.
 */
let warmed: Promise<unknown> | undefined;
function loadPasswordList(): Promise<unknown> {
  warmed ??= hashNewPassword(PASSWORD, { name: '', email: '' }, 'password');
  return warmed;
}

/** Fills the parameters of a call's path. */
export function fillPath(path: string, params: Readonly<Record<string, string>> = {}): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? assert.fail(`${path} needs ${name}.`));
}

/** Opens a browser where nobody is signed in. */
export function openBrowser(service: TestApp): Browser {
  const jar = new Map<string, string>();
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const send: Browser['send'] = async (call, { params, body, query = '', headers } = {}) => {
    await loadPasswordList();
    const [method, path = ''] = call.split(' ');
    const reply = await service.send({
      method: method as 'GET',
      url: fillPath(path, params) + query,
      key: null,
      headers: { origin: service.ctx.publicUrl, ...(jar.size > 0 && { cookie: cookie() }), ...headers },
      ...(body !== undefined && { body }),
    });
    for (const line of [reply.headers['set-cookie'] ?? []].flat().map(String)) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    const { data }: Operation = dashboardContract[call];
    if (reply.status === 200 && data) {
      assert.deepEqual(Object.keys(reply.json), ['success', 'data'], call);
      assert.equal(reply.json.success, true);
      data.parse(reply.json.data);
    }
    return reply;
  };
  return {
    send,
    async get(call, input) {
      const reply = await send(call, input);
      assert.equal(reply.status, 200, `${call}: ${reply.text}`);
      return reply.json.data;
    },
    cookie,
  };
}

/** Sets the installation up; gives back the owner's browser. */
export async function setUpOwner(service: TestApp, email = 'owner@example.com'): Promise<Browser> {
  const token = await createSetupToken(service.ctx);
  assert.ok(token);
  const browser = openBrowser(service);
  await browser.get('POST /api/setup', { body: { token, name: 'Olive Owner', email, password: PASSWORD } });
  return browser;
}

/** Invites someone by a link, who makes an account and joins; gives back their browser and id. */
export async function addMember(
  service: TestApp,
  by: Browser,
  projectId: string,
  role: ProjectRole,
  email = `${role}-${projectId}@example.com`,
): Promise<Browser & { readonly userId: string }> {
  // Members are listed in the order in which they came.
  service.clock.advance(1);
  const { url } = await by.get('POST /api/projects/:projectId/invitations', { params: { projectId }, body: { role } });
  const token = new URL(url).hash.slice(1);
  const browser = openBrowser(service);
  const account = { name: `Mo ${role}`, email, password: PASSWORD };
  const joined = await browser.get('POST /api/invitations/accept', { body: { token, account } });
  assert.equal(joined.projectId, projectId);
  assert.ok(joined.account);
  return { ...browser, userId: joined.account.id };
}

/** Signs someone in, in a browser of its own. */
export async function signIn(service: TestApp, email: string, password = PASSWORD): Promise<Browser> {
  const browser = openBrowser(service);
  await browser.get('POST /api/session', { body: { email, password } });
  return browser;
}
