/** Providers of models that this version has an adapter for; a test holds the table of adapters to it. */
export const providers = ['offline', 'scripted', 'replay', 'anthropic', 'openai', 'ollama'] as const;

/** Providers that manifests may name and this version has no adapter for. */
export const laterProviders = ['auto'] as const;
