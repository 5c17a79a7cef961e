import { startConsole } from '../frame/console';
import { pages } from './pages';

startConsole({ name: 'access-tokens', keyPrefix: 'lkt_', pages });
