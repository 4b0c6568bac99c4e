import { sleep } from '../transport.ts';
import { formatPlan, isToWrite, type ShownApplied, type ShownPlan } from './plan-text.ts';

/** Asks the person at a terminal; null where nobody sits there. */
export type Ask = ((question: string) => Promise<string>) | null;

/** How a domain is published: through the API, or by calling the use cases directly. */
export interface Publishing {
  getPlan(): Promise<ShownPlan>;
  apply(input: { readonly planId: string; readonly consents: string[] }): Promise<ShownApplied>;
  readonly ask: Ask;
  note(text: string): void;
  readonly signal?: AbortSignal;
}

/** What came of it; `applied` is null if there was nothing to write, or somebody said no. */
export interface Published {
  readonly plan: ShownPlan;
  readonly applied: ShownApplied | null;
}

type Place = Pick<ShownPlan['changes'][number], 'name' | 'type'>;

const POLL_MS = 2_000;
const PATIENCE_MS = 120_000;

/**
 * Shows what would be written, asks about what only a person can agree to, and writes it. Without a terminal, only what
 * needs no consent and what `consents` names is written.
 */
export async function publish(publishing: Publishing, consents: readonly string[]): Promise<Published> {
  const { ask, note } = publishing;
  const plan = await publishing.getPlan();
  if (ask) note(`${formatPlan(plan)}\n`);
  const asked = new Map(plan.changes.flatMap(({ consent }) => (consent ? [[consent.code, consent.message]] : [])));
  for (const consent of consents) if (!asked.has(consent)) note(`The plan doesn't ask for the consent ${consent}.`);
  const given = consents.filter((consent) => asked.has(consent));
  if (ask)
    for (const [code, message = ''] of asked)
      if (!given.includes(code) && (await isYes(ask, `${message.replaceAll('`', '')} Do you agree?`))) given.push(code);
  if (!plan.changes.some((change) => isToWrite(change, given))) return { plan, applied: null };
  if (ask && !(await isYes(ask, `Publish in ${plan.zone}?`))) return { plan, applied: null };
  const applied = await publishing.apply({ planId: plan.planId, consents: given });
  return { plan, applied: applied.status === 'writing' ? await waitForEnd(publishing, plan, given, applied) : applied };
}

/** Waits until the service has finished writing. What the next plan still wants was left; what it no longer wants was written. */
async function waitForEnd(
  publishing: Publishing,
  plan: ShownPlan,
  consents: readonly string[],
  begun: ShownApplied,
): Promise<ShownApplied> {
  publishing.note('Waiting for the DNS provider …');
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    await sleep(POLL_MS, publishing.signal);
    const { isBeingWritten, changes } = await publishing.getPlan();
    if (isBeingWritten) continue;
    const left = changes.filter(({ action }) => action !== 'keep');
    const isLeft = (one: Place) => left.some(({ name, type }) => name === one.name && type === one.type);
    const written = plan.changes
      .filter((change) => isToWrite(change, consents) && !isLeft(change))
      .map(({ name, type, before, after }) => ({ name, type, before, after }));
    return { ...begun, status: 'written', written, left };
  }
  return begun;
}

async function isYes(ask: NonNullable<Ask>, question: string): Promise<boolean> {
  return /^y(?:es)?$/i.test((await ask(`${question} [y/N] `)).trim());
}

/** Reads `--consent CODE,CODE`. */
export function readConsents(flag: string | boolean | undefined): string[] {
  return typeof flag === 'string'
    ? flag
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== '')
    : [];
}
