import { expect, it } from 'vitest';
import { type HostKind, openProject } from '../../support/engine-fixture.ts';
import { outcome } from '../../support/task-reading.ts';

export function valueCases(host: HostKind): void {
  it('fails the stage whose output is larger than a value may be', async () => {
    const { engine } = await openProject(
      {
        engine: { limits: { max_value_bytes: 2_000 } },
        workflow: {
          nodes: [
            { id: 'large', type: 'tool', tool: 'large' },
            { id: 'next', type: 'transform', output: 'never' },
            { id: 'handle', type: 'transform', output: '${{ error.details }}' },
          ],
          edges: [
            { from: 'large', to: 'next' },
            { from: 'large', to: 'handle', type: 'error', on: ['config'] },
          ],
        },
        tools: { large: () => 'ä'.repeat(1_000) },
      },
      { host },
    );
    const result = await engine.runOne('go');
    expect([result.status, result.output]).toEqual(['completed', { bytes: 2_002, limit: 2_000 }]);
    expect(outcome(result)).toEqual(['large failed', 'next skipped', 'handle done']);
  });

  it('refuses a request that is larger than one may be', async () => {
    const { engine } = await openProject(
      {
        engine: { limits: { max_input_bytes: 1_024 } },
        workflow: { nodes: [{ id: 'echo', type: 'transform', output: '${{ input }}' }] },
      },
      { host },
    );
    await expect(engine.createTask({ input: 'x'.repeat(1_023) })).rejects.toMatchObject({
      code: 'TASK_INPUT_TOO_LARGE',
      message: 'The request has 1025 bytes as JSON; the limit is 1024.',
      details: { bytes: 1_025, limit: 1_024 },
    });
    expect((await engine.runOne('x'.repeat(1_022))).status).toBe('completed');
    expect(engine.tasks()).toHaveLength(1);
  });

  it.each([
    ['nothing', undefined, 'There is no request.'],
    ['a function', () => 1, 'There is no request.'],
    ['a BigInt', 1n, 'The request cannot be written as JSON.'],
  ])('refuses %s as a request', async (_, input, message) => {
    const { engine } = await openProject(
      { workflow: { nodes: [{ id: 'echo', type: 'transform', output: '${{ input }}' }] } },
      { host },
    );
    await expect(engine.runOne(input)).rejects.toMatchObject({ code: 'TASK_INPUT_INVALID', message });
  });

  it('takes a request as the JSON it is, whatever becomes of the object later', async () => {
    const { engine } = await openProject(
      { workflow: { nodes: [{ id: 'echo', type: 'transform', output: '${{ input }}' }] } },
      { host },
    );
    const input = { when: new Date(0), gone: undefined, list: [1] };
    await engine.createTask({ input, id: 'copied' });
    input.list.push(2);
    expect((await engine.runTask('copied')).output).toEqual({ when: '1970-01-01T00:00:00.000Z', list: [1] });
  });

  it('fails the task, not the process, when the output of an end cannot be made', async () => {
    const { engine, events } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'work', type: 'transform', output: { name: 'x' } },
            { id: 'finish', type: 'end', output: '${{ output.count + 1 }}' },
          ],
          edges: [{ from: 'work', to: 'finish' }],
        },
      },
      { host },
    );
    const { status, output, failures } = await engine.runOne('go', { id: 'hollow' });
    expect([status, output, failures.map(({ code, node, node_type }) => [code, node, node_type])]).toEqual([
      'failed',
      null,
      [['config.expression', 'finish', 'end']],
    ]);
    const { status: shown, trace } = await engine.showTask('hollow');
    expect([shown, trace.map(({ node, status: ended, failure }) => [node, ended, failure?.code])]).toEqual([
      'failed',
      [
        ['work', 'done', undefined],
        ['finish', 'failed', 'config.expression'],
      ],
    ]);
    expect(events.flatMap(({ type, nodeId }) => (nodeId === 'finish' ? [type] : []))).toEqual(['stage.failed']);
    expect(engine.tasks({ status: ['failed'] }).map(({ id, status: listed }) => [id, listed])).toEqual([
      ['hollow', 'failed'],
    ]);
    expect(engine.tasks({ status: ['completed'] })).toEqual([]);
    await expect(engine.resumeTask('hollow')).rejects.toMatchObject({
      message: 'Task "hollow" is over: it is failed.',
    });
  });

  it('fails a stage whose expression names a field that is not there', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'work', type: 'transform', output: { name: 'x' } },
            { id: 'read', type: 'tool', tool: 'read', arguments: { text: '${{ stages.work.output.title }}' } },
          ],
          edges: [{ from: 'work', to: 'read' }],
        },
        tools: { read: () => 1 },
      },
      { host },
    );
    const { status, failures } = await engine.runOne('go');
    expect([status, failures]).toEqual([
      'failed',
      [
        {
          code: 'config.expression',
          message:
            'The expression "stages.work.output.title" reads "stages.work.output.title", but the field "title" is not there.',
          hint: 'Ask has(stages.work.output.title) first, or give the field a value.',
          details: { expression: ' stages.work.output.title ' },
          category: 'config',
          retryable: false,
          stage: 'read',
          node: 'read',
          node_type: 'tool',
          pipeline: 'main',
          attempt: 1,
        },
      ],
    ]);
  });

  it('takes a stage that is called like something every object has', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'constructor', type: 'transform', output: 'mine' },
            { id: 'toString', type: 'transform', output: '${{ stages.constructor.output }}' },
          ],
          edges: [{ from: 'constructor', to: 'toString' }],
        },
      },
      { host },
    );
    expect((await engine.runOne('go')).output).toBe('mine');
  });
}
