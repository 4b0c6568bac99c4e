import { defineCommand } from '../command.ts';

/** `migrate`: every command brings the schema up to date before it runs, so that nothing is left to do here. */
export const migrate = defineCommand({
  name: 'migrate',
  about: 'Update the database to the newest schema.',
  async run(_ctx, _args, output) {
    output.print({ migrated: true }, 'The database is up to date.');
  },
});
