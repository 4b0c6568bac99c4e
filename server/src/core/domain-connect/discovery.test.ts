import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CONNECT_PROVIDERS, readOrigins } from './connect-providers.ts';
import { findStale, findWithoutRecord, formatSettingsUrl, parseDiscoveryRecord, parseSettings } from './discovery.ts';

const SETTINGS = {
  providerId: 'dns.example',
  providerName: 'Example DNS',
  urlSyncUX: 'https://connect.dns.example/sync',
  urlAPI: 'https://api.dns.example',
};

describe('the record that says where a zone can be set up', () => {
  for (const { id, settings } of CONNECT_PROVIDERS)
    if (settings !== null)
      it(`is read as ${id} writes it`, () => {
        const place = parseDiscoveryRecord(settings, CONNECT_PROVIDERS);
        equal(place && `${place.host}${place.path}`, settings);
        equal(place && formatSettingsUrl(place, 'example.com'), `https://${settings}/v2/example.com/settings`);
      });

  it('may end with a slash, a final dot or a space, and be written in capitals', () => {
    deepEqual(parseDiscoveryRecord(' API.Example.com./dc/ ', []), { host: 'api.example.com', path: '/dc' });
  });

  for (const text of [
    '',
    'localhost',
    'router',
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '169.254.169.254',
    '[::1]',
    '::1',
    'api.example.com:8080',
    'api.example.com:22/x',
    'https://api.example.com',
    'http://api.example.com',
    'user@api.example.com',
    'api.example.com@evil.example',
    'api.example.com?x=1',
    'api.example.com#x',
    'api.example.com/../admin',
    'api.example.com/./x',
    'api.example.com//evil.example',
    'api.example.com/%2e%2e/x',
    'api.example.com\\evil.example',
    'api example.com',
    'api.example.com\r\nHost: x',
    'äpi.example.com',
    `${'a'.repeat(64)}.example.com`,
    `${'a.'.repeat(130)}example.com`,
    `api.example.com/${'a'.repeat(250)}`,
  ])
    it(`is refused as ${JSON.stringify(text.slice(0, 40))}`, () =>
      equal(parseDiscoveryRecord(text, CONNECT_PROVIDERS), null));

  it('may name a port only where the operator has named that very origin', () => {
    const read = readOrigins('https://connect.example.net:8443=Example DNS');
    const providers = 'providers' in read ? read.providers : [];
    equal(parseDiscoveryRecord('connect.example.net:8443', providers)?.host, 'connect.example.net:8443');
    equal(parseDiscoveryRecord('connect.example.net:8444', providers), null);
    equal(parseDiscoveryRecord('other.example.net:8443', providers), null);
    equal(parseDiscoveryRecord('other.example.net:443', providers)?.host, 'other.example.net');
  });
});

describe('the origins that an operator adds', () => {
  it('are read with and without a name', () => {
    const read = readOrigins('https://a.example, https://b.example:8443/ = Example DNS');
    deepEqual('providers' in read && read.providers.map(({ origin, name }) => [origin, name]), [
      ['https://a.example', 'a.example'],
      ['https://b.example:8443', 'Example DNS'],
    ]);
  });

  for (const text of [
    'http://a.example',
    'a.example',
    'https://a.example/x',
    'https://u@a.example',
    'https://*.example',
    '',
    ',',
  ])
    it(`are refused as ${JSON.stringify(text)}`, () => equal('fault' in readOrigins(text), true));
});

describe('the settings of a provider', () => {
  const read = (change: object) => parseSettings(JSON.stringify({ ...SETTINGS, ...change }), CONNECT_PROVIDERS);

  it('are read as far as they are used', () => {
    deepEqual(read({ urlSyncUX: 'https://connect.dns.example/sync/', nameServers: ['NS1.dns.example.', 7, ''] }), {
      providerId: 'dns.example',
      syncUrl: 'https://connect.dns.example/sync',
      apiUrl: 'https://api.dns.example',
      nameservers: ['ns1.dns.example'],
    });
  });

  it('without the synchronous flow are those of a provider that has none', () => {
    equal(read({ urlSyncUX: undefined })?.syncUrl, null);
    equal(read({ urlSyncUX: null })?.syncUrl, null);
    equal(read({ urlSyncUX: '' })?.syncUrl, null);
  });

  for (const body of [
    '',
    'null',
    '[]',
    '"x"',
    '<html>',
    '{"providerId":1}',
    '{}',
    '{"providerId":"a","urlAPI":7}',
    'NaN',
  ])
    it(`are none where the server sends ${JSON.stringify(body)}`, () => equal(parseSettings(body, []), null));

  for (const url of [
    'http://dash.cloudflare.com/domainconnect',
    'javascript:alert(1)//dash.cloudflare.com',
    'data:text/html,x',
    '//dash.cloudflare.com',
    'dash.cloudflare.com',
    'https://dash.cloudflare.com@evil.example/',
    'https://u:p@dash.cloudflare.com/',
    'https://dash.cloudflare.com/redirect?to=https://evil.example/',
    'https://dash.cloudflare.com/x#',
    'https://dash.cloudflare.com/x?',
    'https://dash.cloudflare.com/../x',
    'https://dash.cloudflare.com/..',
    'https://dash.cloudflare.com/%2e%2e/x',
    'https://dash.cloudflare.com//evil.example',
    'https://dash.cloudflare.com/https://evil.example',
    'https://dash.cloudflare.com\\@evil.example',
    'https:/dash.cloudflare.com',
    'https:dash.cloudflare.com',
    'https://dash.cloudflare.com/\u202e',
    ' https://dash.cloudflare.com',
    'https://dash.cloudflare.com/ x',
    `https://dash.cloudflare.com/${'a'.repeat(500)}`,
  ]) {
    it(`are none where people would be sent to ${JSON.stringify(url.slice(0, 60))}`, () =>
      equal(read({ urlSyncUX: url }), null));
    it(`are none where templates would be asked for at ${JSON.stringify(url.slice(0, 60))}`, () =>
      equal(read({ urlAPI: url }), null));
  }

  for (const host of ['api.dns.example:22', 'api.dns.example:8443', '169.254.169.254', '[::1]', '2130706433', 'router'])
    it(`are none where templates would be asked for at ${host}, as in a record`, () =>
      equal(read({ urlAPI: `https://${host}/api` }), null));

  it('may name a port for templates where the operator has named that very origin', () => {
    const settings = JSON.stringify({ ...SETTINGS, urlAPI: 'https://connect.example.net:8443/api' });
    const named = readOrigins('https://connect.example.net:8443');
    const providers = 'providers' in named ? named.providers : [];
    equal(parseSettings(settings, providers)?.apiUrl, 'https://connect.example.net:8443/api');
    equal(parseSettings(settings, [])?.apiUrl, undefined);
  });

  it('lead to the origin that a browser goes to, not to one that only looks like it', () => {
    equal(read({ urlSyncUX: 'https://DASH.cloudflare.com:443/dc' })?.syncUrl, 'https://dash.cloudflare.com/dc');
    equal(
      read({ urlSyncUX: 'https://dash.cloudflare.com.evil.example' })?.syncUrl,
      'https://dash.cloudflare.com.evil.example',
    );
    equal(read({ urlSyncUX: 'https://dash。cloudflare.com' })?.syncUrl, 'https://dash.cloudflare.com');
  });
});

describe('a record that was left behind when the zone moved', () => {
  const cloudflare = CONNECT_PROVIDERS.find(({ id }) => id === 'cloudflare.com') ?? null;
  const settings = (nameservers: string[]) => ({
    providerId: 'cloudflare.com',
    syncUrl: null,
    apiUrl: 'https://api.cloudflare.com',
    nameservers,
  });

  it('shows where the provider wants other name servers than the zone has', () => {
    equal(findStale(settings(['ns1.old.example']), null, ['ns1.new.example']), 'other_nameservers');
    equal(findStale(settings(['ns1.old.example']), null, ['NS1.old.example', 'ns9.x.example']), null);
    equal(findStale(settings([]), null, ['ns1.new.example']), null);
    equal(findStale(settings(['ns1.old.example']), null, []), null);
  });

  it('shows where the name servers are those of another known provider', () => {
    equal(findStale(settings([]), cloudflare, ['ns1.vercel-dns.com', 'ns2.vercel-dns.com']), 'other_provider');
    equal(findStale(settings([]), cloudflare, ['ada.ns.cloudflare.com', 'bob.ns.cloudflare.com']), null);
    equal(findStale(settings([]), cloudflare, ['ns1.example.net']), null);
  });

  it('is no hindrance where the name servers say who it is, as at Vercel', () => {
    const found = findWithoutRecord(['ns1.vercel-dns.com', 'ns2.vercel-dns.com'], CONNECT_PROVIDERS);
    equal(found?.settings, 'domainconnect.vercel.com');
    equal(findWithoutRecord(['ada.ns.cloudflare.com'], CONNECT_PROVIDERS), null);
    equal(findWithoutRecord(['ns1.vercel-dns.com', 'ns1.other.example'], CONNECT_PROVIDERS), null);
    equal(findWithoutRecord([], CONNECT_PROVIDERS), null);
  });
});
