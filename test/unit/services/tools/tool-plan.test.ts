import { describe, expect, it } from 'vitest';
import { failureOf, type Failure } from '../../../../src/errors/index.ts';
import { readToolPlan } from '../../../../src/services/index.ts';

const writer = { node: 'think', agent: 'planner', tools: ['read', 'write'] };

const order = (...steps: readonly object[]): string[] => readToolPlan({ steps }, writer).map(({ id }) => id);

const step = (id: string, ...needs: string[]): object => ({ id, tool: 'read', depends_on: needs });

function failureFor(plan: unknown): Failure | undefined {
  try {
    readToolPlan(plan, writer);
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

function saidOf(...steps: readonly object[]): string {
  const { code = '', message = '' } = failureFor({ steps }) ?? {};
  return `${code}: ${message}`;
}

describe('a tool plan', () => {
  it('has defaults for what a step leaves out or gives as null', () => {
    const left = {
      id: 'b',
      tool: 'write',
      arguments: null,
      reason: null,
      depends_on: null,
      on_error: null,
      result_field: null,
    };
    const defaults = { arguments: {}, dependsOn: [], onError: 'stop' };
    expect(readToolPlan({ thought: 'Hm.', steps: [{ id: 'a', tool: 'read' }, left] }, writer)).toEqual([
      { id: 'a', tool: 'read', ...defaults },
      { id: 'b', tool: 'write', ...defaults },
    ]);
  });

  it('keeps what a step says', () => {
    const full = {
      id: 'a',
      tool: 'read',
      arguments: { path: 'a.md' },
      reason: 'Why not.',
      on_error: 'retry',
      result_field: 'text',
    };
    expect(readToolPlan({ steps: [full] }, writer)).toEqual([
      {
        id: 'a',
        tool: 'read',
        arguments: { path: 'a.md' },
        dependsOn: [],
        onError: 'retry',
        resultField: 'text',
        reason: 'Why not.',
      },
    ]);
  });

  it('runs in its own order, but never before what a step depends on', () => {
    expect(order(step('a'), step('b', 'd'), step('c'), step('d', 'a'))).toEqual(['a', 'c', 'd', 'b']);
    expect(order()).toEqual([]);
  });

  it.each([
    [
      'two ids',
      [
        { id: 'a', tool: 'read' },
        { id: 'a', tool: 'read' },
      ],
      'Two of its steps have the id "a".',
    ],
    [
      'two fields',
      [
        { id: 'a', tool: 'read', result_field: 'x' },
        { id: 'b', tool: 'read', result_field: 'x' },
      ],
      'Two of its steps have the result_field "x".',
    ],
    [
      'an unknown step',
      [{ id: 'a', tool: 'read', depends_on: ['z'] }],
      'Step "a" depends on "z", which is no step of it.',
    ],
    ['itself', [{ id: 'a', tool: 'read', depends_on: ['a'] }], 'Its steps "a" wait for each other.'],
    [
      'a loop',
      [
        { id: 'a', tool: 'read' },
        { id: 'b', tool: 'read', depends_on: ['c', 'a'] },
        { id: 'c', tool: 'read', depends_on: ['b'] },
      ],
      'Its steps "b", "c" wait for each other.',
    ],
  ])('is refused as a whole for %s', (_, steps, sentence) => {
    expect(saidOf(...steps)).toBe(`tool.invalid_input: The tool plan of "think" cannot be carried out. ${sentence}`);
  });

  it('is refused when it names a tool that its agent does not have', () => {
    expect(
      failureFor({
        steps: [
          { id: 'a', tool: 'read' },
          { id: 'b', tool: 'erase' },
        ],
      }),
    ).toEqual({
      code: 'permission.denied',
      message: 'Step "b" of the tool plan names "erase", which is no tool of the agent "planner".',
      hint: 'It has "read", "write"; add the tool to its list, or say in its prompt what it has.',
      details: { level: 'agent', rule: 'agents.planner.tools', step: 'b', tool: 'erase' },
    });
  });

  it.each([
    ['no list', { steps: 1 }, '/steps'],
    ['a misspelt field', { steps: [{ id: 'a', tool: 'read', on_eror: 'stop' }] }, '/steps/0'],
    ['a step without a tool', { steps: [{ id: 'a' }] }, '/steps/0/tool'],
    ['an id that is none', { steps: [{ id: '../a', tool: 'read' }] }, '/steps/0/id'],
    [
      'a field of the prototype',
      { steps: [{ id: 'a', tool: 'read', result_field: '__proto__' }] },
      '/steps/0/result_field',
    ],
    ['too many steps', { steps: Array.from({ length: 101 }, (_, at) => ({ id: `s${at}`, tool: 'read' })) }, '/steps'],
    ['null', null, ''],
  ])('is refused for %s', (_, plan, place) => {
    const failure = failureFor(plan);
    expect([failure?.code, failure?.message.startsWith('The output of "think" is no tool plan: ')]).toEqual([
      'tool.invalid_input',
      true,
    ]);
    expect(failure?.details).toMatchObject({ issues: [{ path: place }] });
  });

  it('may be text or not quite a plan, as long as nothing of it is lost', () => {
    const [read] = readToolPlan({ steps: [step('a')] }, writer);
    const plan = JSON.stringify({ steps: [step('a')] });
    expect(readToolPlan(`My plan:\n\`\`\`json\n${plan}\n\`\`\``, writer)).toEqual([read]);
    expect(readToolPlan({ steps: step('a') }, writer)).toEqual([read]);
    const quoted = { ...step('a'), on_error: 'STOP', arguments: '{"path": "a.md",}' };
    expect(readToolPlan({ steps: [quoted] }, writer)).toEqual([{ ...read, arguments: { path: 'a.md' } }]);
  });

  it.each([
    ['cut', '{"steps":[{"id":"a","tool":"wri', 'is no tool plan: The answer cannot be read safely'],
    ['not closed', '{"steps":[{"id":"a","tool":"write"}', 'had to be guessed at: "/steps" is not closed at its end'],
    [
      'of a step that says too much',
      '{"steps":[{"id":"a","tool":"write","unless":"it exists"}]}',
      'had to be guessed at: "/steps/0/unless" is not declared in the schema and would be dropped.',
    ],
  ])('is not carried out when its text is %s', (_, text, why) => {
    const failure = failureFor(text);
    expect([failure?.code, failure?.message]).toEqual(['tool.invalid_input', expect.stringContaining(why)]);
  });

  it('is no prose', () => {
    expect(failureFor('First read, then write.')).toMatchObject({
      code: 'tool.invalid_input',
      message: 'The output of "think" is a text and no tool plan.',
      hint: 'Give its agent an output_schema that asks for a tool plan.',
    });
  });
});
