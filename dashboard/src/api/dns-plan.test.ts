import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { type DnsPlan, dnsPlanQuery } from './dns-plan.ts';
import { domainKey } from './domains.ts';

test('a refresh of the page leaves an open plan as it is', async () => {
  const client = new QueryClient();
  let asked = 0;
  const queryFn = async () => ({ planId: `${++asked}` }) as DnsPlan;
  const observer = new QueryObserver(client, { ...dnsPlanQuery('project', 'domain'), queryFn });
  const close = observer.subscribe(() => undefined);
  await observer.refetch();
  assert.equal(asked, 1);

  // As after live updates, and after the connection was lost.
  await client.invalidateQueries({ queryKey: domainKey('project', 'domain') });
  await client.invalidateQueries();
  assert.equal(asked, 1);

  // As after it turned out to be another one.
  await observer.refetch();
  assert.equal(observer.getCurrentResult().data?.planId, '2');

  // The next dialog reads the zone as it is then.
  close();
  await setTimeout(1);
  const closeNext = new QueryObserver(client, { ...dnsPlanQuery('project', 'domain'), queryFn }).subscribe(
    () => undefined,
  );
  assert.equal(asked, 3);
  closeNext();
  client.clear();
});
