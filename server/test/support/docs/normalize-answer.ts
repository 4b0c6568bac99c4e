import type { ExampleWorld } from './example-world.ts';

const SECRET = `whsec_${Buffer.from('sample-secret-for-the-documents.').toString('base64')}`;

/** Makes an answer the same at each run: ids, secrets, keys and times of its own become those that examples have. */
export function normalizeAnswer(text: string, world: ExampleWorld, url: string): string {
  const ids = new Map([
    [world.domainId, '60d5ec49f1b2c72d9c8b2222'],
    [world.webhookId, '60d5ec49f1b2c72d9c8b1234'],
    [world.deliveryId, '60d5ec49f1b2c72d9c8b9999'],
    [world.linkId, '60d5ec49f1b2c72d9c8b3333'],
    [world.connectionId, '60d5ec49f1b2c72d9c8b4444'],
  ]);
  const idOf = (id: string) => {
    const known = ids.get(id) ?? `60d5ec49f1b2c72d9c8b${String(4000 + ids.size)}`;
    ids.set(id, known);
    return known;
  };
  return text
    .replaceAll(/http:\/\/localhost:3000|http:\/\/127\.0\.0\.1:\d+(?=\/webhooks)/g, (found) =>
      found.includes('localhost') ? 'https://domains.example.com' : 'https://app.example.com',
    )
    .replaceAll(url, 'https://domains.example.com')
    .replaceAll(/whsec_[A-Za-z\d+/=]+/g, SECRET)
    .replaceAll(/\b(share|as)_[A-Za-z\d]{12,}/g, '$1_…')
    .replaceAll(/autosend-verify-[\da-f]{32}/g, 'autosend-verify-d3b07384d113edec49eaa6238ad5ff00')
    .replaceAll(/(?<![\\A-Za-z\d+/])[A-Za-z\d+/]{60,}=*/g, (key) =>
      key.startsWith('MII') ? `${key.slice(0, 24)}…` : '…',
    )
    .replaceAll(/\bautosend-[\da-f]{4}(?=\W)/g, 'autosend')
    .replaceAll('"name":"test"', '"name":"production"')
    .replaceAll('127.0.0.1"', '192.0.2.7"')
    .replaceAll(/127\.0\.0\.(?=1\d)/g, '192.0.2.')
    .replaceAll(/-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----(?:\\n)?/gs, '-----BEGIN PRIVATE KEY-----\\n…')
    .replaceAll(/(?<="(?:rttMs|duration|durationMs)":)[\d.]+/g, '12')
    .replaceAll(/(?<="planId":")[\da-f]{32}/g, '9b1fd3c0a4e85d27b6f0c1e2a3948576')
    .replaceAll(/test [\da-f]{12}/g, 'default')
    .replaceAll(/(?<![\da-f])[\da-f]{24}(?![\da-f])/g, idOf);
}
