/** Parses command-line arguments. Pure. */
import { parseArgs } from 'node:util'
import { nearest } from '../config/nearest.ts'
import { JobError } from '../errors.ts'
import { type Message, say } from '../messages/index.ts'
import type { Speed } from '../model/encoding.ts'
import { COMMANDS, type CommandName, type Operand, type Shell } from './commands.ts'
import type { Invocation } from './invocation.ts'
import { OPTIONS, type Option, type OptionName, ROWS, valueText } from './options.ts'

/** @throws JobError `usage` if the arguments are invalid */
export function readArguments(argv: readonly string[]): Invocation {
  const { values, operands } = split(argv)
  const [first, ...others] = operands
  const named = isCommand(first) ? first : undefined
  const given = named ? others : operands
  if (values.has('help') || named === 'help') {
    const about = named === 'help' ? askedAbout(given) : named
    return { ...invocationOf(values), command: 'help', ...(about && { about }) }
  }
  if (values.has('version')) return { ...invocationOf(values), command: 'version' }
  if (!named && given.length > 1) checkCommand(first ?? '')
  const command = named ?? 'run'
  for (const name of values.keys()) checkFor(name, command)
  return { ...invocationOf(values), command, ...operandOf(COMMANDS[command].operand, given) }
}

type Values = ReadonlyMap<OptionName, string | true | readonly string[]>

/** Separates options, checked with their values, from operands. */
function split(argv: readonly string[]): { values: Values; operands: string[] } {
  const options = Object.fromEntries(
    ROWS.map(([name, { short, value }]) => [
      name,
      { type: value ? ('string' as const) : ('boolean' as const), ...(short && { short }) },
    ]),
  )
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const values = new Map<OptionName, string | true | readonly string[]>()
  const operands: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName: flag, value, inlineValue } = token
    if (!isOption(name)) {
      const meant = flag.startsWith('--') && nearest(name, Object.keys(OPTIONS))
      throw usage({ code: 'usageUnknownOption', params: { flag, ...(meant && { meant: `--${meant}` }) } })
    }
    const option: Option = OPTIONS[name]
    const one = given(option, { flag, value, isInline: inlineValue === true })
    const before = values.get(name)
    const earlier = typeof before === 'object' ? before : []
    values.set(name, option.repeats && one !== true ? [...earlier, one] : one)
  }
  return { values, operands }
}

/** Checks an option's value. */
function given(
  option: Option,
  token: { flag: string; value: string | undefined; isInline: boolean },
): string | true {
  const { flag, value, isInline } = token
  if (!option.value) {
    if (value !== undefined) throw usage({ code: 'usageTakesNothing', params: { flag } })
    return true
  }
  // A word that looks like an option is one: the value is missing.
  if (value === undefined || value === '' || (!isInline && /^-./.test(value))) {
    throw usage({ code: 'usageValueMissing', params: { flag, value: valueText(option.value) } })
  }
  if (option.value.kind === 'oneOf' && !option.value.values.includes(value)) {
    throw usage({ code: 'usageNoneOf', params: { flag, found: value, values: option.value.values } })
  }
  if (option.value.kind === 'text' && !option.value.shape.test(value)) {
    const { shown, example } = option.value
    throw usage({ code: 'usageShape', params: { flag, found: value, value: shown, example } })
  }
  if (option.value.kind === 'number') {
    const { whole, min, max } = option.value
    const isNumber = (whole ? /^\d+$/ : /^\d+(?:\.\d+)?$/).test(value)
    if (!isNumber || Number(value) < min || Number(value) > max) {
      throw usage({ code: 'usageNoNumber', params: { flag, found: value, whole, min, max } })
    }
  }
  if (option.value.kind === 'moment' && secondsOf(value) === undefined) {
    throw usage({ code: 'usageNoMoment', params: { flag, found: value } })
  }
  return value
}

/** 12.5, 0:12 and 1:02:03.5 in seconds; undefined for other text. */
function secondsOf(text: string): number | undefined {
  if (!/^(?:\d{1,6}:){0,2}\d{1,6}(?:\.\d+)?$/.test(text)) return undefined
  const [first = 0, ...rest] = text.split(':').map(Number)
  return rest.every((part) => part < 60) ? rest.reduce((sum, part) => sum * 60 + part, first) : undefined
}

/** The fields set by options. */
function invocationOf(values: Values): Invocation {
  const text = (name: OptionName): string | undefined => values.get(name) as string | undefined
  const list = (name: OptionName) => values.get(name) as readonly string[] | undefined
  const number = (name: OptionName): number | undefined => {
    const value = text(name)
    return value === undefined ? undefined : Number(value)
  }
  const some = {
    index: text('index'),
    updates: text('updates'),
    conf: text('conf'),
    workDir: text('work-dir'),
    logDir: text('log-dir'),
    output: text('output'),
    speed: text('speed') as Speed | undefined,
    lang: text('lang') as Invocation['lang'],
    jobs: number('jobs'),
    host: text('host'),
    port: number('port'),
    events: text('events'),
    queue: text('queue'),
    at: values.has('at') ? secondsOf(text('at') ?? '') : undefined,
    layout: text('layout') as Invocation['layout'],
    share: text('share') as Invocation['share'],
    size: text('size'),
    fps: number('fps'),
    start: list('start'),
    name: list('name'),
    kind: list('kind'),
  }
  // The film is on another machine.
  if (values.has('remote') && some.output !== undefined)
    throw usage({ code: 'usageNotBoth', params: { flag: '--output', other: '--remote' } })
  const isGiven = Object.entries(some).filter(([, value]) => value !== undefined)
  return {
    command: 'run',
    cfgPath: '',
    ...(Object.fromEntries(isGiven) as Partial<Invocation>),
    everySegment: values.has('every-segment'),
    mock: values.has('mock'),
    commands: values.has('commands'),
    watch: values.has('watch'),
    report: values.has('report'),
    remote: values.has('remote'),
    collect: values.has('collect'),
    json: values.has('json'),
    strict: values.has('strict'),
    keepWork: values.has('keep-work'),
    force: values.has('force'),
    replayCallbacks: values.has('replay-callbacks'),
    watchReceivers: values.has('watch-receivers'),
    quiet: values.has('quiet'),
  }
}

/** The fields set by operands. */
function operandOf(operand: Operand, given: readonly string[]): Partial<Invocation> {
  const [first, second] = given
  if (operand.kind === 'none') {
    if (first !== undefined) throw usage({ code: 'usageTooMuch', params: { surplus: first } })
    return {}
  }
  if (operand.kind === 'task') {
    const [plan, number = '', surplus] = given
    if (surplus !== undefined) throw usage({ code: 'usageTooMuch', params: { surplus } })
    if (plan === undefined || !/^[1-9]\d{0,8}$/.test(number)) {
      throw usage({ code: 'usageNoTask', params: {} })
    }
    return { plan, number: Number(number) }
  }
  if (operand.kind === 'paths') {
    if (first === undefined) throw usage({ code: 'usageNoPaths', params: {} })
    return { paths: given }
  }
  if (operand.kind === 'recordings') {
    if (first === undefined) throw usage({ code: 'usageNoFolder', params: {} })
    return { paths: given }
  }
  if (second !== undefined) {
    const code = operand.kind === 'cfg' ? 'usageOneCfg' : 'usageTooMuch'
    throw usage({ code, params: { surplus: second } })
  }
  switch (operand.kind) {
    case 'cfg':
      if (first === undefined) throw usage({ code: 'usageNoCfg', params: {} })
      return { cfgPath: first }
    case 'folder':
      if (first === undefined) throw usage({ code: 'usageNoFolder', params: {} })
      return { paths: [first] }
    case 'job':
      if (first === undefined && !operand.optional) throw usage({ code: 'usageNoJob', params: {} })
      return first === undefined ? {} : { jobId: first }
    case 'oneOf': {
      const { values } = operand
      if (first === undefined || !values.includes(first)) {
        throw usage({
          code: 'usageNoShell',
          params: { values, ...(first !== undefined && { found: first }) },
        })
      }
      return { shell: first as Shell }
    }
  }
}

/** The command that `help` is requested for. */
function askedAbout([name, surplus]: readonly string[]): CommandName | undefined {
  if (surplus !== undefined) throw usage({ code: 'usageTooMuch', params: { surplus } })
  if (name === undefined || isCommand(name)) return name
  throw unknownCommand(name)
}

function checkFor(name: OptionName, command: CommandName): void {
  const { commands }: Option = OPTIONS[name]
  if (commands.includes(command)) return
  throw usage({ code: 'usageOtherCommand', params: { flag: `--${name}`, command, commands } })
}

/** Throws if the first of several words is not a path but resembles a command. */
function checkCommand(word: string): void {
  if (!/[./\\*]/.test(word) && nearest(word, Object.keys(COMMANDS))) throw unknownCommand(word)
}

function unknownCommand(name: string): JobError {
  const meant = nearest(name, Object.keys(COMMANDS))
  return usage({ code: 'usageUnknownCommand', params: { name, ...(meant && { meant }) } })
}

function isCommand(word: string | undefined): word is CommandName {
  return word !== undefined && Object.hasOwn(COMMANDS, word)
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name)
}

function usage(detail: Message): JobError {
  return new JobError({ code: 'usage', params: { detail: say(detail) } }, { fault: 'config' })
}
