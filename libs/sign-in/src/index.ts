export {
  type AccessFiles,
  type AccessSettings,
  accessFaults,
  accessFileFaults,
  accessFiles,
  accessShape,
  readAccess,
} from './access.settings.js';
export type { BearerSubject, SubjectConsumers } from './issuer-bearers.js';
export { SignInModule } from './sign-in.module.js';
