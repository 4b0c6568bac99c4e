import { AppError } from '../../core/errors.ts';
import { createSetupToken, formatSetupLink } from '../../services/people/setup.ts';
import { defineCommand } from '../command.ts';

/** `setup-link`: a new link that makes the first account. Exit code 1 where there is one already. */
export const printSetupLink = defineCommand({
  name: 'setup-link',
  about: ['a new link that makes the first account of the dashboard'],
  async run(ctx, _args, output) {
    const token = await createSetupToken(ctx);
    if (token === null)
      throw new AppError(
        'FORBIDDEN',
        'The dashboard has an owner already. New people join by an invitation, under "Members" of a project.',
      );
    const url = formatSetupLink(ctx.publicUrl, token);
    output.print({ url }, `${url}\n\nOpen it to make the first account. It works once, for 24 hours.`);
  },
});
