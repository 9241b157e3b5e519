import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { AgentsFile } from '../../src/manifest/index.ts';
import { Engine, type EngineEvent } from '../../src/index.ts';
import { exampleRuns } from '../support/config-endings.ts';
import { copyExample } from './copy-example.ts';
import { temporaryDirectory } from './project.ts';

/* What workflows come to must not hang on how their prompts are worded, and every other wording has another version. */
const variants: Readonly<Record<string, (template: string) => string>> = {
  'the same text': (template) => template,
  'other words': (template) => `Your part in this is the following. ${template}\nTake care.`,
  'paragraphs in another order': (template) =>
    template
      .split(/\n{2,}/u)
      .toReversed()
      .join('\n\n'),
  'more white space': (template) => `\n\n  ${template.replaceAll('\n', '\n\n')}\t\n`,
  'other line ends': (template) => template.replaceAll('\n', '\r\n'),
};

const directory = temporaryDirectory();

interface Variant {
  readonly project: string;
  /** Agents whose template is another text than that of the example. */
  readonly changed: ReadonlySet<string>;
}

const copyOf = (example: string, name: string): string => copyExample(example, path.join(directory, name, example));

/** A copy of an example with every template written by a variant, all of them as files. */
function makeVariant(example: string, name: string, change: (template: string) => string): Variant {
  const project = copyOf(example, name);
  const manifest = path.join(project, 'agents.yaml');
  const { agents } = AgentsFile.parse(parse(readFileSync(manifest, 'utf8')));
  const changed = new Set<string>();
  const written = Object.entries(agents).map(([agent, spec]) => {
    const prompt = spec.prompt ?? spec.description ?? '';
    const template = prompt.endsWith('.md') ? readFileSync(path.join(project, prompt), 'utf8') : prompt;
    const text = change(template);
    if (text !== template) changed.add(agent);
    const file = `variant-${agent}.md`;
    writeFileSync(path.join(project, file), text);
    return [agent, { ...spec, prompt: file }] as const;
  });
  writeFileSync(manifest, stringify({ agents: Object.fromEntries(written) }));
  return { project, changed };
}

interface Outcome {
  readonly status: string;
  readonly output: unknown;
  /** The stages with how they ended, and what was said of the JSON of answers. */
  readonly path: readonly string[];
  readonly verdicts: readonly string[];
  readonly versions: ReadonlyMap<string, string | undefined>;
}

async function outcomeOf(project: string, request: string | undefined): Promise<Outcome> {
  const engine = await Engine.fromConfigDir(project, { host: 'memory', environment: {} });
  const events: EngineEvent[] = [];
  engine.events$.subscribe((event) => events.push(event));
  try {
    // Where agents take turns, it is the id that says whose it is.
    const { status, output, trace } = await engine.runOne(
      request ?? engine.compiled.project.engine.default_request ?? '',
      { id: 'same' },
    );
    return {
      status,
      output,
      path: trace.map((stage) => `${stage.node} ${stage.status}`),
      verdicts: events
        .filter(({ type }) => type.startsWith('json.'))
        .map(({ type, nodeId }) => `${type} ${nodeId ?? ''}`)
        .toSorted(),
      versions: versionsOf(events),
    };
  } finally {
    await engine.close();
  }
}

/** The template version of each agent that answered. */
function versionsOf(events: readonly EngineEvent[]): ReadonlyMap<string, string | undefined> {
  const byNode = new Map(
    events.flatMap(({ type, nodeId, data }) => (type === 'llm.requested' ? [[nodeId, data.templateVersion]] : [])),
  );
  return new Map(
    events.flatMap(({ type, nodeId, data }) => (type === 'agent.answered' ? [[data.agent, byNode.get(nodeId)]] : [])),
  );
}

const runs = Object.entries(exampleRuns).flatMap(([example, cases]) =>
  Object.keys(variants).map((name) => ({ example, name, requests: cases.map(({ request }) => request) })),
);

it.each(runs)('$example takes the same path with $name in its prompts', async ({ example, name, requests }) => {
  const variant = makeVariant(example, name, variants[name] ?? String);
  const original = copyOf(example, `beside ${name}`);
  for (const request of requests) {
    const { versions: before, ...expected } = await outcomeOf(original, request);
    const { versions, ...outcome } = await outcomeOf(variant.project, request);
    expect(outcome).toEqual(expected);
    const differing = [...versions].filter(([agent, version]) => version !== before.get(agent)).map(([agent]) => agent);
    expect(differing).toEqual([...versions.keys()].filter((agent) => variant.changed.has(agent)));
    expect([...versions.values()]).not.toContain(undefined);
  }
});
