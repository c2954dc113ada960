/** The command line as one table, from which parser, `--help`, completion and man page are derived. */
import type { MessageCode } from '../messages/index.ts'
import { LANGUAGES, type Language } from '../messages/language.ts'
import { SPEEDS, type Speed } from '../model/encoding.ts'

export type CommandName =
  'run' | 'plan' | 'validate' | 'preview' | 'batch' | 'status' | 'report' | 'completion' | 'help'

/** The value of an option or operand. */
export type Value =
  | { readonly kind: 'file' | 'folder'; readonly shown: string }
  | {
      readonly kind: 'number'
      readonly shown: string
      readonly whole: boolean
      readonly min: number
      readonly max: number
    }
  | { readonly kind: 'oneOf'; readonly values: readonly string[] }

/** What a command takes besides options. */
export type Operand =
  | { readonly kind: 'cfg' | 'paths' }
  | { readonly kind: 'job'; readonly optional: boolean }
  | { readonly kind: 'oneOf'; readonly values: readonly string[]; readonly optional: boolean }

export interface Command {
  readonly operand: Operand
  readonly help: MessageCode
  /** Usage examples, one per line, without the program name. */
  readonly examples: readonly string[]
}

export interface Option {
  readonly commands: readonly CommandName[]
  readonly short?: string
  /** Undefined for a switch. */
  readonly value?: Value
  readonly help: MessageCode
}

const SHELLS = ['bash', 'zsh'] as const

export type Shell = (typeof SHELLS)[number]

const MIXING = ['run', 'plan', 'preview', 'batch'] as const
const ALL = [...MIXING, 'validate', 'status', 'report', 'completion', 'help'] as const

export const COMMANDS: Readonly<Record<CommandName, Command>> = {
  run: {
    operand: { kind: 'cfg' },
    help: 'commandRun',
    examples: ['mixer/cfg.json', 'run --speed fast --report jobs/4711/cfg.json'],
  },
  plan: { operand: { kind: 'cfg' }, help: 'commandPlan', examples: ['plan mixer/cfg.json'] },
  validate: { operand: { kind: 'cfg' }, help: 'commandValidate', examples: ['validate mixer/cfg.json'] },
  preview: {
    operand: { kind: 'cfg' },
    help: 'commandPreview',
    examples: ['preview -o sheet.png mixer/cfg.json', 'preview --mock --at 12.5 mixer/cfg.json'],
  },
  batch: {
    operand: { kind: 'paths' },
    help: 'commandBatch',
    examples: ['batch --jobs 2 mixer/gallery', "batch 'jobs/*/cfg.json'"],
  },
  status: {
    operand: { kind: 'job', optional: true },
    help: 'commandStatus',
    examples: ['status', 'status demo4711'],
  },
  report: {
    operand: { kind: 'job', optional: false },
    help: 'commandReport',
    examples: ['report -o demo4711.html demo4711'],
  },
  completion: {
    operand: { kind: 'oneOf', values: SHELLS, optional: false },
    help: 'commandCompletion',
    examples: ['completion bash > ~/.local/share/bash-completion/completions/owt-main'],
  },
  help: {
    // `help help` would be pointless.
    operand: { kind: 'oneOf', values: ALL.filter((name) => name !== 'help'), optional: true },
    help: 'commandHelp',
    examples: ['help preview'],
  },
}

/** In display order. */
export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[]

export const OPTIONS = {
  index: {
    commands: ['run', 'plan', 'validate', 'preview'],
    value: { kind: 'file', shown: 'FILE' },
    help: 'optionIndex',
  },
  output: {
    commands: ['preview', 'report'],
    short: 'o',
    value: { kind: 'file', shown: 'FILE' },
    help: 'optionOutput',
  },
  at: {
    commands: ['preview'],
    value: { kind: 'number', shown: 'SECONDS', whole: false, min: 0, max: 1e6 },
    help: 'optionAt',
  },
  'every-segment': { commands: ['preview'], help: 'optionEverySegment' },
  mock: { commands: ['preview'], help: 'optionMock' },
  speed: { commands: MIXING, value: { kind: 'oneOf', values: SPEEDS }, help: 'optionSpeed' },
  report: { commands: ['run', 'batch'], help: 'optionReport' },
  jobs: {
    commands: ['batch'],
    value: { kind: 'number', shown: 'N', whole: true, min: 1, max: 9999 },
    help: 'optionJobs',
  },
  strict: { commands: [...MIXING, 'validate'], help: 'optionStrict' },
  force: { commands: ['run', 'batch'], help: 'optionForce' },
  'replay-callbacks': { commands: ['run'], help: 'optionReplayCallbacks' },
  'keep-work': { commands: MIXING, help: 'optionKeepWork' },
  conf: {
    commands: [...MIXING, 'validate', 'status', 'report'],
    value: { kind: 'file', shown: 'FILE' },
    help: 'optionConf',
  },
  'work-dir': { commands: MIXING, value: { kind: 'folder', shown: 'DIR' }, help: 'optionWorkDir' },
  // Also accepted by commands that write nothing there, so that scripts can pass the folders to all.
  'log-dir': {
    commands: [...MIXING, 'validate', 'status', 'report'],
    value: { kind: 'folder', shown: 'DIR' },
    help: 'optionLogDir',
  },
  json: { commands: [...MIXING, 'validate', 'status'], help: 'optionJson' },
  quiet: { commands: [...MIXING, 'validate', 'report'], short: 'q', help: 'optionQuiet' },
  lang: { commands: ALL, value: { kind: 'oneOf', values: LANGUAGES }, help: 'optionLang' },
  version: { commands: ALL, help: 'optionVersion' },
  help: { commands: ALL, short: 'h', help: 'optionHelp' },
} as const satisfies Record<string, Option>

export type OptionName = keyof typeof OPTIONS

/** The table's rows in display order. */
export const ROWS: readonly (readonly [OptionName, Option])[] = Object.entries(OPTIONS) as [
  OptionName,
  Option,
][]

/** The options of a command. */
export function optionsOf(command: CommandName): typeof ROWS {
  return ROWS.filter(([, { commands }]) => commands.includes(command))
}

/** "FILE", "fast|balanced|quality". */
export function valueText(value: Value): string {
  return value.kind === 'oneOf' ? value.values.join('|') : value.shown
}

/** A parsed command line. Options not given are undefined, switches false. */
export interface Invocation {
  readonly command: CommandName | 'version'
  /** The command that help is requested for; undefined for the overview. */
  readonly about?: CommandName
  /** Path of the job's cfg.json; empty if the command takes none. */
  readonly cfgPath: string
  /** Inputs of a batch: folders, lists, globs and cfg.json files. */
  readonly paths?: readonly string[]
  /** The job whose report or status is requested. */
  readonly jobId?: string
  /** The shell to print completion for. */
  readonly shell?: Shell
  /** Number of concurrent jobs of a batch. */
  readonly jobs?: number
  readonly index?: string
  readonly conf?: string
  readonly workDir?: string
  readonly logDir?: string
  /** Output path of a preview or report. */
  readonly output?: string
  /** The moment of a preview, in seconds of output time. */
  readonly at?: number
  readonly speed?: Speed
  readonly lang?: Language
  readonly everySegment: boolean
  readonly mock: boolean
  readonly report: boolean
  readonly json: boolean
  readonly strict: boolean
  readonly keepWork: boolean
  readonly force: boolean
  readonly replayCallbacks: boolean
  readonly quiet: boolean
}
