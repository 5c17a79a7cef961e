import Fastify from 'fastify';
import pg from 'pg';

/**
 * What `reads` is compared with: Fastify alone, answering the JSON of GET /v1/tokens/:apiService/:user. With DATABASE_URL it looks the row
 * up, by an index, with a prepared statement: as little as one can do about a database.
 */
const { PORT, DATABASE_URL, SAMPLE } = process.env;
const sample = JSON.parse(SAMPLE!) as object;
const app = Fastify();
app.get('/health/ready', () => ({ status: 'up' }));
if (DATABASE_URL) {
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 20 });
  const query = { name: 'read', text: 'SELECT body FROM bench_tokens WHERE api_service = $1 AND user_id = $2' };
  app.get<{ Params: { apiService: string; user: string } }>('/v1/tokens/:apiService/:user', async ({ params }) => {
    const { rows } = await pool.query<{ body: object }>({ ...query, values: [params.apiService, params.user] });
    return rows[0]!.body;
  });
} else {
  app.get('/v1/tokens/:apiService/:user', () => sample);
}
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
