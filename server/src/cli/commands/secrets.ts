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
  about: 'Seal all private keys with a new secret key, while the service runs. See docs/operations.md.',
  async run(ctx, _args, output, { secretKey, secretKeyFolder }) {
    const keys = parseSecretKeys(secretKey).map((key) => key.toString('base64'));
    if (secretKeyFolder !== null && keys.length === 1) {
      await writeSecretKeyFile(secretKeyFolder, [randomBytes(32).toString('base64'), ...keys]);
      output.print(
        { state: 'restart', sealed: 0 },
        'Added a new secret key to secret.key. The old one stays in the file until everything is sealed with the new one. Back up the file, restart the service, then run this command again.',
      );
      return;
    }
    const sealed = await sealKeysAnew(ctx, ({ done, left }) => output.note(`${done} resealed, ${left} left`));
    if (secretKeyFolder !== null) await writeSecretKeyFile(secretKeyFolder, keys.slice(0, 1));
    const what = `All private keys are now sealed with the secret key ${ctx.secretBox.keyId} (${sealed} in this run).`;
    const next =
      secretKeyFolder === null
        ? 'Remove the old keys from AUTOSEND_SECRET_KEY on every node. Keep them for restoring older backups.'
        : 'secret.key now contains only this key. Back it up, and keep the old one for restoring older backups.';
    output.print({ state: 'done', sealed }, `${what} ${next}`);
  },
});
