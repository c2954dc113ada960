/** What `--help` prints. Pure. */
import { EXIT } from '../errors.ts'
import { type Message, type MessageCode, say } from '../messages/index.ts'
import { COMMANDS, COMMAND_NAMES, type Command, type CommandName, type Operand } from './commands.ts'
import { type Option, type OptionName, ROWS, optionsOf, valueText } from './options.ts'
import { padEndTo, textWidth } from '../text/width.ts'
import { wrapTo } from '../text/wrap.ts'
import { flagsOf } from './flags.ts'

/** A terminal's usual width; less would break file names. */
const WIDTH = 100
/** The overview names an option's commands only if there are at most this many; `help <command>` shows the rest. */
const FEW = 2

/** @param about a command; undefined for the overview */
export function helpText(about?: CommandName): string {
  const parts = about ? ofCommand(about) : ofAll()
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function ofAll(): string[][] {
  const usage = say({ code: 'helpUsage', params: {} })
  return [
    [say({ code: 'helpTitle', params: {} })],
    COMMAND_NAMES.map((name, at) => `${at === 0 ? usage : ' '.repeat(textWidth(usage))} ${usageOf(name)}`),
    [
      say({ code: 'helpCommands', params: {} }),
      ...COMMAND_NAMES.flatMap((name) => row(name, saidOf(COMMANDS[name].help), 12)),
    ],
    [
      say({ code: 'helpOptions', params: {} }),
      ...ROWS.flatMap(([name, option]) => optionRow(name, option, true)),
    ],
    [say({ code: 'helpExits', params: {} }), ...exitRows()],
    [...wrapTo(say({ code: 'helpMore', params: {} }), WIDTH)],
  ]
}

function ofCommand(about: CommandName): string[][] {
  const { help, examples } = COMMANDS[about]
  return [
    [say({ code: 'placed', params: { where: `owt-main ${about}`, text: saidOf(help) } })],
    [`${say({ code: 'helpUsage', params: {} })} ${usageOf(about)}`],
    [
      say({ code: 'helpOptions', params: {} }),
      ...optionsOf(about).flatMap(([name, option]) => optionRow(name, option, false)),
    ],
    [say({ code: 'helpExamples', params: {} }), ...examples.map((line) => `  owt-main ${line}`)],
  ]
}

/** "owt-main plan [options] <cfg.json>" */
export function usageOf(name: CommandName): string {
  const command: Command = COMMANDS[name]
  const options = `[${saidOf('helpOptions')}]`
  const words = [name === 'run' ? '[run]' : name, options, operandText(command.operand)]
  return `owt-main ${words.filter(Boolean).join(' ')}`
}

function operandText(operand: Operand): string {
  const [open, close] = 'optional' in operand && operand.optional ? ['[', ']'] : ['<', '>']
  switch (operand.kind) {
    case 'none':
      return ''
    case 'cfg':
      return '<cfg.json>'
    case 'paths':
      return `<${saidOf('helpPaths')} | cfg.json>...`
    case 'recordings':
      return `<${saidOf('helpFolderFiles')}>...`
    case 'task':
      return `<${saidOf('helpPlan')}> <${saidOf('helpNumber')}>`
    case 'folder':
      return `<${saidOf('helpFolder')}>`
    case 'job':
      return `${open}JobId${close}`
    case 'oneOf':
      return operand.optional ? `[${saidOf('helpCommand')}]` : `${open}${operand.values.join(' | ')}${close}`
  }
}

/** "-o, --output FILE" */
function flagText(name: OptionName, option: Option): string {
  const { value } = option
  return `${flagsOf(name, option).join(', ')}${value ? ` ${valueText(value)}` : ''}`
}

function optionRow(name: OptionName, option: Option, withCommands: boolean): string[] {
  const { commands, help, short } = option
  const isOfSome = withCommands && commands.length <= FEW
  const text = `${saidOf(help)}${isOfSome ? ` [${commands.join(', ')}]` : ''}`
  return row(`${short ? '' : '    '}${flagText(name, option)}`, text, 34)
}

/** A name and its description, in two columns. */
function row(name: string, text: string, columns: number): string[] {
  const [first = '', ...more] = wrapTo(text, WIDTH - columns - 3)
  return [`  ${padEndTo(name, columns)} ${first}`, ...more.map((line) => ' '.repeat(columns + 3) + line)]
}

/** Each exit code and its description. */
export const EXITS: readonly (readonly [string, MessageCode])[] = [
  [String(EXIT.done), 'exitDone'],
  [String(EXIT.failed), 'exitFailed'],
  [String(EXIT.running), 'exitRunning'],
  [String(EXIT.noSuchJob), 'exitNoSuchJob'],
  [String(EXIT.badVideo), 'exitBadVideo'],
  [String(EXIT.badAudio), 'exitBadAudio'],
  [String(EXIT.noStream), 'exitNoStream'],
  [String(EXIT.tryAgain), 'exitTryAgain'],
  [`${EXIT.hungUp}, ${EXIT.interrupted}`, 'exitHungUp'],
  [`${EXIT.quit}, ${EXIT.terminated}`, 'exitStopped'],
]

function exitRows(): string[] {
  return EXITS.flatMap(([code, meaning]) => row(code, saidOf(meaning), 12))
}

/** The text of a message without parameters. */
export function saidOf(code: MessageCode): string {
  return say({ code, params: {} } as Message)
}
