import type { DrawingType } from '../model.ts';
import type { StageState } from '../tokens.ts';

/** Lines on a field of 16 by 16. */
export const icons: Readonly<Partial<Record<DrawingType, string>>> = {
  agent:
    'M4.5 5.5h7a1.5 1.5 0 0 1 1.5 1.5v4.5a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 3 11.5V7a1.5 1.5 0 0 1 1.5-1.5ZM8 5.5V2.8M7.2 2.6h1.6M6 8.6v1.2M10 8.6v1.2M1.4 8.4v2M14.6 8.4v2',
  tool: 'M13.4 4.6l-2.2 2.2-1.9-.5-.5-1.9L11 2.2a3.5 3.5 0 0 0-4.5 4.5l-4 4a1.2 1.2 0 0 0 0 1.7l1.1 1.1a1.2 1.2 0 0 0 1.7 0l4-4a3.5 3.5 0 0 0 4.1-4.9Z',
  transform: 'M7.4 3.2c-1.7-.7-2.6.2-2.8 1.7L3.4 13M2.6 7h4M8.4 7.2l4.8 5.8M13.2 7.2L8.4 13',
  merge: 'M3 2.4v1.8c0 3 5 2.6 5 5.6v3.6M13 2.4v1.8c0 3-5 2.6-5 5.6M5.6 11.2L8 13.6l2.4-2.4',
  feedback: 'M8 2.2a2.7 2.7 0 1 1 0 5.4a2.7 2.7 0 1 1 0-5.4ZM2.8 13.8c.4-3 2.4-4.2 5.2-4.2s4.8 1.2 5.2 4.2',
  map: 'M8 2l6 2.9-6 2.9-6-2.9ZM2 8l6 2.9L14 8M2 11.1L8 14l6-2.9',
  repeat: 'M12.9 6.2A5.1 5.1 0 1 0 13 9.6M13.2 2.8v3.4H9.8',
  workflow: 'M2 2.5h7v5.2H2ZM11 5.6h3v7.9H7v-3',
};

/** A mark in a round badge with its middle at 0,0; those that are areas are filled. */
export const badges: Readonly<Partial<Record<StageState, { readonly path: string; readonly isArea?: true }>>> = {
  running: { path: 'M-2.2-3.6L3.8 0L-2.2 3.6Z', isArea: true },
  waiting: { path: 'M-1.9-3.2V3.2M1.9-3.2V3.2' },
  retrying: { path: 'M3-1.4A3.3 3.3 0 1 0 3.2 1.1M3.5-4V-1.2H.7' },
  finished: { path: 'M-3.5.2L-1.1 2.8L3.6-2.7' },
  recovered: { path: 'M-3.4 3V1.2A2.4 2.4 0 0 1-1-1.2H3.2M.9-3.5L3.2-1.2L.9 1.1' },
  failed: { path: 'M-2.7-2.7L2.7 2.7M2.7-2.7L-2.7 2.7' },
  skipped: { path: 'M-3.2 0H3.2' },
  cancelled: { path: 'M-2.5-2.5H2.5V2.5H-2.5Z', isArea: true },
};
