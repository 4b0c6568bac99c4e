import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type DnsReply, decodeReply } from '../../../core/publishing/wire/message.ts';
import { judgeSignature, readTsigKey, signRequest, type TsigKey } from './tsig-key.ts';

/**
 * Updates that other people's clients sent to other people's servers, and the answers, in base64: BIND 9.18.49 and Knot 3.2.6 of
 * Debian 12, recorded on 29 November 2026 with these keys.
 */
const RECORDED = [
  [
    'nsupdate of BIND',
    'hmac-sha256',
    'EisoAAABAAAAAQABBHpvbmUHZXhhbXBsZQAABgABCG5zdXBkYXRlwAwAEAABAAABLAAGBWhlbGxvA2tleQdleGFtcGxlAAD6AP8AAAAAAD0LaG1hYy1zaGEyNTYAAABrC74QASwAIDFtFm4+TSXpVFqhTzFXL3wvCqeBmn2H0z2mUBCHr6MkEisAAAAA',
    'EiuoAAABAAAAAAABBHpvbmUHZXhhbXBsZQAABgABA2tleQdleGFtcGxlAAD6AP8AAAAAAD0LaG1hYy1zaGEyNTYAAABrC74QASwAIHRHjGmBkELYnJr9K8cI5ESlFhn7J9pg0f0PmQ7/H7Y9EisAAAAA',
  ],
  [
    'knsupdate of BIND',
    'hmac-sha256',
    'wLcoAAABAAAAAQABBHpvbmUHZXhhbXBsZQAABgABCWtuc3VwZGF0ZcAMABAAAQAAASwABgVoZWxsbwNrZXkHZXhhbXBsZQAA+gD/AAAAAAA9C2htYWMtc2hhMjU2AAAAawu+EQEsACC8F0ct/eCbJQLBaxntSbaUGOkl64az9B9Y6ynobmNPCsC3AAAAAA==',
    'wLeoAAABAAAAAAABBHpvbmUHZXhhbXBsZQAABgABA2tleQdleGFtcGxlAAD6AP8AAAAAAD0LaG1hYy1zaGEyNTYAAABrC74RASwAIM97k3SfcJ2vDIJMcPRdYUJkqMp+UQCnaSjY62TVTi5OwLcAAAAA',
  ],
  [
    'nsupdate of BIND',
    'hmac-sha512',
    'GhcoAAABAAAAAQABBHpvbmUHZXhhbXBsZQAABgABCG5zdXBkYXRlwAwAEAABAAABLAAGBWhlbGxvBGxvbmcHZXhhbXBsZQAA+gD/AAAAAABdC2htYWMtc2hhNTEyAAAAawu+EQEsAEAjkUt1qUW6hSU+Y7vNSErOnYwjphkKhxUlOBPjhzAYqImUyxdS7YsFbHxXD1kYk0JQ5aG6Pw0PGbQveoD6P1lKGhcAAAAA',
    'GheoAAABAAAAAAABBHpvbmUHZXhhbXBsZQAABgABBGxvbmcHZXhhbXBsZQAA+gD/AAAAAABdC2htYWMtc2hhNTEyAAAAawu+EQEsAED+1EnRw9QTRKtGJpme3YFqAgYpkS1gDgiWqNaTY+qt1t/oUWLV1fN9KwkGhxp0lZr7j+4f2PG1lp6PKM2md+loGhcAAAAA',
  ],
  [
    'knsupdate of BIND',
    'hmac-sha512',
    'uakoAAABAAAAAQABBHpvbmUHZXhhbXBsZQAABgABCWtuc3VwZGF0ZcAMABAAAQAAASwABgVoZWxsbwRsb25nB2V4YW1wbGUAAPoA/wAAAAAAXQtobWFjLXNoYTUxMgAAAGsLvhEBLABAjOdgUvoei1gpjTkeOqsRelIlbhkFGuS5luEBlf2phA7jfMQkIZJa9GoHAkGGf6NHEyYIqSn6C+Y9p0QsH8beEbmpAAAAAA==',
    'uamoAAABAAAAAAABBHpvbmUHZXhhbXBsZQAABgABBGxvbmcHZXhhbXBsZQAA+gD/AAAAAABdC2htYWMtc2hhNTEyAAAAawu+EQEsAEDVpQHUa3LIV8n0068Xamg4vZL0CL7UVWpOLbmfdpR5UDAP2EO4iQG0mwIUgmND7cvfp/iI7G24APM3BSWP7xP9uakAAAAA',
  ],
  [
    'nsupdate of Knot DNS',
    'hmac-sha256',
    'sScoAAABAAAAAQABBHpvbmUHZXhhbXBsZQAABgABCG5zdXBkYXRlwAwAEAABAAABLAAGBWhlbGxvA2tleQdleGFtcGxlAAD6AP8AAAAAAD0LaG1hYy1zaGEyNTYAAABrC74SASwAIH0GXA4UX87SwWvLDFUkfW+W1RqGPRfIGXGfA8Q7jpi5sScAAAAA',
    'sSeoAAABAAAAAAABBHpvbmUHZXhhbXBsZQAABgABA2tleQdleGFtcGxlAAD6AP8AAAAAAD0LaG1hYy1zaGEyNTYAAABrC74SASwAIN2ovhp9BT2dxNoD/xkT+prtIdRa6x1DGSiiPgDiSyo+sScAAAAA',
  ],
  [
    'knsupdate of Knot DNS',
    'hmac-sha256',
    'hVwoAAABAAAAAQABBHpvbmUHZXhhbXBsZQAABgABCWtuc3VwZGF0ZcAMABAAAQAAASwABgVoZWxsbwNrZXkHZXhhbXBsZQAA+gD/AAAAAAA9C2htYWMtc2hhMjU2AAAAawu+EgEsACDAEOldXpzZ5AoAWNoOU/47QT6Wh+XaKovhsCoI7A8yIYVcAAAAAA==',
    'hVyoAAABAAAAAAABBHpvbmUHZXhhbXBsZQAABgABA2tleQdleGFtcGxlAAD6AP8AAAAAAD0LaG1hYy1zaGEyNTYAAABrC74SASwAIELemwAkYMwbzkJdQF9OOQiK9oHBLGVhnG+qWF7l3zwBhVwAAAAA',
  ],
  [
    'nsupdate of Knot DNS',
    'hmac-sha512',
    '37UoAAABAAAAAQABBHpvbmUHZXhhbXBsZQAABgABCG5zdXBkYXRlwAwAEAABAAABLAAGBWhlbGxvBGxvbmcHZXhhbXBsZQAA+gD/AAAAAABdC2htYWMtc2hhNTEyAAAAawu+EwEsAEBlQUzO53RbukGWwnh3g5yWSKda6O5syv25qE41wDoIxWC9tw9AMeODa4/g3rA6UOp1NQBkek9IGJAqo2nqxH3W37UAAAAA',
    '37WoAAABAAAAAAABBHpvbmUHZXhhbXBsZQAABgABBGxvbmcHZXhhbXBsZQAA+gD/AAAAAABdC2htYWMtc2hhNTEyAAAAawu+EwEsAEAscxRE1y0fAg78sKSu9XEWsf1Ai5uEdHt/1rqzuSCKk4mi3I6SvvIReRqP3nIXA4tASvZL3gtRPtLcN7wmDpEV37UAAAAA',
  ],
  [
    'knsupdate of Knot DNS',
    'hmac-sha512',
    'FiEoAAABAAAAAQABBHpvbmUHZXhhbXBsZQAABgABCWtuc3VwZGF0ZcAMABAAAQAAASwABgVoZWxsbwRsb25nB2V4YW1wbGUAAPoA/wAAAAAAXQtobWFjLXNoYTUxMgAAAGsLvhQBLABAkpblZoVGlacba3d/m6xDYzYbNG+zJp9PV7ypDfCHdaS6R5FQ1gyO1ZgMGXLvjLVkwDzOJIFK9yQBTQSOnEtzsxYhAAAAAA==',
    'FiGoAAABAAAAAAABBHpvbmUHZXhhbXBsZQAABgABBGxvbmcHZXhhbXBsZQAA+gD/AAAAAABdC2htYWMtc2hhNTEyAAAAawu+FAEsAEBEHywXEBRWXlOUsXrH0D8O86gZ6yg3ZI/xebvAGJWKyyrcRPlWsOCMPC7G2oaNb9YHEP6WTsHt2+WIdPYcitE6FiEAAAAA',
  ],
] as const;
const KEYS: Readonly<Record<string, TsigKey>> = {
  'hmac-sha256': readKey('key.example', 'hmac-sha256', Buffer.alloc(32, 1)),
  'hmac-sha512': readKey('long.example', 'hmac-sha512', Buffer.alloc(64, 2)),
};

describe('a TSIG signature', () => {
  for (const [who, algorithm, sent, answered] of RECORDED) {
    const request = read(sent);
    const answer = read(answered);
    const key = KEYS[algorithm];
    if (!key || !request.tsig || !answer.tsig) throw new Error('It is signed with one of the keys.');
    const { mac, timeSigned } = request.tsig;

    it(`of a request by ${who} with ${algorithm} is what we make, octet by octet`, () => {
      const unsigned = Buffer.from(request.message.subarray(0, request.tsig?.start));
      unsigned.writeUInt16BE(0, 10);
      deepEqual(signRequest(unsigned, key, timeSigned), { signed: request.message, mac });
    });

    it(`of an answer to ${who} with ${algorithm} is right, for five minutes`, () => {
      const judge = (at: number) => judgeSignature(answer, key, mac, at);
      deepEqual(judge(timeSigned), { verdict: 'right' });
      deepEqual(judge(timeSigned + 300), { verdict: 'right' });
      deepEqual(judge(timeSigned - 302), {
        verdict: 'clock',
        aheadSeconds: (answer.tsig?.timeSigned ?? 0) - timeSigned + 302,
      });
      deepEqual(judge(timeSigned + 302), {
        verdict: 'clock',
        aheadSeconds: (answer.tsig?.timeSigned ?? 0) - timeSigned - 302,
      });
    });

    it(`of an answer to ${who} with ${algorithm} is wrong with any bit changed, another key or another request`, () => {
      for (let bit = 0; bit < answer.message.length * 8; bit += 1) {
        const changed = Buffer.from(answer.message);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const reply = decodeReply(changed);
        // The id of the message isn't signed, nor is the case of the two names (RFC 8945 §4.3.1, §4.3.3).
        if (!reply || bit >> 3 < 2 || isCaseOfNames(reply, answer, bit >> 3)) continue;
        equal(judgeSignature(reply, key, mac, timeSigned).verdict === 'right', false, `bit ${bit}`);
      }
      const other = { ...key, secret: Buffer.alloc(32, 9) };
      equal(judgeSignature(answer, other, mac, timeSigned).verdict, 'wrong');
      equal(judgeSignature(answer, key, Buffer.alloc(mac.length), timeSigned).verdict, 'wrong');
    });
  }
});

/** Whether a change lies in the TSIG record and is none to its reader, who takes all names in lower case. */
function isCaseOfNames(changed: DnsReply, original: DnsReply, at: number): boolean {
  return at >= (original.tsig?.start ?? 0) && isDeepStrictEqual(changed.tsig, original.tsig);
}

function read(message: string): DnsReply {
  const reply = decodeReply(Buffer.from(message, 'base64'));
  if (!reply) throw new Error('A recorded message can be read.');
  return reply;
}

function readKey(tsigName: string, tsigAlgorithm: string, secret: Buffer): TsigKey {
  const key = readTsigKey({ tsigName, tsigAlgorithm, tsigSecret: secret.toString('base64') });
  if ('fault' in key) throw new Error(key.fault);
  return key;
}
