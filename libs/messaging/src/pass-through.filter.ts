import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/**
 * Put it on every controller of messages. Nest's own filter turns each unknown error into "Internal server error"
 * before the transport sees it, and the transport is who decides between retrying, refusing and giving up.
 */
@Catch()
export class PassThroughRpcFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
