import type { LeftOut } from './groups.ts';

/** Says why a link leaves a group alone, and what its owner can do. */
export function describeLeftOut({ code, record }: Omit<LeftOut, 'group'>): string {
  const { name, type } = record;
  if (code === 'unanswered') return `The name servers didn't say what is at ${name}, so the link leaves it alone.`;
  if (code === 'not_in_template')
    return `The link can't make the ${type} record at ${name}. Add it at your DNS provider by hand.`;
  if (type === 'MX')
    return `Another mail server is entered at ${name}, and the link doesn't touch it. Remove it first if you no longer need it.`;
  return `Something else is entered at ${name}, and the link doesn't touch it. Remove it first if you no longer need it.`;
}
