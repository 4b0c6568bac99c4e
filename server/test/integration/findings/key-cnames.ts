import { formatDkimKeyRecord } from '../../../src/core/records/dkim-key.ts';
import { formatEmptySlot } from '../../../src/core/records/key-slots.ts';
import type { ZoneRecord } from '../../support/dns/dns-server-zones.ts';
import { type Arrangement, type FindingCase, shownBy, type World } from '../../support/dns/findings.ts';
import { KEYS_ZONE } from '../../support/dns/keys-zone.ts';

const FIRST = 'autosend1._domainkey.example.com';
const SECOND = 'autosend2._domainkey.example.com';
/** A good key, of nobody here. */
const OTHER_KEY =
  'v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAkPWaplJbCrTbo48GOr/32fXDGdu3m+9XQ4bvs7OdjmOZQUzJr6wPss/GlnBlSBjeIcEVzmt1SZ3WcZFhBNG+A+rO0EUulYis6w7fntDdrJBgHe1/GLijXRlUawo8z+DFInAfURF1dvyNHFu2B3I2qdcgS3IXd/CaiHaAYXaMukL1hHfiQQsxCUTUaDuF5srbW8gT445mAPqy6ROiQXJskOYidCtBYgLTMXTJK+nghGDzp6LrhExFeXc+OZlnlQJIMDKYOHeA3J4Z6Qqwlo6TZ/IA2LEHS9KWI6gyl6GvsqeF9fEQPbbIGR9DXeM4RVkVgpJDhzol1iGNy0Iz0j+NFwIDAQAB';

/** What a case decides: what stands at the first name, and behind it. */
interface Wish {
  /** In the customer's zone, in place of the first CNAME. */
  readonly first?: (target: string, key: string) => readonly ZoneRecord[];
  readonly second?: boolean;
  /** In the keys zone, in place of the first key; null for nothing. */
  readonly behind?: ((key: string) => string) | null;
}

/** Publishes all records with both CNAMEs, and the keys behind them, but for what the case wishes otherwise. */
function publishBoth({ first, second = true, behind }: Wish): Arrangement['arrange'] {
  return async ({ dns, service, domain, without, publish }: World) => {
    const [row] = await service.query<{ public_key: string }>('SELECT public_key FROM dkim_keys');
    const key = formatDkimKeyRecord(row?.public_key ?? '');
    const [target, idle] = ['autosend1', 'autosend2'].map((selector) => `${selector}.${domain.id}.${KEYS_ZONE}`) as [
      string,
      string,
    ];
    publish([
      ...without('dkim'),
      ...(first?.(target, key) ?? [{ name: FIRST, type: 'CNAME', value: target } as const]),
      ...(second ? [{ name: SECOND, type: 'CNAME', value: idle } as const] : []),
    ]);
    const shown = behind === null ? null : (behind?.(key) ?? key);
    dns.setZone(KEYS_ZONE, {
      nameservers: [{ name: `ns.${KEYS_ZONE}`, address: '127.0.0.13' }],
      records: [
        ...(shown === null ? [] : [{ name: target, type: 'TXT', value: shown } as const]),
        { name: idle, type: 'TXT', value: formatEmptySlot(idle) },
      ],
    });
  };
}

/** What is seen at the first name by both servers of the domain. */
const atFirst = (value: string | null) => shownBy(FIRST, 'TXT', [value]);
const TARGET = `autosend1.ID.${KEYS_ZONE}`;
const ALIAS = shownBy(FIRST, 'CNAME', [TARGET], ['ns1.example.com']);
const SHOWN_KEY = 'v=DKIM1; k=rsa; p=KEY… (410 characters)';
const COPY = { label: 'Copy value', value: TARGET };
const KEEP = 'Keep the CNAME record as it is. What it points to is published by your email service, not by you.';

const text = (value: string): readonly ZoneRecord[] => [{ name: FIRST, type: 'TXT', value }];

/** The two CNAMEs behind which keys are rotated. */
export const KEY_CNAMES: readonly FindingCase[] = [
  {
    code: 'dkim_cname_wrong_target',
    at: 'dkim',
    mistake: {
      isByCname: true,
      arrange: publishBoth({ first: () => [{ name: FIRST, type: 'CNAME', value: 'autosend1.example.net' }] }),
      finding: {
        code: 'dkim_cname_wrong_target',
        severity: 'error',
        title: 'The CNAME points to the wrong name',
        detail: `\`${FIRST}\` is a CNAME to \`autosend1.example.net\`, which doesn’t have your key.`,
        fix: `Change the value of the CNAME record \`autosend1._domainkey\` to \`${TARGET}\`.`,
        copy: COPY,
        evidence: shownBy(FIRST, 'CNAME', ['autosend1.example.net'], ['ns1.example.com']),
      },
    },
    nearMiss: {
      what: 'the CNAME leads there by another name',
      isByCname: true,
      arrange: publishBoth({
        first: (target) => [
          { name: FIRST, type: 'CNAME', value: 'keys.example.com' },
          { name: 'keys.example.com', type: 'CNAME', value: target },
        ],
      }),
      codes: [],
    },
  },
  {
    code: 'dkim_cname_one_of_two',
    at: 'dkim',
    mistake: {
      isByCname: true,
      arrange: publishBoth({ first: () => [] }),
      finding: {
        code: 'dkim_cname_one_of_two',
        severity: 'error',
        title: 'One of the two CNAMEs is missing',
        detail: `There is no CNAME record at \`${FIRST}\`. The one at \`${SECOND}\` is right, but keys are rotated between the two, so both are needed.`,
        fix: `Add a CNAME record with the name \`autosend1._domainkey\` and the value \`${TARGET}\`.`,
        copy: COPY,
        evidence: atFirst(null),
      },
    },
    nearMiss: {
      what: 'neither of them is there',
      isByCname: true,
      arrange: publishBoth({ first: () => [], second: false }),
      codes: ['record_missing'],
    },
  },
  {
    code: 'dkim_cname_replaced',
    at: 'dkim',
    mistake: {
      isByCname: true,
      arrange: publishBoth({ first: () => text(OTHER_KEY) }),
      finding: {
        code: 'dkim_cname_replaced',
        severity: 'error',
        title: 'There is a TXT record instead of the CNAME',
        detail: `\`${FIRST}\` has a TXT record of its own, without the key that is needed now: "v=DKIM1; k=rsa; p=KEY…" (410 characters). It must be a CNAME record, so that it follows each rotation.`,
        fix: `Delete the TXT record \`autosend1._domainkey\`. Then add a CNAME record with the name \`autosend1._domainkey\` and the value \`${TARGET}\`.`,
        copy: COPY,
        evidence: atFirst(SHOWN_KEY),
      },
    },
    nearMiss: {
      what: 'the text is the very key that is needed',
      isByCname: true,
      arrange: publishBoth({ first: (_target, key) => text(key) }),
      codes: ['dkim_cname_flattened'],
    },
  },
  {
    code: 'dkim_cname_flattened',
    at: 'dkim',
    mistake: {
      isByCname: true,
      arrange: publishBoth({ first: (_target, key) => text(key) }),
      finding: {
        code: 'dkim_cname_flattened',
        severity: 'info',
        title: 'The key is right, but no CNAME was found',
        detail: `\`${FIRST}\` answers with the right TXT record instead of a CNAME. If you entered a CNAME, your DNS provider resolves it for you, and all is well. If you entered the key itself, replace it with the CNAME: it can’t follow the next rotation.`,
        fix: null,
        evidence: atFirst(SHOWN_KEY),
      },
    },
    nearMiss: {
      what: 'the CNAME is seen',
      isByCname: true,
      arrange: publishBoth({}),
      codes: [],
    },
  },
  {
    code: 'dkim_target_empty',
    at: 'dkim',
    mistake: {
      isByCname: true,
      arrange: publishBoth({ behind: null }),
      finding: {
        code: 'dkim_target_empty',
        severity: 'error',
        title: 'There is no key behind the CNAME',
        detail: `\`${FIRST}\` points to \`${TARGET}\`, as it should, but no key is there.`,
        fix: KEEP,
        evidence: [...ALIAS, ...shownBy(FIRST, 'TXT', [null], [`ns.${KEYS_ZONE}`])],
      },
    },
    nearMiss: {
      what: 'the key is behind it',
      isByCname: true,
      arrange: publishBoth({}),
      codes: [],
    },
  },
  {
    code: 'dkim_target_outdated',
    at: 'dkim',
    mistake: {
      isByCname: true,
      arrange: publishBoth({ behind: () => OTHER_KEY }),
      finding: {
        code: 'dkim_target_outdated',
        severity: 'error',
        title: 'The wrong key is behind the CNAME',
        detail: `\`${FIRST}\` points to \`${TARGET}\`, as it should, but the key there isn’t the one that is needed now.`,
        fix: KEEP,
        evidence: [...ALIAS, ...shownBy(FIRST, 'TXT', [SHOWN_KEY], [`ns.${KEYS_ZONE}`])],
      },
    },
    nearMiss: {
      what: 'the key behind it is the one that is needed, written otherwise',
      isByCname: true,
      arrange: publishBoth({ behind: (key) => key.replace('v=DKIM1; k=rsa; ', 'v=DKIM1; ') }),
      codes: [],
    },
  },
];
