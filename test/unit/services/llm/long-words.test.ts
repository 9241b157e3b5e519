import { expect, it } from 'vitest';
import { topicOf } from '../../../../src/services/llm/offline/field.ts';

it('the topic of a request is found in one pass, also when it is a single word of a megabyte', () => {
  const word = 'bm8gd29yZHMgYXQgYWxs'.repeat(50_000);
  const [crane = ''] = topicOf('the crane');
  expect([...topicOf(`the crane ${word}`)]).toContain(crane);
});
