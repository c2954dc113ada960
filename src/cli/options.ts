/** The command line as one table, from which parser, `--help`, completion and man page are derived. */
import type { MessageCode } from '../messages/index.ts'
import { LANGUAGES } from '../messages/language.ts'
import { LAYOUTS } from '../folder/job.ts'
import { SPEEDS } from '../model/encoding.ts'
import { SCREEN_SHARES } from '../model/job.ts'
import { type CommandName, FOLDER, MIXING, ALL } from './commands.ts'

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

export interface Option {
  readonly commands: readonly CommandName[]
  readonly short?: string
  /** Undefined for a switch. */
  readonly value?: Value
  /** It may be given several times; each counts. */
  readonly repeats?: true
  readonly help: MessageCode
}

export const OPTIONS = {
  index: {
    commands: ['run', 'plan', 'validate', 'preview', 'split'],
    value: { kind: 'file', shown: 'FILE' },
    help: 'optionIndex',
  },
  updates: {
    commands: ['run', 'plan', 'validate', 'preview', 'split'],
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
  queue: {
    commands: ['run', 'work', 'serve', 'status'],
    value: { kind: 'text', shown: 'URL', shape: /^rediss?:\/\/\S+$/, example: 'redis://10.0.0.5:6379' },
    help: 'optionQueue',
  },
  remote: { commands: ['run'], help: 'optionRemote' },
  collect: { commands: ['run'], help: 'optionCollect' },
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
  'watch-receivers': { commands: ['run'], help: 'optionWatchReceivers' },
  strict: { commands: [...MIXING, 'mix', 'validate'], help: 'optionStrict' },
  force: { commands: ['run', 'mix', 'init', 'batch'], help: 'optionForce' },
  'replay-callbacks': { commands: ['run'], help: 'optionReplayCallbacks' },
  'keep-work': { commands: [...MIXING, 'mix'], help: 'optionKeepWork' },
  conf: {
    commands: [...MIXING, 'mix', 'validate', 'serve', 'task', 'work', 'status', 'report'],
    value: { kind: 'file', shown: 'FILE' },
    help: 'optionConf',
  },
  'work-dir': {
    commands: [...MIXING, 'mix', 'task', 'work'],
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
  quiet: { commands: [...MIXING, ...FOLDER, 'validate', 'task', 'report'], short: 'q', help: 'optionQuiet' },
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
