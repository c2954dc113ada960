/** Space on the disk that objects are fetched to. Bytes still to be downloaded count as used. */
import { statfs } from 'node:fs/promises'
import { JobError } from '../errors.ts'

/** An object for which space is reserved. */
interface Coming {
  /** Reports that this many more bytes have been written to disk. */
  readonly arrived: (bytes: number) => void
  /** Releases the rest of the reservation. */
  readonly over: () => void
}

export interface DiskRoom {
  /**
   * Reserves space for an object. If the file system cannot be queried, space is assumed to be available.
   * @param object.bytes still to be downloaded
   * @throws JobError `fetchNoRoom`
   */
  readonly take: (object: { where: string; key: string; folder: string; bytes: number }) => Promise<Coming>
}

const MB = 2 ** 20

/** @param leaveFreeMb space that stays free */
export function openDiskRoom(leaveFreeMb: number): DiskRoom {
  let comingBytes = 0
  return {
    async take({ where, key, folder, bytes }) {
      const facts = await statfs(folder).catch(() => undefined)
      // Some network file systems report zero blocks.
      const freeBytes = facts && facts.blocks > 0 ? facts.bavail * facts.bsize - comingBytes : Infinity
      if (bytes > 0 && bytes + leaveFreeMb * MB > freeBytes) {
        const params = {
          where,
          key,
          folder,
          leaveFreeMb,
          mb: Math.ceil(bytes / MB),
          freeMb: Math.max(0, Math.floor(freeBytes / MB)),
        }
        throw new JobError({ code: 'fetchNoRoom', params }, { fault: 'internal', retryable: true })
      }
      let left = bytes
      comingBytes += left
      const arrived = (count: number) => {
        const part = Math.min(left, count)
        left -= part
        comingBytes -= part
      }
      return { arrived, over: () => arrived(left) }
    },
  }
}
