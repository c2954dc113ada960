/** The commands as a table, from which parser, `--help`, completion and man page are derived. */
import type { MessageCode } from '../messages/index.ts'

export type CommandName =
  | 'run'
  | 'mix'
  | 'init'
  | 'plan'
  | 'validate'
  | 'preview'
  | 'batch'
  | 'serve'
  | 'split'
  | 'task'
  | 'work'
  | 'status'
  | 'report'
  | 'completion'
  | 'help'

/** What a command takes besides options. */
export type Operand =
  | { readonly kind: 'none' | 'task' }
  | { readonly kind: 'cfg' | 'paths' | 'recordings' | 'folder' }
  | { readonly kind: 'job'; readonly optional: boolean }
  | { readonly kind: 'oneOf'; readonly values: readonly string[]; readonly optional: boolean }

export interface Command {
  readonly operand: Operand
  readonly help: MessageCode
  /** Usage examples, one per line, without the program name. */
  readonly examples: readonly string[]
}

const SHELLS = ['bash', 'zsh'] as const

export type Shell = (typeof SHELLS)[number]

export const MIXING = ['run', 'plan', 'preview', 'batch', 'split'] as const
export const FOLDER = ['mix', 'init'] as const
export const ALL = [
  ...MIXING,
  ...FOLDER,
  'validate',
  'serve',
  'task',
  'work',
  'status',
  'report',
  'completion',
  'help',
] as const

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
  split: { operand: { kind: 'cfg' }, help: 'commandSplit', examples: ['split mixer/cfg.json'] },
  task: {
    operand: { kind: 'task' },
    help: 'commandTask',
    examples: ['task /srv/bucket/out/.owt/demo4711/plan-0123456789abcdef.json 3'],
  },
  work: {
    operand: { kind: 'none' },
    help: 'commandWork',
    examples: ['work --queue redis://10.0.0.5:6379'],
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
