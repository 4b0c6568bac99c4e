/*
 * The adapter for Amazon SES. `createSes` implements the port of `core/sending-providers/` with the rules of
 * `core/ses/`: `client.ts` calls the AWS SDK, `answers.ts` reads what it returns, `faults.ts` turns what it throws
 * into values. The SDK is loaded at the first call. Another provider is a folder beside this one.
 */

import type { WantedIdentity } from '../../core/sending-providers/identity.ts';
import type {
  IdentityPlace,
  IdentityStep,
  ProviderKey,
  SendingProvider,
} from '../../core/sending-providers/sending-provider.ts';
import { explainIdentity } from '../../core/ses/explain.ts';
import { planIdentity, type SesStep } from '../../core/ses/plan.ts';
import { SES_REGION_RULES } from '../../core/ses/region-rules.ts';
import { SES_PACE, waitAfterCheck, waitAfterFault } from '../../core/ses/retry.ts';
import { createSesClient, type SesClient, type SesSettings } from './client.ts';

/** Creates the adapter of Amazon SES: its rules are those of `core/ses`, its calls those of the client. */
export function createSes(settings: SesSettings = {}): SendingProvider {
  const client = createSesClient(settings);
  return {
    title: SES_REGION_RULES.title,
    pace: SES_PACE,
    read: ({ region, name }) => client.get(region, name),
    plan(place, wanted, seen, known) {
      const { steps, rest } = planIdentity(wanted, seen, known);
      return { steps: steps.map((step) => buildStep(client, place, { step, wanted, owner: known.owner })), rest };
    },
    list: (region, after) => client.list(region, after),
    waitAfterFault,
    waitAfterCheck,
    explain: explainIdentity,
    close: () => client.close(),
  };
}

/** A step of a plan, and what it is taken for. */
interface PlannedStep {
  readonly step: SesStep;
  readonly wanted: WantedIdentity | null;
  readonly owner: string;
}

function buildStep(client: SesClient, { region, name }: IdentityPlace, planned: PlannedStep): IdentityStep {
  const { step, wanted, owner } = planned;
  const take = (openKey: () => ProviderKey) => {
    switch (step) {
      case 'create':
        return client.create(region, name, openKey(), owner);
      case 'set_dkim':
        return client.setDkim(region, name, openKey());
      case 'enable_signing':
        return client.enableSigning(region, name);
      case 'set_mail_from':
        if (!wanted) throw new Error(`Nothing is wanted of ${name}, and its MAIL FROM domain is to be set.`);
        return client.setMailFrom(region, name, wanted.mailFromDomain);
      case 'delete':
        return client.delete(region, name);
    }
  };
  return { givesKey: step === 'create' || step === 'set_dkim', take };
}
