import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatApplyLink, formatSignedQuery, formatTemplateUrl } from './apply-link.ts';

const TEMPLATE = { providerId: 'mail.example.com', serviceId: 'email' };

describe('the link that applies a template', () => {
  it('has its parameters sorted, then key, and sig last', () => {
    const query = formatSignedQuery({ host: 'mail', domain: 'example.net', a: 'x y', groupId: 'dkim,ownership' });
    equal(query, 'a=x%20y&domain=example.net&groupId=dkim%2Cownership&host=mail');
    equal(
      formatApplyLink({ syncUrl: 'https://connect.example' }, TEMPLATE, { query, keyHost: '_dck1', signature: 'a+/=' }),
      `https://connect.example/v2/domainTemplates/providers/mail.example.com/services/email/apply?${query}&key=_dck1&sig=a%2B%2F%3D`,
    );
  });

  it('keeps whatever a parameter holds within that parameter', () => {
    const query = formatSignedQuery({
      domain: 'example.net&redirect_uri=https://evil.example#',
      redirect_uri: 'https://a',
    });
    equal(new URLSearchParams(query).get('redirect_uri'), 'https://a');
    equal([...new URLSearchParams(query).keys()].join(), 'domain,redirect_uri');
  });

  it('names the template in the path', () => {
    equal(
      formatTemplateUrl('https://api.example/dc', { providerId: 'a/b', serviceId: 'c?d' }),
      'https://api.example/dc/v2/domainTemplates/providers/a%2Fb/services/c%3Fd',
    );
  });
});
