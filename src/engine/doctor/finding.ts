/** What one look at the machine or at a project came to. */
export interface Finding {
  /** What was looked at. */
  readonly check: 'node' | 'keys' | 'ollama' | 'model' | 'sandbox' | 'state' | 'project';
  /** ok: as it should be; note: works, and could be better; broken: something that is needed does not work. */
  readonly status: 'ok' | 'note' | 'broken';
  /** One sentence. Holds names of variables, never their values. */
  readonly text: string;
  /** What to do about it. */
  readonly todo?: string;
}
