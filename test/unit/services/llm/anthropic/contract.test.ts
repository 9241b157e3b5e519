import { describe } from 'vitest';
import { anthropicProtocol } from '../../../../support/wire/anthropic.ts';
import { wireModelContract } from '../../../../contract/wire-model.ts';

describe('the models of Anthropic', () => {
  wireModelContract(anthropicProtocol);
});
