/** Executes a render plan: video and audio in parallel, then both into one file. */
import type { LimitFunction } from 'p-limit'
import { runCommand } from '../ffmpeg/run.ts'
import { watchUndecoded } from '../ffmpeg/undecoded.ts'
import type { Message } from '../messages/index.ts'
import { type Command, processesOf } from '../model/command.ts'
import { type Locations, pathOf } from '../plan/locate.ts'
import type { RenderPlan } from '../plan/render.ts'
import type { Log, Progress } from '../events/channels.ts'
import type { Executor } from './executor.ts'
import { type Levelled, levelSound } from './level-sound.ts'
import { noteUndecoded } from './undecoded.ts'
import type { ArtifactCache } from '../records/artifact-cache.ts'
import type { FencedFfmpeg } from '../ffmpeg/types.ts'

export interface RenderTools {
  readonly steps: ArtifactCache
  /** Paths of places in commands. */
  readonly at: Locations
  readonly ffmpeg: FencedFfmpeg
  /** A command without progress for this long is terminated. */
  readonly stallMs: number
  /** Limits the number of concurrent video commands on this machine to what its cores allow. */
  readonly inTurn: LimitFunction
  /** Makes video and audio; undefined: ffmpeg does, on this machine. */
  readonly executor: Executor | undefined
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Renders a plan. Outputs that an earlier run made are reused.
 * @throws JobError of the first command that failed; the others are terminated
 */
export async function render(
  plan: RenderPlan,
  tools: RenderTools,
  progress: Progress,
): Promise<Levelled | undefined> {
  const { notify, wasMade } = notifierOf(plan, tools.steps, progress)
  // One failure ends the others, whose output would be discarded.
  const failed = new AbortController()
  const signal = AbortSignal.any([tools.signal, failed.signal])
  const run = async (command: Command, inTurn?: LimitFunction) => {
    try {
      if (!(await runTask(command, { ...tools, signal }, inTurn))) wasMade(command)
    } catch (error) {
      failed.abort(error)
      throw error
    }
  }
  let levelled: Levelled | undefined
  const sound = async () => {
    if (plan.loudness)
      return levelSound({ loudness: plan.loudness, tools: { ...tools, signal }, run: (mix) => run(mix) })
    if (plan.audio) await run(plan.audio)
    return undefined
  }
  tools.executor?.announce?.(tasksOf(plan).map((command) => ({ command, key: tools.steps.keyFor(command) })))
  notify()
  const stopWatching = tools.steps.watch(notify)
  try {
    // The sound is one task however long the room is: where machines share the tasks, it must not begin last.
    const outcomes = await Promise.allSettled([
      sound().then((how) => (levelled = how)),
      ...plan.video.map((command) => run(command, tools.inTurn)),
    ])
    tools.signal.throwIfAborted()
    if (failed.signal.aborted) throw failed.signal.reason
    const refused = outcomes.find((outcome) => outcome.status === 'rejected')
    if (refused) throw refused.reason
    const mux = await muxOf(plan, tools)
    if (!(await runStep(mux, tools))) wasMade(mux)
    return levelled
  } finally {
    stopWatching()
  }
}

/** The commands of a plan that any machine can carry out. Later mixes depend on what is measured of the first. */
export function tasksOf({ video, audio, loudness }: RenderPlan): readonly Command[] {
  const sound = loudness?.mix ?? audio
  return sound ? [...video, sound] : video
}

/** Makes the cover, and chooses how to mux: a film without a cover is better than none. */
async function muxOf({ mux, cover }: RenderPlan, tools: RenderTools): Promise<Command> {
  if (!cover) return mux
  try {
    await runStep(cover.poster, tools)
    return mux
  } catch (error) {
    tools.signal.throwIfAborted()
    // The sidecar of the same command says so to people.
    tools.log.warn({ err: error }, 'no cover')
    return cover.muxWithout
  }
}

/** Reports a plan's progress: by its video, or by its audio if there is no video. */
function notifierOf(plan: RenderPlan, steps: ArtifactCache, progress: Progress) {
  const sound = plan.loudness?.mix ?? plan.audio
  const main = plan.video.length > 0 ? plan.video : sound ? [sound] : []
  const made = new Set<Command>()
  // Output made earlier, while recordings were fetched, is excluded from the speed.
  const givenMs = new Map(main.map((command) => [command, steps.madeMs(command.output) ?? 0]))
  const doneMs = (command: Command) =>
    made.has(command) ? command.durationMs : Math.min(steps.madeMs(command.output) ?? 0, command.durationMs)
  const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0)
  const notify = () =>
    progress.update('encode', sum(main.map(doneMs)), plan.durationMs, {
      given: sum(givenMs.values()),
      doing: doingOf(plan, steps),
    })
  const wasMade = (command: Command) => {
    made.add(command)
    if (givenMs.has(command) && steps.madeMs(command.output) === undefined) {
      givenMs.set(command, command.durationMs)
    }
    notify()
  }
  return { notify, wasMade }
}

function doingOf({ video, audio, loudness, mux }: RenderPlan, steps: ArtifactCache): Message | undefined {
  if (steps.isUnderWay(mux.output)) return { code: 'doingJoin', params: {} }
  const chunks = video.flatMap(({ output }, i) => (steps.isUnderWay(output) ? [i + 1] : []))
  const sound = [audio, loudness?.mix].some((one) => one !== undefined && steps.isUnderWay(one.output))
  if (chunks.length === 0 && !sound) return undefined
  return { code: 'doingRender', params: { chunks, of: video.length, sound } }
}

/** Runs one command of this machine through the artifact cache. @returns whether its output had to be made */
export async function runStep(command: Command, tools: RenderTools): Promise<boolean> {
  const { steps, at, log, signal } = tools
  const about = { command: command.name }
  signal.throwIfAborted()
  const isMade = await steps.run(command, async (step, moved, key) =>
    noteUndecoded(pathOf(command.output, at), { key, versions: await runHere(step, moved, tools) }),
  )
  log.info(about, isMade ? 'ffmpeg done' : 'made by an earlier run')
  return isMade
}

/**
 * Runs a command that any machine can carry out where the executor decides.
 * @param inTurn for a command that runs on this machine; undefined: at once
 * @returns whether it had to be made
 */
export async function runTask(
  command: Command,
  tools: RenderTools,
  inTurn: <T>(run: () => Promise<T>) => Promise<T> = (run) => run(),
): Promise<boolean> {
  const { executor, steps, at, log, signal } = tools
  if (!executor) return inTurn(() => runStep(command, tools))
  const about = { command: command.name }
  signal.throwIfAborted()
  const isMade = await steps.run(command, async (step, moved, key) => {
    const versions = await executor.execute(
      { command, key },
      {
        to: pathOf(step.output, at),
        signal,
        moved,
        here: (isWanted = () => Promise.resolve(true)) =>
          inTurn(async () => {
            signal.throwIfAborted()
            return (await isWanted()) ? runHere(step, moved, tools) : undefined
          }),
      },
    )
    await noteUndecoded(pathOf(command.output, at), { key, versions })
  })
  log.info(about, isMade ? 'task done' : 'made by an earlier run')
  return isMade
}

function runHere(step: Command, moved: Moved, tools: RenderTools): Promise<readonly string[]> {
  return runLogged(step, moved, { ...tools, isAlone: tools.inTurn.concurrency === 1 })
}

type Moved = (outMs: number) => void

/**
 * Runs a command with this machine's ffmpeg; what it says goes into the log.
 * @param moved receives the progress in ms of output
 * @param tools.about fields of the lines in the log, besides the command's name
 * @returns versions of the recordings of which parts could not be decoded
 * @throws JobError as `runCommand`
 */
export async function runLogged(
  command: Command,
  moved: Moved,
  tools: Pick<RenderTools, 'at' | 'ffmpeg' | 'stallMs' | 'log' | 'signal'> & {
    readonly isAlone: boolean
    readonly about?: Readonly<Record<string, unknown>>
  },
): Promise<readonly string[]> {
  const { at, ffmpeg, stallMs, log, signal, isAlone } = tools
  const about = (name: string) => ({ ...tools.about, command: name })
  const undecoded = new Map(processesOf(command).map(({ name, inputs }) => [name, watchUndecoded(inputs)]))
  await runCommand(command, {
    ffmpeg,
    at,
    isAlone,
    stallMs,
    signal,
    onStart: (line, name) => log.info({ ...about(name), line }, 'ffmpeg starts'),
    onSaid(line, name) {
      undecoded.get(name)?.line(line)
      log.debug({ ...about(name), line }, 'ffmpeg says')
    },
    onProgress: ({ outMs }) => moved(outMs),
  })
  return [...undecoded.values()].flatMap(({ versions }) => versions())
}
