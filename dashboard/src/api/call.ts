/*
 * Talks to the server. `call` makes one request, typed by the server's contract; the files beside it
 * (`account.ts`, `project.ts`, `domains.ts`) name the queries that pages share, so that one change refreshes all
 * who show it. What the page brought along (`brought-data.ts`) isn't asked for. `live.ts` follows the server-sent
 * events, `request-error.ts` reads errors. No page and no text for people, except where the server can't be reached.
 */

import { formatCallPath } from '../../../server/src/core/first-calls.ts';
import type {
  DashboardBody,
  DashboardCall,
  DashboardData,
  DashboardParam,
  DashboardQuery,
} from '../../../server/src/wire/dashboard/contract.ts';
import { takeBroughtAnswer } from './brought-data.ts';
import { noteAway, noteConnected } from './connection.ts';
import { shareInFlight } from './in-flight.ts';
import { askForProof } from './proof.ts';
import { RequestError, readAnswer } from './request-error.ts';
import { askForSignIn } from './sign-in-again.ts';

const SIGNING_IN = /^(?:POST|DELETE) \/api\/(?:session|oidc)/;

/** The parameter of a call where it takes one; the key is absent where it takes none. */
type Given<Name extends string, T> = [T] extends [undefined | never] ? { [N in Name]?: never } : { [N in Name]: T };

/** What a call is given: the names in its path, its query, its body. */
type Input<K extends DashboardCall> = Given<
  'params',
  [DashboardParam<K>] extends [never] ? undefined : Readonly<Record<DashboardParam<K>, string>>
> &
  Given<'body', DashboardBody<K>> & {
    query?: DashboardQuery<K>;
    headers?: Readonly<Record<string, string>>;
    signal?: AbortSignal;
  };

/**
 * Makes one call of the dashboard's API, named by its method and path as in the server's contract, which types all of it.
 *
 *     const { projects } = await call('GET /api/projects', {});
 *
 * Where the server wants to know once more who it is, or the session has ended while a page was open, the person is asked,
 * and the call is made again. A change that is under way is not sent a second time.
 *
 * @throws RequestError
 */
export async function call<K extends DashboardCall>(name: K, input: Input<K>): Promise<DashboardData<K>> {
  const { params, body } = input as { params?: object; body?: unknown };
  if (name.startsWith('GET ')) return callAsked(name, input);
  return shareInFlight(JSON.stringify([name, params, body]), () => callAsked(name, input));
}

async function callAsked<K extends DashboardCall>(name: K, input: Input<K>): Promise<DashboardData<K>> {
  try {
    return await callOnce(name, input);
  } catch (error) {
    if (!(await isAnswered(name, error))) throw error;
    return callOnce(name, input);
  }
}

/** Whether a call was refused for something that the person has now answered. */
async function isAnswered(name: DashboardCall, error: unknown): Promise<boolean> {
  if (!(error instanceof RequestError)) return false;
  if (error.code === 'REAUTHENTICATION_REQUIRED') return askForProof();
  // A password that is wrong is told by the form in which it was typed.
  return error.code === 'UNAUTHORIZED' && !SIGNING_IN.test(name) && askForSignIn();
}

async function callOnce<K extends DashboardCall>(name: K, input: Input<K>): Promise<DashboardData<K>> {
  const { params, query, body, headers, signal } = input as {
    params?: Record<string, string>;
    query?: Record<string, string | undefined>;
    body?: unknown;
    headers?: Record<string, string>;
    signal?: AbortSignal;
  };
  const [method = 'GET', path = ''] = name.split(' ');
  const url = formatCallPath(path, params, query);
  const brought = method === 'GET' ? takeBroughtAnswer(url) : undefined;
  if (brought !== undefined) return brought as DashboardData<K>;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    noteAway();
    throw new RequestError('NETWORK', 'Can’t reach the server. Check your connection or try again in a moment.');
  }
  try {
    const answer = await readAnswer(response);
    noteConnected();
    return answer as DashboardData<K>;
  } catch (error) {
    // A proxy that answers in the server's place says so with its own page.
    const isOther = response.status >= 502 && error instanceof RequestError && error.code === 'UNREADABLE';
    if (isOther) noteAway();
    else noteConnected();
    throw error;
  }
}

/** The address of a call that the browser opens itself: a file, or live updates. */
export function formatCallUrl<K extends DashboardCall>(
  name: K & `GET ${string}`,
  params: Readonly<Record<DashboardParam<K>, string>>,
  query?: DashboardQuery<K>,
): string {
  return formatCallPath(name.slice('GET '.length), params, query as Record<string, string> | undefined);
}
