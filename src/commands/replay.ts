/** `--replay-callbacks`: sends callbacks that earlier runs of a job could not deliver. */
import { replayCallbacks } from '../callback/replay.ts'
import { senderOf } from '../callback/sender.ts'
import { type Settings, placesOf } from '../cli/settings.ts'
import { EXIT, type ExitCode } from '../errors.ts'
import { parseCfg } from '../config/cfg.ts'
import { lockJob } from '../records/job-lock.ts'
import { say } from '../messages/index.ts'
import { warningLine } from '../messages/line.ts'
import type { Invocation } from '../cli/invocation.ts'
import { readCfg, refuseNoRequest } from '../files/read-cfg.ts'
import { stopOnSignals } from '../cli/signals.ts'

/** @returns the exit code: 0 if none is left */
export async function replay(invocation: Invocation, { conf, error }: Settings): Promise<ExitCode> {
  if (error) throw error
  const { cfgPath, logFolder, workFolder } = placesOf(invocation, conf)
  const cfg = parseCfg({ text: await readCfg(cfgPath), file: cfgPath })
  refuseNoRequest(cfgPath, cfg.parsed)
  const { jobId } = cfg
  const unlock = await lockJob({ workFolder, jobId })
  const stopping = stopOnSignals()
  try {
    const sender = senderOf(cfg)
    const options = { sender, folder: logFolder, settings: { ...conf.callback, network: conf.network } }
    const { delivered, undelivered: left, withoutReceiver } = await replayCallbacks(options, stopping)
    process.stdout.write(`${say({ code: 'callbacksReplayed', params: { delivered, left } })}\n`)
    if (withoutReceiver > 0) {
      const params = { count: withoutReceiver }
      process.stderr.write(`${warningLine({ code: 'callbacksNoReceiver', params })}\n`)
    }
    return left === 0 ? EXIT.done : EXIT.failed
  } finally {
    stopping.stop()
    await unlock()
  }
}
