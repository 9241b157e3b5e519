import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { storedEvents } from '../../../src/engine/index.ts';
import type { Clock } from '../../../src/hosts/index.ts';
import { Engine, type EngineEvent } from '../../../src/index.ts';
import { configDirectory, configNames } from '../../support/config-projects.ts';
import { temporaryDirectory } from '../../support/project-fixture.ts';

/** What only services tell, and so no journal has. */
const ofServices = /^(?:agent|llm|json|tool|memory|context|budget|sink)\.|^security\.(?:checked|denied)$/u;

/** What answers the request of `basic_llm_agent`. */
const notes = `A killed task is resumed from its journal.
A merge waits for all of its branches.
A stage is skipped when no edge to it is taken.
`;

/** A project runs in a copy, since its tools may write into it. One looks for answers in the directory above "configs". */
function copyOf(name: string): string {
  const above = temporaryDirectory();
  writeFileSync(path.join(above, 'notes.md'), notes);
  const directory = path.join(above, 'configs', name);
  cpSync(configDirectory(name), directory, { recursive: true });
  return directory;
}

/** Waits take no time; limits that are far away hold as ever. */
const quickClock: Clock = {
  now: () => Date.now(),
  startTimer(delayMs, onDue) {
    if (delayMs < 5_000) {
      const soon = setImmediate(onDue);
      return () => clearImmediate(soon);
    }
    const timer = setTimeout(onDue, delayMs);
    return () => clearTimeout(timer);
  },
  defer: (run) => void setImmediate(run),
};

/** Where stages or child tasks are at work side by side, how their events come between one another is up to the machine. */
const sideBySide = /orchestrator|parallel|committee/u;

/** One event a line, with its task and its stage. Pieces of an answer are one. */
function linesOf(events: readonly EngineEvent[]): readonly string[] {
  const lines = events.map(({ type, taskId, stageId }) => [type, taskId, stageId ?? ''].join(' ').trim());
  return lines.filter((line, at) => !line.startsWith('llm.chunk') || line !== lines[at - 1]);
}

/** The same in the order of each stage, and of each task for what is not about a stage. */
function groupsOf(events: readonly EngineEvent[]): readonly string[] {
  const groups = Map.groupBy(events, ({ taskId, stageId }) => `${taskId} ${stageId ?? ''}`.trim());
  const names = [...groups.keys()].toSorted();
  return names.flatMap((name) => [
    `${name}:`,
    linesOf(groups.get(name) ?? [])
      .map((line) => `  ${line.split(' ', 1)[0]}`)
      .join('\n'),
  ]);
}

/** What is the same in a replay. */
function placeOf({ id, type, traceId, spanId, parentSpanId }: EngineEvent): unknown {
  return [id, type, traceId, spanId, parentSpanId];
}

describe.each(configNames())('a run of configs/%s', (name) => {
  it('tells what its golden file says, and its journals tell the part of the reducer again', async () => {
    const directory = copyOf(name);
    const engine = await Engine.fromConfigDir(directory, { clock: quickClock, environment: {} });
    const events: EngineEvent[] = [];
    engine.events$.subscribe((event) => events.push(event));
    await engine.runOne(engine.compiled.project.engine.default_request ?? 'Hello.', { id: 'task' });
    await engine.close();
    const lines = sideBySide.test(name) ? groupsOf(events) : linesOf(events);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(
      path.resolve('test/golden/events', `${name.replaceAll('/', '.')}.txt`),
    );
    const again = await storedEvents(directory, 'task');
    const tasks = new Set(events.map(({ taskId }) => taskId));
    for (const task of tasks) {
      const told = events.filter(({ taskId, type }) => taskId === task && !ofServices.test(type));
      expect(again.filter(({ taskId }) => taskId === task).map(placeOf)).toEqual(told.map(placeOf));
    }
  });
});
