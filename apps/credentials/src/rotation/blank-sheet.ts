import { randomUUID } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Enough for all but the most talkative answers, sealed; a larger one grows beyond it. */
export const SHEET_BYTES = 32 * 1024;
const ZEROS = Buffer.alloc(SHEET_BYTES);

/**
 * Room on disk that is there already: a file whose blocks are written and synced, to be written over and renamed. What is written later needs no
 * new blocks, so that a disk that fills up in between can't take the answer's place away.
 */
export class BlankSheet {
  private constructor(private readonly path: string) {}

  /** Mode 600. @throws what the operating system says, ENOSPC for one; nothing is left then */
  static async make(folder: string): Promise<BlankSheet> {
    const path = join(folder, `${randomUUID()}.blank`);
    try {
      await written(path, 'wx', ZEROS);
    } catch (error) {
      await unlink(path).catch((gone: NodeJS.ErrnoException) => {
        if (gone.code !== 'ENOENT') throw gone;
      });
      throw error;
    }
    return new BlankSheet(path);
  }

  /** Durable once it resolves: the file's content, its name, and that name's place in the folder. */
  async become(path: string, text: string): Promise<void> {
    const content = Buffer.from(text, 'utf8');
    await written(this.path, 'r+', content);
    await rename(this.path, path);
    await syncFolder(dirname(path));
  }
}

async function written(path: string, flags: 'wx' | 'r+', content: Buffer): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await file.writeFile(content);
    await file.truncate(content.length);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is durable once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
