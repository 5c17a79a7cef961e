import { join } from 'node:path';
import { Deployment } from './deployment.js';
import { PROJECT_ROOT } from './project-root.js';

/** `npm run deploy:secrets -- <folder>`: what docker-compose.yml needs, made once. */
const folder = process.argv[2] ?? join(PROJECT_ROOT, '.lockkeeper', 'deployment');
const environmentFile = await new Deployment(folder).generate();
process.stdout.write(`
  Keys, NATS accounts and database passwords are in ${folder} (for its owner alone).
  Keep a copy of it in a safe place: without the key rings, what they sealed stays closed.
  Move nats/offline out of it, to where no server reaches; it is needed only to make accounts anew.

  CREDENTIALS_PUBLIC_URL=https://… docker compose --env-file ${environmentFile} up --build --detach
`);
