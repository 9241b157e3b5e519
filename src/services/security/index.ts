export { checkPermission, type PermissionDecision } from './check-permission.ts';
export { createEnvironmentValues, withEnvironment, type Environment, type EnvironmentValues } from './environment.ts';
export type { FilesystemAccess } from './filesystem.ts';
export { isInside } from './inside.ts';
export { realLocation, resolveRoot, type PermittedRoot } from './permitted-path.ts';
export { narrow, narrowToRoot, type LevelName, type PermissionLevel, type PermissionPolicy } from './policy.ts';
export type { PermissionRequest } from './request-kinds.ts';
export { createLevels, resolveLevel, resolvePolicy, type DeclaredLevel } from './resolve-policy.ts';
export type { Resolving } from './permission-kind.ts';
