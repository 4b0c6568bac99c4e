import type { Storage } from '../compose.ts';
import type { Context } from '../services/context.ts';
import type { Arguments } from './arguments.ts';
import type { Output } from './output.ts';

/** One command: does its work through the services, and prints one result. */
export type Command = (
  ctx: Context,
  args: Arguments,
  output: Output,
  storage: Pick<Storage, 'secretKey' | 'secretKeyFolder'>,
) => Promise<void>;
