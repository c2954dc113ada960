/** Mixes a folder of recordings from another program. */
import type { LayoutName } from '../folder/job.ts'
import { FILM, asLoudAsUsual, filmPath, folderJob } from '../host/folder-job.ts'
import { inLanguage } from '../messages/index.ts'
import type { ScreenShare } from '../model/job.ts'
import { type Mix, type MixOptions, start, workRequest } from './job.ts'

/** What one of the recordings in a folder is taken for. */
export interface FolderRecording {
  /** Path below the folder. */
  readonly path: string
  readonly streamId: string
  readonly name: string
  readonly kind: 'camera' | 'screen'
  /** Unix time in ms of its timestamp 0, or ms from the beginning of the room if the time of day is unknown. */
  readonly startMs: number
  /** How person, kind and beginning are known: `manifest`, `container`, `name`, `guess` and others. */
  readonly known: { readonly user: string; readonly kind: string; readonly start: string }
}

export interface MixFolderOptions extends Omit<MixOptions, 'cfg' | 'cfgFolder' | 'index' | 'updates'> {
  /** A folder of recordings, or files. */
  readonly recordings: string | readonly string[]
  /** Path of the film. */
  readonly output: string
  readonly layout?: LayoutName
  /** Where a shared screen is shown; default: `equal`. */
  readonly share?: ScreenShare
  /** In pixels, both even; default: 1280 x 720. */
  readonly size?: { readonly width: number; readonly height: number }
  /** Frames per second; default: 30. */
  readonly fps?: number
  /** Seconds after the room's beginning, by person, stream or file. */
  readonly starts?: Readonly<Record<string, number>>
  /** Names shown, by person, stream or file. */
  readonly names?: Readonly<Record<string, string>>
  /** By person, stream or file. */
  readonly kinds?: Readonly<Record<string, 'camera' | 'screen'>>
}

/** A running job, and what its recordings are taken for. */
export interface FolderMix extends Mix {
  readonly recordings: readonly FolderRecording[]
  /** Paths of files that are left out. */
  readonly leftOut: readonly string[]
}

/**
 * Mixes a folder of recordings as other systems leave them, or files, as `owt-main mix` does: without a cfg.json and an
 * index. Like `mix` otherwise.
 * @throws JobError if there is no recording, or those of several rooms, or a correction is for nobody
 * @example
 * const job = await mixFolder({ recordings: 'call/', output: 'film.mp4', workFolder: '/var/tmp/mixing' })
 * const { status } = await job.result
 */
export async function mixFolder(options: MixFolderOptions): Promise<FolderMix> {
  const {
    recordings,
    output,
    layout = FILM.layout,
    share = FILM.share,
    size = FILM,
    fps = FILM.fps,
  } = options
  const paths = typeof recordings === 'string' ? [recordings] : recordings
  const { starts = {}, names = {}, kinds = {} } = options
  const { room, cfgPath, cfgText, index } = await inLanguage(options.language ?? 'en', async () =>
    folderJob({
      paths,
      corrections: {
        starts: new Map(Object.entries(starts)),
        names: new Map(Object.entries(names)),
        kinds: new Map(Object.entries(kinds)),
      },
      film: { layout, share, width: size.width, height: size.height, fps },
      output: await filmPath(output, paths),
    }),
  )
  const request = workRequest({ ...options, cfg: cfgPath })
  const job = start(options, { ...request, conf: asLoudAsUsual(request.conf), cfgText, room: index })
  return {
    ...job,
    recordings: room.recordings.map(({ path, streamId, shown, kind, startMs, userBy, kindBy, startBy }) => ({
      path,
      streamId,
      name: shown,
      kind,
      startMs,
      known: { user: userBy, kind: kindBy, start: startBy },
    })),
    leftOut: room.left.map(({ path }) => path),
  }
}
