import { describe, expect, it } from 'vitest';
import { Engine, type EngineEvent } from '../../../../src/index.ts';
import { openProject, untilStopped, type OpenEngine, type TestProject } from '../../../support/engine-fixture.ts';
import { agentProject, echo, guard, pluginFacts, toolProject, words } from '../../../support/plugin-project.ts';

const open = (project: TestProject): Promise<OpenEngine> => openProject(project, { host: 'memory' });

const limited = (limit: object, project = toolProject()): TestProject => ({
  ...project,
  plugins: [{ name: 'limits', type: 'rate_limiter', config: { limits: [limit] } }],
});

const act = { id: 'act', type: 'tool', tool: 'ship', arguments: { to: '${{ input }}' } } as const;

describe('a rate limiter', () => {
  it('has calls of a tool wait until they may begin, in the order in which they came', async () => {
    const starts: number[] = [];
    const project = toolProject({ tools: { ship: (given) => (starts.push(clock.now() - begun), given) } });
    const { engine, clock } = await open(limited({ tool: 'ship', calls: 2, per: '10s' }, project));
    const begun = clock.now();
    const running = Promise.all([1, 2, 3, 4, 5].map((n) => engine.runOne(`${n}`)));
    const results = await clock.outcomeOf(running);
    expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'completed'));
    expect(starts).toEqual([0, 0, 10_000, 10_000, 20_000]);
  });

  it('vetoes calls beyond the limit where it says so, and those that would wait too long', async () => {
    const vetoing = await open(limited({ tool: 'ship', calls: 1, per: '1m', on_limit: 'veto' }));
    expect((await vetoing.engine.runOne('one')).status).toBe('completed');
    expect(words(await vetoing.engine.runOne('two'))).toEqual(['failed', ['plugin.veto']]);
    vetoing.clock.advance(60_000);
    expect((await vetoing.engine.runOne('three')).status).toBe('completed');
    const waiting = await open(limited({ tool: 'ship', calls: 1, per: '1m', max_wait: '30s' }));
    await waiting.engine.runOne('one');
    expect(words(await waiting.engine.runOne('two'))).toEqual(['failed', ['plugin.veto']]);
    expect(pluginFacts(waiting.events)).toEqual(['limits before_tool veto']);
  });

  it('counts the calls of a provider', async () => {
    const project = agentProject({ replies: [{ reply: 'Yes.' }] });
    const limit = { provider: 'scripted', calls: 1, per: '1m', on_limit: 'veto' };
    const { engine } = await open(limited(limit, project));
    expect(words(await engine.runOne('one'))).toEqual(['completed', 'Yes.']);
    expect(words(await engine.runOne('two'))).toEqual(['failed', ['plugin.veto']]);
  });

  it('names a provider or a tool, and one that is there', async () => {
    await expect(open(limited({ calls: 1, per: '1m' }))).rejects.toThrow(
      'A limit names either a provider or a tool, and this one names neither.',
    );
    await expect(open(limited({ provider: 'ofline', calls: 1, per: '1m' }))).rejects.toThrow(
      '"ofline" is no provider.',
    );
    await expect(open(limited({ tool: 'shp', calls: 1, per: '1m' }))).rejects.toThrow('"shp" is no tool.');
  });

  it('gives the place of a call that gives up to those behind it', async () => {
    const starts: number[] = [];
    const project = toolProject({ tools: { ship: (given) => (starts.push(clock.now() - begun), given) } });
    const { engine, clock } = await open(limited({ tool: 'ship', calls: 1, per: '10s' }, project));
    const begun = clock.now();
    const tasks = ['one', 'two', 'three'].map((id) => engine.runOne(id, { id }));
    await clock.until(() => clock.waits().length === 4);
    void engine.cancelTask('two');
    const results = await clock.outcomeOf(Promise.all([...tasks, engine.runOne('four')]));
    expect(results.map(({ status }) => status)).toEqual(['completed', 'cancelled', 'completed', 'completed']);
    expect(starts).toEqual([0, 10_000, 20_000]);
  });

  it.each([false, true])(
    'has a tool stage wait before its time begins, and none of its attempts is lost (hooks of stages: %s)',
    async (isHooked) => {
      const project = toolProject({ workflow: { nodes: [{ ...act, timeout: '5s', retries: 1 }] } });
      const { engine, clock, events, calls } = await openProject(
        limited({ tool: 'ship', calls: 1, per: '20s' }, project),
        { host: 'memory', plugins: isHooked ? [guard({ before_stage: async () => undefined })] : [] },
      );
      const running = Promise.all([engine.runOne('one'), engine.runOne('two')]);
      expect((await clock.outcomeOf(running)).map(({ status }) => status)).toEqual(['completed', 'completed']);
      expect(calls).toEqual(['ship', 'ship']);
      expect(events.filter(({ type }) => type === 'stage.retrying')).toEqual([]);
    },
  );

  it('has the time of a tool stage run once it is its turn', async () => {
    const project = toolProject({
      tools: { ship: async (_, { signal }) => untilStopped(signal) },
      workflow: { nodes: [{ ...act, timeout: '5s' }] },
    });
    const { engine, clock } = await open(limited({ tool: 'ship', calls: 1, per: '20s' }, project));
    const begun = clock.now();
    const results = await clock.outcomeOf(Promise.all([engine.runOne('one'), engine.runOne('two')]));
    expect(results.map(words)).toEqual(Array.from({ length: 2 }, () => ['failed', ['timeout.attempt']]));
    expect(clock.now() - begun).toBe(25_000);
  });

  it('says how long a call that it does not let wait would have to', async () => {
    const { engine } = await open(limited({ tool: 'ship', calls: 1, per: '1m', max_wait: '30s' }));
    await engine.runOne('one');
    expect((await engine.runOne('two')).failures[0]?.message).toBe(
      'The plugin "limits" does not allow it (before_tool): the limit of 1 call of tool "ship" per 1m is reached, and it would wait for 60 s, which is longer than max_wait (30s).',
    );
  });
});

const request = 'Ann is ann@mail.example, her card is 4111 1111 1111 1111.';

const redacting = (config: object, project: TestProject): TestProject => ({
  ...project,
  plugins: [{ name: 'pii', type: 'pii_redactor', config }],
});

describe('a redactor of personal data', () => {
  it('takes it out of what a model is asked with, and out of nothing else', async () => {
    const seen: string[] = [];
    const project = agentProject({
      replies: [
        { match: 'ann@mail.example', reply: 'I know her.' },
        { match: 'redacted email', reply: 'Who?' },
      ],
      agent: { prompt: 'You help {{ input }}.' },
    });
    const watcher = guard({
      before_llm: async ({ prompt }) => void seen.push(JSON.stringify(prompt)),
    });
    const { engine } = await openProject(redacting({ kinds: ['email', 'credit_card'] }, project), {
      host: 'memory',
      plugins: [watcher],
    });
    const result = await engine.runOne(request, { id: 'task' });
    expect(words(result)).toEqual(['completed', 'Who?']);
    expect((await engine.showTask('task')).input).toBe(request);
    expect(seen.join('')).not.toMatch(/ann@mail|4111 1111/u);
    expect(seen[0]).toContain('You help Ann is [redacted email], her card is [redacted credit_card].');
  });

  it('leaves prompts alone where it says so', async () => {
    const project = agentProject({ replies: [{ match: 'ann@mail.example', reply: 'I know her.' }, { reply: 'Who?' }] });
    const { engine } = await open(redacting({ prompts: 'none' }, project));
    expect(words(await engine.runOne(request))).toEqual(['completed', 'I know her.']);
  });

  it('takes it out of what models of the provider "offline" go by', async () => {
    const seen: unknown[] = [];
    const project = { ...agentProject({ replies: [] }), engine: {} };
    const watcher = guard({ before_llm: async ({ prompt }) => void seen.push(prompt.subject) });
    const { engine } = await openProject(redacting({}, project), { host: 'memory', plugins: [watcher] });
    const { output } = await engine.runOne(request);
    expect(JSON.stringify([output, seen])).not.toMatch(/ann@mail|4111 1111/u);
    expect(JSON.stringify(seen)).toContain('[redacted email]');
  });

  it.each([
    ['takes it out of events', {}, false],
    ['leaves events alone where it says so', { events: false }, true],
  ])('%s', async (_, config, isThere) => {
    const project = toolProject({
      tools: {
        ship: () => {
          throw new Error(`No ${request}`);
        },
      },
    });
    const { engine, events } = await open(redacting(config, project));
    const sunk: EngineEvent[] = [];
    engine.addSink({ name: 'mine', write: (event) => void sunk.push(event) });
    const result = await engine.runOne('here');
    expect(result.failures[0]?.message).toContain('ann@mail.example');
    expect(events.some(({ type }) => type === 'tool.failed')).toBe(true);
    expect(JSON.stringify(events).includes('ann@mail.example')).toBe(isThere);
    expect(JSON.stringify(sunk).includes('4111 1111')).toBe(isThere);
  });
});

it('takes personal data, secrets and patterns out of all that tools are given and give, keys and numbers too', async () => {
  const found = {
    question: 'ask ann@mail.example',
    before: 'ann@mail.example',
    paid: 'ann@mail.example',
    id: 'ann@mail.example',
    card: 4_111_111_111_111_111,
    time: 1_700_000_000_000,
    'ann@mail.example': 1,
    'bob@mail.example': 2,
    '123-45-6789': 3,
    'key-s3cretword': 4,
    s3cretword: 's3cretword',
  };
  const project = redacting({}, toolProject({ tools: { ship: () => found } }));
  const secretive = {
    ...project,
    redact: [String.raw`\d{3}-\d{2}-\d{4}`],
    plugins: [
      { name: 'pii', type: 'pii_redactor' },
      { name: 'limits', type: 'module', module: './limits.mjs', config: { key: '${file:key.txt}' } },
    ],
    files: { 'limits.mjs': `export const plugin = { name: 'a', version: '1' };`, 'key.txt': 's3cretword' },
  };
  const { engine } = await open(secretive);
  const sunk: EngineEvent[] = [];
  engine.addSink({ name: 'mine', payloads: 'full', write: (event) => void sunk.push(event) });
  await engine.runOne('here');
  const output = sunk.flatMap((event) => (event.type === 'tool.finished' ? [event.data.output] : []))[0];
  expect(JSON.stringify(sunk)).not.toMatch(/mail\.example|4111 ?1111|123-45|s3cret/u);
  expect(output).toMatchObject({
    card: '[redacted credit_card]',
    time: 1_700_000_000_000,
    '[redacted email]': 1,
    '[redacted email] 2': 2,
    '▇ redacted (pattern)': 3,
  });
});

it('takes personal data out of what is told of sinks', async () => {
  const { engine, events } = await open(redacting({}, toolProject()));
  engine.addSink({
    name: 'bad',
    write: () => {
      throw new Error('No ann@mail.example.');
    },
  });
  await engine.runOne('here');
  await engine.close();
  const told = events.flatMap((event) => (event.type === 'sink.failed' ? [event.data.problem] : []));
  expect(told[0]).toContain('No [redacted email]');
});

it('opens a project with all of them', async () => {
  const { engine, directory } = await open({
    ...toolProject({ tools: { ship: echo } }),
    plugins: [
      {
        name: 'limits',
        type: 'rate_limiter',
        critical: true,
        config: { limits: [{ tool: 'ship', calls: 1, per: '1s' }] },
      },
      { name: 'pii', type: 'pii_redactor' },
    ],
  });
  expect((await engine.runOne('here')).status).toBe('completed');
  const again = await Engine.fromConfigDir(directory, { host: 'memory', environment: {} });
  await again.close();
});
