export { checkPermission, type FilesystemAccess, type PermissionRequest } from './check-permission.ts';
export { createEnvironmentValues, withEnvironment, type Environment, type EnvironmentValues } from './environment.ts';
export { isInside } from './inside.ts';
export { narrowToRoot, type PermissionPolicy, type PermittedRoot } from './policy.ts';
export { realLocation, resolvePolicy, resolveRoot } from './resolve-policy.ts';
