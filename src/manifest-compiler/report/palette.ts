type Paint = (text: string) => string;

/** How the parts of a printed problem are coloured; the caller knows whether its terminal can. */
export interface Palette {
  readonly error: Paint;
  readonly warning: Paint;
  readonly code: Paint;
  readonly place: Paint;
  readonly caret: Paint;
  readonly dim: Paint;
  readonly help: Paint;
}

const asItIs: Paint = (text) => text;

export const plainPalette: Palette = {
  error: asItIs,
  warning: asItIs,
  code: asItIs,
  place: asItIs,
  caret: asItIs,
  dim: asItIs,
  help: asItIs,
};
