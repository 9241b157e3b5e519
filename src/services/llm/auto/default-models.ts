/** A provider that can be asked once its key is there, and the model to ask when nobody names one. */
interface KeyedProvider {
  readonly provider: string;
  readonly variable: string;
  readonly model: string;
}

interface DefaultModels {
  /** The day on which they were chosen: models that the providers offer, and whose price is known. */
  readonly asOf: string;
  /** In the order in which they are tried. */
  readonly providers: readonly KeyedProvider[];
}

export const defaultModels: DefaultModels = {
  asOf: '2026-11-22',
  providers: [
    { provider: 'anthropic', variable: 'ANTHROPIC_API_KEY', model: 'claude-sonnet-4-6' },
    { provider: 'openai', variable: 'OPENAI_API_KEY', model: 'gpt-5.2' },
  ],
};
