import type { Example } from './example.ts';

/** Calls about publishing records. */
export const PUBLISHING_EXAMPLES = {
  getDnsPlan: {
    typescript: async ({ autosend, domainId }) => {
      const { planId, changes } = await autosend.domains.dnsPlan(domainId);
      console.log(planId);
      for (const { name, type, action, consent } of changes) console.log(action, type, name, consent?.message);
    },
  },
  applyDnsPlan: {
    body: { planId: '$PLAN' },
    typescript: async ({ autosend, domainId, planId }) => {
      const { status, written, left } = await autosend.domains.publish(domainId, { planId, consents: [] });
      console.log(status, written.length, left.length);
    },
    whileItGoesOn: (answered) => {
      const { data, ...rest } = answered as { data: object };
      return { ...rest, data: { ...data, status: 'writing', written: [] } };
    },
  },
} satisfies Readonly<Record<string, Example>>;
