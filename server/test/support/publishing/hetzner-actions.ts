import { StubRefusal } from './hetzner-rules.ts';

/** An action at the stub. */
export interface HetznerAction {
  readonly id: number;
  readonly command: string;
  readonly zone: number;
  status: 'running' | 'success' | 'error';
  error: { readonly code: string; readonly message: string } | null;
  /** How many requests it still takes. */
  pollsLeft: number;
  readonly apply: () => void;
}

/** Starts an action that makes a change when it ends. */
export type Start = (command: string, apply: () => void) => ReturnType<typeof showAction>;

/** Starts an action; while one is running its zone is locked. @throws StubRefusal */
export function startAction(
  stub: { polls: number; failNextAction: HetznerAction['error'] },
  actions: Map<number, HetznerAction>,
  zone: number,
  command: string,
  apply: () => void,
) {
  for (const { zone: locked, status } of actions.values())
    if (locked === zone && status === 'running') throw new StubRefusal(423, 'locked', 'zone is locked');
  const error = stub.failNextAction;
  stub.failNextAction = null;
  const action: HetznerAction = {
    id: actions.size + 1,
    command,
    zone,
    status: 'running',
    error,
    pollsLeft: stub.polls,
    apply,
  };
  actions.set(action.id, action);
  return showAction(action);
}

/** Shows an action. @param zone whose it has to be @throws StubRefusal */
export function pollAction(actions: Map<number, HetznerAction>, id: number, zone?: number) {
  const action = actions.get(id);
  if (!action || (zone !== undefined && action.zone !== zone))
    throw new StubRefusal(404, 'not_found', 'action not found');
  if (zone === undefined) advance(action);
  return showAction(action);
}

/** Time passes with every request: an action goes on whether somebody asks for it or not. */
export function advance(action: HetznerAction): void {
  if (action.status !== 'running') return;
  action.pollsLeft -= 1;
  if (action.pollsLeft > 0) return;
  if (!action.error) action.apply();
  action.status = action.error ? 'error' : 'success';
}

function showAction({ id, command, status, error, zone }: HetznerAction) {
  const finished = status === 'running' ? null : '2026-01-01T00:00:01Z';
  const times = { started: '2026-01-01T00:00:00Z', finished, progress: status === 'running' ? 50 : 100 };
  return {
    id,
    command,
    status,
    ...times,
    error: status === 'error' ? error : null,
    resources: [{ id: zone, type: 'zone' }],
  };
}
