import { COST_OF_OUTGOING } from '../costs.ts';
import {
  createDnsConnectionBody,
  dnsConnectionDetailSchema,
  dnsConnectionSchema,
  dnsConnectionTestSchema,
  testDnsConnectionBody,
} from '../dns-connection.ts';
import { none, type Operation, pageOf } from './operation.ts';

/** Credentials for DNS providers: everybody in a project sees that they are there, its admins add and remove them. */
export const dnsConnectionCalls = {
  'GET /api/projects/:projectId/dns-connections': {
    access: 'member',
    data: pageOf('dnsConnections', dnsConnectionSchema),
  },
  'POST /api/projects/:projectId/dns-connections': {
    access: 'admin',
    cost: COST_OF_OUTGOING,
    body: createDnsConnectionBody,
    data: dnsConnectionSchema,
  },
  'GET /api/projects/:projectId/dns-connections/:connectionId': { access: 'member', data: dnsConnectionDetailSchema },
  'POST /api/projects/:projectId/dns-connections/:connectionId/test': {
    access: 'admin',
    cost: COST_OF_OUTGOING,
    body: testDnsConnectionBody,
    data: dnsConnectionTestSchema,
  },
  'DELETE /api/projects/:projectId/dns-connections/:connectionId': { access: 'admin', data: none },
} as const satisfies Readonly<Record<string, Operation>>;
