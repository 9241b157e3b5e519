import type { Engine, EngineEvent } from '../../engine/index.ts';
import { safeLine } from './safe-text.ts';

/** Says once of each model what a reader of the manifests does not see: which one `auto` is, and that offline does not reason. */
export function createModelNotes(
  engine: Pick<Engine, 'modelChoices'>,
  note: (text: string) => void,
): (event: EngineEvent) => void {
  const noted = new Set<string>();
  let isOfflineNoted = false;
  return (event) => {
    if (event.type !== 'llm.requested') return;
    const { model: alias, provider: asked } = event.data;
    const choice = noted.has(alias) ? undefined : engine.modelChoices().find((each) => each.alias === alias);
    noted.add(alias);
    if (choice !== undefined) {
      const { provider, model, reason } = choice;
      note(`The model "${alias}" is ${model === undefined ? '' : `"${model}" of `}"${provider}": ${safeLine(reason)}.`);
    }
    if (asked !== 'offline' || isOfflineNoted) return;
    isOfflineNoted = true;
    note('The offline model takes its answers from the text it is given; it does not reason.');
  };
}
