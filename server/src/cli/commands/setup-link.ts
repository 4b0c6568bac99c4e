import { AppError } from '../../core/errors.ts';
import { createSetupToken, formatSetupLink } from '../../services/people/setup.ts';
import { defineCommand } from '../command.ts';

/** `setup-link`: a new link that makes the first account. Exit code 1 where there is one already. */
export const printSetupLink = defineCommand({
  name: 'setup-link',
  about: 'Create a link for setting up the first dashboard account.',
  async run(ctx, _args, output) {
    const token = await createSetupToken(ctx);
    if (token === null)
      throw new AppError(
        'FORBIDDEN',
        'The dashboard already has an owner. Invite other people under "Members" in a project.',
      );
    const url = formatSetupLink(ctx.publicUrl, token);
    output.print({ url }, `${url}\n\nOpen it to create the first account. It works once and expires in 24 hours.`);
  },
});
