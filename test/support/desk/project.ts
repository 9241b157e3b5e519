import type { Files } from '../../e2e/project.ts';
import { facts, letter, plan } from './brain.ts';
import { deskProviders } from './providers.ts';

export interface DeskOptions {
  /** Where all models behind a network are asked. */
  readonly origin: string;
  /** The model of all agents: the one line that differs from provider to provider. */
  readonly model: string;
  /** Fields of all models behind a network. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Whether the key is the one that manifests name. */
  readonly isKeyNamed?: boolean;
  /** The model that the cassette records. */
  readonly records?: string;
}

/** engine.json of the project. */
function engineOf({ origin, model, fields = {}, isKeyNamed = false, records }: DeskOptions): object {
  const behindNetwork = deskProviders.map(({ name, protocol, spec, keyed }): [string, object] => [
    name,
    { ...(isKeyNamed ? keyed : spec), base_url: origin + protocol.basePath, ...fields },
  ]);
  const taped = { provider: 'replay', cassette: 'cassettes/desk.json' };
  const models: Readonly<Record<string, object>> = {
    ...Object.fromEntries(behindNetwork),
    told: { provider: 'scripted', script: 'replies.json' },
    told_plan: { provider: 'scripted', script: 'plans.json', tool_calls: 'plan' },
    ...(model === 'taped' && { taped: { ...taped, ...(records !== undefined && { records, record: 'missing' }) } }),
  };
  return { engine: { name: 'desk', durability: 'process', models, defaults: { model } } };
}

const answered = [
  { match: '"found":', stage: 'research', reply: facts, chunks: 2 },
  { stage: 'verdict', reply: { condition: 'write' }, chunks: 2 },
  { stage: 'letter', reply: letter, chunks: 2 },
];

const lookUp = `
import { appendFileSync } from 'node:fs';

export const lookUp = {
  description: 'Looks a word up.',
  capabilities: ['deterministic_safe'],
  inputSchema: { type: 'object', required: ['word'], properties: { word: { type: 'string' } } },
  run({ word }) {
    appendFileSync(new URL('../counts.txt', import.meta.url), 'look_up\\n');
    return { found: word };
  },
};
`;

/** An agent with a tool and an output schema, a decision by an agent, and a second agent. */
export function deskProject(options: DeskOptions): Files {
  return {
    'engine.json': JSON.stringify(engineOf(options), null, 2),
    'agents.yaml': `agents:
  researcher:
    prompt: Look the word up, then answer.
    tools: [look_up]
    output_schema:
      type: object
      required: [word, facts]
      properties: { word: { type: string }, facts: { type: array, items: { type: string } } }
  judge:
    prompt: Judge the facts.
    output_schema: { type: object, required: [condition], properties: { condition: { enum: [write, drop] } } }
  writer: { prompt: Write a letter. }
`,
    'tools.yaml': 'tools: { look_up: { type: module, module: ./tools/look-up.js, export: lookUp } }\n',
    'tools/look-up.js': lookUp,
    'replies.json': JSON.stringify({
      replies: [
        { stage: 'research', call: 1, tool_calls: [{ tool: 'look_up', arguments: { word: 'sun' } }] },
        ...answered,
      ],
    }),
    'plans.json': JSON.stringify({ replies: [{ stage: 'research', call: 1, reply: plan, chunks: 2 }, ...answered] }),
    'plugins.yaml': 'plugins: [{ name: log, type: telemetry.logger, config: { path: ./events.jsonl } }]\n',
    'workflow.yaml': `workflow:
  id: desk
  nodes:
    - { id: research, type: agent, agent: researcher }
    - { id: verdict, type: decision, agent: judge }
    - { id: letter, type: agent, agent: writer, input: "\${{ stages.research.output }}" }
    - { id: sent, type: end }
    - { id: dropped, type: end }
    - { id: away, type: end, output: "\${{ error.code }}" }
  edges:
    - { from: research, to: verdict }
    - { from: research, to: away, type: error, on: [provider] }
    - { from: verdict, to: letter, condition: write }
    - { from: verdict, to: dropped, condition: drop }
    - { from: letter, to: sent }
`,
  };
}
