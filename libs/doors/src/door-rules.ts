import { type CustomDecorator, SetMetadata } from '@nestjs/common';

export const PUBLIC_DOOR = 'lockkeeper:public';
export const ALLOWED_ROLES = 'lockkeeper:allowed-roles';

/** A door without a key. */
export const Public = (): CustomDecorator => SetMetadata(PUBLIC_DOOR, true);

/** For a door that is the same for every role: what it does concerns the caller alone. */
export const ANY_ROLE = '*';

/** Which roles a door is for. A door that is neither public nor for anybody is closed to everybody. */
export const Allow = (...roles: string[]): CustomDecorator => SetMetadata(ALLOWED_ROLES, roles);
