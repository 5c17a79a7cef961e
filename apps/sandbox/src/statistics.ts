import type Provider from 'oidc-provider';

/** What happened at the token endpoints since the start. */
export class SandboxStatistics {
  /** Token requests by grant type and result: `{"refresh_token": {"ok": 3, "invalid_grant": 1}}`. */
  readonly tokenRequests: Record<string, Record<string, number>> = {};
  /** Tokens that their client revoked (RFC 7009), by kind: `{"AccessToken": 1}`. */
  readonly revocations: Record<string, number> = {};

  /** Counts from oidc-provider's own events. */
  watch(provider: Provider): void {
    provider.on('grant.success', (ctx) => this.countTokenRequest(ctx.oidc.params?.['grant_type'], 'ok'));
    provider.on('grant.error', (ctx, fault) => this.countTokenRequest(ctx.oidc?.params?.['grant_type'], fault.error));
  }

  countRevocation(kind: string): void {
    this.revocations[kind] = (this.revocations[kind] ?? 0) + 1;
  }

  private countTokenRequest(grantType: unknown, result: string): void {
    const results = (this.tokenRequests[String(grantType)] ??= {});
    results[result] = (results[result] ?? 0) + 1;
  }
}
