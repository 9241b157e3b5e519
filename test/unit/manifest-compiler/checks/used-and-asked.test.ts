import { describe, expect, it } from 'vitest';
import { checkTexts } from '../../../support/sample-project.ts';
import { foundProblems } from '../../../support/found-problems.ts';

const one = { workflow: { id: 'one', nodes: [{ id: 'a', type: 'transform', output: 1 }] } };

/** The schemas of the files that nothing uses. */
function unused(files: Readonly<Record<string, unknown>>, ...questions: readonly object[]): readonly string[] {
  const nodes = questions.map((question, index) => Object.assign({ id: `n${index}`, type: 'feedback' }, question));
  const manifests = nodes.length === 0 ? { workflow: one } : { workflow: { workflow: { id: 'ask', nodes } } };
  return foundProblems(manifests, ['MANIFEST_UNUSED'], files).map((said) => said.replace(/ .*$/u, ''));
}

describe('a schema in a file', () => {
  const card = { 'schemas/Card.json': { type: 'object' } };

  it.each([
    'Card',
    'Card.json',
    './Card.json',
    '/Card.json',
    'schemas/Card.json',
    './schemas/Card',
    'Card.json#/$defs/x',
  ])('is used where another schema refers to it as %s', (reference) => {
    expect(unused(card, { schema: { $ref: reference } })).toEqual([]);
    expect(unused({ ...card, 'schemas/Deck.json': { items: { $ref: reference } } })).toEqual(['schemas/Deck.json']);
  });

  it('is used by one of many questions, with or without schemas', () => {
    expect(unused(card, {}, { schema: { $ref: 'Card' } }, {})).toEqual([]);
    expect(unused({ ...card, 'schemas/Deck.json': { default: null, items: { $ref: 'Card' } } }, {})).toEqual([
      'schemas/Deck.json',
    ]);
  });

  it('is not used by its name alone, nor by a property with the name of a reference', () => {
    expect(unused(card, { schema: { title: 'Card', properties: { $ref: { const: 'Card' } } } })).toEqual([
      'schemas/Card.json',
    ]);
    expect(unused(card, { schema: { $ref: '#/$defs/Card' } })).toEqual(['schemas/Card.json']);
  });
});

function warned(model: object, agents?: object, rest: object = {}): readonly string[] {
  const engine = { engine: { name: 'e', models: { m: { provider: 'offline', ...model } }, ...rest } };
  const manifests = { workflow: one, engine, ...(agents !== undefined && { agents: { agents } }) };
  return foundProblems(manifests, ['MANIFEST_COST_UNBOUNDED']);
}

describe('a model that costs something', () => {
  const price = { input_per_mtok: 1, output_per_mtok: 0 };
  const asked = { writer: { prompt: 'Write.', model: 'm' } };

  const warning = 'engine.json engine.models.m: Nothing bounds what the model "m" can cost in one task.';

  it('is bounded by the longest prompt together with the longest answer', () => {
    expect(warned({ price }, asked)).toEqual([warning]);
    expect(warned({ price, context_window: 8_000 }, asked)).toEqual([warning]);
    expect(warned({ price, max_output_tokens: 1_000 }, asked)).toEqual([warning]);
    expect(warned({ price, context_window: 8_000, max_output_tokens: 1_000 }, asked)).toEqual([]);
    expect(warned({ price, context_window: 8_000 }, { writer: { ...asked.writer, max_output_tokens: 1_000 } })).toEqual(
      [],
    );
  });

  it('is one that an agent asks, if only when another model fails', () => {
    expect(warned({ price })).toEqual([]);
    expect(warned({ price }, { writer: { prompt: 'Write.', model: 'offline' } })).toEqual([]);
    const spare = { writer: { prompt: 'Write.', model: 'offline', fallback_models: ['m'] } };
    expect(warned({ price }, spare)).toEqual([warning]);
    expect(warned({ price: { input_per_mtok: 0, output_per_mtok: 0 } }, asked)).toEqual([]);
  });

  it('is bounded by a budget that stops, of the task or of the agent that asks it', () => {
    const budget = { max_tokens_total: 1_000 };
    expect(warned({ price }, asked, { defaults: { budget } })).toEqual([]);
    expect(warned({ price }, { writer: { ...asked.writer, budget } })).toEqual([]);
    const soft = { ...budget, on_exceeded: 'degrade', degrade_to: 'offline' };
    expect(warned({ price }, asked, { defaults: { budget: soft } })).toEqual([warning]);
  });

  it('is known by its name, and warned of where dollars are counted and its price is not known', () => {
    const dollars = { defaults: { max_cost_usd: 1 } };
    const unknown = { provider: 'openai', model: 'gpt-next' };
    expect(warned({ provider: 'openai', model: 'gpt-5.1' }, asked)).toEqual([warning]);
    expect(warned(unknown, asked)).toEqual([]);
    expect(warned(unknown, asked, dollars)).toEqual([
      'engine.json engine.models.m: No price is known of the model "m", so that no "max_cost_usd" counts what it costs.',
    ]);
    expect(warned(unknown, asked, { defaults: { max_tokens_total: 5 } })).toEqual([]);
    expect(warned({ ...unknown, price }, asked, dollars)).toEqual([]);
    expect(warned(unknown, { writer: { prompt: 'Write.', model: 'offline' } }, dollars)).toEqual([]);
    expect(warned({ provider: 'ollama', model: 'llama3.2' }, asked, dollars)).toEqual([]);
  });

  it('is not warned of while the defaults cannot be read, which may bound it', () => {
    expect(warned({ price }, asked, { defaults: { max_cost_usd: 'much' } })).toEqual([]);
    expect(warned({ price }, asked, { state_dir: 5 })).toEqual([warning]);
  });
});

const scriptProblems = (model: object, text: string) =>
  checkTexts(
    new Map([
      ['workflow.json', JSON.stringify(one)],
      ['engine.json', JSON.stringify({ engine: { name: 'e', models: { m: { script: 'script.yaml', ...model } } } })],
      ['script.yaml', text],
    ]),
  ).problems.filter(({ code }) => code === 'MODEL_SCRIPT_INVALID');

describe('the script of a model', () => {
  it('is shown at the entry that is wrong', () => {
    const [problem] = scriptProblems(
      { provider: 'scripted' },
      'replies:\n  - { rely: Hello }  \n  - { reply: Hello }\n',
    );
    expect(problem?.range).toEqual([13, 28]);
  });

  it('is not read when the model is no scripted one', () => {
    expect(scriptProblems({ provider: 'offline' }, 'nonsense')).toEqual([]);
  });
});

function defaultFaults(question: object): readonly string[] {
  const nodes = [{ id: 'ask', type: 'feedback', timeout: '1h', schema: { type: 'string' }, ...question }];
  return foundProblems({ workflow: { workflow: { id: 'ask', nodes } } }, ['MANIFEST_VALUE_INVALID']).map((said) =>
    said.replace(/ schema: .*$/u, ' schema'),
  );
}

describe('the default of a question', () => {
  it('fits the schema where it is an edit or an answer, and needs no value otherwise', () => {
    const fault = 'workflow.json workflow.nodes.0.default: The default of "ask" does not fit its schema';
    expect(defaultFaults({ default: { action: 'edit', value: 5 } })).toEqual([fault]);
    expect(defaultFaults({ default: { action: 'edit', value: 'Hello' } })).toEqual([]);
    expect(defaultFaults({ default: 5 })).toEqual([fault]);
    expect(defaultFaults({ default: 'approve' })).toEqual([]);
    expect(defaultFaults({ default: 5, schema: undefined })).toEqual([]);
  });
});

const startFaults = (...nodes: readonly object[]) =>
  foundProblems({ workflow: { workflow: { id: 'x', nodes } } }, [
    'MANIFEST_ENTRY_AMBIGUOUS',
    'MANIFEST_NODE_UNREACHABLE',
  ]);

describe('the node to begin with', () => {
  const work = { id: 'work', type: 'transform', output: 1 };

  it('is one that works where there is one, and an end where there is nothing else', () => {
    expect(startFaults(work, { id: 'done', type: 'end' })).toEqual([
      'workflow.json workflow.nodes.1.id: No way leads from the entry to "done".',
    ]);
    expect(startFaults({ id: 'done', type: 'end' })).toEqual([]);
    expect(startFaults({ id: 'done', type: 'end' }, { id: 'over', type: 'end' })).toEqual([
      'workflow.json workflow.nodes.0.id: Several nodes could be the first one: "done", "over".',
    ]);
  });
});

describe('conditions of a workflow with broken edges', () => {
  it('are read all the same, with the names of the nodes that are there', () => {
    const edges = [
      { from: 'a', to: 'nowhere' },
      { from: 'a', to: 'b', when: 'stages.a.output > ' },
      { from: 'a', to: 'b', when: 'stages.c.output' },
      { from: 'a', to: 'b', when: 'stages.a.output' },
    ];
    const nodes = ['a', 'b'].map((id) => ({ id, type: 'transform', output: 1 }));
    const said = foundProblems({ workflow: { workflow: { id: 'x', nodes, edges } } }, ['MANIFEST_EXPRESSION_INVALID']);
    expect(said.map((text) => text.replace(/:.*$/u, ''))).toEqual([
      'workflow.json workflow.edges.1.when',
      'workflow.json workflow.edges.2.when',
    ]);
  });
});

describe('the provider of a model', () => {
  const codes = ['MANIFEST_NOT_IN_THIS_VERSION', 'MANIFEST_REFERENCE_UNKNOWN'] as const;
  const agents = { agents: { writer: { prompt: 'Write.' } } };
  const found = (provider: string, model: string) => {
    const engine = { engine: { name: 'e', models: { m: { provider } }, defaults: { model } } };
    return foundProblems({ workflow: one, engine, agents }, codes).map((text) => text.replace(/:.*$/u, ''));
  };

  it('is one that is there, or stands in the environment', () => {
    expect(found('offline', 'm')).toEqual([]);
    expect(found('${env:PROVIDER}', 'm')).toEqual([]);
    expect(found('ofline', 'm')).toEqual(['engine.json engine.models.m.provider']);
  });

  it('is chosen when models are loaded, for the model "auto" and for any of that provider', () => {
    expect(found('offline', 'auto')).toEqual([]);
    expect(found('auto', 'm')).toEqual([]);
  });
});
