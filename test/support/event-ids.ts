/** Ids of a trace for events that a test makes up. */
export const someIds = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
