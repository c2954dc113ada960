/** Where the outputs of a job's tasks are made, if not by this machine's ffmpeg. */
import type { Conf } from '../config/conf.ts'
import type { Log } from '../events/channels.ts'
import type { Warning } from '../messages/index.ts'
import type { Command } from '../model/command.ts'
import type { Job } from '../model/job.ts'
import type { Locations } from '../plan/locate.ts'
import type { Storage } from '../storage/storage.ts'

/** A command that any machine can carry out, since it reads only recordings and pictures: a chunk, or the sound. */
export interface Task {
  readonly command: Command
  /** Identifies the output by everything it is made from; the same on every machine. */
  readonly key: string
}

export interface Execution {
  /** Absolute path of the output. */
  readonly to: string
  readonly signal: AbortSignal
  /** Receives the progress in ms of output. */
  readonly moved: (outMs: number) => void
  /**
   * Makes the output with this machine's ffmpeg, when it is its turn.
   * @param isWanted asked then; if not, nothing is made
   * @returns versions of the recordings of which parts could not be decoded; undefined if it was not made
   */
  readonly here: (isWanted?: () => Promise<boolean>) => Promise<readonly string[] | undefined>
}

/** Carries out the tasks of one job. */
export interface Executor {
  /** Tells which tasks are about to be executed, all at once. */
  readonly announce?: (tasks: readonly Task[]) => void
  /**
   * Makes the output of a task.
   * @returns versions of the recordings of which parts could not be decoded
   * @throws JobError as a run of the command on this machine would
   */
  readonly execute: (task: Task, how: Execution) => Promise<readonly string[]>
  /** Never throws. @param isOver whether nothing that was made is of use to a later run */
  readonly close: (isOver: boolean) => Promise<void>
}

/** An object of the job's bucket, as it was when it was fetched. */
export interface BucketObject {
  readonly key: string
  /** As returned by `Storage.identify`. */
  readonly identity: string
}

/** What an executor needs to know of a job. */
export interface DistributedJob {
  readonly job: Job
  readonly conf: Conf
  readonly storage: Storage
  /** Versions of everything that makes outputs. */
  readonly makers: Readonly<Record<string, string>>
  /** Paths of the places in commands; recordings are added when they are planned with. */
  readonly at: Locations
  /** The objects whose bytes lie at paths of this machine. Other files of the job were made from several objects. */
  readonly objects: ReadonlyMap<string, BucketObject>
  readonly log: Log
  readonly warn: (warnings: readonly Warning[]) => void
  /** Aborts when the job is stopped. */
  readonly signal: AbortSignal
}

/** @returns undefined if this machine's ffmpeg has to make the job's outputs */
export type OpenExecutor = (job: DistributedJob) => Promise<Executor | undefined>
