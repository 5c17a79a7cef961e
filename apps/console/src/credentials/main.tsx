import { startConsole } from '../frame/console';
import { pages } from './pages';

startConsole({ name: 'credentials', keyPrefix: 'lkc_', pages });
