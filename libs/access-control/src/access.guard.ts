import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { ALLOWED_ROLES, PUBLIC_DOOR } from '@lockkeeper/doors';
import type { FastifyRequest } from 'fastify';
import { KeyRequired, RoleRefused } from './access.errors.js';
import { BEARER_KEY } from './bearer-key.strategy.js';
import { type Principal, actorOf } from './principal.js';

/** Passport tells who it is; this decides whether they may. Set once for the whole app, so that no door is forgotten. */
@Injectable()
export class AccessGuard extends AuthGuard(BEARER_KEY) implements CanActivate {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC_DOOR, targets)) return true;
    await super.canActivate(context);
    const request = context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>();
    request.lockkeeper.actor = actorOf(request.user);
    const allowed = this.reflector.getAllAndOverride<string[] | undefined>(ALLOWED_ROLES, targets) ?? [];
    if (!allowed.includes(request.user.role)) throw new RoleRefused(request.user.role, allowed);
    return true;
  }

  override handleRequest<P>(error: unknown, principal: P | false): P {
    if (error) throw error;
    if (!principal) throw new KeyRequired();
    return principal;
  }
}
