export { createAuditSink } from './audit-sink.ts';
export { verifyAuditLog, type AuditReport } from './verify-log.ts';
