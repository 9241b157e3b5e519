import { describe, expect, it } from 'vitest';
import { isEngineError, type ProjectFiles } from '../../../src/index.ts';
import { chat, committee, debate, reviewerLoop, supervisor } from '../../../src/patterns/index.ts';
import { compiledTexts } from '../../support/compiled-texts.ts';
import { failing, openPattern, told } from '../../support/pattern-engine.ts';

const prompt = 'Say something.';
const role = { prompt };
const pair = [
  { id: 'one', prompt },
  { id: 'two', prompt },
];
const options = ['yes', 'no'];
const does = 'Works.';

function messageOf(make: () => ProjectFiles): string {
  try {
    make();
    return 'It was made.';
  } catch (error) {
    return isEngineError(error) ? `${error.code} ${error.message}` : String(error);
  }
}

const is = 'ENGINE_PATTERN_INVALID The pattern';
const half = 'It is more than half of the members, and no more than there are.';
const anId = 'An id is a letter, and then at most 63 letters, digits and "_".';

describe('a pattern', () => {
  it.each<[make: () => ProjectFiles, message: string]>([
    [
      () => committee({ members: pair, options, quorum: 3 }),
      `${is} "committee" cannot be made. "quorum": It is no more than there are members.`,
    ],
    [() => committee({ members: pair, options, majority: 1 }), `${is} "committee" cannot be made. "majority": ${half}`],
    [() => committee({ members: pair, options, majority: 3 }), `${is} "committee" cannot be made. "majority": ${half}`],
    [
      () => committee({ members: pair, options: ['yes', 'yes'] }),
      `${is} "committee" cannot be made. "options": The options are different ones.`,
    ],
    [
      () => committee({ members: [...pair, { id: 'two', prompt }, { id: 'chair', prompt }], options }),
      `${is} "committee" cannot be made. "members.2.id": The id "two" is there twice. "members.3.id": The id "chair" has another meaning here.`,
    ],
    [
      () => debate({ sides: [{ id: 'in', prompt }, ...pair], rounds: 1, judge: role }),
      `${is} "debate" cannot be made. "sides.0.id": The id "in" has another meaning here.`,
    ],
    [
      () => debate({ sides: [{ id: 'a-b', prompt }, ...pair], rounds: 1, judge: role }),
      `${is} "debate" cannot be made. "sides.0.id": ${anId}`,
    ],
    [
      () => supervisor({ workers: [{ id: 'one', prompt, does }], rounds: 1, resultOf: 'two' }),
      `${is} "supervisor" cannot be made. "resultOf": It is no id of a worker.`,
    ],
    [
      () => chat({ assistant: role, tools: { keep: { type: 'registered' } } }),
      `${is} "chat" cannot be made. "tools": The conversation is kept by a tool called "keep".`,
    ],
  ])('says what is wrong with its parameters: case %#', (make, message) => {
    expect(messageOf(make)).toBe(message);
  });

  it.each<[name: string, make: () => ProjectFiles]>([
    ['one member', () => committee({ members: pair.slice(1), options })],
    ['one option', () => committee({ members: pair, options: ['yes'] })],
    ['no rounds', () => debate({ sides: pair, rounds: 0, judge: role })],
    ['half a round', () => reviewerLoop({ writer: role, reviewer: role, rounds: 1.5 })],
    ['endless rounds', () => supervisor({ workers: [{ id: 'one', prompt, does }], rounds: Infinity })],
    ['no workers', () => supervisor({ workers: [], rounds: 1 })],
    ['an empty prompt', () => chat({ assistant: { prompt: '' } })],
    ['a field that is no parameter', () => chat(Object.assign({ assistant: role }, { memory: 'big' }))],
  ])('is refused with %s', (_, make) => {
    expect(messageOf(make)).toMatch(/^ENGINE_PATTERN_INVALID The pattern "\w+" cannot be made\. ./u);
  });

  it('has models and tools of its own for those that name them', () => {
    const { project } = compiledTexts(
      committee({
        id: 'board',
        description: 'Decides.',
        model: told,
        members: [
          { id: 'one', prompt, model: { provider: 'offline' } },
          { id: 'two', prompt, tools: ['look'] },
        ],
        options,
        tools: { look: { type: 'filesystem.read_file', root: './notes' } },
        permissions: { filesystem: { read: ['./notes'] } },
      }),
      { 'told.yaml': 'replies: [{ reply: yes }]' },
    );
    expect(project.engine).toMatchObject({
      name: 'board',
      models: { main: told, model_of_one: { provider: 'offline' } },
      defaults: { model: 'main' },
      permissions: { filesystem: { read: ['./notes'] } },
    });
    expect(project.workflow).toMatchObject({ id: 'board', description: 'Decides.' });
    const { one, two } = project.agents;
    expect([one?.model, one?.tools, two?.model, two?.tools]).toEqual(['model_of_one', undefined, undefined, ['look']]);
  });

  it('takes the first provider that is there, where it is told of no model', () => {
    const { project } = compiledTexts(chat({ assistant: role }));
    expect([project.engine.models, project.engine.defaults?.model]).toEqual([undefined, 'auto']);
  });

  it('tells a supervisor what workers do as it was written, also where that looks like a template', async () => {
    const { engine } = await openPattern(
      supervisor({
        model: told,
        workers: [{ id: 'one', prompt, does: 'Fills {{ holes }} and {% raw %}.' }],
        rounds: 1,
      }),
      [
        {
          match: '- one: Fills \\{ \\{ holes \\}\\} and \\{ % raw %\\}\\.',
          reply: { condition: 'finish', order: 'Stop.' },
        },
      ],
    );
    expect(await engine.runOne('Go.')).toMatchObject({ status: 'completed', output: { result: null, orders: [] } });
  });
});

describe('a reviewer loop', () => {
  it('hands out a draft that nobody could review as one that was not approved', async () => {
    const { engine } = await openPattern(reviewerLoop({ model: told, writer: role, reviewer: role, rounds: 2 }), [
      { agent: 'writer', reply: 'A draft.' },
      { agent: 'reviewer', ...failing },
    ]);
    expect(await engine.runOne('Write.')).toMatchObject({
      status: 'partial',
      output: { result: 'A draft.', verdict: 'unreviewed', criticism: null, rounds: 2 },
    });
  });

  it('fails where there is no draft', async () => {
    const { engine } = await openPattern(reviewerLoop({ model: told, writer: role, reviewer: role, rounds: 2 }), [
      { agent: 'writer', ...failing },
    ]);
    const { status, output } = await engine.runOne('Write.');
    expect(status).toBe('failed');
    expect(output).toBe('Iteration 1 of "improve" failed: The script lets agent "writer" fail in stage "writer".');
  });
});
