import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { HandedToken } from '../access-tokens/token-reader.js';
import { JWT_BEARER } from './client-credentials.js';
import { ACCESS_TOKEN_TYPE, CONNECTION_TYPE, NAMED_TOKEN_TYPE, TOKEN_EXCHANGE, USER_TYPE } from './exchange-request.js';

export class ExchangeForm {
  @ApiProperty({ enum: [TOKEN_EXCHANGE] }) grant_type: string;
  @ApiProperty({ description: 'The connection’s id, or the user’s id.' }) subject_token: string;
  @ApiProperty({ enum: [CONNECTION_TYPE, USER_TYPE], description: 'Which of both.' }) subject_token_type: string;
  @ApiPropertyOptional({ description: 'The API service’s slug.' }) audience: string;
  @ApiPropertyOptional({ description: 'A URL of its API (RFC 8707).' }) resource: string;
  @ApiPropertyOptional({ description: 'What is needed at least; the token has what the user granted.' }) scope: string;
  @ApiPropertyOptional({
    example: ACCESS_TOKEN_TYPE,
    description: `Or \`${NAMED_TOKEN_TYPE}\` and a name, where a provider gives several tokens: \`…:user\`.`,
  })
  requested_token_type: string;
  @ApiPropertyOptional({ description: 'The consumer’s id, unless it is in the header.' }) client_id: string;
  @ApiPropertyOptional({ description: 'One of its keys, unless it is in the header.' }) client_secret: string;
  @ApiPropertyOptional({ enum: [JWT_BEARER], description: 'With `client_assertion` (RFC 7523 section 2.2).' })
  client_assertion_type: string;
  @ApiPropertyOptional({ description: 'An access token of the organisation’s issuer, instead of a key.' })
  client_assertion: string;
}

/** RFC 8693 section 2.2.1. */
export class ExchangeAnswer {
  @ApiProperty() access_token: string;
  @ApiProperty({ example: ACCESS_TOKEN_TYPE, description: 'As it was requested.' }) issued_token_type: string;
  @ApiProperty({ example: 'Bearer' }) token_type: string;
  @ApiPropertyOptional({ description: 'Seconds; left out where the lifetime is unknown.' }) expires_in?: number;
  @ApiPropertyOptional({ description: 'As granted; left out where the provider never said.' }) scope?: string;
  @ApiProperty({ description: 'Ours: counts the connection’s tokens.' }) version: number;
  @ApiProperty({ format: 'uuid', description: 'Ours.' }) connection_id: string;

  /** @param token its name, where it is not the connection's own */
  static of({ connection, accessToken }: HandedToken, token?: string): ExchangeAnswer {
    const { tokenType, scope, expiresAt, version, id } = connection;
    return {
      access_token: accessToken.reveal(),
      issued_token_type: token === undefined ? ACCESS_TOKEN_TYPE : NAMED_TOKEN_TYPE + token,
      token_type: tokenType ?? 'Bearer',
      ...(expiresAt !== null && { expires_in: Math.floor((expiresAt.getTime() - Date.now()) / 1000) }),
      ...(scope !== null && { scope }),
      version,
      connection_id: id,
    };
  }
}

/** RFC 8414 section 2. */
export class ServerMetadata {
  @ApiProperty({ description: 'The public URL of this workspace.' }) issuer: string;
  @ApiProperty() token_endpoint: string;
  @ApiProperty({ type: [String] }) token_endpoint_auth_methods_supported: string[];
  @ApiProperty({ type: [String] }) grant_types_supported: string[];
  @ApiProperty({ type: [String] }) response_types_supported: string[];
  @ApiProperty() service_documentation: string;
}
