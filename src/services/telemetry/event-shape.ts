import { z } from 'zod';

/** The version of the shape of events; grows when a reader of older events would misunderstand a new one. */
const eventVersion = 1;

export const count = z.int().min(0);
export const durationMs = z.number().min(0);
export const text = z.string();
export const optionalText = z.string().exactOptional();
export const optionalCount = z.int().min(0).exactOptional();

const spanId = z.string().regex(/^[0-9a-f]{16}$/u);

const envelope = {
  id: z.string().min(1),
  v: z.literal(eventVersion),
  /** Epoch in milliseconds. */
  time: z.number(),
  /** Order within the task. */
  seq: count,
  taskId: text,
  /** For a child task: the task whose stage started it. */
  parentTaskId: optionalText,
  /** Of the task at the top: all below it share it. */
  traceId: z.string().regex(/^[0-9a-f]{32}$/u),
  /** The task, the attempt of a stage, the agent or the call that it is about. */
  spanId,
  parentSpanId: spanId.exactOptional(),
  stageId: optionalText,
  nodeId: optionalText,
  pipelineId: optionalText,
};

type EventSchema<Type extends string, Data extends z.ZodRawShape> = z.ZodObject<
  typeof envelope & { type: z.ZodLiteral<Type>; data: z.ZodObject<Data, z.core.$strict> },
  z.core.$strict
>;

/** The schema of one type of event. `data` holds ids, counts, hashes and failures: no prompts, no answers, no keys. */
export function eventOf<const Type extends string, Data extends z.ZodRawShape>(
  type: Type,
  data: Data,
): EventSchema<Type, Data> {
  return z.strictObject({ ...envelope, type: z.literal(type), data: z.strictObject(data) });
}
