/** The command line as one table, from which parser, `--help`, completion and man page are derived. */
import type { MessageCode } from '../messages/index.ts'
import { LANGUAGES, type Language } from '../messages/language.ts'
import { LAYOUTS, type LayoutName } from '../folder/job.ts'
import { SPEEDS, type Speed } from '../model/encoding.ts'
import { SCREEN_SHARES, type ScreenShare } from '../model/job.ts'

export type CommandName =
  | 'run'
  | 'mix'
  | 'init'
  | 'plan'
  | 'validate'
  | 'preview'
  | 'batch'
  | 'serve'
  | 'status'
  | 'report'
  | 'completion'
  | 'help'

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
  /** Seconds, or minutes and hours before them: 12.5, 0:12, 1:02:03. */
  | { readonly kind: 'moment'; readonly shown: string }
  | { readonly kind: 'oneOf'; readonly values: readonly string[] }
  | { readonly kind: 'text'; readonly shown: string; readonly shape: RegExp; readonly example: string }

/** What a command takes besides options. */
export type Operand =
  | { readonly kind: 'none' }
  | { readonly kind: 'cfg' | 'paths' | 'recordings' | 'folder' }
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
  /** It may be given several times; each counts. */
  readonly repeats?: true
  readonly help: MessageCode
}

const SHELLS = ['bash', 'zsh'] as const

export type Shell = (typeof SHELLS)[number]

const MIXING = ['run', 'plan', 'preview', 'batch'] as const
const FOLDER = ['mix', 'init'] as const
const ALL = [...MIXING, ...FOLDER, 'validate', 'serve', 'status', 'report', 'completion', 'help'] as const

export const COMMANDS: Readonly<Record<CommandName, Command>> = {
  run: {
    operand: { kind: 'cfg' },
    help: 'commandRun',
    examples: ['mixer/cfg.json', 'run --speed fast --report jobs/4711/cfg.json'],
  },
  mix: {
    operand: { kind: 'recordings' },
    help: 'commandMix',
    examples: ['mix rec/', 'mix -o talk.mp4 --layout vertical --start bob.webm=+3.5 alice.webm bob.webm'],
  },
  init: {
    operand: { kind: 'folder' },
    help: 'commandInit',
    examples: ['init rec/', "init --name 'u1=Alice' --kind slides=screen rec/"],
  },
  plan: { operand: { kind: 'cfg' }, help: 'commandPlan', examples: ['plan mixer/cfg.json'] },
  validate: { operand: { kind: 'cfg' }, help: 'commandValidate', examples: ['validate mixer/cfg.json'] },
  preview: {
    operand: { kind: 'cfg' },
    help: 'commandPreview',
    examples: ['preview -o sheet.png mixer/cfg.json', 'preview --mock --at 0:12 mixer/cfg.json'],
  },
  batch: {
    operand: { kind: 'paths' },
    help: 'commandBatch',
    examples: ['batch --jobs 2 mixer/gallery', "batch 'jobs/*/cfg.json'"],
  },
  serve: {
    operand: { kind: 'none' },
    help: 'commandServe',
    examples: ['serve --port 8600', 'serve --conf /etc/owt-main.json'],
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
  updates: {
    commands: ['run', 'plan', 'validate', 'preview'],
    value: { kind: 'file', shown: 'FILE' },
    help: 'optionUpdates',
  },
  output: {
    commands: ['run', 'preview', 'report', 'mix'],
    short: 'o',
    value: { kind: 'file', shown: 'FILE' },
    help: 'optionOutput',
  },
  at: {
    commands: ['preview'],
    value: { kind: 'moment', shown: 'TIME' },
    help: 'optionAt',
  },
  'every-segment': { commands: ['preview'], help: 'optionEverySegment' },
  mock: { commands: ['preview'], help: 'optionMock' },
  layout: {
    commands: FOLDER,
    value: { kind: 'oneOf', values: Object.keys(LAYOUTS) },
    help: 'optionLayout',
  },
  share: {
    commands: FOLDER,
    value: { kind: 'oneOf', values: SCREEN_SHARES },
    help: 'optionShare',
  },
  size: {
    commands: FOLDER,
    // Even numbers from 16 to 9998.
    value: {
      kind: 'text',
      shown: 'WxH',
      shape: /^(?:1[68]|[2-9][02468]|[1-9]\d{1,2}[02468])x(?:1[68]|[2-9][02468]|[1-9]\d{1,2}[02468])$/,
      example: '1280x720',
    },
    help: 'optionSize',
  },
  fps: {
    commands: FOLDER,
    value: { kind: 'number', shown: 'N', whole: true, min: 1, max: 120 },
    help: 'optionFps',
  },
  start: {
    commands: FOLDER,
    value: { kind: 'text', shown: 'WHO=+S', shape: /^.+=[+-]?\d{1,6}(?:\.\d+)?$/s, example: 'alice=+3.5' },
    repeats: true,
    help: 'optionStart',
  },
  name: {
    commands: FOLDER,
    value: { kind: 'text', shown: 'WHO=NAME', shape: /^.+=[^=]+$/s, example: 'u1=Alice' },
    repeats: true,
    help: 'optionName',
  },
  kind: {
    commands: FOLDER,
    value: { kind: 'text', shown: 'WHO=KIND', shape: /^.+=(?:camera|screen)$/s, example: 'u1=screen' },
    repeats: true,
    help: 'optionKind',
  },
  speed: { commands: [...MIXING, 'mix'], value: { kind: 'oneOf', values: SPEEDS }, help: 'optionSpeed' },
  report: { commands: ['run', 'mix', 'batch'], help: 'optionReport' },
  jobs: {
    commands: ['batch'],
    value: { kind: 'number', shown: 'N', whole: true, min: 1, max: 9999 },
    help: 'optionJobs',
  },
  host: {
    commands: ['serve'],
    value: { kind: 'text', shown: 'ADDRESS', shape: /^\S+$/, example: '127.0.0.1' },
    help: 'optionHost',
  },
  port: {
    commands: ['serve'],
    value: { kind: 'number', shown: 'N', whole: true, min: 0, max: 65_535 },
    help: 'optionPort',
  },
  events: { commands: ['run'], value: { kind: 'file', shown: 'FILE' }, help: 'optionEvents' },
  strict: { commands: [...MIXING, 'mix', 'validate'], help: 'optionStrict' },
  force: { commands: ['run', 'mix', 'init', 'batch'], help: 'optionForce' },
  'replay-callbacks': { commands: ['run'], help: 'optionReplayCallbacks' },
  'keep-work': { commands: [...MIXING, 'mix'], help: 'optionKeepWork' },
  conf: {
    commands: [...MIXING, 'mix', 'validate', 'serve', 'status', 'report'],
    value: { kind: 'file', shown: 'FILE' },
    help: 'optionConf',
  },
  'work-dir': {
    commands: [...MIXING, 'mix'],
    value: { kind: 'folder', shown: 'DIR' },
    help: 'optionWorkDir',
  },
  // Also accepted by commands that write nothing there, so that scripts can pass the folders to all.
  'log-dir': {
    commands: [...MIXING, 'mix', 'validate', 'status', 'report'],
    value: { kind: 'folder', shown: 'DIR' },
    help: 'optionLogDir',
  },
  commands: { commands: ['plan'], help: 'optionCommands' },
  watch: { commands: ['status'], help: 'optionWatch' },
  json: { commands: [...MIXING, 'mix', 'validate', 'status'], help: 'optionJson' },
  quiet: { commands: [...MIXING, ...FOLDER, 'validate', 'report'], short: 'q', help: 'optionQuiet' },
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
  /** Inputs of a batch: folders, lists, globs and cfg.json files. Of a mix: a folder, or recordings. */
  readonly paths?: readonly string[]
  /** The job whose report or status is requested. */
  readonly jobId?: string
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
  readonly json: boolean
  readonly strict: boolean
  readonly keepWork: boolean
  readonly force: boolean
  readonly replayCallbacks: boolean
  readonly quiet: boolean
}
