import { type CustomDecorator, SetMetadata } from '@nestjs/common';

export const PUBLIC_DOOR = 'lockkeeper:public';

/** A door without a key. Every other door is closed unless it says who may enter. */
export const Public = (): CustomDecorator => SetMetadata(PUBLIC_DOOR, true);
