import type { EngineEvent, RoutingDecision } from '../../engine/index.ts';
import type { Output } from '../context.ts';
import { decisionLines } from '../text/decision-text.ts';

export interface RoutingNews {
  take(event: EngineEvent): void;
  /** For the result as JSON: what was decided so far. */
  told(): { readonly routing: readonly RoutingDecision[] };
}

/** Prints what is decided about a task, as it is; child tasks have their own account. */
export function createRoutingNews(output: Output, print: (text: string) => void): RoutingNews {
  const routing: RoutingDecision[] = [];
  return {
    take(event) {
      if (event.type !== 'routing.decided' || event.parentTaskId !== undefined) return;
      routing.push(event.data);
      for (const line of decisionLines(event.data, output)) print(line);
    },
    told: () => ({ routing }),
  };
}
