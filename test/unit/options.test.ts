import { describe, expect, it } from 'vitest'
import { helpText, readArguments } from '../../src/options.ts'

const DEFAULTS = {
  json: false,
  strict: false,
  keepWork: false,
  force: false,
  replayCallbacks: false,
  quiet: false,
}

describe('the command line', () => {
  it('a cfg.json alone is run', () => {
    expect(readArguments(['mixer/cfg.json'])).toEqual({
      command: 'run',
      cfgPath: 'mixer/cfg.json',
      ...DEFAULTS,
    })
    expect(readArguments(['run', 'cfg.json'])).toEqual({ command: 'run', cfgPath: 'cfg.json', ...DEFAULTS })
    expect(readArguments(['./run', '--'])).toEqual({ command: 'run', cfgPath: './run', ...DEFAULTS })
  })

  it('every option, before and behind the file', () => {
    expect(
      readArguments([
        ...[
          'plan',
          '--json',
          '--strict',
          '--keep-work',
          '--force',
          '--replay-callbacks',
          '-q',
          '--index',
          'i.json',
          'cfg.json',
        ],
        ...['--conf=c.json', '--work-dir', '/w', '--log-dir', '/l'],
      ]),
    ).toEqual({
      command: 'plan',
      cfgPath: 'cfg.json',
      index: 'i.json',
      conf: 'c.json',
      workDir: '/w',
      logDir: '/l',
      json: true,
      strict: true,
      keepWork: true,
      force: true,
      replayCallbacks: true,
      quiet: true,
    })
  })

  it('a batch has one path or many', () => {
    expect(readArguments(['batch', 'jobs', 'list.txt', '--jobs', '12', '--strict'])).toEqual({
      command: 'batch',
      cfgPath: '',
      paths: ['jobs', 'list.txt'],
      jobs: 12,
      ...DEFAULTS,
      strict: true,
    })
    expect(readArguments(['batch', 'a.json'])).not.toHaveProperty('jobs')
    expect(readArguments(['batch', '--help']).command).toBe('help')
  })

  it('help and version need no file, help comes first', () => {
    expect(readArguments(['--help'])).toMatchObject({ command: 'help', cfgPath: '' })
    expect(readArguments(['-h', 'a.json', 'b.json']).command).toBe('help')
    expect(readArguments(['plan', '--version']).command).toBe('version')
    expect(readArguments(['--version', '-h']).command).toBe('help')
  })

  it.each([
    [[], 'the path of a cfg.json is missing'],
    [['plan'], 'the path of a cfg.json is missing'],
    [['a.json', 'b.json'], 'one cfg.json at a time, "b.json" is too many'],
    [['plan', 'run', 'a.json'], 'one cfg.json at a time, "a.json" is too many'],
    [['--jobs', '2', 'a.json'], '--jobs is for owt-main batch'],
    [['batch'], 'a folder, a list, a pattern or paths of cfg.json files are missing'],
    [['batch', 'a', '--jobs', '0'], '--jobs is "0" and has to be a whole number from 1 to 9999'],
    [['batch', 'a', '--jobs', '1.5'], '--jobs is "1.5" and has to be a whole number from 1 to 9999'],
    [['batch', 'a', '--index', 'i.json'], '--index is for one job, not for a batch'],
    [['batch', 'a', '--replay-callbacks'], '--replay-callbacks is for one job, not for a batch'],
    [['--nope', 'a.json'], "Unknown option '--nope'"],
    [['-x', 'a.json'], "Unknown option '-x'"],
    [['--json=yes', 'a.json'], "Option '--json' does not take an argument"],
    [['a.json', '--index'], "Option '--index <value>' argument missing"],
    [['a.json', '--index', '--json'], "Option '--index' argument is ambiguous"],
  ])('%j: %s', (argv, detail) => {
    expect(() => readArguments(argv)).toThrow(
      expect.objectContaining({
        code: 'usage',
        exitCode: 1,
        fault: 'config',
        message: `${detail}; owt-main --help shows how it is used`,
      }),
    )
  })
})

it('help', () => {
  expect(helpText()).toMatchInlineSnapshot(`
    "owt-main: mixes a recorded room into one MP4

    usage: owt-main [run] [options] <cfg.json>
           owt-main plan [options] <cfg.json>
           owt-main validate [options] <cfg.json>
           owt-main batch [--jobs N] [options] <folder | list | glob | cfg.json>...

    commands
      run      mix the job and upload the finished file (the default)
      plan     show timeline, segments, rectangles and the ffmpeg commands; encode nothing
      validate name every problem of cfg.json and its index; read no recording, make nothing
      batch    run many jobs: every cfg.json of folders, lists of paths, patterns

    options
          --index FILE       the recording index: a path, an object key or an s3:// URL
          --json             print the result (or the plan) as JSON, and nothing else, on stdout
          --strict           fail when a recording or a watermark picture has to be left out
          --conf FILE        the worker's settings, over those in conf/
          --work-dir DIR     where the work in progress lies
          --log-dir DIR      where logs and results go
          --replay-callbacks send the job's undelivered callbacks, and do nothing else
          --force            do the job again though nothing has changed since it was done
          --jobs N           batch: how many jobs run at once
          --keep-work        leave the work folder there at the end
      -q, --quiet            no progress and no warnings on stderr
          --version          print the version
      -h, --help             print this text

    exit codes: 0 done, 1 failed, 2 the job is already running, 3 no index for the job,
                4 bad video or layout parameter, 5 bad audio parameter, 6 no usable stream,
                130 or 143 stopped by a signal
    "
  `)
})
