import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { ALLOWED_ROLES, ANY_ROLE, PUBLIC_DOOR } from '@lockkeeper/doors';
import type { FastifyRequest } from 'fastify';
import { BearerRefused, KeyRequired, RoleRefused } from './access.errors.js';
import { Admission } from './admission.js';
import { BEARER_KEY, bearerOf } from './bearer-key.strategy.js';
import { Bearers } from './bearers.js';
import { type Principal, actorOf } from './principal.js';
import { CallRates } from './rates.js';
import { RefusedKeys } from './refused-keys.js';
import { SESSION_COOKIE } from './session-cookie.strategy.js';

/** Passport tells who it is; this decides whether they may. Set once for the whole app, so that no door is forgotten. */
@Injectable()
export class AccessGuard extends AuthGuard([BEARER_KEY, SESSION_COOKIE]) implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly admission: Admission,
    private readonly refused: RefusedKeys,
    private readonly rates: CallRates,
    private readonly bearers: Bearers,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    const request = context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>();
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC_DOOR, targets)) {
      this.rates.admitStranger(request.lockkeeper.sourceAddress);
      return true;
    }
    await this.recognise(context, request);
    request.lockkeeper.actor = actorOf(request.user);
    await this.admission.admit(request.user, request.lockkeeper.sourceAddress);
    const allowed = this.reflector.getAllAndOverride<string[] | undefined>(ALLOWED_ROLES, targets) ?? [];
    if (!allowed.includes(ANY_ROLE) && !allowed.includes(request.user.role))
      throw new RoleRefused(request.user.role, allowed);
    return true;
  }

  private async recognise(context: ExecutionContext, { headers, lockkeeper }: FastifyRequest): Promise<void> {
    const presented = bearerOf(headers.authorization);
    // What is known to be good costs nothing to recognise, whatever its neighbours do.
    if (presented !== undefined && !this.bearers.recall(presented))
      await this.refused.assertOver(lockkeeper.sourceAddress);
    try {
      await super.canActivate(context);
    } catch (error) {
      // Without a key or a token nobody tried to log in.
      const isRefusal = error instanceof KeyRequired || error instanceof BearerRefused;
      if (isRefusal && headers.authorization !== undefined) await this.refused.note(headers.authorization, error);
      throw error;
    }
  }

  override handleRequest<P>(error: unknown, principal: P | false): P {
    if (error) throw error;
    if (!principal) throw new KeyRequired();
    return principal;
  }
}
