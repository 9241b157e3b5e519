export { createLedger, type BudgetListener, type Ledger } from './ledger.ts';
export { minus, nothing, plus, type BudgetScope, type Spending } from './scope.ts';
