import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../../src/manifest-compiler/roles/index.ts';

const shown = { draft: 'As it is.' };
const other = 'An answer with the action';

describe('what is given as an answer', () => {
  it.each([
    ['approve', { action: 'approve', value: shown }],
    ['reject', { action: 'reject', value: null }],
    ['Paris', { action: 'answer', value: 'Paris' }],
    [null, { action: 'answer', value: null }],
    [['approve'], { action: 'answer', value: ['approve'] }],
    [{ city: 'Paris' }, { action: 'answer', value: { city: 'Paris' } }],
    [
      { action: 'approve', comment: 'Well done.' },
      { action: 'approve', value: shown, comment: 'Well done.' },
    ],
    [
      { action: 'edit', value: 'Better.' },
      { action: 'edit', value: 'Better.' },
    ],
    [
      { action: 'answer', value: { action: 'approve' } },
      { action: 'answer', value: { action: 'approve' } },
    ],
  ])('%j is read as what was meant', (given, answer) => {
    expect(readAnswer(given, shown)).toEqual({ ok: true, answer });
  });

  it.each([
    [{ action: 'aprove' }, '"aprove" is nothing that can be done with a question.', 'Did you mean "approve"?'],
    [
      { action: 7 },
      '7 is nothing that can be done with a question.',
      'Use one of: approve, reject, edit, answer. A value that has an "action" goes into { action: answer, value }.',
    ],
    [
      { action: 'edit', text: 'Better.' },
      `${other} "edit" has other fields than it takes.`,
      'Give "value", and "comment" if there is one.',
    ],
    [
      { action: 'answer' },
      `${other} "answer" has other fields than it takes.`,
      'Give "value", and "comment" if there is one.',
    ],
    [
      { action: 'reject', coment: 'No.' },
      `${other} "reject" has other fields than it takes.`,
      'Give nothing else but a "comment", if there is one.',
    ],
    [
      { action: 'approve', value: 'other' },
      `${other} "approve" has other fields than it takes.`,
      'Give nothing else but a "comment", if there is one.',
    ],
  ])('%j is refused rather than half read', (given, message, hint) => {
    expect(readAnswer(given, shown)).toEqual({ ok: false, message, hint });
  });
});
