type Environment = Readonly<Record<string, string | undefined>>;

export interface Symbols {
  readonly done: string;
  readonly failed: string;
  readonly skipped: string;
  readonly waiting: string;
  readonly start: string;
  readonly spinner: readonly string[];
}

const fancy: Symbols = {
  done: '✓',
  failed: '✕',
  skipped: '–',
  waiting: '↻',
  start: '●',
  spinner: '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'.split(''),
};
const plain: Symbols = {
  done: '+',
  failed: 'x',
  skipped: '-',
  waiting: '~',
  start: '*',
  spinner: ['|', '/', '-', '\\'],
};

/** The console of Linux has no such letters; all other terminals in use have. */
export function symbolsFor(environment: Environment): Symbols {
  return environment['TERM'] === 'linux' ? plain : fancy;
}
