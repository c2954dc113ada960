/** Makes a preview: plans the job, renders the pictures and writes them to their destination. */
import { resolve } from 'node:path'
import { JobError } from '../errors.ts'
import { say } from '../messages/index.ts'
import { WORK, type WorkPlace } from '../model/place.ts'
import { msOfFrame } from '../model/time.ts'
import type { Timeline } from '../model/timeline.ts'
import { type Locations, pathOf } from '../plan/locate.ts'
import type { OpenJob } from '../job/open-room.ts'
import type { Planned } from '../job/plan-job.ts'
import { whatChanges } from '../timeline/changes.ts'
import { clock, segmentName } from '../report/clock.ts'
import { duration } from '../report/text.ts'
import { type RunCommand, makeStandIns, makeStills } from './make-pictures.ts'
import { mockRecordings, standInsOf } from './mock.ts'
import { type Moment, momentAt, momentOfEach } from './moments.ts'
import { neededAt } from './needed.ts'
import { putFile, putFolder, segmentFile } from './put.ts'
import { sheetCommand } from './sheet.ts'

/** The most pictures that can be taken in at a glance. */
const MOST_ON_SHEET = 24

/** What the preview shows. */
export interface Asked {
  /** Seconds of output time; undefined for one picture per segment. */
  readonly at?: number | undefined
  readonly everySegment: boolean
  readonly mock: boolean
  /** Path of the sheet or the single picture. */
  readonly output?: string
}

/** A picture of one moment of the output. */
interface Picture {
  /** Absent if it is only on the sheet. */
  readonly path?: string
  readonly atMs: number
  /** Index of the segment. */
  readonly segment: number
}

export interface Preview {
  /** The sheet or the single picture. */
  readonly path: string
  /** Folder of the segments' own pictures. */
  readonly folder?: string
  readonly pictures: readonly Picture[]
  /** Number of segments, shown or not. */
  readonly segments: number
}

interface Tools {
  readonly open: OpenJob
  readonly asked: Asked
  /** `work` is the folder for intermediate files. */
  readonly at: Locations
  readonly run: RunCommand
}

/** @throws JobError, for example if the moment is outside the output or the job has no video */
export async function makePreview(tools: Tools): Promise<Preview> {
  const { open, asked, at } = tools
  const { job, entries, budget } = open
  if (job.media === 'audio') throw new JobError({ code: 'previewNoPicture', params: {} }, { fault: 'config' })
  const standIns = asked.mock ? standInsOf(entries, at.work) : undefined
  if (standIns) open.omissions.skip(open.unusable)
  const planned = standIns
    ? await open.decide(mockRecordings(entries, standIns), ATTEMPT)
    : await plannedFor(open, asked.at)
  open.omissions.warn(planned.warnings)
  const { timeline } = planned
  const moments = momentsOf(timeline, asked)
  const making = { ...tools, planned, moments, atOnce: budget.cores }
  if (standIns) await makeStandIns({ ...making, standIns })
  const stills = await makeStills(making)
  const shown = moments.flatMap((moment, i) => (stills[i] ? [{ ...moment, still: stills[i] }] : []))
  return put(tools, timeline, shown)
}

const ATTEMPT = { encoder: 'x264', tolerant: false } as const

/** Returns the plan of the whole job or, for a single moment, of the recordings that can affect it. */
async function plannedFor(open: OpenJob, at: number | undefined): Promise<Planned> {
  const { job, entries, roomStartMs } = open
  if (at === undefined) return open.decide((await open.gather()).recordings, ATTEMPT)
  const only = neededAt({ job, entries, atMs: roomStartMs + at * 1000 })
  const some = await open.gather({ only })
  const others = new Set(entries.filter((entry) => !only.has(entry)))
  if (others.size === 0 || (await isWithin(open, some.recordings, at)))
    return open.decide(some.recordings, ATTEMPT)
  // The end of the output may depend on the other recordings.
  const more = await open.gather({ only: others })
  const all = [...some.recordings, ...more.recordings]
  return open.decide(
    entries.flatMap((entry) => all.find((one) => one.entry.key === entry.key) ?? []),
    ATTEMPT,
  )
}

async function isWithin(
  open: OpenJob,
  recordings: Parameters<OpenJob['plan']>[0],
  at: number,
): Promise<boolean> {
  try {
    return momentAt((await open.plan(recordings, ATTEMPT)).timeline, at) !== undefined
  } catch (error) {
    if (error instanceof JobError) return false
    throw error
  }
}

function momentsOf(timeline: Timeline, { at, everySegment }: Asked): readonly Moment[] {
  if (at === undefined) return momentOfEach(timeline, everySegment ? Infinity : MOST_ON_SHEET)
  const moment = momentAt(timeline, at)
  if (moment) return [moment]
  const length = clock(msOfFrame(timeline.frames, timeline.fps))
  throw new JobError({ code: 'previewOutside', params: { at, length } }, { fault: 'config' })
}

/** A moment with its picture. */
type Shown = Moment & { readonly still: WorkPlace }

async function put(tools: Tools, timeline: Timeline, shown: readonly Shown[]): Promise<Preview> {
  const { open, asked, at } = tools
  const path = resolve(asked.output ?? `${open.job.jobId}.preview.png`)
  const atMs = ({ frame }: Moment) => Math.round(msOfFrame(frame, timeline.fps))
  const pictures = shown.map((one) => ({ atMs: atMs(one), segment: one.segment }))
  const segments = timeline.segments.length
  const [only] = shown
  if (asked.at !== undefined && only) {
    await putFile(pathOf(only.still, at), path)
    return { path, pictures: pictures.map((one) => ({ ...one, path })), segments }
  }
  const onSheet = new Set(momentOfEach(timeline, MOST_ON_SHEET).map(({ segment }) => segment))
  const sheet = await makeSheet(
    tools,
    timeline,
    shown.filter(({ segment }) => onSheet.has(segment)),
  )
  await putFile(pathOf(sheet, at), path)
  if (!asked.everySegment) return { path, pictures, segments }
  const folder = `${path.replace(/\.png$/i, '')}.segments`
  const named = shown.map((one) => ({
    from: pathOf(one.still, at),
    name: segmentFile(one.segment, segmentName(one.segment), atMs(one)),
  }))
  const paths = await putFolder(folder, named)
  const withPaths = pictures.map((one, i) => ({ ...one, path: paths[i] ?? '' }))
  return { path, folder, pictures: withPaths, segments }
}

async function makeSheet(tools: Tools, timeline: Timeline, shown: readonly Shown[]): Promise<WorkPlace> {
  const { open, asked, run } = tools
  const { job } = open
  const ms = (frame: number) => msOfFrame(frame, timeline.fps)
  const params = {
    jobId: job.jobId,
    length: duration(ms(timeline.frames)),
    pictures: shown.length,
    segments: timeline.segments.length,
    mock: asked.mock,
  }
  const command = sheetCommand({
    title: say({ code: 'previewTitle', params }),
    pictures: shown.map(({ frame, segment, still }) => ({
      path: still,
      caption: captionOf({ atMs: ms(frame), number: segment, timeline }),
    })),
    canvas: job.canvas,
    stem: `${WORK}/sheet`,
  })
  await run(command)
  return command.output
}

/** Time, number and range of a segment; then what timed updates change within it, and when; then its streams. */
export function captionOf(of: { atMs: number; number: number; timeline: Timeline }): [string, string] {
  const { atMs, number, timeline } = of
  const segment = timeline.segments[number]
  const time = (frame: number) => brief(msOfFrame(frame, timeline.fps))
  const range = segment ? `${time(segment.startFrame)} - ${time(segment.endFrame)}` : ''
  const updates = timeline.changes
    .filter(({ frame }) => segment && segment.startFrame <= frame && frame < segment.endFrame)
    .map(
      (change) =>
        `${time(change.frame)} ${whatChanges(change)
          .map((one) => say(one))
          .join('; ')}`,
    )
  const names = (segment?.placements ?? []).map(({ streamId }) => streamId)
  const streams = names.length > 0 ? names.join(', ') : say({ code: 'previewNobody', params: {} })
  return [
    `${segmentName(number)}  ${brief(atMs)}   (${range})`,
    updates.length > 0 ? `${updates.join('; ')} | ${streams}` : streams,
  ]
}

/** Formats a time without trailing zeros. */
function brief(ms: number): string {
  return clock(ms).replace(/\.?(?<!0)0+$/, '')
}
