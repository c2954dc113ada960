/** Whether tests can have a sandbox here. */
import type { Sandbox } from '../../src/ffmpeg/sandbox.ts'
import { sandboxFor } from '../../src/ffmpeg/try-sandbox.ts'
import { ffmpegPath } from './run-ffmpeg.ts'

/** Why there is none; undefined where there is. */
export async function whyNoSandbox(): Promise<string | undefined> {
  const tried = await sandboxFor({
    mode: 'auto',
    path: ffmpegPath(),
    env: process.env,
    workFolder: undefined,
  })
  return tried.sandbox ? undefined : tried.why
}

/** @throws JobError where there is none */
export async function sandboxOf(path: string): Promise<Sandbox> {
  const { sandbox } = await sandboxFor({ mode: 'on', path, env: process.env, workFolder: undefined })
  if (!sandbox) throw new Error('there is no sandbox')
  return sandbox
}
