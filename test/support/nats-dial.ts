import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';

const DIAL_MS = 5000;
const DIALS = 12;
const PATIENT = { maxReconnectAttempts: -1, reconnectTimeWait: 250, ignoreAuthErrorAbort: true, timeout: DIAL_MS };

/**
 * nats-server drops whoever is slow to say who it is, as tests on a busy machine are. The client hears of it, or doesn't and waits for its time-out,
 * or writes to what is closed already and never reads what it was told: in each case it is dialled again.
 */
export async function connectPatiently(options: ConnectionOptions): Promise<NatsConnection> {
  for (let dial = 1; ; dial += 1) {
    try {
      return await connect({ ...PATIENT, ...options });
    } catch (error) {
      if (!wasTooSlow(error as Error) || dial === DIALS) throw error;
    }
  }
}

const wasTooSlow = ({ name, message }: Error): boolean =>
  name === 'TimeoutError' || /authentication timeout|EPIPE|ECONNRESET/i.test(message);
