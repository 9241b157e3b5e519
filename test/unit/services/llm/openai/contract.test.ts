import { describe } from 'vitest';
import { wireModelContract } from '../../../../contract/wire-model.ts';
import { openaiChat } from '../../../../support/wire/openai/chat.ts';
import { openaiResponses } from '../../../../support/wire/openai/responses.ts';

describe('the chat completions of OpenAI', () => {
  wireModelContract(openaiChat);
});

describe('the responses of OpenAI', () => {
  wireModelContract(openaiResponses);
});
