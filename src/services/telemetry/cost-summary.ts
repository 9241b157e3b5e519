import type { EngineEvent, EventData } from './events.ts';
import type { EventSink } from './sink.ts';

/** What calls of models came to. */
export interface CostLine {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  /** US dollars; of models without a price nothing is known. */
  readonly costUsd: number;
  /** Calls of models without a price. */
  readonly unpriced: number;
}

/** By the id of a task at the top (what its child tasks cost is in there), by agent, and by model. */
export interface CostSummary {
  readonly total: CostLine;
  readonly tasks: Readonly<Record<string, CostLine>>;
  readonly agents: Readonly<Record<string, CostLine>>;
  readonly models: Readonly<Record<string, CostLine>>;
  /** Tasks that are no more listed one by one, since there were so many. */
  readonly tasksLeftOut: number;
}

export interface CostSummaryOptions {
  /** Cost of a task that is warned of. */
  readonly warnAboveUsd?: number | undefined;
  /** Where warnings and, at the end, the summary go. */
  readonly print: (text: string) => void;
}

export interface CostSummarySink extends EventSink {
  write(event: EngineEvent): void;
  summary(): CostSummary;
}

/** Tasks that are listed one by one, and agents that are known to be at work: the newest. */
const mostTasks = 1_000;
const mostAtWork = 10_000;
const nothing: CostLine = { calls: 0, inputTokens: 0, outputTokens: 0, cachedTokens: 0, costUsd: 0, unpriced: 0 };

interface Costs {
  total: CostLine;
  readonly tasks: Map<string, CostLine>;
  readonly agents: Map<string, CostLine>;
  readonly models: Map<string, CostLine>;
  /** Agents by their spans, of which calls of models are parts. */
  readonly atWork: Map<string, string>;
  tasksLeftOut: number;
}

/** Adds up what calls of models cost. */
export function createCostSummary({ warnAboveUsd = Infinity, print }: CostSummaryOptions): CostSummarySink {
  const costs: Costs = {
    total: nothing,
    tasks: new Map(),
    agents: new Map(),
    models: new Map(),
    atWork: new Map(),
    tasksLeftOut: 0,
  };
  const summary = (): CostSummary => ({
    total: costs.total,
    tasks: Object.fromEntries(costs.tasks),
    agents: Object.fromEntries(costs.agents),
    models: Object.fromEntries(costs.models),
    tasksLeftOut: costs.tasksLeftOut,
  });
  return {
    name: 'cost summary',
    isBuffer: true,
    write(event) {
      if (event.type === 'agent.called') keepNewest(costs.atWork, mostAtWork, [event.spanId, event.data.agent]);
      else if (event.type === 'agent.answered') costs.atWork.delete(event.spanId);
      else if (event.type === 'llm.responded') {
        const { task, before, after } = note(costs, event);
        if (before <= warnAboveUsd && after > warnAboveUsd)
          print(`warning Task ${task} has cost ${dollars(after)}, more than ${dollars(warnAboveUsd)}.\n`);
      }
    },
    summary,
    close() {
      if (costs.total.calls > 0) print(costText(summary()));
    },
  };
}

interface TaskCost {
  readonly task: string;
  readonly before: number;
  readonly after: number;
}

function note(costs: Costs, { taskId, parentSpanId, data }: EngineEvent & { type: 'llm.responded' }): TaskCost {
  const task = taskId.split('/', 1)[0] ?? taskId;
  const before = costs.tasks.get(task) ?? nothing;
  const after = plus(before, data);
  const agent = costs.atWork.get(parentSpanId ?? '') ?? 'unknown';
  costs.total = plus(costs.total, data);
  costs.agents.set(agent, plus(costs.agents.get(agent) ?? nothing, data));
  costs.models.set(data.model, plus(costs.models.get(data.model) ?? nothing, data));
  costs.tasksLeftOut += keepNewest(costs.tasks, mostTasks, [task, after]);
  return { task, before: before.costUsd, after: after.costUsd };
}

/** How many older ones had to go. */
function keepNewest<Value>(map: Map<string, Value>, most: number, [key, value]: readonly [string, Value]): number {
  map.set(key, value);
  const [oldest] = map.size > most ? map.keys() : [];
  return oldest !== undefined && map.delete(oldest) ? 1 : 0;
}

function plus(
  line: CostLine,
  { inputTokens, outputTokens, cachedTokens, costUsd }: EventData<'llm.responded'>,
): CostLine {
  return {
    calls: line.calls + 1,
    inputTokens: line.inputTokens + (inputTokens ?? 0),
    outputTokens: line.outputTokens + (outputTokens ?? 0),
    cachedTokens: line.cachedTokens + (cachedTokens ?? 0),
    costUsd: line.costUsd + (costUsd ?? 0),
    unpriced: line.unpriced + (costUsd === undefined ? 1 : 0),
  };
}

/** Tasks that the text has: those that cost most. */
const shownTasks = 10;

function costText({ total, tasks, agents, models }: CostSummary): string {
  const costly = Object.entries(tasks).toSorted(([, one], [, other]) => other.costUsd - one.costUsd);
  const lines = [
    ['total', total] as const,
    ...costly.slice(0, shownTasks).map(([name, line]) => [`task ${name}`, line] as const),
    ...Object.entries(agents).map(([name, line]) => [`agent ${name}`, line] as const),
    ...Object.entries(models).map(([name, line]) => [`model ${name}`, line] as const),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, line]) => `cost ${name.padEnd(width)}  ${lineText(line)}\n`).join('');
}

function lineText({ calls, inputTokens, outputTokens, costUsd, unpriced }: CostLine): string {
  const price = unpriced === calls ? 'no price known' : dollars(costUsd);
  const more = unpriced > 0 && unpriced < calls ? `, and ${callsText(unpriced)} without a price` : '';
  return `${price}${more}, ${callsText(calls)}, ${inputTokens} tokens in, ${outputTokens} out`;
}

function callsText(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`;
}

function dollars(usd: number): string {
  return `$${usd < 1 ? Number(usd.toPrecision(3)) : usd.toFixed(2)}`;
}
