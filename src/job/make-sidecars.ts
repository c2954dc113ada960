/** Makes the sidecars of the finished file. A failure causes a warning, since the finished file matters more. */
import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import type { Warning } from '../messages/index.ts'
import type { Command } from '../model/command.ts'
import type { Canvas } from '../model/job.ts'
import type { SidecarFile } from '../model/sidecar.ts'
import { pathOf } from '../plan/locate.ts'
import type { Sidecar } from '../plan/sidecars.ts'
import { masterPlaylist, segmentsOf } from '../plan/hls.ts'
import { HLS_NAMES, hlsKey, posterKey, sheetKey, stemOf, thumbnailsKey } from '../plan/output-keys.ts'
import { type Thumbnails, thumbnailsVtt } from '../plan/thumbnails.ts'
import type { Progress } from '../events/channels.ts'
import { type RenderTools, runStep } from './render.ts'
import { writeText } from '../files/write-file.ts'

export interface Sidecars {
  /**
   * Returns the sidecars for a finished file with this key. Files that refer to others by name are rewritten for it.
   */
  of(outputKey: string): Promise<readonly SidecarFile[]>
  readonly warnings: readonly Warning[]
}

/** Returns the sidecars for a key stem. */
type Naming = (stem: string) => Promise<readonly SidecarFile[]>

/** Outputs that an earlier run made are reused. */
export async function makeSidecars(options: {
  sidecars: readonly Sidecar[]
  canvas: Canvas
  tools: RenderTools
  progress: Progress
}): Promise<Sidecars> {
  const { sidecars, canvas, tools, progress } = options
  const made: Naming[] = []
  const warnings: Warning[] = []
  for (const sidecar of sidecars) {
    const { kind } = sidecar
    try {
      progress.update('beside', made.length + warnings.length, sidecars.length, {
        doing: { code: 'doingBeside', params: { kind } },
      })
      made.push(await make(sidecar, canvas, tools))
    } catch (error) {
      tools.signal.throwIfAborted()
      tools.log.warn({ err: error, kind }, 'not made')
      const reason = error instanceof Error ? error.message : String(error)
      warnings.push({ code: 'besideNotMade', params: { kind, reason } })
    }
  }
  if (sidecars.length > 0) progress.end('beside')
  return {
    of: async (outputKey) => {
      const stem = stemOf(outputKey)
      return (await Promise.all(made.map((naming) => naming(stem)))).flat()
    },
    warnings,
  }
}

function make(sidecar: Sidecar, canvas: Canvas, tools: RenderTools): Promise<Naming> {
  switch (sidecar.kind) {
    case 'poster':
      return makePoster(sidecar.commands[0], tools)
    case 'thumbnails':
      return makeThumbnails(sidecar, tools)
    case 'hls':
      return makeHls(sidecar.commands[0], canvas, tools)
  }
}

async function makePoster(command: Command, tools: RenderTools): Promise<Naming> {
  await runStep(command, tools)
  return (stem) =>
    Promise.resolve([{ kind: 'poster', key: posterKey(stem), path: pathOf(command.output, tools.at) }])
}

async function makeThumbnails(
  { commands, thumbnails }: { commands: readonly Command[]; thumbnails: Thumbnails },
  tools: RenderTools,
): Promise<Naming> {
  for (const command of commands) await runStep(command, tools)
  return async (stem) => {
    const sheets = commands.map(({ output }, i): SidecarFile => ({
      kind: 'thumbnails',
      key: sheetKey(stem, i + 1),
      path: pathOf(output, tools.at),
    }))
    const path = join(tools.at.work, 'thumbnails.vtt')
    const names = sheets.map(({ key }) => posix.basename(key))
    await writeText(path, thumbnailsVtt(thumbnails, names))
    return [{ kind: 'thumbnails', key: thumbnailsKey(stem), path }, ...sheets]
  }
}

async function makeHls(command: Command, canvas: Canvas, tools: RenderTools): Promise<Naming> {
  const playlist = pathOf(command.output, tools.at)
  const folder = dirname(playlist)
  await mkdir(folder, { recursive: true })
  await runStep(command, tools)
  const listed = segmentsOf(await readFile(playlist, 'utf8'))
  const segments = await Promise.all(
    listed.map(async (one) => ({ ...one, bytes: (await stat(join(folder, one.name))).size })),
  )
  const init = await readFile(join(folder, HLS_NAMES.init))
  await writeText(
    join(folder, HLS_NAMES.master),
    masterPlaylist({ init, segments, canvas, playlist: posix.basename(playlist) }),
  )
  const names = [...Object.values(HLS_NAMES), ...segments.map(({ name }) => name)]
  return (stem) =>
    Promise.resolve(
      names.map((name): SidecarFile => ({ kind: 'hls', key: hlsKey(stem, name), path: join(folder, name) })),
    )
}
