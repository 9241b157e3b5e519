import type { EngineEvent } from '../../engine/index.ts';
import { isToolEnd, newsOf, type AgentNews } from './agent-news.ts';

/** What the agent of a stage does at this moment, or the tool plan of one. */
export interface AgentActivity {
  readonly node: string;
  /** Number of the model call, from 1; 0 while no model was asked. */
  call: number;
  model: string;
  /** The end of what the model has said in this call. */
  said: string;
  /** Tools at work, by their steps. */
  readonly tools: Map<string, string>;
  /** What was out of the ordinary, last. */
  remark?: AgentNews;
  /** The model call that failed, until another model is asked. */
  failed?: Extract<EngineEvent, { type: 'llm.failed' }>['data'];
}

export interface AgentTracker {
  readonly activities: ReadonlyMap<string, AgentActivity>;
  /** What is worth a line of its own. */
  take(event: EngineEvent): AgentNews | undefined;
}

/** More than a line of any terminal holds. */
const mostKept = 2_000;

/** Follows what agents say and do while their stages are at work. */
export function createAgentTracker(): AgentTracker {
  const activities = new Map<string, AgentActivity>();
  return {
    activities,
    take(event) {
      const { nodeId: node } = event;
      if (node === undefined) return undefined;
      if (event.type.startsWith('stage.')) {
        activities.delete(node);
        return undefined;
      }
      const activity = activities.get(node) ?? { node, call: 0, model: '', said: '', tools: new Map<string, string>() };
      const news = newsOf(event, activity.failed);
      if (news !== undefined && news.kind !== 'used') activity.remark = news;
      if (note(activity, event) || news !== undefined) activities.set(node, activity);
      return news;
    },
  };
}

/** Whether it is about what an agent does. */
function note(activity: AgentActivity, event: EngineEvent): boolean {
  if (isToolEnd(event)) return activity.tools.delete(event.data.step ?? '');
  if (event.type === 'llm.requested') {
    Object.assign(activity, { call: event.data.call, model: event.data.model, said: '' });
    delete activity.failed;
  } else if (event.type === 'llm.chunk') {
    activity.said = `${activity.said}${event.data.text ?? ''}`.slice(-mostKept);
  } else if (event.type === 'llm.failed') {
    activity.failed = event.data;
    activity.said = '';
  } else if (event.type === 'tool.called' && event.data.step !== undefined) {
    // The tool of a tool node has no step, and its stage says it.
    activity.tools.set(event.data.step, event.data.tool);
    activity.said = '';
  } else return false;
  return true;
}
