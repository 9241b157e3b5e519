/*
 * Names of the GenAI semantic conventions of OpenTelemetry, as they are in version 1.45.0 of the semantic conventions. They are
 * still in development there: names are taken over from a later version all at once, together with the address of the schema.
 */

export const schemaUrl = 'https://opentelemetry.io/schemas/1.45.0';

export const attribute = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  finishReasons: 'gen_ai.response.finish_reasons',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cachedTokens: 'gen_ai.usage.cache_read.input_tokens',
  agentName: 'gen_ai.agent.name',
  workflowName: 'gen_ai.workflow.name',
  conversation: 'gen_ai.conversation.id',
  toolName: 'gen_ai.tool.name',
  toolType: 'gen_ai.tool.type',
  toolCall: 'gen_ai.tool.call.id',
  toolArguments: 'gen_ai.tool.call.arguments',
  toolResult: 'gen_ai.tool.call.result',
  systemInstructions: 'gen_ai.system_instructions',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  tokenType: 'gen_ai.token.type',
  errorType: 'error.type',
} as const;

/** What the conventions have no names for. */
export const own = {
  task: 'agent_engine.task.id',
  pipeline: 'agent_engine.pipeline.id',
  status: 'agent_engine.task.status',
  stage: 'agent_engine.stage.id',
  nodeType: 'agent_engine.node.type',
  attempt: 'agent_engine.stage.attempt',
  choice: 'agent_engine.stage.choice',
  model: 'agent_engine.model.alias',
  call: 'agent_engine.call.number',
  costUsd: 'agent_engine.cost_usd',
} as const;

export const metric = {
  tokens: {
    name: 'gen_ai.client.token.usage',
    unit: '{token}',
    description: 'Number of input and output tokens used.',
  },
  duration: { name: 'gen_ai.client.operation.duration', unit: 's', description: 'GenAI operation duration.' },
} as const;

/** Buckets as the conventions advise. */
export const buckets = {
  tokens: Array.from({ length: 14 }, (_, power) => 4 ** power),
  duration: Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power),
} as const;
