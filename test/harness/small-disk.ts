/** Disks so small that a test can fill them. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  readonly folder: string
  /** Another size in MB, or for reading only. */
  remount(options: string): void
  /** Writes into `ballast` until nothing more goes in. */
  fill(): Promise<void>
  unmount(): void
}

/** A disk in memory. @param megabytes its size */
export function mountDisk(folder: string, megabytes: number): SmallDisk {
  mkdirSync(folder, { recursive: true })
  const mount = (options: string) =>
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' })
  mount(`size=${megabytes}m`)
  return {
    folder,
    remount: (options) => void mount(`remount,${options}`),
    async fill() {
      await writeFile(join(folder, 'ballast'), Buffer.alloc((megabytes + 1) * 2 ** 20)).catch(() => undefined)
    },
    // Whoever still has something open there does not hold it up.
    unmount: () => void execFileSync('umount', ['-l', folder]),
  }
}

/** Only root may, and not in every container. */
export function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'owt-mount-'))
  try {
    mountDisk(folder, 1).unmount()
    return true
  } catch {
    return false
  } finally {
    rmdirSync(folder)
  }
}
