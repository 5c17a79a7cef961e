/** The process's environment: the only place where this workspace touches it. */
export const environment = (): NodeJS.ProcessEnv => process.env;
