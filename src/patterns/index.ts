export { chat, type ChatParameters } from './chat.ts';
export { committee, type CommitteeParameters } from './committee.ts';
export { debate, type DebateParameters } from './debate.ts';
export { openChat, type Chat, type ChatOptions, type ChatTurn, type SendOptions } from './open-chat.ts';
export { reviewerLoop, type ReviewerLoopParameters } from './reviewer-loop.ts';
export { supervisor, type SupervisorParameters } from './supervisor.ts';
