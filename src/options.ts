/** The command line: one table from which parsing and `--help` are made. */
import { parseArgs } from 'node:util'
import { JobError } from './errors.ts'

interface Option {
  readonly type: 'boolean' | 'string'
  readonly short?: string
  readonly value?: string
  readonly help: string
}

const OPTIONS = {
  index: {
    type: 'string',
    value: 'FILE',
    help: 'the recording index: a path, an object key or an s3:// URL',
  },
  json: { type: 'boolean', help: 'print the result (or the plan) as JSON, and nothing else, on stdout' },
  strict: { type: 'boolean', help: 'fail when a recording or a watermark picture has to be left out' },
  conf: { type: 'string', value: 'FILE', help: "the worker's settings, over those in conf/" },
  'work-dir': { type: 'string', value: 'DIR', help: 'where the work in progress lies' },
  'log-dir': { type: 'string', value: 'DIR', help: 'where logs and results go' },
  'replay-callbacks': {
    type: 'boolean',
    help: "send the job's undelivered callbacks, and do nothing else",
  },
  force: { type: 'boolean', help: 'do the job again though nothing has changed since it was done' },
  jobs: { type: 'string', value: 'N', help: 'batch: how many jobs run at once' },
  'keep-work': { type: 'boolean', help: 'leave the work folder there at the end' },
  quiet: { type: 'boolean', short: 'q', help: 'no progress and no warnings on stderr' },
  version: { type: 'boolean', help: 'print the version' },
  help: { type: 'boolean', short: 'h', help: 'print this text' },
} as const satisfies Record<string, Option>

const COMMANDS = {
  run: 'mix the job and upload the finished file (the default)',
  plan: 'show timeline, segments, rectangles and the ffmpeg commands; encode nothing',
  validate: 'name every problem of cfg.json and its index; read no recording, make nothing',
  batch: 'run many jobs: every cfg.json of folders, lists of paths, patterns',
} as const

export type CommandName = keyof typeof COMMANDS

export interface Invocation {
  readonly command: CommandName | 'help' | 'version'
  /** Of the one job; empty for a batch. */
  readonly cfgPath: string
  /** What a batch is of: folders, lists, globs and cfg.json files. */
  readonly paths?: readonly string[]
  /** How many jobs of a batch run at once. */
  readonly jobs?: number
  readonly index?: string
  readonly conf?: string
  readonly workDir?: string
  readonly logDir?: string
  readonly json: boolean
  readonly strict: boolean
  readonly keepWork: boolean
  readonly force: boolean
  readonly replayCallbacks: boolean
  readonly quiet: boolean
}

/** @throws JobError `usage` for what cannot be understood */
export function readArguments(argv: readonly string[]): Invocation {
  const { values, positionals } = parse(argv)
  const [first, ...others] = positionals
  const isCommand = first !== undefined && Object.hasOwn(COMMANDS, first)
  const paths = isCommand ? others : positionals
  const asked = values.help ? 'help' : values.version ? 'version' : undefined
  const command = asked ?? (isCommand ? (first as CommandName) : 'run')
  if (command === 'batch') checkBatch(paths, values)
  else if (!asked) checkOne(paths, values)
  return {
    command,
    cfgPath: (command === 'batch' ? undefined : paths[0]) ?? '',
    ...(command === 'batch' && { paths }),
    ...(values.jobs !== undefined && { jobs: Number(values.jobs) }),
    ...(values.index !== undefined && { index: values.index }),
    ...(values.conf !== undefined && { conf: values.conf }),
    ...(values['work-dir'] !== undefined && { workDir: values['work-dir'] }),
    ...(values['log-dir'] !== undefined && { logDir: values['log-dir'] }),
    json: values.json ?? false,
    strict: values.strict ?? false,
    keepWork: values['keep-work'] ?? false,
    force: values.force ?? false,
    replayCallbacks: values['replay-callbacks'] ?? false,
    quiet: values.quiet ?? false,
  }
}

type Values = ReturnType<typeof parse>['values']

function checkOne([cfgPath, surplus]: readonly string[], { jobs }: Values): void {
  if (cfgPath === undefined) throw usage('the path of a cfg.json is missing')
  if (surplus !== undefined) throw usage(`one cfg.json at a time, "${surplus}" is too many`)
  if (jobs !== undefined) throw usage('--jobs is for owt-main batch')
}

function checkBatch(paths: readonly string[], values: Values): void {
  if (paths.length === 0) throw usage('a folder, a list, a pattern or paths of cfg.json files are missing')
  for (const name of ['index', 'replay-callbacks'] as const) {
    if (values[name] !== undefined) throw usage(`--${name} is for one job, not for a batch`)
  }
  if (values.jobs !== undefined && !/^[1-9]\d{0,3}$/.test(values.jobs)) {
    throw usage(`--jobs is "${values.jobs}" and has to be a whole number from 1 to 9999`)
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw usage((error as Error).message.split(/\.\s/)[0] ?? 'unknown option')
  }
}

function usage(detail: string): JobError {
  return new JobError({ code: 'usage', params: { detail } }, { fault: 'config' })
}

export function helpText(): string {
  const options = Object.entries(OPTIONS as Record<string, Option>).map(([name, option]) => {
    const flag = `${option.short ? `-${option.short}, ` : '    '}--${name}${option.value ? ` ${option.value}` : ''}`
    return `  ${flag.padEnd(22)} ${option.help}`
  })
  return [
    'owt-main: mixes a recorded room into one MP4',
    '',
    'usage: owt-main [run] [options] <cfg.json>',
    '       owt-main plan [options] <cfg.json>',
    '       owt-main validate [options] <cfg.json>',
    '       owt-main batch [--jobs N] [options] <folder | list | glob | cfg.json>...',
    '',
    'commands',
    ...Object.entries(COMMANDS).map(([name, help]) => `  ${name.padEnd(8)} ${help}`),
    '',
    'options',
    ...options,
    '',
    'exit codes: 0 done, 1 failed, 2 the job is already running, 3 no index for the job,',
    '            4 bad video or layout parameter, 5 bad audio parameter, 6 no usable stream,',
    '            130 or 143 stopped by a signal',
    '',
  ].join('\n')
}
