/** A parsed command line. */
import type { Language } from '../messages/language.ts'
import type { LayoutName } from '../folder/job.ts'
import type { Speed } from '../model/encoding.ts'
import type { ScreenShare } from '../model/job.ts'
import type { CommandName, Shell } from './commands.ts'

/** A parsed command line. Options not given are undefined, switches false. */
export interface Invocation {
  readonly command: CommandName | 'version'
  /** The command that help is requested for; undefined for the overview. */
  readonly about?: CommandName
  /** Path of the job's cfg.json; empty if the command takes none. */
  readonly cfgPath: string
  /** Inputs of a batch: folders, lists, globs and cfg.json files. Of a mix: a folder, or recordings. */
  readonly paths?: readonly string[]
  /** The job whose report or status is requested. */
  readonly jobId?: string
  /** The plan of a task: a path or an address, and the task's number in it, from 1. */
  readonly plan?: string
  readonly number?: number
  /** The shell to print completion for. */
  readonly shell?: Shell
  /** Number of concurrent jobs of a batch. */
  readonly jobs?: number
  /** Address and port of the service. */
  readonly host?: string
  readonly port?: number
  /** File that the job's events are appended to. */
  readonly events?: string
  readonly index?: string
  readonly updates?: string
  readonly conf?: string
  readonly workDir?: string
  readonly logDir?: string
  /** Output path of a preview or report, or of a copy of the film. */
  readonly output?: string
  /** The moment of a preview, in seconds of output time. */
  readonly at?: number
  readonly speed?: Speed
  readonly layout?: LayoutName
  readonly share?: ScreenShare
  /** "1280x720" */
  readonly size?: string
  readonly fps?: number
  /** "alice=+3.5": seconds after the room's beginning. */
  readonly start?: readonly string[]
  /** "u1=Alice" */
  readonly name?: readonly string[]
  /** "u1=screen" */
  readonly kind?: readonly string[]
  readonly lang?: Language
  readonly everySegment: boolean
  readonly mock: boolean
  /** Show every detail of a plan, with its commands. */
  readonly commands: boolean
  /** Show the status again and again. */
  readonly watch: boolean
  readonly report: boolean
  /** The Redis with the queue that the machines of a fleet share. */
  readonly queue?: string
  /** Have a machine of the fleet run the job, and only follow it. */
  readonly remote: boolean
  /** Take from the bucket what `task` has made. */
  readonly collect: boolean
  readonly json: boolean
  readonly strict: boolean
  readonly keepWork: boolean
  readonly force: boolean
  readonly replayCallbacks: boolean
  readonly watchReceivers: boolean
  readonly quiet: boolean
}
