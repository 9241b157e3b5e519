/** What a hook may answer. */
export const verdictKinds = ['veto', 'replaceInput', 'replaceOutput', 'addOverride'] as const;
export type VerdictKind = (typeof verdictKinds)[number];

/** The moments at which plugins are asked, with what they may answer there. A closed table. */
export const hookPoints = {
  before_task: ['veto', 'replaceInput', 'addOverride'],
  after_task: [],
  before_stage: ['veto'],
  after_stage: ['veto', 'replaceOutput'],
  before_agent: ['veto', 'replaceInput'],
  after_agent: ['veto', 'replaceOutput'],
  before_llm: ['veto', 'replaceInput'],
  after_llm: ['veto', 'replaceOutput'],
  before_tool: ['veto', 'replaceInput'],
  after_tool: ['veto', 'replaceOutput'],
  before_memory: ['veto', 'replaceInput'],
  after_memory: ['replaceOutput'],
  before_context: ['veto'],
  after_context: ['veto', 'replaceOutput'],
  before_routing: ['veto', 'addOverride'],
  after_routing: ['veto'],
  on_error: [],
  on_task_completed: [],
} as const satisfies Record<string, readonly VerdictKind[]>;

export type HookPoint = keyof typeof hookPoints;
