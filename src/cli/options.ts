/** The command line as one table: parsing, `--help`, completion and the man page are made from it. */
import type { MessageCode } from '../messages/index.ts'
import { LANGUAGES, type Language } from '../messages/language.ts'
import { SPEEDS, type Speed } from '../model/encoding.ts'

export type CommandName =
  'run' | 'plan' | 'validate' | 'preview' | 'batch' | 'status' | 'report' | 'completion' | 'help'

/** What an option or an operand takes. */
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

/** What a command is given besides options. */
export type Operand =
  | { readonly kind: 'cfg' | 'paths' }
  | { readonly kind: 'job'; readonly optional: boolean }
  | { readonly kind: 'oneOf'; readonly values: readonly string[]; readonly optional: boolean }

export interface Command {
  readonly operand: Operand
  readonly help: MessageCode
  /** How it is used, a line each, without the program's name. */
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
    // Its own name among them would say nothing.
    operand: { kind: 'oneOf', values: ALL.filter((name) => name !== 'help'), optional: true },
    help: 'commandHelp',
    examples: ['help preview'],
  },
}

/** In the order in which they are shown. */
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
  // Of commands that leave nothing there too: scripts give the folders to all.
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

/** The table's rows, in the order in which they are shown. */
export const ROWS: readonly (readonly [OptionName, Option])[] = Object.entries(OPTIONS) as [
  OptionName,
  Option,
][]

/** What a command takes. */
export function optionsOf(command: CommandName): typeof ROWS {
  return ROWS.filter(([, { commands }]) => commands.includes(command))
}

/** "FILE", "fast|balanced|quality". */
export function valueText(value: Value): string {
  return value.kind === 'oneOf' ? value.values.join('|') : value.shown
}

/** A command line, understood. What was not given is undefined, a switch false. */
export interface Invocation {
  readonly command: CommandName | 'version'
  /** What help is asked for; undefined for all of it. */
  readonly about?: CommandName
  /** Of the one job; empty where the command has none. */
  readonly cfgPath: string
  /** What a batch is of: folders, lists, globs and cfg.json files. */
  readonly paths?: readonly string[]
  /** Whose report or status is asked for. */
  readonly jobId?: string
  /** Whose completion is asked for. */
  readonly shell?: Shell
  /** How many jobs of a batch run at once. */
  readonly jobs?: number
  readonly index?: string
  readonly conf?: string
  readonly workDir?: string
  readonly logDir?: string
  /** Where a preview or a report goes. */
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
