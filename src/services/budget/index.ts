export { createLedger, type BudgetListener, type Ledger } from './ledger.ts';
export type { BudgetScope, Spending } from './scope.ts';
