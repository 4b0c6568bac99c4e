import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { verifySignedQuery } from '../../test/support/domain-connect/verify-link.ts';
import { formatKeyRecords, parseKeyRecords } from '../core/domain-connect/key-records.ts';
import { createConnectKey, signConnectQuery } from './domain-connect-keys.ts';

// The example of the specification ("Digitally Sign Requests", revision 67): key, records, signature, and the text that was signed.
const QUERY = 'a=1&b=2&ip=10.10.10.10&domain=example.net';
const RECORDS = [
  'p=1,a=RS256,d=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA18SgvpmeasN4BHkkv0SBjAzIc4grYLjiAXRtNiBUiGUDMeTzQrKTsWvy9NuxU1dIHCZy9o1CrKNg5EzLIZLNyMfI6qiXnM+HMd4byp97zs/3D39Q8iR5poubQcRaGozWx8yQpG0OcVdmEVcTfy',
  'p=2,a=RS256,d=R/XSEWC5u16EBNvRnNAOAvZYUdWqVyQvXsjnxQot8KcK0QP8iHpoL/1dbdRy2opRPQ2FdZpovUgknybq/6FkeDtW7uCQ6Mvu4QxcUa3+WP9nYHKtgWip/eFxpeb+qLvcLHf1h0JXtxLVdyy6OLk3f2JRYUX2ZZVDvG3biTpeJz6iRzjGg6MfGxXZHjI8',
  'p=3,a=RS256,d=weDjXrJwIDAQAB',
];
const SIGNATURE = decodeURIComponent(
  'V2te9zWMU7G3plxBTsmYSJTvn2vzMvNwAjWQ%2BwTe91DxuJhdVf4cVc4vZBYfEYV7u5d7PzTO7se7OrkhyiB7TpoJJW1yB5qHR7HKM5SZldUsdtg5%2B1SzEtIX0Uq8b2mCmQF%2FuJGXpqCyFrEajvpTM7fFKPk1kuctmtkjV7%2BATcvNPLWY7KyE4%2Bqc8jpfN61cP5l8iA4krAa3%2BfTro5cmWR8YUJ5yrnRs6KT4b5D71HFvOUk0sGEUddUUlsyRQKRHUFN6HjEya50YDHfZJlYHkHlK0xX6Yqeii9QZ2I35U9eJbSvZGQko5beqviWFXdsVDbvd3DYcbSHgJq9%2FXoMTTw%3D%3D',
);

describe('the signature of a Domain Connect link', () => {
  it('of the specification is accepted with the key of the specification', () => {
    equal(verifySignedQuery(QUERY, SIGNATURE, RECORDS), true);
    equal(verifySignedQuery(QUERY.replace('net', 'org'), SIGNATURE, RECORDS), false);
  });

  it('is verified by the key that our records show, whatever the order in which DNS returns them', async () => {
    const { publicKey, privateKeyDer } = await createConnectKey();
    const records = [...formatKeyRecords(publicKey)].reverse();
    const signature = signConnectQuery(privateKeyDer, QUERY);
    equal(verifySignedQuery(QUERY, signature, records), true);
    equal(verifySignedQuery(`${QUERY}&x=1`, signature, records), false);
    equal(verifySignedQuery(QUERY, signature, RECORDS), false);
  });

  it('has the key of the specification in what we read of its records', () => {
    const read = parseKeyRecords(RECORDS);
    equal('publicKey' in read && formatKeyRecords(read.publicKey).length, 2);
    equal('publicKey' in read && read.publicKey.startsWith('MIIBIjANBgkqhkiG9w0B'), true);
  });
});
