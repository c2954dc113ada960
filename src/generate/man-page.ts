/** The man page, in roff, from the same table as `--help`. Pure. */
import { COMMANDS, COMMAND_NAMES } from '../cli/commands.ts'
import { type Option, type OptionName, ROWS, valueText } from '../cli/options.ts'
import { flagsOf } from '../cli/flags.ts'
import { EXITS, saidOf, usageOf } from '../cli/help.ts'

/** Paths of files and their descriptions. */
const FILES = [
  ['conf/default.json', 'every setting with its default and its meaning'],
  ['conf/local.json', 'settings of this machine, which override those'],
  ['logs/<JobId>.log', 'log of the last run, JSON lines; those of earlier runs are .1, .2 and so on'],
  ['logs/<JobId>.result.json', 'the result of the job, however it ended'],
  ['logs/<JobId>.state.json', 'the progress of the job while it runs'],
  ['logs/<JobId>.html', 'the report page, made by --report and report'],
  ['logs/<JobId>.undelivered.jsonl', 'undelivered callbacks'],
  ['logs/batch-<time>.json', 'the result of a batch'],
  ['work/<JobId>/', 'work in progress of an unfinished job, from which the next run continues'],
] as const

const ENVIRONMENT = [
  [
    'OWT_...',
    'a setting of conf/ by its path: OWT_FFMPEG_PATH is ffmpeg.path. Overrides the files, is overridden by options.',
  ],
  ['FFMPEG_PATH', 'the ffmpeg to use if conf/ names none'],
  [
    'LC_ALL, LC_MESSAGES, LANG',
    'the language of messages unless --lang is given: Chinese if it begins with zh, otherwise English',
  ],
  ['NO_COLOR', 'when set, validate uses no colours'],
  ['AWS_...', 'credentials for a bucket whose keys are empty in cfg.json, as for the AWS SDK'],
] as const

const SIGNALS = [
  [
    'SIGHUP, SIGINT, SIGQUIT, SIGTERM',
    'stop the job in order; finished work is kept, and the next run continues from there. A background job ignores SIGHUP and continues when the terminal is closed.',
  ],
  ['SIGUSR1', 'prints the progress on stderr without disturbing the job'],
] as const

/** docs/owt-main.1 */
export function manPage(): string {
  return [
    '.\\" Made by npm run generate from src/cli/commands.ts and options.ts. Do not edit.',
    '.TH OWT\\-MAIN 1 "" "owt\\-main" "User Commands"',
    ...section('NAME', ['owt\\-main \\- mixes a recorded room into one MP4']),
    ...section('SYNOPSIS', ['.nf', ...COMMAND_NAMES.map((name) => plain(usageOf(name))), '.fi']),
    ...section('DESCRIPTION', [
      plain(
        'A real-time room was recorded one file per stream. owt-main mixes those files into one finished MP4: it reads a job.start request (cfg.json) and the index of the recordings, fetches them from a bucket, works out who was on screen when and where, encodes H.264 and AAC, and uploads the result. One command runs one job and exits.',
      ),
      '.PP',
      plain(
        'A finished job prints one line on stdout. Progress, warnings and errors go to stderr: a redrawn line on a terminal, plain lines elsewhere.',
      ),
    ]),
    ...section(
      'COMMANDS',
      COMMAND_NAMES.flatMap((name) => item(bold(name), plain(sentence(saidOf(COMMANDS[name].help))))),
    ),
    ...section(
      'OPTIONS',
      ROWS.flatMap(([name, option]) => optionItem(name, option)),
    ),
    ...section(
      'EXIT STATUS',
      EXITS.flatMap(([code, meaning]) => item(bold(code), plain(sentence(saidOf(meaning))))),
    ),
    ...section('FILES', [
      plain('Relative paths are below the folder that owt-main is in; conf/ and options can name others.'),
      ...FILES.flatMap(([path, what]) => item(italic(path), plain(sentence(what)))),
    ]),
    ...section(
      'ENVIRONMENT',
      ENVIRONMENT.flatMap(([name, what]) => item(bold(name), plain(sentence(what)))),
    ),
    ...section(
      'SIGNALS',
      SIGNALS.flatMap(([name, what]) => item(bold(name), plain(sentence(what)))),
    ),
    ...section('EXAMPLES', [
      '.nf',
      ...COMMAND_NAMES.flatMap((name) => COMMANDS[name].examples.map((line) => plain(`owt-main ${line}`))),
      '.fi',
    ]),
    ...section('SEE ALSO', [
      plain('README.md, docs/config.md (every field of cfg.json, the index and conf/), docs/callbacks.md'),
    ]),
    '',
  ].join('\n')
}

function section(title: string, lines: readonly string[]): string[] {
  return [`.SH ${title}`, ...lines]
}

function item(tag: string, text: string): string[] {
  return ['.TP', tag, text]
}

function optionItem(name: OptionName, option: Option): string[] {
  const { value, help, commands } = option
  const flags = flagsOf(name, option).map(bold).join(', ')
  const isOfAll = commands.length === Object.keys(COMMANDS).length
  const of = isOfAll ? '' : ` For ${commands.join(', ')}.`
  return item(`${flags}${value ? ` ${italic(valueText(value))}` : ''}`, plain(sentence(saidOf(help)) + of))
}

function bold(text: string): string {
  return `\\fB${escaped(text)}\\fR`
}

function italic(text: string): string {
  return `\\fI${escaped(text)}\\fR`
}

/** Escapes a line of text. A leading dot or quote would be a roff request. */
function plain(text: string): string {
  return escaped(text).replace(/^(?=[.'])/, '\\&')
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll("'", '\\(aq')
}

/** "what it does" -> "What it does." */
function sentence(text: string): string {
  const first = text.slice(0, 1)
  // Names keep their case.
  const start = /^[a-z]+[ ,:]/.test(text) ? first.toUpperCase() : first
  return `${start}${text.slice(1)}${/\.$/.test(text) ? '' : '.'}`
}
