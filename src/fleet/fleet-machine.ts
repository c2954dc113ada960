/** What this machine brings to a fleet: its ffmpeg, font, cores and memory. */
import type { Conf } from '../config/conf.ts'
import { findFfmpeg } from '../ffmpeg/find.ts'
import type { FoundFfmpeg } from '../ffmpeg/types.ts'
import { machineBudget, machineKind } from '../job/machine.ts'
import { versionOfFont } from '../job/read-font.ts'
import type { Budget } from '../plan/budget.ts'

export interface FleetMachine {
  readonly conf: Conf
  readonly ffmpeg: FoundFfmpeg
  readonly budget: Budget
  /** Absolute path of the font for watermarks. */
  readonly fontFile: string
  /** Absolute path of the folder that contains work folders. */
  readonly workFolder: string
  /** Versions of everything here that makes outputs. A plan needs some of them. */
  readonly makers: Readonly<Record<string, string>>
}

/** @throws JobError if there is no usable ffmpeg */
export async function openFleetMachine(options: {
  conf: Conf
  env: Readonly<Record<string, string | undefined>>
  fontFile: string
  workFolder: string
  workerVersion: string
  signal: AbortSignal
}): Promise<FleetMachine> {
  const { conf, env, fontFile, workFolder, workerVersion, signal } = options
  const { path: confPath, sandbox } = conf.ffmpeg
  const [ffmpeg, budget, machine, font] = await Promise.all([
    findFfmpeg({ confPath, env, sandbox, workFolder }),
    machineBudget(conf.limits),
    machineKind(),
    versionOfFont(fontFile, signal),
  ])
  const makers = { worker: workerVersion, ffmpeg: ffmpeg.version, machine, font }
  return { conf, ffmpeg, budget, fontFile, workFolder, makers }
}
