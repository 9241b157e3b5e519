import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { openDirectory, openProject, type OpenEngine } from '../../../support/engine-fixture.ts';
import { overrideProject } from '../../../support/override-project.ts';

const parsed = { engine: { ...overrideProject().engine, overrides: { parse_requests: true } } };
const analysis = { pipeline: 'analysis' };

const Kept = z.object({ items: z.array(z.object({ kind: z.string(), content: z.string() })) });

function itemsOf({ directory }: Pick<OpenEngine, 'directory'>, file: string): z.infer<typeof Kept>['items'] {
  return Kept.parse(JSON.parse(readFileSync(path.join(directory, file), 'utf8'))).items;
}

const contents = (opened: OpenEngine, file = 'project.json'): readonly unknown[] =>
  itemsOf(opened, file).map(({ kind, content }) => [kind, content]);

describe('an override that remembers', () => {
  it('keeps an item in the store of the project when the task starts, and once', async () => {
    const opened = await openProject(overrideProject(), { host: 'local' });
    await opened.engine.createTask({ input: 'x', id: 'task', overrides: ['remember=We use tabs.'], ...analysis });
    expect(() => itemsOf(opened, 'project.json')).toThrow('ENOENT');
    await opened.engine.runTask('task');
    expect(contents(opened)).toEqual([['preference', 'We use tabs.']]);
    await opened.engine.runOne('x', { overrides: ['remember=We use tabs.', 'remember=And LF.'], ...analysis });
    expect(contents(opened)).toEqual([
      ['preference', 'We use tabs.'],
      ['preference', 'And LF.'],
    ]);
    const written = opened.events.flatMap(({ type, data, nodeId }) =>
      type === 'memory.written' && nodeId === undefined ? [data] : [],
    );
    expect(written.map(({ store }) => store)).toEqual(['project_store', 'project_store', 'project_store']);
  });

  it('keeps nothing in a mode in which nothing is changed, and says so', async () => {
    const opened = await openProject(overrideProject(), { host: 'local' });
    await opened.engine.runOne('x', { id: 'task', overrides: ['remember=a', 'mode=dry_run'], ...analysis });
    expect(() => itemsOf(opened, 'project.json')).toThrow('ENOENT');
    expect((await opened.engine.showTask('task')).overrides?.refused).toEqual([
      { id: 'override-1', kind: 'memory', reason: 'nothing is changed in mode "dry_run"', source: { from: 'caller' } },
    ]);
  });

  it('is asked for in words, whose place in the request is kept', async () => {
    const opened = await openProject(overrideProject(parsed), { host: 'local' });
    await opened.engine.runOne('Look at it. Remember that we use tabs.', { id: 'task', ...analysis });
    expect(contents(opened)).toEqual([['preference', 'we use tabs']]);
    const [applied] = (await opened.engine.showTask('task')).overrides?.applied ?? [];
    expect(applied?.source).toEqual({
      from: 'request',
      span: { start: 12, end: 37, text: 'Remember that we use tabs' },
    });
    expect(applied?.spec.severity).toBe('hint');
  });
});

describe('an override with the scope of a project', () => {
  it('is a preference of later tasks, also in another process, which their own overrides go before', async () => {
    const project = overrideProject();
    const opened = await openProject(project, { host: 'local' });
    const preference = { kind: 'model', scope: 'project', payload: { model: 'small' } };
    await opened.engine.runOne('x', { overrides: [preference], ...analysis });
    await opened.engine.close();
    const later = await openDirectory(opened.directory, project.tools ?? {}, { host: 'local' });
    const result = await later.engine.runOne('x', { id: 'later', ...analysis });
    expect(result.trace.map(({ output }) => output)).toEqual(['small', 'small']);
    const view = await later.engine.showTask('later');
    expect(view.overrides?.applied.map(({ source }) => source)).toEqual([{ from: 'project' }]);
    const own = await later.engine.runOne('x', { id: 'own', overrides: ['model=big'], ...analysis });
    expect(own.trace.map(({ output }) => output)).toEqual(['big', 'big']);
    expect((await later.engine.showTask('own')).overrides?.conflicts.map(({ reason }) => reason)).toEqual([
      'scope task goes before project',
    ]);
  });

  it('stops nobody when it names what is no longer there, or cannot be read', async () => {
    const items = [
      { content: JSON.stringify({ kind: 'model', payload: { model: 'gone' } }) },
      { content: '{"kind":"model","__proto__":{"payload":1}}' },
      { content: 'be brief' },
    ].map(({ content }, place) => ({
      id: `${place}`,
      kind: 'override',
      source: '',
      timestamp: place,
      tags: [],
      importance: 0.5,
      token_cost: 1,
      content,
      metadata: {},
    }));
    const files = { 'project.json': JSON.stringify({ v: 1, items }) };
    const opened = await openProject(overrideProject({ files }), { host: 'local' });
    expect((await opened.engine.runOne('x', { id: 'task', ...analysis })).status).toBe('completed');
    const refused = (await opened.engine.showTask('task')).overrides?.refused.map(({ id, reason }) => [id, reason]);
    expect(refused).toEqual([
      ['project:1', expect.stringContaining('it cannot be read')],
      ['project:2', 'it cannot be read: it is no JSON'],
      ['project:0', 'there is no model "gone"'],
    ]);
  });
});

describe('an override of what is shown', () => {
  it('keeps items from the context of agents, by kind, tag and source', async () => {
    const opened = await openProject(overrideProject(), { host: 'local' });
    const remember = { kind: 'memory', payload: { remember: 'We use tabs.', tags: ['style'] } };
    const shown = (id: string): unknown =>
      opened.events.flatMap(({ type, data, taskId }) =>
        type === 'context.assembled' && taskId === id ? [data.items] : [],
      );
    await opened.engine.runOne('x', { id: 'plain', overrides: [remember], ...analysis });
    const [before] = [shown('plain')];
    for (const [id, form] of Object.entries({ kinds: 'preference', tags: 'style', sources: 'task plain' }))
      await opened.engine.runOne('x', { id, overrides: [`deny.${id}=${form}`], ...analysis });
    expect([before, shown('kinds'), shown('tags'), shown('sources')]).toEqual([[1], [0], [0], [0]]);
  });

  it('gives an agent another context profile', async () => {
    const opened = await openProject(overrideProject(), { host: 'local' });
    await opened.engine.runOne('x', { overrides: ['profile.writer=none'], ...analysis });
    expect(opened.events.flatMap(({ type, data }) => (type === 'context.assembled' ? [data.profile] : []))).toEqual([
      'none',
    ]);
  });
});

it('fails the stage with what is wrong with the store, when what is to be remembered cannot be kept', async () => {
  const { engine, directory } = await openProject(overrideProject(), { host: 'memory' });
  const overrides = [{ kind: 'memory', payload: { remember: 'We deploy on Thursdays.' } }];
  await engine.createTask({ input: 'go', id: 'task', overrides });
  mkdirSync(path.join(directory, 'project.json'));
  const { status, failures } = await engine.runTask('task');
  expect([status, failures]).toMatchObject(['failed', [{ stage: 'plan', code: 'memory.unavailable' }]]);
});
