import { deepEqual, equal, match } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer } from '../../core/answers/dns-answer.ts';
import { failedReply, toFailed } from '../../dns/failed-reply.ts';
import { createScriptedDns } from '../../dns/scripted-dns.ts';
import { findUnsettled } from './zone-servers.ts';

const NAME = 'autosend1.id.dkim.example.net';
const TEXT = 'v=DKIM1; p=AAAA';
const sourceOf = (server: string) => ({ server, address: '192.0.2.53', via: 'authoritative', rttMs: 1 }) as const;
const found = (server: string, text: string): Answer => ({
  outcome: 'found',
  records: [{ type: 'TXT', strings: [text] }],
  ttlSeconds: 300,
  source: sourceOf(server),
});
const absent = (server: string): Answer => ({
  outcome: 'absent',
  reason: 'nodata',
  negativeTtlSeconds: 60,
  source: sourceOf(server),
});
const silent = (server: string) => toFailed(failedReply({ kind: 'silent', transport: 'udp' }), sourceOf(server));

/** What is found of the one key, where the servers of the keys zone say this. */
function find(...answers: Answer[]) {
  const dns = createScriptedDns((question) => ({ question, aliases: [], zone: undefined, answers }));
  const stopping = new AbortController().signal;
  return findUnsettled({ dns, stopping }, 'dkim.example.net', [{ name: NAME, text: TEXT }]);
}

describe('the keys of a domain in the keys zone', () => {
  it('are settled where every server has them', async () => {
    equal(await find(found('ns1.example.net', TEXT), found('ns2.example.net', TEXT)), null);
  });

  it('are seen to be elsewhere or gone where a server says so, whichever else is silent', async () => {
    deepEqual(await find(silent('ns1.example.net'), absent('ns2.example.net')), {
      problem: `ns2.example.net has nothing at ${NAME}.`,
      isSeen: true,
    });
    deepEqual(await find(found('ns1.example.net', 'v=DKIM1; p=BBBB'), silent('ns2.example.net')), {
      problem: `ns1.example.net has another record at ${NAME}.`,
      isSeen: true,
    });
  });

  it('are not known to be settled where a server is silent, and not seen to be gone either', async () => {
    const unsettled = await find(found('ns1.example.net', TEXT), silent('ns2.example.net'));
    equal(unsettled?.isSeen, false);
    match(
      unsettled?.problem ?? '',
      /^autosend1\.id\.dkim\.example\.net: `ns2\.example\.net` .*did not answer in time\.$/,
    );
  });
});
