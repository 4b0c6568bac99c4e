import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  absent,
  DOMAIN,
  explain,
  failed,
  records,
  type Seen,
  zone,
} from '../../../test/support/findings/explained-domain.ts';
import { type Answer, questionKey } from '../answers/dns-answer.ts';
import { RECORD_KINDS } from '../records/record.ts';
import type { Finding } from './finding.ts';

const codes = (findings: readonly Finding[]) => findings.map(({ code }) => code);
const everywhere = (seen: Seen) => Object.fromEntries([...RECORD_KINDS, 'elsewhere'].map((kind) => [kind, seen]));

const ring = ['a.example.com', records.ownership.name];
const chain = Array.from({ length: 9 }, (_, n) => `c${n}.example.com`);

test('cname_loop: every server shows it', () => {
  const loop = { kind: 'cname_loop', chain: ring } as const;
  const { byRecord } = explain({ ownership: { aliases: ring, answers: [failed(1, loop)], askedZone: zone } });
  assert.deepEqual(byRecord.ownership, [
    {
      code: 'cname_loop',
      severity: 'error',
      title: 'CNAMEs point to each other in a loop',
      detail:
        'These CNAMEs lead back to where they started: `_autosend-verify.example.com` → `a.example.com` → `_autosend-verify.example.com`. No record can be found there.',
      fix: `Delete the CNAME record \`_autosend-verify\`. Then add a TXT record with the name \`_autosend-verify\` and the value \`${records.ownership.value}\`.`,
      copy: { label: 'Copy value', value: records.ownership.value },
      evidence: [
        { name: records.ownership.name, type: 'CNAME', value: 'a.example.com', server: 'ns1.example.com' },
        { name: 'a.example.com', type: 'CNAME', value: records.ownership.name, server: 'ns1.example.com' },
      ],
    },
  ]);
  const near = explain({ ownership: { aliases: ring, answers: [failed(1, loop), failed(2)] } });
  assert.deepEqual(
    codes(near.byRecord.ownership),
    ['referenced_name_unanswered'],
    'one of the servers could not be asked',
  );
  assert.deepEqual(near.findings, []);
});

test('cname_chain_too_long: the first names are shown, and no more', () => {
  const long = { kind: 'cname_chain', limit: 8 } as const;
  const { byRecord } = explain({ dkim: { aliases: chain, answers: [failed(1, long)], askedZone: zone } });
  const [finding, ...others] = byRecord.dkim;
  assert.deepEqual(others, []);
  assert.deepEqual(
    { ...finding, fix: undefined, copy: undefined, evidence: finding?.evidence.length },
    {
      code: 'cname_chain_too_long',
      severity: 'error',
      title: 'Too many CNAMEs in a row',
      detail:
        'More than eight CNAMEs follow one another: `autosend._domainkey.example.com` → `c0.example.com` → `c1.example.com` → `c2.example.com` → …. Resolvers give up before they reach a record.',
      fix: undefined,
      copy: undefined,
      evidence: 3,
    },
  );
  assert.match(finding?.fix ?? '', /^Delete the CNAME record `autosend\._domainkey`\. Then add a TXT record/);
  const near = explain({ dkim: { aliases: chain.slice(0, 8), answers: [absent()], askedZone: zone } });
  assert.deepEqual(codes(near.byRecord.dkim), ['cname_in_the_way'], 'eight CNAMEs are followed to the end');
});

test('zone_expired: told once, however many records it concerns, and the other servers decide', () => {
  const lost = { kind: 'zone_expired', rcode: 'SERVFAIL', extendedErrors: [{ code: 24 }] } as const;
  const { byRecord, findings } = explain(everywhere({ answers: [absent(1), failed(2, lost)] }));
  assert.deepEqual(findings, [
    {
      code: 'zone_expired',
      severity: 'warning',
      title: 'A name server has lost your records',
      detail: '`ns2.example.com` (192.0.2.2) says that it has no valid copy of your records.',
      fix: 'Ask your DNS provider why `ns2.example.com` no longer has a valid copy of the zone `example.com`.',
      evidence: [],
    },
  ]);
  assert.deepEqual(codes(byRecord.ownership), ['record_missing']);
  const all = explain(everywhere({ answers: [failed(1, lost), failed(2, lost)] }));
  assert.deepEqual(
    all.findings.map(({ code, severity }) => [code, severity]),
    [['zone_expired', 'error']],
    'none is left that has them',
  );
  const near = explain(everywhere({ answers: [absent(1), failed(2)] }));
  assert.deepEqual(codes(near.findings), ['nameserver_unreachable'], 'a fault without that reason');
});

test('a server or resolver that fails for several reasons is told of once', () => {
  const refused = { kind: 'error_code', rcode: 'REFUSED' } as const;
  const silent = { kind: 'silent', transport: 'udp' } as const;
  const unanswered = explain({
    ...everywhere({ answers: [failed(1), failed(2)] }),
    dkim: { answers: [failed(1, silent)] },
  });
  assert.deepEqual(codes(unanswered.findings), ['no_nameserver_answered']);
  const [kept] = unanswered.evidence.findings;
  assert.equal(kept?.code === 'no_nameserver_answered' && kept.facts.count, 2, 'the one with more servers');

  const byResolver = (answer: Answer): Answer => ({ ...answer, source: { ...answer.source, via: 'recursive' } });
  const resolvers = explain({
    ...everywhere({ answers: [byResolver(failed(1, refused))] }),
    dkim: { answers: [byResolver(failed(1, silent))], zone: { ...zone, name: 'dkim.example.net' } },
  });
  assert.deepEqual(codes(resolvers.findings), ['resolver_unanswered']);

  const lame = { kind: 'not_authoritative' } as const;
  const two = explain({
    ...everywhere({ answers: [absent(1), failed(2, lame)] }),
    dkim: { answers: [failed(1, lame), absent(2)] },
  });
  assert.deepEqual(codes(two.findings), ['nameserver_lame', 'nameserver_lame'], 'each server is told of');
});

test('dnssec_bogus: the zone is signed wrongly, and nothing is concluded from it', () => {
  const bogus = { kind: 'dnssec_bogus' } as const;
  const { byRecord, findings } = explain(everywhere({ answers: [failed(1, bogus), failed(2, bogus)] }));
  assert.deepEqual(findings, [
    {
      code: 'dnssec_bogus',
      severity: 'error',
      title: 'DNSSEC validation fails',
      detail:
        '`example.com` is signed with DNSSEC, but its signatures don’t match its records. Resolvers that validate reject its answers, so mail receivers see no records either. Nothing has been changed.',
      fix: 'Re-sign the zone `example.com` at your DNS provider, or remove its DS record at your registrar.',
      evidence: [],
    },
  ]);
  for (const kind of RECORD_KINDS) assert.deepEqual(byRecord[kind], []);
  const near = explain(everywhere({ answers: [failed(1), failed(2)] }));
  assert.deepEqual(codes(near.findings), ['no_nameserver_answered'], 'servers that fail for another reason');
});

test('negative_cache: a signed zone has changed, and the resolver that checks it remembers what was there before', () => {
  const old = { kind: 'dnssec_unvalidated', outdatedSeconds: 600 } as const;
  const { byRecord } = explain({ ownership: { answers: [failed(1, old), failed(2, old)] } });
  assert.deepEqual(byRecord.ownership, [
    {
      code: 'negative_cache',
      severity: 'info',
      title: 'Published – still propagating',
      detail:
        'Your name servers changed `_autosend-verify.example.com`. The zone is signed, and the resolver that validates it remembers the old answer, until 12:10 UTC at the latest. We’ll check again automatically.',
      fix: null,
      evidence: [],
    },
  ]);
});

test('delegation_missing: a zone without name servers, and not one whose servers are silent', () => {
  const none = { kind: 'no_nameservers', zone: DOMAIN } as const;
  const { byRecord, findings } = explain(everywhere({ answers: [failed(1, none)] }));
  assert.deepEqual(codes(findings), ['delegation_missing']);
  assert.equal(findings[0]?.detail, '`example.com` has no name servers. No record of it can be found.');
  assert.deepEqual(byRecord.ownership, []);
  const nameservers = ['ns1.gone.example', 'ns2.gone.example'].map((name) => ({ name, addresses: [] }));
  const homeless = explain(everywhere({ answers: [failed(1, none)], zone: { ...zone, nameservers } }));
  assert.deepEqual(codes(homeless.findings), ['delegation_missing']);
  assert.equal(
    homeless.findings[0]?.detail,
    '`example.com` is delegated to `ns1.gone.example` and `ns2.gone.example`, none of which has an address. No record of it can be found.',
  );
  const near = explain(everywhere({ answers: [failed(1, { kind: 'silent', transport: 'udp' })] }));
  assert.deepEqual(codes(near.findings), ['no_nameserver_answered']);
});

test('a probe that fails accuses nobody, and neither does one that must not be made', () => {
  const silent = explain({ elsewhere: { answers: [failed(1)] } });
  assert.deepEqual(codes(silent.byRecord.ownership), ['record_missing']);
  const quiet = explain({}, { mayProbe: false });
  assert.deepEqual(codes(quiet.byRecord.ownership), ['record_missing']);
  assert.deepEqual(
    quiet.asked.filter((key) => !RECORD_KINDS.some((kind) => questionKey(records[kind]) === key)),
    ['TXT _dmarc.com'],
    'nothing but the five and the parents of DMARC',
  );
});
