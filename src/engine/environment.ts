export { withEnvironment, type Environment } from '../services/index.ts';
