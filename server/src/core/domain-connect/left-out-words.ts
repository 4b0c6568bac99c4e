import type { LeftOut } from './groups.ts';

/** Says why a link leaves a group alone, and what its owner can do. */
export function describeLeftOut({ code, record }: Omit<LeftOut, 'group'>): string {
  const { name, type } = record;
  if (code === 'unanswered')
    return `Name servers didn't answer, so we can't tell what is at ${name}, and the link leaves it alone. Try again in a few minutes.`;
  if (code === 'not_in_template')
    return `The link can't add the ${type} record at ${name}. Add it at your DNS provider by hand.`;
  if (type === 'MX')
    return `There is another mail server at ${name}, and the link leaves it alone. Remove it first if you no longer need it.`;
  return `There is something else at ${name}, and the link leaves it alone. Remove it first if you no longer need it.`;
}
