import { ApiProperty } from '@nestjs/swagger';
import type { Belonging } from '../connections/connections.js';
import type { DeviceState, DeviceStatus } from './device-authorizations.js';

const STATUSES = ['pending', 'authorized', 'denied', 'expired', 'failed', 'replaced'] as const;

export class DeviceView {
  @ApiProperty({ enum: STATUSES, description: '`pending` until the user has decided at the provider.' })
  status: DeviceStatus;
  @ApiProperty() apiService: string;
  @ApiProperty({ description: 'For whom it is asked.' }) user: string;
  @ApiProperty({ type: [String], description: 'What is asked for.' }) scopes: string[];
  @ApiProperty({ description: 'Who asks: the key that started it, or the end user who opened a link.' })
  requestedBy: string;
  @ApiProperty({ example: 'WDJB-MJHT', description: 'What the user types, and compares with what the provider shows.' })
  userCode: string;
  @ApiProperty({ description: 'Where the user types it.' }) verificationUri: string;
  @ApiProperty({ type: String, nullable: true, description: 'The same address with the code in it.' })
  verificationUriComplete: string | null;
  @ApiProperty({ description: 'The least that lies between two polls.' }) intervalSeconds: number;
  @ApiProperty({ format: 'date-time' }) expiresAt: string;

  static of(state: DeviceState, { connection, apiService }: Belonging): DeviceView {
    const { status, scopes, userCode, verificationUri, verificationUriComplete, intervalSeconds } = state;
    return {
      status,
      apiService: apiService.slug,
      user: connection.user,
      scopes,
      requestedBy: state.createdBy,
      userCode,
      verificationUri,
      verificationUriComplete,
      intervalSeconds,
      expiresAt: state.expiresAt.toISOString(),
    };
  }
}
