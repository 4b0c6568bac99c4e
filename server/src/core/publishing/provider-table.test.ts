import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DNS_PROVIDER_NAMES, listSettings, PROVIDER_TABLE } from './provider-table.ts';

describe('the table of DNS providers', () => {
  for (const name of DNS_PROVIDER_NAMES)
    it(`${PROVIDER_TABLE[name].title} has a secret, and it must be given`, () => {
      const secrets = listSettings(name).filter(([, { isSecret }]) => isSecret);
      equal(secrets.length, 1);
      equal(secrets[0]?.[1].fallback, null);
    });
});
