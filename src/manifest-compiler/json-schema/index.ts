export { isManifestSchema, manifestSchema } from './manifest-schema.ts';
