export { asText } from './as-text.ts';
export { buildPrompt, frameOf, promptHash, type PromptParts } from './build-prompt.ts';
export { buildRequestPrompt, type RequestPromptParts } from './request-prompt.ts';
export { fenceUntrusted } from './fence.ts';
