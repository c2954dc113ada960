/** The one way in for cfg.json: text -> `Job`, or an error that names every problem of the file. */
import { posix } from 'node:path'
import { EXIT, type ExitCode } from '../errors.ts'
import type { PlacedProblem } from '../messages/en/config.ts'
import type { Warning } from '../messages/index.ts'
import type { Job } from '../model/job.ts'
import type { RoomIndex } from '../model/room.ts'
import type { Cfg } from './cfg.ts'
import { type Loose, withChoice } from './check.ts'
import type { Conf } from './conf-schema.ts'
import {
  type PlacedNotice,
  type Problem,
  exitCodeOf,
  invalid,
  placeNotices,
  placeProblems,
  warningsOf,
} from './findings.ts'
import { leavesNobody, unknownStreams } from './named-streams.ts'
import { type Resolved, resolveJob } from './resolve.ts'
import type { Lettering } from './resolve/watermark.ts'
import { type CfgWire, cfgSchema } from './schema.ts'
import type { Path } from '../model/findings.ts'

/**
 * Reads a job.
 * @param input.cfgFolder absolute path of its folder; that of `cfg.file` unless given.
 * @param input.lettering how watermarks' text will be drawn; without it that text is not looked at.
 * @throws JobError `configInvalid` with all problems, one line each in the order of the file; exit code 4 when one
 * of them is about video or layout, else 5 for audio, else 1.
 */
export function readJob(input: {
  cfg: Cfg
  conf: Pick<Conf, 'storage'>
  cfgFolder?: string
  lettering?: Lettering
}): {
  job: Job
  warnings: readonly Warning[]
  /**
   * What the index has against the streams that cfg.json names.
   * @throws JobError `streamsMissing` with all problems, exit code 6
   */
  against: (index: RoomIndex) => readonly Warning[]
} {
  const { job, problems, notices, exitCode, against } = examineJob(input)
  if (!job || !against) throw invalid('configInvalid', problems, exitCode)
  return {
    job,
    warnings: warningsOf(notices),
    against(index) {
      const named = against(index)
      if (named.problems.length > 0) throw invalid('streamsMissing', named.problems, EXIT.noStream)
      return warningsOf(named.notices)
    },
  }
}

/** Everything there is to say of a cfg.json, and the job where nothing stands against it. */
export interface ExaminedJob {
  readonly job?: Job
  /** What the index has against the streams that cfg.json names; there where there is a job. */
  readonly against?: (index: RoomIndex) => Pick<ExaminedJob, 'problems' | 'notices'>
  /** In the order of the file. */
  readonly problems: readonly PlacedProblem[]
  readonly notices: readonly PlacedNotice[]
  /** What a run would end with; means something where there are problems only. */
  readonly exitCode: ExitCode
  /** What is told of a job with problems, too. */
  readonly target: Pick<Resolved, 'jobId' | 'storage' | 'outputKey'>
}

/** Examines a cfg.json as `readJob` does, and throws nothing. */
export function examineJob(input: Parameters<typeof readJob>[0]): ExaminedJob {
  const { cfg, conf, cfgFolder = posix.dirname(cfg.file), lettering } = input
  const { parsed, standIns, checked } = cfg
  const failed = (
    problems: readonly Problem[],
    more: Pick<ExaminedJob, 'notices' | 'target'>,
  ): ExaminedJob => ({
    problems: placeProblems(problems, parsed),
    exitCode: exitCodeOf(problems),
    ...more,
  })

  const loadProblems = parsed.problems.map((problem) => withChoice({ problem, schema: cfgSchema }))
  // With brackets or quotes out of step values stand in the wrong places: what else is "wrong" is a consequence.
  if (!parsed.isWellFormed) return failed(loadProblems, { notices: [], target: {} })

  // Nothing is left of a file that is no object at all.
  const wire = (checked.wire as Loose<CfgWire> | undefined) ?? {}
  const resolved = resolveJob({ wire, cfgFolder, conf, lettering })
  const ofShape = checked.problems.filter(
    ({ code, path }) =>
      !(code === 'missing' && standIns.some((at) => isWithin(path, at))) &&
      !isUnused(path, { wire, problems: [...loadProblems, ...checked.problems] }),
  )
  const reported = [...loadProblems.filter(({ code }) => code === 'placeholder'), ...ofShape]
  const ofMeaning = resolved.problems.filter((problem) => !reported.some((first) => covers(first, problem)))
  const problems = [...loadProblems, ...ofShape, ...ofMeaning]
  const notices = placeNotices([...parsed.notices, ...checked.notices, ...resolved.warnings], parsed)
  const { job } = resolved
  if (problems.length > 0 || !job) return failed(problems, { notices, target: resolved })
  const against = (index: RoomIndex) => ({
    problems: placeProblems(leavesNobody(job, index), parsed),
    notices: placeNotices(unknownStreams(wire, index), parsed),
  })
  return { job, against, problems: [], notices, exitCode: EXIT.done, target: resolved }
}

const isWithin = (path: Path, outer: Path): boolean => outer.every((key, at) => path[at] === key)

/** Whether what was reported first is the cause of what resolving found. */
function covers(first: Problem, later: Problem): boolean {
  if (isWithin(first.path, later.path)) return true
  // The vendor settles whether there has to be a region.
  if (later.code === 'regionMissing' && isWithin(first.path, [...later.path.slice(0, -1), 'Vendor']))
    return true
  return first.code !== 'missing' && isWithin(later.path, first.path)
}

/** Positions count in manual mode only, templates with MixedVideoLayout 0 only: slips in the others do no harm. */
function isUnused(
  path: Path,
  { wire, problems }: { wire: Loose<CfgWire>; problems: readonly Problem[] },
): boolean {
  const { Data } = wire
  const isAbout = (...keys: string[]) => isWithin(path, ['Data', ...keys])
  const isBroken = (...keys: string[]) => problems.some((p) => isWithin(['Data', ...keys], p.path))
  if (isAbout('MixerConfig', 'PositionConfig')) {
    const keys = ['SubscribeConfig', 'VideoStreamType']
    return Data?.SubscribeConfig?.VideoStreamType !== 1 && !isBroken(...keys)
  }
  if (isAbout('MixerConfig', 'LayoutConfig') || isAbout('MixerConfig', 'Layouts')) {
    return (Data?.MixerConfig?.MixedVideoLayout ?? 1) !== 0 && !isBroken('MixerConfig', 'MixedVideoLayout')
  }
  return false
}
