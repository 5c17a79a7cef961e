// For `node --import`: says on stderr which files a process loads, one line each.
import { registerHooks } from 'node:module';

registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) process.stderr.write(`loaded ${url}\n`);
    return next(url, context);
  },
});
