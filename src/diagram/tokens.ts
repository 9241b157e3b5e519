/** What a stage can be seen to be. */
export const stageStates = [
  'idle',
  'running',
  'waiting',
  'retrying',
  'finished',
  'recovered',
  'failed',
  'skipped',
  'cancelled',
] as const;
export type StageState = (typeof stageStates)[number];

export type Theme = 'light' | 'dark';

interface StateColors {
  readonly border: string;
  readonly fill: string;
  readonly text: string;
}

interface ThemeColors {
  readonly ground: string;
  readonly panel: string;
  readonly line: string;
  readonly text: string;
  readonly secondText: string;
  readonly focus: string;
  readonly edge: string;
  readonly error: string;
  readonly fallback: string;
  readonly after: string;
  readonly taken: string;
  readonly uncovered: string;
  readonly states: Readonly<Record<StageState, StateColors>>;
}

const lightRetrying = { border: '#7B3F92', fill: '#F5E6FA', text: '#3F1650' };
const darkRetrying = { border: '#C94FDE', fill: '#3B1C46', text: '#FBEBFF' };
const lightSkipped = { border: '#838D99', fill: '#F0F2F4', text: '#4C5662' };
const darkSkipped = { border: '#66738A', fill: '#141B28', text: '#A3AFC0' };

/** Every color of a drawing. A test computes contrasts, and what is left of the differences for people who see fewer colors. */
export const colors: Readonly<Record<Theme, ThemeColors>> = {
  light: {
    ground: '#FFFFFF',
    panel: '#F6F8FA',
    line: '#D0D7DE',
    text: '#1B2430',
    secondText: '#55606E',
    focus: '#0550AE',
    edge: '#6B7683',
    error: '#8F1F08',
    fallback: '#7B3F92',
    after: '#9A6400',
    taken: '#0B5D4A',
    uncovered: '#C2410C',
    states: {
      idle: { border: '#7A8594', fill: '#FFFFFF', text: '#1B2430' },
      running: { border: '#1580D8', fill: '#DCEEFB', text: '#06304F' },
      waiting: { border: '#B87A00', fill: '#FFF1D0', text: '#4A2F00' },
      retrying: lightRetrying,
      finished: { border: '#0B5D4A', fill: '#DDF4EC', text: '#003D2E' },
      recovered: lightRetrying,
      failed: { border: '#A62A0D', fill: '#FDE6DC', text: '#5C1C03' },
      skipped: lightSkipped,
      cancelled: lightSkipped,
    },
  },
  dark: {
    ground: '#0E1420',
    panel: '#151C2A',
    line: '#2E3950',
    text: '#E8EDF5',
    secondText: '#A3AFC0',
    focus: '#8CC8FF',
    edge: '#8793A6',
    error: '#F0714A',
    fallback: '#D070E2',
    after: '#F0B93B',
    taken: '#2CE6A4',
    uncovered: '#F0714A',
    states: {
      idle: { border: '#7F8CA1', fill: '#1B2434', text: '#E8EDF5' },
      running: { border: '#A5D8FA', fill: '#0C3350', text: '#EAF6FF' },
      waiting: { border: '#F5A800', fill: '#43330B', text: '#FFF4D6' },
      retrying: darkRetrying,
      finished: { border: '#2CE6A4', fill: '#0B3A2E', text: '#DFFBF2' },
      recovered: darkRetrying,
      failed: { border: '#E4572E', fill: '#4A1D0C', text: '#FFE9DF' },
      skipped: darkSkipped,
      cancelled: darkSkipped,
    },
  },
};

/** How the border of a state is drawn, so that no state is told by its color alone. */
export const stateBorders: Readonly<Record<StageState, { readonly width: number; readonly dash?: string }>> = {
  idle: { width: 1.5 },
  running: { width: 3 },
  waiting: { width: 3 },
  retrying: { width: 3, dash: '8 3' },
  finished: { width: 2 },
  recovered: { width: 2 },
  failed: { width: 3 },
  skipped: { width: 1.5, dash: '3 3' },
  cancelled: { width: 1.5, dash: '3 3' },
};
