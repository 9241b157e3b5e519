/** How an override is written in one word: `model=small`, `model.reviewer=small`, `budget.max_cost_usd=0.1`. */
const forms: Readonly<Record<string, (value: string, rest: string | undefined) => object | undefined>> = {
  model: (model, target) => ({ kind: 'model', payload: { model }, ...targeted(target) }),
  pipeline: (pipeline, rest) => plain(rest, { kind: 'routing', payload: { pipeline } }),
  avoid: (names, rest) => plain(rest, { kind: 'routing', payload: { avoid: listOf(names) } }),
  mode: (mode, rest) => plain(rest, { kind: 'mode', payload: { mode } }),
  verbosity: (level, target) => ({ kind: 'verbosity', payload: { level }, ...targeted(target) }),
  budget: (value, field) => (field === undefined ? undefined : { kind: 'budget', payload: { [field]: Number(value) } }),
  skip_checks: (names, rest) => plain(rest, { kind: 'safety', payload: { skip_checks: listOf(names) } }),
  remember: (text, scope) => ({
    kind: 'memory',
    payload: { remember: text },
    ...(scope !== undefined && { scope }),
  }),
  profile: (profile, target) => ({ kind: 'memory', payload: { profile }, ...targeted(target) }),
  deny: (names, field) =>
    field === undefined ? undefined : { kind: 'memory', payload: { deny: { [field]: listOf(names) } } },
};

/** The keys that a short form can begin with. */
export const shortForms: readonly string[] = Object.keys(forms);

/** What a short form stands for; nothing for a text that is none. What it says is not checked yet. */
export function readShortForm(text: string): object | undefined {
  const [, key = '', rest, value = ''] = /^(\w+)(?:\.([\w-]+))?=(.+)$/su.exec(text) ?? [];
  return Object.hasOwn(forms, key) ? forms[key]?.(value.trim(), rest) : undefined;
}

function targeted(target: string | undefined): { readonly target?: string } {
  return target === undefined ? {} : { target };
}

/** These take nothing behind a dot. */
function plain(rest: string | undefined, override: object): object | undefined {
  return rest === undefined ? override : undefined;
}

function listOf(names: string): readonly string[] {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
