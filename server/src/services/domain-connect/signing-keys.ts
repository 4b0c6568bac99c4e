import { type Answer, joinTxt, recordsOfType } from '../../core/answers/dns-answer.ts';
import { formatKeyRecords, parseKeyRecords } from '../../core/domain-connect/key-records.ts';
import type { ConnectReason } from '../../core/domain-connect/reasons.ts';
import { createConnectKey, signConnectQuery } from '../../crypto/domain-connect-keys.ts';
import { insertConnectKey, listConnectKeys, type StoredConnectKey } from '../../db/queries/domain-connect/keys.ts';
import type { Budget } from '../../dns/budget.ts';
import type { Context } from '../context.ts';
import { connectKeyContext } from '../node/key-sealing.ts';
import type { DomainConnectSetup, KeyRecordState } from '../ports.ts';

/** A key, the TXT records that have to be there, and how they stand. */
export interface KeyStanding {
  readonly host: string;
  readonly name: string;
  readonly texts: readonly string[];
  readonly state: KeyRecordState;
}

const PREFIX = '_dck';
const KNOWN_MS = 5 * 60_000;
const WRONG_MS = 15_000;

/** Makes a key with the next free name and keeps it sealed. It signs as soon as its records are in DNS. */
export async function createSigningKey(
  ctx: Pick<Context, 'db' | 'secretBox' | 'realClock'>,
): Promise<Pick<StoredConnectKey, 'host' | 'publicKey'>> {
  const { publicKey, privateKeyDer } = await createConnectKey();
  try {
    for (;;) {
      const taken = (await listConnectKeys(ctx.db)).map(({ host }) => Number(host.slice(PREFIX.length)) || 0);
      const host = `${PREFIX}${Math.max(0, ...taken) + 1}`;
      const row = {
        host,
        publicKey,
        privateKeySealed: ctx.secretBox.seal(privateKeyDer, connectKeyContext(host)),
        secretKeyId: ctx.secretBox.keyId,
        createdAt: ctx.realClock.now(),
      };
      // Of two that begin at the same time one has the name.
      if (await insertConnectKey(ctx.db, row)) return { host, publicKey };
    }
  } finally {
    privateKeyDer.fill(0);
  }
}

/** Lists the keys, newest first, each with the TXT records that it needs. */
export async function listSigningKeys(
  ctx: Pick<Context, 'db'>,
  setup: DomainConnectSetup,
): Promise<readonly (StoredConnectKey & Omit<KeyStanding, 'state'>)[]> {
  return (await listConnectKeys(ctx.db)).map((key) => ({
    ...key,
    name: `${key.host}.${setup.pubKeyDomain}`,
    texts: formatKeyRecords(key.publicKey),
  }));
}

/** Checks whether the public half of a key is in DNS as providers will find it. */
export async function checkKeyRecord(
  ctx: Pick<Context, 'dns'>,
  { name, publicKey }: { readonly name: string; readonly publicKey: string },
  budget: Budget,
): Promise<KeyRecordState> {
  const { answers } = await ctx.dns.lookup({ name, type: 'TXT', servers: 'every' }, { budget, startAt: name });
  const states = answers.filter(({ outcome }) => outcome !== 'failed').map((answer) => readState(answer, publicKey));
  // A provider asks one of the servers, nobody knows which.
  return states.find((state) => state !== 'right') ?? states[0] ?? 'unanswered';
}

function readState(answer: Answer, publicKey: string): KeyRecordState {
  const read = parseKeyRecords((recordsOfType(answer, 'TXT') ?? []).map(joinTxt));
  if ('fault' in read) return read.fault === 'missing' ? 'missing' : 'other';
  return read.publicKey === publicKey ? 'right' : 'other';
}

/** Finds the newest key whose records are in DNS; or why no link would be accepted: none of them is, or nobody said. */
export async function findKeyInUse(
  ctx: Pick<Context, 'db' | 'dns' | 'publishedKeys'>,
  setup: DomainConnectSetup,
  budget: Budget,
): Promise<StoredConnectKey | Extract<ConnectReason, 'key_not_published' | 'lookup_failed'>> {
  let isKnown = true;
  for (const key of await listSigningKeys(ctx, setup)) {
    const state = await ctx.publishedKeys.run(`${key.name} ${key.publicKey}`, async () => {
      const value = await checkKeyRecord(ctx, key, budget);
      return { value, forMs: value === 'right' ? KNOWN_MS : WRONG_MS };
    });
    if (state === 'right') return key;
    if (state === 'unanswered') isKnown = false;
  }
  return isKnown ? 'key_not_published' : 'lookup_failed';
}

/** Signs the query of a link. */
export function signQuery(
  { secretBox }: Pick<Context, 'secretBox'>,
  { host, privateKeySealed }: StoredConnectKey,
  query: string,
): string {
  const privateKeyDer = secretBox.open(privateKeySealed, connectKeyContext(host));
  try {
    return signConnectQuery(privateKeyDer, query);
  } finally {
    privateKeyDer.fill(0);
  }
}
