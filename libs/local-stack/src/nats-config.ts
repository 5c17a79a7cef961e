export interface NatsConfig {
  /** Its own among the servers of a cluster. */
  serverName?: string;
  host: string;
  port: number;
  /** Where the server finds `operator.jwt` and `preload.conf`; in a container another path than here. */
  accountsDirectory: string;
  /** JetStream's files and the account resolver's: must survive restarts. */
  dataDirectory: string;
  systemAccount: string;
  /** Loopback or container-internal monitoring (`/healthz`); left out where nobody asks. */
  monitoringPort?: number;
  /** Where it meets the other servers of its cluster; left out for a server alone. */
  cluster?: NatsClusterConfig;
}

export interface NatsClusterConfig {
  port: number;
  /** `nats://host:port` of every server's cluster port, its own included. */
  routes: string[];
}

/**
 * nats-server in operator mode. The `full` resolver, on disk: with a MEMORY one, what is pushed at run time (a revocation) is forgotten at a restart.
 * Secrets are nowhere in it: the server knows public keys only.
 */
export function natsServerConfig(config: NatsConfig): string {
  const {
    serverName = 'lockkeeper',
    host,
    port,
    accountsDirectory,
    dataDirectory,
    systemAccount,
    monitoringPort,
  } = config;
  return `# Written by Lockkeeper; changes are overwritten.
server_name: ${serverName}
host: ${quoted(host)}
port: ${port}
${monitoringPort === undefined ? '' : `http: ${quoted(`${host}:${monitoringPort}`)}\n`}max_payload: 1MB
write_deadline: "10s"
jetstream { store_dir: ${quoted(`${dataDirectory}/jetstream`)}, max_memory_store: 64MB, max_file_store: 8GB }
operator: ${quoted(`${accountsDirectory}/operator.jwt`)}
system_account: ${systemAccount}
resolver: { type: full, dir: ${quoted(`${dataDirectory}/resolver`)}, allow_delete: false, interval: "10s", limit: 1000 }
resolver_preload: { include ${quoted('./preload.conf')} }
${config.cluster === undefined ? '' : clusterConfig(host, config.cluster)}`;
}

/** On the servers' own network: what travels here is not encrypted by these lines. */
const clusterConfig = (host: string, { port, routes }: NatsClusterConfig): string =>
  `cluster { name: lockkeeper, listen: ${quoted(`${host}:${port}`)}, no_advertise: true, routes: [${routes.map(quoted).join(', ')}] }\n`;

const quoted = (value: string): string => JSON.stringify(value);
