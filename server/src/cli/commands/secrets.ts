import { randomBytes } from 'node:crypto';
import { parseSecretKeys } from '../../crypto/secret-box.ts';
import { writeSecretKeyFile } from '../../crypto/secret-key-file.ts';
import { sealKeysAnew } from '../../services/keys/secret-rotation.ts';
import { defineCommand } from '../command.ts';

/**
 * `secrets rotate`: seals all private keys with the first key of AUTOSEND_SECRET_KEY. An embedded installation makes that key
 * itself: the first run puts it into its file, the second one, after a restart, seals with it and drops the one before.
 */
export const rotateSecrets = defineCommand({
  name: 'secrets rotate',
  about: ['seals all private keys with another secret key, while the service runs (docs/operations.md)'],
  async run(ctx, _args, output, { secretKey, secretKeyFolder }) {
    const keys = parseSecretKeys(secretKey).map((key) => key.toString('base64'));
    if (secretKeyFolder !== null && keys.length === 1) {
      await writeSecretKeyFile(secretKeyFolder, [randomBytes(32).toString('base64'), ...keys]);
      output.print(
        { state: 'restart', sealed: 0 },
        'A new secret key stands first in secret.key; the one before stays there for what it sealed. Back the file up, restart the service, then run this again.',
      );
      return;
    }
    const sealed = await sealKeysAnew(ctx, ({ done, left }) => output.note(`${done} sealed anew, ${left} left`));
    if (secretKeyFolder !== null) await writeSecretKeyFile(secretKeyFolder, keys.slice(0, 1));
    const what = `All private keys are sealed with the secret key ${ctx.secretBox.keyId} (${sealed} in this run).`;
    const next =
      secretKeyFolder === null
        ? 'Remove the keys after it from AUTOSEND_SECRET_KEY on every node. Backups from before still need them.'
        : 'secret.key holds it alone now: back it up. Backups from before still need the key before.';
    output.print({ state: 'done', sealed }, `${what} ${next}`);
  },
});
