import { Matches } from 'class-validator';

/** As manifests name tokens besides a connection's own. */
export const TOKEN_NAME = /^[a-z][a-z0-9_]{0,63}$/;

export const IsTokenName = (): PropertyDecorator => Matches(TOKEN_NAME, { message: 'must be the name of a token' });
