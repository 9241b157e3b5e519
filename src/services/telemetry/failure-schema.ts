import { z } from 'zod';
import { failureKinds, isFailureKind, type FailureKind } from '../../errors/index.ts';
import { FailureCategoryName } from '../../manifest/index.ts';

const kinds = Object.keys(failureKinds).filter((kind): kind is FailureKind => isFailureKind(kind));

/** What a piece of work reports when it failed. */
export const FailureData = z.strictObject({
  code: z.enum(kinds),
  message: z.string(),
  hint: z.string().exactOptional(),
  retry_after_ms: z.number().exactOptional(),
  details: z.record(z.string(), z.unknown()).readonly().exactOptional(),
});

/** Why a stage failed. */
export const FailureSignatureData = FailureData.extend({
  category: FailureCategoryName,
  stage: z.string(),
  node: z.string(),
  node_type: z.string(),
  pipeline: z.string(),
  attempt: z.int(),
  retryable: z.boolean(),
});
