import { randomBytes, randomInt } from 'node:crypto';
import type { ClientBase } from 'pg';
import { isRefusedParameter, isStatementUnknown } from './failures.ts';

/** What an operator says about the way to the database. What is left out is found out. */
export interface SessionOptions {
  /** `AUTOSEND_DATABASE_PREPARE`: whether statements are prepared by name. Left out: unless there is a pooler. */
  readonly prepare?: boolean | undefined;
  /** Told, in one line, what was switched because of a pooler. */
  readonly onSwitch?: ((message: string) => void) | undefined;
}

/** What a pool makes of its sessions. */
export interface SessionUse {
  /** Whether a pooler such as PgBouncer is between this process and PostgreSQL. */
  readonly isPooled: boolean;
  /** Whether statements are prepared by name. */
  readonly isPreparing: boolean;
  /** What ends a statement that takes too long: a setting of each connection, one of each transaction, or the server's own. */
  readonly limitedBy: 'connection' | 'transaction' | 'server';
}

/** The sessions of one pool: what can be relied on in them, and what is done where it can't. */
export interface Sessions {
  readonly use: SessionUse;
  /** Whether a connection was looked at: before that, `use` is a guess. */
  readonly isExamined: boolean;
  /** Looks at a new connection before it is used. */
  examine(client: ClientBase): Promise<void>;
  /** Sends something once more, in another way, where a pooler refused it for what it does not keep. Whatever it was must not have had an effect then. */
  adapt<T>(work: () => Promise<T>): Promise<T>;
}

interface Probe {
  readonly pid: number;
  readonly statement_ms: number;
  readonly idle_ms: number;
}

const PROBE = `select pg_backend_pid() as pid,
  (extract(epoch from current_setting('statement_timeout')::interval) * 1000)::float8 as statement_ms,
  (extract(epoch from current_setting('idle_in_transaction_session_timeout')::interval) * 1000)::float8 as idle_ms`;

/**
 * Keeps account of what the sessions of a pool are good for. In transaction mode a pooler gives each transaction any session:
 * nothing that is set or prepared in one is there in the next. PgBouncer also refuses startup parameters that it does not know.
 * @param limitMs how long a statement may take, and a transaction may wait for us
 * @param dropParameters has new connections begin without these limits
 */
export function createSessions(
  { prepare, onSwitch = () => undefined }: SessionOptions,
  limitMs: number,
  dropParameters: () => void,
): Sessions {
  let use: SessionUse = { isPooled: false, isPreparing: prepare ?? true, limitedBy: 'connection' };
  let sendsParameters = true;
  let isExamined = false;

  const isLimited = (ms: number) => ms > 0 && ms <= limitMs;

  async function examine(client: ClientBase): Promise<void> {
    // One pooler is enough to be careful for good.
    if (use.isPooled) return;
    const { rows } = await client.query<Probe>(PROBE);
    isExamined = true;
    const [probe] = rows;
    // A pooler answers for many servers, so the key to cancel with that it gives out is one of its own.
    if (!probe || (sendsParameters && probe.pid === readProcessId(client))) return;
    const isServersOwn = isLimited(probe.statement_ms) && isLimited(probe.idle_ms);
    use = { isPooled: true, isPreparing: prepare ?? false, limitedBy: isServersOwn ? 'server' : 'transaction' };
    onSwitch(describeSwitch(use, prepare));
  }

  /** What is left to try after a failure of `work`, which began with `sent` and `prepared` as they were then. */
  function tryAgain<T>(work: () => Promise<T>, error: unknown, sent: boolean, prepared: boolean): Promise<T> {
    if (sent && isRefusedParameter(error)) {
      sendsParameters = false;
      dropParameters();
      // The connection that follows may find that statements can't be prepared.
      return adapt(work);
    }
    if (!prepared || !isStatementUnknown(error)) throw error;
    if (use.isPreparing) {
      use = { ...use, isPreparing: false };
      onSwitch(
        'A pooler does not keep the statements that were prepared, so they are no longer prepared by name. Set AUTOSEND_DATABASE_PREPARE=false.',
      );
    }
    return work();
  }

  function adapt<T>(work: () => Promise<T>): Promise<T> {
    const [sent, prepared] = [sendsParameters, use.isPreparing];
    return work().catch((error: unknown) => tryAgain(work, error, sent, prepared));
  }

  return {
    get use() {
      return use;
    },
    get isExamined() {
      return isExamined;
    },
    examine,
    adapt,
  };
}

/** So often two clients take turns, in an order without a pattern: a pooler that has several sessions for them may give each its own for a while. */
const TURNS = 20;

/**
 * Finds out whether two clients have their prepared statements to themselves, though they have a name in common. Where a
 * pooler lends both the same sessions and does not look after this, one of them runs what the other prepared, or fails.
 */
export async function isPreparedApart(one: ClientBase, other: ClientBase): Promise<boolean> {
  const name = `autosend_${randomBytes(8).toString('hex')}`;
  const clients = [one, other];
  try {
    for (let turn = 0; turn < TURNS; turn += 1) {
      const which = turn < clients.length ? turn : randomInt(clients.length);
      const { rows } = (await clients[which]?.query({ name, text: `select ${which} as which` })) ?? { rows: [] };
      if (rows[0]?.which !== which) return false;
    }
    return true;
  } catch (error) {
    if (isStatementUnknown(error)) return false;
    throw error;
  }
}

/** The process that the server said it is, for canceling: PostgreSQL's own id where there is no pooler. It has no type in the driver's. */
export function readProcessId(client: ClientBase): unknown {
  return 'processID' in client ? client.processID : undefined;
}

function describeSwitch({ isPreparing, limitedBy }: SessionUse, prepare: boolean | undefined): string {
  const statements = isPreparing
    ? 'statements are prepared by name, as AUTOSEND_DATABASE_PREPARE=true says'
    : `statements are not prepared by name${prepare === false ? ', as AUTOSEND_DATABASE_PREPARE=false says' : ''}`;
  const limits =
    limitedBy === 'server'
      ? 'time limits are those of the server'
      : 'time limits are set in each transaction, because the server has none for this role';
  return `There is a pooler between this node and PostgreSQL: ${statements}, and ${limits}.`;
}
