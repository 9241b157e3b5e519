/** Providers of models that this version has an adapter for; a test holds the table of adapters to it. */
export const providers = ['offline', 'scripted', 'replay', 'anthropic', 'openai', 'ollama'] as const;

/**
 * Stands for the first provider that can be asked: as the provider of a model, and as a model that needs no entry in engine.yaml.
 * Which one it is is found out when models are loaded.
 */
export const auto = 'auto';
