/** The completion script for zsh, with descriptions of commands and options. Pure. */
import { COMMANDS, COMMAND_NAMES, type CommandName, type Operand } from './commands.ts'
import { type Option, type OptionName, optionsOf } from './options.ts'
import { quoted } from '../text/shell.ts'
import { flagsWithValue } from './flags.ts'
import { saidOf } from './help.ts'

/** cfg.json files, and folders. */
const CFG_FILES = '_files -g "*.json(-.)"'

/** @param logFolder absolute path of the folder whose jobs are offered as JobIds */
export function zshCompletion(logFolder: string): string {
  return `#compdef owt-main
# Completion of owt-main for zsh, printed by: owt-main completion zsh

_owt-main-jobs() {
  local -a jobs
  jobs=("$logs"/*.(state|result).json(N:t))
  jobs=(\${\${jobs%.state.json}%.result.json})
  compadd -U -M 'r:|.=*' -- \${(u)\${(M)jobs:#$PREFIX*}}
}

_owt-main-first() {
  local -a commands
  commands=(
${COMMAND_NAMES.map((name) => `    ${quoted(`${name}:${described(COMMANDS[name].help)}`)}`).join('\n')}
  )
  _describe -t commands command commands
  ${CFG_FILES}
}

_owt-main() {
  local command='' logs=${quoted(logFolder)} i
  local -a args
  for ((i = 2; i < CURRENT; i++)); do
    case $words[i] in
      (${flagsWithValue().join('|')})
        [[ $words[i] == --log-dir ]] && logs=\${(Q)words[i + 1]}
        ((i++))
        ;;
      (--log-dir=*) logs=\${(Q)words[i]#*=} ;;
      (-*) ;;
      (${COMMAND_NAMES.join('|')})
        command=$words[i]
        # From here on the command's own words count.
        words[i]=()
        ((CURRENT--))
        break
        ;;
      (*)
        command=run
        break
        ;;
    esac
  done
  case \${command:-run} in
${COMMAND_NAMES.map((name) => commandCase(name)).join('\n')}
  esac
  [[ -n $command ]] || args[-1]='1: :_owt-main-first'
  _arguments -s -S : $args
}

# Loaded by a line of .zshrc, or by name from a folder of fpath.
if [[ \${funcstack[1]} == _owt-main ]]; then
  _owt-main "$@"
else
  compdef _owt-main owt-main
fi
`
}

function commandCase(name: CommandName): string {
  const specs = [
    ...optionsOf(name).map(([option, row]) => optionSpec(option, row)),
    operandSpec(COMMANDS[name].operand),
  ].filter(Boolean)
  return `    (${name})
      args=(
${specs.map((spec) => `        ${spec}`).join('\n')}
      )
      ;;`
}

/** "'(-o --output)'{-o,--output=}'[the file]:FILE:_files'" */
function optionSpec(name: OptionName, option: Option): string {
  const { short, value, help } = option
  const long = `--${name}${value ? '=' : ''}`
  const what = `[${described(help).replaceAll(/[[\]]/g, String.raw`\$&`)}]${value ? `:${valueSpec(value)}` : ''}`
  if (!short) return quoted(`${long}${what}`)
  return `${quoted(`(-${short} --${name})`)}{-${short},${long}}${quoted(what)}`
}

function valueSpec(value: NonNullable<Option['value']>): string {
  switch (value.kind) {
    case 'oneOf':
      // The message is required: without it the value would be optional.
      return ` :(${value.values.join(' ')})`
    case 'file':
      return `${value.shown}:_files`
    case 'folder':
      return `${value.shown}:_files -/`
    case 'number':
    case 'text':
    case 'moment':
      return `${value.shown}: `
  }
}

function operandSpec(operand: Operand): string {
  switch (operand.kind) {
    case 'none':
      return ''
    case 'cfg':
      return quoted(`1:cfg.json:${CFG_FILES}`)
    case 'task':
      return quoted('1:plan:_files')
    case 'paths':
      return quoted('*:cfg.json:_files')
    case 'recordings':
      return quoted('*:recordings:_files')
    case 'folder':
      return quoted('1:folder:_files -/')
    case 'job':
      return quoted('1:JobId:_owt-main-jobs')
    case 'oneOf':
      return quoted(`1: :(${operand.values.join(' ')})`)
  }
}

/** Escapes a description for zsh, where a colon would end it. */
function described(help: Option['help']): string {
  return saidOf(help).replaceAll(':', String.raw`\:`)
}
