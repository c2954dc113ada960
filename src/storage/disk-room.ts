/** Room on the disk that objects are fetched to: what is still on its way counts as taken. */
import { statfs } from 'node:fs/promises'
import { JobError } from '../errors.ts'

/** An object that there is room for. */
interface Coming {
  /** So many bytes of it are on the disk by now. */
  readonly arrived: (bytes: number) => void
  /** No more of it is to come. */
  readonly over: () => void
}

export interface DiskRoom {
  /**
   * Sets room aside for an object. Where the file system cannot be asked, there is room.
   * @param object.bytes that are still to come
   * @throws JobError `fetchNoRoom`
   */
  readonly take: (object: { where: string; key: string; folder: string; bytes: number }) => Promise<Coming>
}

const MB = 2 ** 20

/** @param leaveFreeMb is not used */
export function openDiskRoom(leaveFreeMb: number): DiskRoom {
  let comingBytes = 0
  return {
    async take({ where, key, folder, bytes }) {
      const facts = await statfs(folder).catch(() => undefined)
      // Some file systems of networks say that they have no blocks at all.
      const freeBytes = facts && facts.blocks > 0 ? facts.bavail * facts.bsize - comingBytes : Infinity
      if (bytes > 0 && bytes + leaveFreeMb * MB > freeBytes) {
        const params = {
          ...{ where, key, folder, leaveFreeMb },
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
