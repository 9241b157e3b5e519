import type { WireAnswer } from '../wire/answer.ts';
import type { SentRequest, WireProtocol, WireReply } from '../wire/protocol.ts';
import { startWireServer, type WireRequest, type WireServer } from '../wire/server.ts';
import { deskProviders } from './providers.ts';

export const facts = { word: 'sun', facts: ['It is a star.'] };
export const letter = 'Dear reader, the sun is a star.';
export const plan = { steps: [{ id: 's1', tool: 'look_up', arguments: { word: 'sun' } }] };

/** What the model says at the desk, whichever interface it is asked by. */
function replyTo(sent: SentRequest): WireReply {
  const all = [sent.system, ...sent.turns.map(({ text }) => text)].join('\n');
  if (all.includes('Judge the facts')) return { texts: inTwo(JSON.stringify({ condition: 'write' })) };
  if (all.includes('Write a letter')) return { texts: inTwo(letter) };
  if (all.includes('"found":')) return { texts: inTwo(JSON.stringify(facts)) };
  if (sent.tools === undefined) return { texts: inTwo(JSON.stringify(plan)) };
  return { texts: [''], toolCalls: [{ id: 'call_1', tool: 'look_up', arguments: { word: 'sun' } }] };
}

function inTwo(text: string): readonly string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}

export function protocolOf({ path }: Pick<WireRequest, 'path'>): WireProtocol {
  const found = deskProviders.find(({ protocol }) => protocol.path === path);
  if (found === undefined) throw new Error(`Nobody is asked at "${path}".`);
  return found.protocol;
}

export function streamed(protocol: WireProtocol, reply: WireReply): WireAnswer {
  const { start, end } = protocol.frames(reply);
  return { kind: 'stream', headers: protocol.streamHeaders, parts: [...start, ...end] };
}

/** The answer of the model at the desk to any request. */
export function answerAtDesk(request: WireRequest): WireAnswer {
  const protocol = protocolOf(request);
  return streamed(protocol, replyTo(protocol.sent(request.body)));
}

/** A server that speaks like all providers. */
export function startDesk(answer: (request: WireRequest) => WireAnswer = answerAtDesk): Promise<WireServer> {
  return startWireServer({ answer });
}
