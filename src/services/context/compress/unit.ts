/** A part of a text that is kept or left out as a whole. All units of a text, one after the other, are the text. */
export interface Unit {
  /** With the space behind it. */
  readonly text: string;
  readonly form: UnitForm;
  /** It opens a text, a paragraph or a block. */
  readonly isFirst: boolean;
}

/** How much a unit is worth for what it is, beside what it says. */
export const unitForms = {
  heading: 0.9,
  signature: 1,
  list_item: 0.35,
  sentence: 0.2,
  code: 0.3,
  body: 0,
} as const satisfies Record<string, number>;
export type UnitForm = keyof typeof unitForms;
