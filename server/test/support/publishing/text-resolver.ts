import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Answer, decode, encode, type Packet } from 'dns-packet';

/** A resolver on loopback that knows one zone. */
export interface TextResolver {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts a resolver whose zone has the TXT records that a stub holds at the moment of the question: clients of ACME look for
 * the zone by its SOA record, and the ACME server for the text that was written.
 * @param findTexts the texts at a name, each as one text
 */
export async function startTextResolver(zone: string, findTexts: (name: string) => string[]): Promise<TextResolver> {
  const host = `ns1.${zone}`;
  const listAnswers = (name: string, type: string): Answer[] => {
    if (type === 'TXT') return findTexts(name).map((data) => ({ name, type: 'TXT', ttl: 1, data }));
    if (name !== zone) return [];
    if (type === 'NS') return [{ name, type: 'NS', ttl: 1, data: host }];
    const times = { serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 };
    return type === 'SOA'
      ? [{ name, type: 'SOA', ttl: 1, data: { mname: host, rname: `host.${zone}`, ...times } }]
      : [];
  };
  const socket = createSocket('udp4');
  socket.on('message', (message, { address, port }) => {
    const { id = 0, questions = [] } = decode(message);
    const [asked] = questions;
    const answers = asked ? listAnswers(asked.name.toLowerCase(), asked.type) : [];
    // RD and RA: an answer to a question for recursion, from who recurses.
    const reply: Packet = { type: 'response', id, flags: 0x0180, questions, answers };
    socket.send(encode(reply), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
}
