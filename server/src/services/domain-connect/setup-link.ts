import { findReturnFault } from '../../core/access/return-url.ts';
import { formatApplyLink, formatSignedQuery } from '../../core/domain-connect/apply-link.ts';
import { type ChosenGroups, chooseGroups, listMembers } from '../../core/domain-connect/groups.ts';
import type { ConnectReason } from '../../core/domain-connect/reasons.ts';
import { buildTemplateRecords } from '../../core/domain-connect/template.ts';
import { validationError } from '../../core/errors.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import { findProject } from '../../db/queries/projects.ts';
import type { Context } from '../context.ts';
import { listFurtherKeys } from '../keys/domain-keys.ts';
import type { CheckAdmission, DomainConnectSetup, PreparedLink, SetupOffer } from '../ports.ts';
import { discoverProvider } from './discover.ts';
import { planForLink } from './planned-groups.ts';
import { findKeyInUse, signQuery } from './signing-keys.ts';
import { issueReturn, PLAIN_RETURN, type ReturnTo } from './way-back.ts';

const LOOKUP_MS = 8_000;
/** For so long an offer is shown again: what the zone's own servers are asked for it costs as much as a check. */
const OFFERED_MS = 10_000;
const NONE: ChosenGroups = { groups: [], variables: {}, leftOut: [] };

/** Finds whether a domain can be set up by a link, and what it would bring. Nothing is stored. @param linkId the share link of whoever asks */
export async function getOffer(ctx: Context, domain: StoredDomain, linkId?: string): Promise<SetupOffer> {
  return (await prepare(ctx, domain, linkId)).offer;
}

/** A link, with what it brings; null where there is none. */
export interface SetupLink {
  readonly offer: SetupOffer;
  readonly url: string | null;
}

/**
 * Creates a link that sets a domain up at its DNS provider.
 * @param returnTo the page that asked; left out, a page that says that all is done
 * @param linkId the share link of whoever asks
 */
export async function createSetupLink(
  ctx: Context,
  domain: StoredDomain,
  returnTo: ReturnTo = PLAIN_RETURN,
  linkId?: string,
): Promise<SetupLink> {
  const { offer, ready } = await prepare(ctx, domain, linkId);
  if (!ready || offer.reason !== null) return { offer, url: null };
  const { setup, discovery, key } = ready;
  const host = domain.name === discovery.apex ? '' : domain.name.slice(0, -discovery.apex.length - 1);
  const query = formatSignedQuery({
    ...offer.chosen.variables,
    domain: discovery.apex,
    ...(host !== '' && { host }),
    groupId: offer.chosen.groups.join(','),
    redirect_uri: await issueReturn(ctx, domain, returnTo),
  });
  const signature = signQuery(ctx, key, query);
  return { offer, url: formatApplyLink(discovery, setup, { query, keyHost: key.host, signature }) };
}

/** Takes an address to return to that a program gave. @throws AppError VALIDATION_FAILED where the project doesn't allow its origin */
export async function requireReturn(
  ctx: Pick<Context, 'db'>,
  { projectId }: Pick<StoredDomain, 'projectId'>,
  redirectUri: string,
): Promise<ReturnTo> {
  const project = await findProject(ctx.db, projectId);
  const fault = findReturnFault(redirectUri, project?.returnOrigins ?? [], 'redirectUri');
  if (fault !== null) throw validationError('redirectUri', fault);
  return redirectUri;
}

async function prepare(ctx: Context, domain: StoredDomain, linkId: string | undefined): Promise<PreparedLink> {
  const setup = ctx.domainConnect;
  if (!setup) return refuse('not_configured');
  if (domain.isTest) return refuse('test_domain');
  return ctx.setupOffers.run(`${domain.id} ${domain.revision}`, async () => {
    const admission = await admit(ctx, domain, linkId);
    if (!admission) return { value: refuse('asked_often'), forMs: 0 };
    let asked = 0;
    const value = await prepareNow(ctx, setup, domain, (questions) => {
      asked += questions;
    }).finally(() => admission.settle(asked));
    return { value, forMs: OFFERED_MS };
  });
}

/** Takes a check of the domain, and one of the share link by which somebody asks: nobody has to be signed in for that. */
async function admit(
  { checkLimits }: Pick<Context, 'checkLimits'>,
  domain: StoredDomain,
  linkId: string | undefined,
): Promise<CheckAdmission | null> {
  // Apart from the link's checks: whoever opens the page may ask for one at once.
  if (linkId !== undefined && (await checkLimits.admitLink(`setup by ${linkId}`)) !== null) return null;
  const admission = await checkLimits.admit(domain, 'asked');
  return admission.retryAfterSeconds === null ? admission : null;
}

async function prepareNow(
  ctx: Context,
  setup: DomainConnectSetup,
  domain: StoredDomain,
  onAsked: (questions: number) => void,
): Promise<PreparedLink> {
  const startBudget = () => ctx.dns.startBudget({ signal: ctx.stopping, deadlineMs: LOOKUP_MS, force: true });
  const key = await findKeyInUse(ctx, setup, startBudget());
  if (typeof key === 'string') return refuse(key);
  const budget = startBudget();
  const discovery = await discoverProvider(ctx, setup, domain.name, budget);
  onAsked(budget.queriesUsed());
  if (discovery.reason !== null) return refuse(discovery.reason, discovery.provider);
  const records = buildTemplateRecords({ ...setup, labels: ctx.labels, regions: ctx.regions, keysZone: ctx.keysZone });
  const input = { domainName: domain.name, ...domain, ...domain.recordSettings };
  const members = listMembers(input, await listFurtherKeys(ctx.db, domain), records);
  // With its own time: how long the provider took to answer is not taken off it.
  const planBudget = startBudget();
  const planned = await planForLink(ctx, domain.name, members, { apex: discovery.apex, budget: planBudget });
  onAsked(planBudget.queriesUsed());
  const chosen = chooseGroups(members, planned, { records, deployed: discovery.deployed.groups }, domain.name);
  const provider = { id: discovery.provider.id, name: discovery.provider.name };
  return { offer: { provider, chosen, reason: findLack(chosen), isSupported: true }, ready: { setup, discovery, key } };
}

/** Why a link would bring nothing; null where it brings something. */
function findLack({ groups, leftOut }: ChosenGroups): ConnectReason | null {
  if (groups.length > 0) return null;
  return leftOut.some(({ code }) => code === 'unanswered') ? 'lookup_failed' : 'nothing_to_add';
}

function refuse(reason: ConnectReason, provider: SetupOffer['provider'] = null): PreparedLink {
  const shown = provider && { id: provider.id, name: provider.name };
  return { offer: { provider: shown, chosen: NONE, reason, isSupported: false } };
}
