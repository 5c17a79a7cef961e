/**
 * admin: everything. operator: works on connections, never sees a secret. auditor: reads everything but secrets, and the audit log.
 */
export const ROLES = ['admin', 'operator', 'auditor'] as const;

/** This workspace has no consumers. */
export const ACCESS_ROLES = { staff: ROLES, consumer: null };
