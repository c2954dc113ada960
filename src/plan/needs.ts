/** The ffmpeg features that a job needs: known in part from cfg.json, and in full from the commands. */
import { type Command, processesOf } from '../model/command.ts'
import type { Encoder } from '../model/encoding.ts'
import type { Feature, FeatureKind } from '../model/feature.ts'
import type { Job } from '../model/job.ts'
import { allWatermarks } from '../model/settings.ts'

/** Needed to probe recordings, whatever the job. */
const FOR_PROBING: readonly Feature[] = [
  { kind: 'demuxer', name: 'matroska' },
  { kind: 'demuxer', name: 'mov' },
  { kind: 'filter', name: 'showinfo' },
  { kind: 'muxer', name: 'framecrc' },
  { kind: 'muxer', name: 'null' },
]

/** The features that a job needs whatever its recordings, so that a job that cannot run fails before fetching. */
export function needsOfJob(job: Job, encoder: Encoder | 'auto'): readonly Feature[] {
  const isX264 = job.media !== 'audio' && encoder === 'x264'
  return [
    ...FOR_PROBING,
    { kind: 'muxer', name: 'mp4' },
    ...(isX264 ? [{ kind: 'encoder', name: 'libx264' } as const] : []),
    ...(job.media === 'video' ? [] : [{ kind: 'encoder', name: 'aac' } as const]),
    ...(hasText(job) ? [{ kind: 'filter', name: 'drawtext' } as const] : []),
  ]
}

/** Whether text is drawn on the video. */
export function hasText(job: Pick<Job, 'media' | 'stretches'>): boolean {
  return job.media !== 'audio' && allWatermarks(job).some(({ kind }) => kind !== 'image')
}

/** Codecs of real-time recordings. For any other codec that ffmpeg cannot decode, the installation is not to blame. */
const COMMON_CODECS = new Set(['vp8', 'vp9', 'av1', 'h264', 'hevc', 'opus', 'aac', 'vorbis'])

/**
 * The features that a recording needs.
 * @param codecs of its tracks
 * @param wanted which tracks are used
 */
export function needsOfRecording(
  codecs: Readonly<Partial<Record<'video' | 'audio', string | undefined>>>,
  wanted: Readonly<Record<'video' | 'audio', boolean>>,
): readonly Feature[] {
  return (['video', 'audio'] as const).flatMap((medium): Feature[] => {
    const codec = codecs[medium]
    return wanted[medium] && codec !== undefined && COMMON_CODECS.has(codec)
      ? [{ kind: 'decoder', name: codec }]
      : []
  })
}

/** The features named in the commands' options and graphs. */
export function needsOfCommands(commands: readonly Command[]): readonly Feature[] {
  const needs = new Map<string, Feature>()
  const add = (kind: FeatureKind, name: string) => needs.set(`${kind} ${name}`, { kind, name })
  for (const { inputs, graph, args } of commands.flatMap(processesOf)) {
    for (const input of inputs) valuesOf(input.args, '-f').forEach((name) => add('demuxer', name))
    valuesOf(args, '-f').forEach((name) => add('muxer', name))
    const encoders = ['-c:v', '-c:a'].flatMap((option) => valuesOf(args, option))
    for (const name of encoders) if (name !== 'copy') add('encoder', name)
    const graphs = [graph?.text ?? '', ...valuesOf(args, '-vf'), ...valuesOf(args, '-af')]
    for (const name of graphs.flatMap(filtersOf)) add('filter', name)
  }
  return [...needs.values()]
}

function valuesOf(args: readonly string[], option: string): string[] {
  return args.flatMap((arg, i) => (arg === option ? (args[i + 1] ?? []) : []))
}

/** A filter's name follows the start, another filter or a label; in values these characters are escaped. */
const NAME = /(?:^|(?<!\\)(?:[\],]|;\n))([a-z]\w*)/g

function filtersOf(graph: string): string[] {
  return [...new Set([...graph.matchAll(NAME)].flatMap(([, name]) => name ?? []))]
}
