import { boundless, type CallBudget, type ReadyAgent, type Tell } from '../../actors/index.ts';
import { rootOf, type StageCall, type TaskRecord } from '../../hosts/index.ts';
import type { ProjectSpec } from '../../manifest/index.ts';
import {
  createLedger,
  type BudgetListener,
  type BudgetScope,
  type EventData,
  type Ledger,
  type Spending,
  type StoredCall,
} from '../../services/index.ts';
import { effectsFor } from '../overrides/gate.ts';
import { scopesOf, type SpendingPlace, type TaskBudget } from './budget-scopes.ts';
import type { ModelTable } from './ready-models.ts';
import { spendingOf, spentBefore } from './spent-before.ts';

/** What the tasks of one definition may still spend. */
export interface Budgets {
  budgetFor(call: StageCall, agent: ReadyAgent): CallBudget;
  /** Forgets what a task has spent that is over, or rests and is kept in a journal. */
  endTask(taskId: string, isOver: boolean): void;
}

export interface BudgetsOptions {
  readonly project: ProjectSpec;
  readonly models: ModelTable;
  readonly tellerFor: (call: StageCall) => Tell;
  /** A task and all below it as they stand, also those that are over. Absent where no journal is kept of them. */
  readonly tasksOf?: (rootId: string) => readonly TaskRecord[];
  /** The calls that are kept of a task. */
  readonly callsOf: (taskId: string) => readonly StoredCall[];
}

export function createBudgets({ project, models, tellerFor, tasksOf, callsOf }: BudgetsOptions): Budgets {
  const ledgers = new Map<string, Ledger>();
  const ledgerOf = (taskId: string, budget: TaskBudget | undefined): Ledger => {
    const root = rootOf(taskId);
    const known = ledgers.get(root);
    if (known !== undefined) return known;
    const ledger = createLedger();
    for (const { place, spent } of spentBefore(tasksOf?.(root) ?? [], callsOf))
      ledger.book(scopesOf(project, place, budget), spent);
    ledgers.set(root, ledger);
    return ledger;
  };
  return {
    budgetFor(call, agent) {
      const budget = effectsFor(call.task);
      const scopes = scopesOf(project, placeOf(call, agent.id), budget);
      if (scopes.length === 0) return boundless;
      const ledger = ledgerOf(call.task.creation.id, budget);
      const listener = listenerFor(tellerFor(call));
      return {
        admit({ model, degraded = [], promptTokens, maxOutputTokens }) {
          const verdict = ledger.admit({
            scopes,
            listener,
            alias: model.alias,
            degraded,
            promptTokens,
            ...(maxOutputTokens !== undefined && { maxOutputTokens }),
            ...(model.price !== undefined && { price: model.price }),
          });
          if (verdict.kind === 'degrade') return { kind: 'degrade', model: models(verdict.alias) };
          if (verdict.kind !== 'go') return verdict;
          const { settle } = verdict;
          return {
            ...verdict,
            settle: (usage) => settle(usage === undefined ? undefined : spendingOf(usage)),
          };
        },
      };
    },
    endTask(taskId, isOver) {
      if (isOver || tasksOf !== undefined) ledgers.delete(taskId);
    },
  };
}

function placeOf({ task, stage }: StageCall, agent: string): SpendingPlace {
  return { taskId: task.creation.id, node: stage.node, agent };
}

function listenerFor(tell: Tell): BudgetListener {
  return {
    warned: (scope, spent) => tell({ type: 'budget.warned', data: factOf(scope, spent) }),
    exceeded(scope, spent) {
      const action = scope.budget.on_exceeded ?? 'stop';
      tell({ type: 'budget.exceeded', data: { ...factOf(scope, spent), action } });
    },
  };
}

function factOf({ kind, id, budget }: BudgetScope, { tokens, costUsd }: Spending): EventData<'budget.warned'> {
  const { max_tokens_total: maxTokens, max_cost_usd: maxUsd } = budget;
  return {
    scope: kind,
    id,
    spentTokens: tokens,
    spentUsd: costUsd,
    ...(maxTokens !== undefined && { maxTokens }),
    ...(maxUsd !== undefined && { maxUsd }),
  };
}
