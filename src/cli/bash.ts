/** The completion script for bash. Pure. */
import { COMMANDS, COMMAND_NAMES, type CommandName, type Operand } from './commands.ts'
import { type Option, type OptionName, ROWS, optionsOf } from './options.ts'
import { quoted } from '../text/shell.ts'
import { flagsOf, flagsWithValue } from './flags.ts'

/** @param logFolder absolute path of the folder whose jobs are offered as JobIds */
export function bashCompletion(logFolder: string): string {
  return `# Completion of owt-main for bash, printed by: owt-main completion bash

# The words that begin as the last one does; none of them is expanded.
_owt_main_offer() {
  local word
  for word; do [[ $word == "$cur"* ]] && COMPREPLY+=("$word"); done
}

_owt_main_files() {
  local path
  compopt -o filenames 2> /dev/null
  while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$@" -- "$cur")
}

_owt_main_jobs() {
  local path
  for path in "$logs"/*.state.json "$logs"/*.result.json; do
    [[ -e $path ]] || continue
    path=\${path##*/}
    path=\${path%.state.json}
    _owt_main_offer "\${path%.result.json}"
  done
}

_owt_main() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  local command='' word='' logs=${quoted(logFolder)} i
  COMPREPLY=()
  # "--speed=fast" is three words here.
  if [[ $cur == '=' ]]; then
    cur=''
  elif [[ $prev == '=' ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
      ${flagsWithValue().join(' | ')})
        i=$((i + 1))
        [[ \${COMP_WORDS[i]} == '=' ]] && i=$((i + 1))
        [[ $word == --log-dir && i -lt COMP_CWORD ]] && logs=\${COMP_WORDS[i]}
        ;;
      -*) ;;
      ${COMMAND_NAMES.join(' | ')}) [[ -n $command ]] || command=$word ;;
      *) [[ -n $command ]] || command=run ;;
    esac
  done
  case $prev in
${ROWS.flatMap(([name, option]) => (option.value ? [valueCase(name, option)] : [])).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case \${command:-run} in
${COMMAND_NAMES.map((name) => optionsCase(name)).join('\n')}
    esac
    return
  fi
  case $command in
    '')
      _owt_main_offer ${COMMAND_NAMES.join(' ')}
      ${filesOf('cfg')}
      ;;
${COMMAND_NAMES.map((name) => operandCase(name)).join('\n')}
  esac
}

complete -F _owt_main owt-main
`
}

/** Completes the value of an option. */
function valueCase(name: OptionName, option: Option): string {
  return `    ${flagsOf(name, option).join(' | ')})${indented(offerOf(option))}
      return
      ;;`
}

function offerOf({ value }: Option): string {
  switch (value?.kind) {
    case 'oneOf':
      return `_owt_main_offer ${value.values.join(' ')}`
    case 'file':
      return '_owt_main_files -f'
    case 'folder':
      return '_owt_main_files -d'
    case 'number':
    case 'text':
    case 'moment':
    case undefined:
      return ''
  }
}

function optionsCase(name: CommandName): string {
  const flags = optionsOf(name).flatMap(([option, row]) => flagsOf(option, row))
  return `      ${name}) _owt_main_offer ${flags.join(' ')} ;;`
}

function operandCase(name: CommandName): string {
  return `    ${name})${indented(operandOffer(COMMANDS[name].operand))}
      ;;`
}

function operandOffer(operand: Operand): string {
  switch (operand.kind) {
    case 'none':
      return ''
    case 'cfg':
    case 'paths':
      return filesOf(operand.kind)
    case 'recordings':
    case 'task':
      return filesOf('paths')
    case 'folder':
      return '_owt_main_files -d'
    case 'job':
      return '_owt_main_jobs'
    case 'oneOf':
      return `_owt_main_offer ${operand.values.join(' ')}`
  }
}

/** A cfg.json or folders; for a batch any file, since a list can have any name. */
function filesOf(kind: 'cfg' | 'paths'): string {
  return kind === 'paths' ? '_owt_main_files -f' : `_owt_main_files -d\n      _owt_main_files -f -X '!*.json'`
}

function indented(line: string): string {
  return line === '' ? '' : `\n      ${line}`
}
