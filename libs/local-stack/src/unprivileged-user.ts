import { chown, stat } from 'node:fs/promises';

/** Where root keeps what an unprivileged user must reach: a checkout may lie in a folder that is closed to everybody else. */
export const SYSTEM_DIRECTORY = '/var/lib/lockkeeper';

/** `nobody` on Linux. PostgreSQL refuses to run as root. */
const NOBODY = 65534;

export interface UserIds {
  uid: number;
  gid: number;
}

export const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * Whom a folder's server runs as: nobody in particular (so as ourselves) unless we are root.
 * Root takes the folder's owner, so that data made by an ordinary user stay that user's, and `nobody` for a new one.
 */
export async function serverUser(directory: string): Promise<UserIds | null> {
  if (!isRoot()) return null;
  const { uid, gid } = await stat(directory).catch(() => ({ uid: 0, gid: 0 }));
  return uid === 0 ? { uid: NOBODY, gid: NOBODY } : { uid, gid };
}

export async function giveTo(user: UserIds | null, path: string): Promise<void> {
  if (user) await chown(path, user.uid, user.gid);
}
