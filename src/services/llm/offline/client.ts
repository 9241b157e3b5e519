import { createSchemaValidator } from '../../json/index.ts';
import type { LLMClient } from '../port.ts';
import { createOfflineModel } from './model.ts';

/** The offline model as a provider of projects: its answers are checked as those of any other. */
export function createOfflineClient(): LLMClient {
  const validator = createSchemaValidator({});
  return createOfflineModel({
    bundle: (schema) => validator.bundle(schema),
    fits: (schema, value) => validator.validate(schema, value).length === 0,
  });
}
