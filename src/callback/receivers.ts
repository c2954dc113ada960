/** The receivers of a job whose cfg.json may be replaced during its run. */
import { type BigIntStats, statSync } from 'node:fs'
import { parseCfg } from '../config/cfg.ts'
import { MAX_OWN_BYTES, readRegularTextSync } from '../files/read-file.ts'
import type { NotifyTarget } from '../model/job.ts'
import { senderOf } from './sender.ts'

/** The receivers as of now. */
export type Receivers = () => readonly NotifyTarget[]

/**
 * Reads the receivers from cfg.json again if the file has changed. A file that cannot be read changes nothing.
 * @param cfgPath absolute path
 * @param first the receivers until then
 */
export function watchedReceivers(cfgPath: string, first: readonly NotifyTarget[]): Receivers {
  let targets = first
  let seen: string | undefined
  return () => {
    try {
      const is = versionOf(statSync(cfgPath, { bigint: true }))
      if (is === seen) return targets
      const text = readRegularTextSync(cfgPath, MAX_OWN_BYTES)
      const cfg = parseCfg({ text, file: cfgPath })
      if (cfg.checked.wire) targets = senderOf(cfg).targets
      seen = is
    } catch {
      // It may be read the next time.
    }
    return targets
  }
}

const versionOf = ({ ino, size, mtimeNs }: BigIntStats): string => `${ino} ${size} ${mtimeNs}`
