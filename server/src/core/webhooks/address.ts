import { validationError } from '../errors.ts';

const MAX_CHARACTERS = 2_000;

/**
 * Checks the URL of a webhook, and gives it back as it is kept.
 * @param allowHttp for development and tests
 * @throws AppError VALIDATION_FAILED
 */
export function parseWebhookUrl(text: string, { allowHttp }: { allowHttp: boolean }): string {
  const fail = (message: string) => validationError('url', message);
  if (text.length > MAX_CHARACTERS) throw fail(`url can have at most ${MAX_CHARACTERS} characters.`);
  if (!URL.canParse(text)) throw fail('url must be a whole URL such as https://example.com/hooks.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw fail('url must be an https URL such as https://example.com/hooks.');
  if (url.protocol === 'http:' && !allowHttp)
    throw fail('url must begin with https://. For development, whoever runs this installation can allow http.');
  // They would stand in logs and pages; the signature is what proves who sends.
  if (url.username !== '' || url.password !== '')
    throw fail("url can't hold a user name or password. Verify the signature instead.");
  if (url.hash !== '') throw fail("url can't hold a fragment: what follows # is never sent.");
  return url.href;
}
