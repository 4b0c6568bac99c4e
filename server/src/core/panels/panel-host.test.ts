import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DNS_PROVIDERS } from './dns-provider-table.ts';
import { formatHostFor, formatPanelHost, guessZone } from './panel-host.ts';

const hosts: readonly [name: string, zone: string, host: string][] = [
  ['_autosend-verify.example.com', 'example.com', '_autosend-verify'],
  ['autosend._domainkey.example.com', 'example.com', 'autosend._domainkey'],
  ['autosend._domainkey.example.com', '_domainkey.example.com', 'autosend'],
  ['_autosend-verify.mail.example.co.uk', 'example.co.uk', '_autosend-verify.mail'],
  ['example.com', 'example.com', '@'],
  ['_dmarc.Example.COM.', 'example.com', '_dmarc'],
  ['_dmarc.example.com', 'EXAMPLE.com.', '_dmarc'],
  ['_dmarc.example.com.example.com', 'example.com', '_dmarc.example.com'],
  ['_dmarc.example.com', 'example.org', '_dmarc.example.com'],
  ['_dmarc.notexample.com', 'example.com', '_dmarc.notexample.com'],
  ['example.com', 'mail.example.com', 'example.com'],
  ['autosend.dkim.example.net.', 'example.com', 'autosend.dkim.example.net'],
  ['_dmarc.com', 'com', '_dmarc'],
  ['_dmarc.example.com', '', '_dmarc.example.com'],
  ['_dmarc.example.com', '.', '_dmarc.example.com'],
];

const zones: readonly [domainName: string, zone: string][] = [
  ['example.com', 'example.com'],
  ['mail.example.com', 'example.com'],
  ['a.b.example.co.uk', 'example.co.uk'],
  ['news.example.github.io', 'github.io'],
  ['example.unknown-tld', 'example.unknown-tld'],
  ['co.uk', 'co.uk'],
];

describe('a name as a DNS panel wants it', () => {
  for (const [name, zone, host] of hosts)
    it(`${name} in ${zone || 'the root'}: ${host}`, () => {
      assert.equal(formatPanelHost(name, zone), host);
    });

  it('a panel that adds its zone to what was typed has the name that was meant', () => {
    const labels = fc.array(fc.stringMatching(/^_?[a-z\d]{1,8}$/), { maxLength: 3 });
    const dot = fc.constantFrom('', '.');
    fc.assert(
      fc.property(labels, fc.domain(), dot, dot, (below, zone, afterName, afterZone) => {
        const name = [...below, zone].join('.');
        const host = formatPanelHost(name.toUpperCase() + afterName, zone + afterZone);
        assert.equal(host === '@' ? zone : `${host}.${zone}`, name.toLowerCase());
        assert.equal(host === '@', below.length === 0);
      }),
    );
  });
});

describe('the zone of a domain before DNS was asked', () => {
  for (const [domainName, zone] of zones)
    it(`${domainName}: ${zone}`, () => {
      assert.equal(guessZone(domainName), zone);
    });

  it('holds the domain, and is its own zone', () => {
    fc.assert(
      fc.property(fc.domain(), (domainName) => {
        const zone = guessZone(domainName);
        assert.ok(domainName === zone || domainName.endsWith(`.${zone}`));
        assert.equal(guessZone(zone), zone);
      }),
    );
  });
});

describe('a name for the panel of each provider', () => {
  for (const provider of DNS_PROVIDERS)
    it(`${provider.name}: ${provider.hostStyle === 'full' ? 'whole' : 'relative to the zone'}`, () => {
      const host = formatHostFor(provider, '_autosend-verify.mail.example.com', 'example.com');
      const isWhole = provider.hostStyle === 'full';
      assert.equal(host, isWhole ? '_autosend-verify.mail.example.com' : '_autosend-verify.mail');
      // The page never says one thing and shows another.
      if (provider.hostNote) assert.equal(/full name/.test(provider.hostNote), isWhole, provider.hostNote);
    });

  it('where the panel isn’t known: relative to the zone', () => {
    assert.equal(formatHostFor(null, '_dmarc.example.com', 'example.com'), '_dmarc');
  });
});
