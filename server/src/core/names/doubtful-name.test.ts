import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDomainName } from './domain-name.ts';
import { describeDoubt } from './doubtful-name.ts';

const describeDoubtOf = (name: string) => describeDoubt(parseDomainName(name, { allowReservedTlds: true }));

describe('a domain in which a provider gives mailboxes is accepted with a warning', () => {
  for (const [name, domain] of [
    ['gmail.com', 'gmail.com'],
    ['mail.gmail.com', 'gmail.com'],
    ['GoogleMail.com', 'googlemail.com'],
    ['outlook.com', 'outlook.com'],
    ['hotmail.co.uk', 'hotmail.co.uk'],
    ['yahoo.com', 'yahoo.com'],
    ['icloud.com', 'icloud.com'],
    ['proton.me', 'proton.me'],
    ['web.de', 'web.de'],
    ['qq.com', 'qq.com'],
  ] as const)
    it(name, () => assert.equal(describeDoubtOf(name), `You can't publish records for ${domain} unless you run it.`));
});

describe('a top-level domain that the public suffix list lacks is accepted with a warning', () => {
  for (const [name, tld] of [
    ['example.nosuchtld', '.nosuchtld'],
    ['mail.example.comm', '.comm'],
    ['example.b\u00fccher', '.b\u00fccher'],
  ] as const)
    it(name, () =>
      assert.equal(describeDoubtOf(name), `We don't know the top-level domain "${tld}". Check the spelling.`),
    );
});

describe('a name that its owner can verify has no warning', () => {
  for (const name of [
    'example.com',
    'example.co.uk',
    'notgmail.com',
    'gmail.com.example.org',
    'user.github.io',
    'example.\u4e2d\u56fd',
    'a.www.ck',
    // Accepted only where the operator allows reserved top-level domains.
    'example.test',
    'corp.internal',
  ])
    it(name, () => assert.equal(describeDoubtOf(name), null));
});
