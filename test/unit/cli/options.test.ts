import { describe, expect, it } from 'vitest'
import { helpText } from '../../../src/cli/help.ts'
import { readArguments } from '../../../src/cli/parse.ts'
import { inLanguage } from '../../../src/messages/index.ts'
import { LANGUAGES } from '../../../src/messages/language.ts'
import { COMMANDS, type CommandName } from '../../../src/cli/commands.ts'
import { OPTIONS, ROWS, type Value, optionsOf } from '../../../src/cli/options.ts'
import { textWidth } from '../../../src/text/width.ts'

const DEFAULTS = {
  everySegment: false,
  mock: false,
  commands: false,
  watch: false,
  report: false,
  remote: false,
  collect: false,
  json: false,
  strict: false,
  keepWork: false,
  force: false,
  replayCallbacks: false,
  watchReceivers: false,
  quiet: false,
}

describe('the command line', () => {
  it('a cfg.json alone is run', () => {
    const run = { command: 'run', ...DEFAULTS }
    expect(readArguments(['mixer/cfg.json'])).toEqual({ ...run, cfgPath: 'mixer/cfg.json' })
    expect(readArguments(['run', 'cfg.json'])).toEqual({ ...run, cfgPath: 'cfg.json' })
    expect(readArguments(['./run', '--'])).toEqual({ ...run, cfgPath: './run' })
    expect(readArguments(['--', '--odd.json'])).toEqual({ ...run, cfgPath: '--odd.json' })
  })

  it('every option of a run, before and behind the file', () => {
    expect(
      readArguments([
        ...['run', '--json', '--strict', '--keep-work', '--force', '--replay-callbacks', '-q', '--report'],
        ...['--index', 'i.json', '--speed=fast', 'cfg.json', '--conf=c.json', '--work-dir', '/w'],
        ...['--log-dir', '/l', '--lang', 'zh', '--watch-receivers'],
      ]),
    ).toEqual({
      command: 'run',
      cfgPath: 'cfg.json',
      index: 'i.json',
      conf: 'c.json',
      workDir: '/w',
      logDir: '/l',
      speed: 'fast',
      lang: 'zh',
      everySegment: false,
      mock: false,
      commands: false,
      remote: false,
      collect: false,
      watch: false,
      report: true,
      json: true,
      strict: true,
      keepWork: true,
      force: true,
      replayCallbacks: true,
      watchReceivers: true,
      quiet: true,
    })
  })

  it('a batch has one path or many', () => {
    expect(readArguments(['batch', 'jobs', 'list.txt', '--jobs', '12', '--strict'])).toEqual({
      ...DEFAULTS,
      command: 'batch',
      cfgPath: '',
      paths: ['jobs', 'list.txt'],
      jobs: 12,
      strict: true,
    })
    expect(readArguments(['batch', 'a.json'])).not.toHaveProperty('jobs')
  })

  it('a preview has a moment, or every segment, and a file', () => {
    expect(readArguments(['preview', '-o', 's.png', '--at', '12.5', '--mock', 'a.json'])).toEqual({
      ...DEFAULTS,
      command: 'preview',
      cfgPath: 'a.json',
      output: 's.png',
      at: 12.5,
      mock: true,
    })
    expect(readArguments(['preview', '--every-segment', '--at=0', 'a.json'])).toMatchObject({
      everySegment: true,
      at: 0,
    })
  })

  it.each([
    ['12', 12],
    ['0:12', 12],
    ['1:02.5', 62.5],
    ['90:00', 5400],
    ['1:02:03', 3723],
    ['0:75', undefined],
    ['1:75:00', undefined],
    ['1:', undefined],
    ['12:', undefined],
  ])('a moment is seconds or a time: %s', (text, at) => {
    const read = () => readArguments(['preview', `--at=${text}`, 'a.json']).at
    if (at === undefined) expect(read).toThrow('has to be a moment')
    else expect(read()).toBe(at)
  })

  it('a report has a JobId, a status may have one, a completion has a shell', () => {
    expect(readArguments(['report', 'job-1'])).toEqual({
      ...DEFAULTS,
      command: 'report',
      cfgPath: '',
      jobId: 'job-1',
    })
    expect(readArguments(['status', 'job-1', '--json'])).toMatchObject({ jobId: 'job-1', json: true })
    expect(readArguments(['status'])).toEqual({ ...DEFAULTS, command: 'status', cfgPath: '' })
    expect(readArguments(['completion', 'zsh'])).toMatchObject({ command: 'completion', shell: 'zsh' })
  })

  it('help and version need no file, help comes first', () => {
    expect(readArguments(['--help'])).toEqual({ ...DEFAULTS, command: 'help', cfgPath: '' })
    expect(readArguments(['help'])).not.toHaveProperty('about')
    expect(readArguments(['-h', 'a.json', 'b.json'])).not.toHaveProperty('about')
    expect(readArguments(['plan', '--version']).command).toBe('version')
    expect(readArguments(['--version', '-h']).command).toBe('help')
  })

  it('help of one command, asked for either way', () => {
    for (const argv of [
      ['help', 'batch'],
      ['batch', '--help'],
      ['batch', '--every-segment', '-h'],
    ]) {
      expect(readArguments(argv)).toMatchObject({ command: 'help', about: 'batch' })
    }
  })

  it.each([
    [[], 'the path of a cfg.json is missing'],
    [['plan'], 'the path of a cfg.json is missing'],
    [['a.json', 'b.json'], 'unexpected argument "b.json": one cfg.json at a time'],
    [['plan', 'run', 'a.json'], 'unexpected argument "a.json": one cfg.json at a time'],
    [['prewiew', 'a.json'], 'there is no command prewiew; did you mean preview?'],
    [['help', 'paln'], 'there is no command paln; did you mean plan?'],
    [['help', 'a.json'], 'there is no command a.json'],
    [['help', 'run', 'plan'], 'unexpected argument "plan"'],
    [['report'], 'the JobId is missing'],
    [['status', 'a', 'b'], 'unexpected argument "b"'],
    [['completion'], 'a shell is missing: bash or zsh'],
    [['completion', 'fish'], '"fish" is not a known shell: bash or zsh'],
    [['batch'], 'a folder, a list, a pattern or paths of cfg.json files are missing'],
    [['--jobs', '2', 'a.json'], '--jobs is not for owt-main run, only for batch'],
    [['plan', '--report', 'a.json'], '--report is not for owt-main plan, only for run, mix, batch'],
    [
      ['batch', 'a', '--index', 'i.json'],
      '--index is not for owt-main batch, only for run, plan, validate, preview, split',
    ],
    [
      ['completion', 'bash', '--json'],
      `--json is not for owt-main completion, only for ${OPTIONS.json.commands.join(', ')}`,
    ],
    [['batch', 'a', '--jobs', '0'], '--jobs is "0" but has to be a whole number from 1 to 9999'],
    [['batch', 'a', '--jobs', '1.5'], '--jobs is "1.5" but has to be a whole number from 1 to 9999'],
    [
      ['preview', 'a', '--at', '1e3'],
      '--at is "1e3" but has to be a moment: seconds such as 12.5, or a time such as 0:12 or 1:02:03',
    ],
    [['a.json', '--speed', 'slow'], '--speed is "slow" but has to be one of fast, balanced, quality'],
    [['a.json', '--lang=de'], '--lang is "de" but has to be one of en, zh'],
    [['--nope', 'a.json'], 'there is no option --nope'],
    [['--sped', 'fast', 'a.json'], 'there is no option --sped; did you mean --speed?'],
    [['-x', 'a.json'], 'there is no option -x'],
    [['--json=yes', 'a.json'], '--json takes no value'],
    [['--remote', '-o', 'a.mp4', 'a.json'], '--output cannot be used with --remote'],
    [['a.json', '--index'], '--index needs a value (FILE)'],
    [['a.json', '--index='], '--index needs a value (FILE)'],
    [['a.json', '--index', '--json'], '--index needs a value (FILE)'],
    [['preview', 'a.json', '--at', '-1'], '--at needs a value (TIME)'],
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

describe('the table', () => {
  const names = Object.keys(COMMANDS) as CommandName[]

  it('examples of each command are understood, and are of that command', () => {
    for (const name of names) {
      for (const line of COMMANDS[name].examples) {
        const [words = ''] = line.split(' > ')
        const argv = words.split(' ').map((word) => word.replaceAll("'", ''))
        expect(readArguments(argv)).toMatchObject({ command: name })
      }
    }
  })

  it('each command takes exactly its options', () => {
    const operands: Partial<Record<CommandName, string[]>> = {
      status: [],
      serve: [],
      work: [],
      task: ['plan.json', '1'],
      help: [],
      completion: ['bash'],
    }
    const sample = (value: Value): string =>
      value.kind === 'oneOf'
        ? (value.values[0] ?? '')
        : value.kind === 'number' || value.kind === 'moment'
          ? '1'
          : value.kind === 'text'
            ? value.example
            : 'x'
    for (const name of names.filter((one) => one !== 'help')) {
      for (const [option, { value }] of ROWS) {
        const argv = [name, ...(operands[name] ?? ['x']), `--${option}${value ? `=${sample(value)}` : ''}`]
        const isTaken = optionsOf(name).some(([own]) => own === option)
        if (isTaken) expect(readArguments(argv)).toHaveProperty('command')
        else expect(() => readArguments(argv)).toThrow(`--${option} is not for owt-main ${name}`)
      }
    }
  })
})

describe('help', () => {
  it('of everything', () => {
    expect(helpText()).toMatchInlineSnapshot(`
      "owt-main: mixes a recorded room into one MP4

      usage: owt-main [run] [options] <cfg.json>
             owt-main mix [options] <folder | file>...
             owt-main init [options] <folder>
             owt-main plan [options] <cfg.json>
             owt-main validate [options] <cfg.json>
             owt-main preview [options] <cfg.json>
             owt-main batch [options] <folder | list | glob | cfg.json>...
             owt-main serve [options]
             owt-main split [options] <cfg.json>
             owt-main task [options] <plan> <number>
             owt-main work [options]
             owt-main status [options] [JobId]
             owt-main report [options] <JobId>
             owt-main completion [options] <bash | zsh>
             owt-main help [options] [command]

      commands
        run          mix the job and upload the finished file (the default)
        mix          make a film of a folder or of files, with no cfg.json and no index
        init         write the index and the cfg.json of a folder of recordings, to be edited
        plan         show timeline, segments and estimate on one screen; encode nothing
        validate     list every problem of cfg.json and its index, without reading a recording
        preview      show the real picture of each segment, or of one moment, in seconds
        batch        run many jobs: every cfg.json in folders, lists of paths or patterns
        serve        serve the vendor's API over HTTP and run the jobs that come in
        split        put a job's tasks into its bucket, to be done by \`task\` on any machine
        task         do one task of a plan that \`split\` made, and exit
        work         take jobs and their tasks from a queue and do them, until stopped
        status       show the progress of a job, or all jobs that run or ran here
        report       make the report page of a job that has run, for a browser
        completion   print a script that completes commands, options and values in a shell
        help         show what a command does and takes

      options
            --index FILE                   the recording index: a path, an object key or an s3:// URL
            --updates FILE                 timed updates: a path, an object key or an s3:// URL
        -o, --output FILE                  the file to write; for a run, a copy of the film
            --at TIME                      the picture at this moment of the output: seconds, or a time
                                           such as 0:12 [preview]
            --every-segment                one picture file for each segment, and one sheet of them all
                                           [preview]
            --mock                         coloured tiles with names in place of the recordings, which
                                           need not exist [preview]
            --layout tile|vertical|single|tile2|vertical2 how pictures are placed [mix, init]
            --share equal|large            where a shared screen is shown: as one picture among others, or
                                           in the main region [mix, init]
            --size WxH                     width and height of the film, in pixels [mix, init]
            --fps N                        frames per second of the film [mix, init]
            --start WHO=+S                 when a recording begins, in seconds after the room's beginning;
                                           repeatable [mix, init]
            --name WHO=NAME                the name that a person is shown with; repeatable [mix, init]
            --kind WHO=KIND                whether a recording is a camera or a screen; repeatable [mix,
                                           init]
            --speed fast|balanced|quality  less time, or a better picture at the same bit rate; overrides
                                           video.speed in conf/
            --report                       make the report page at the end of the job
            --queue URL                    the Redis with the queue that the machines of a fleet share;
                                           overrides fleet.queue in conf/
            --remote                       have a machine that takes jobs from the queue run the job, and
                                           follow it [run]
            --collect                      take from the bucket what \`task\` has made, and make only the
                                           rest here [run]
            --jobs N                       how many jobs run at once [batch]
            --host ADDRESS                 the address to listen on; overrides serve.host in conf/ [serve]
            --port N                       the port to listen on; overrides serve.port in conf/ [serve]
            --events FILE                  append the job's events to a file, one JSON object per line
                                           [run]
            --watch-receivers              read NotifyConfig again when cfg.json changes [run]
            --strict                       fail when a recording or a watermark picture has to be left out
            --force                        run the job again although nothing has changed since it was
                                           done
            --replay-callbacks             send the job's undelivered callbacks, and do nothing else [run]
            --keep-work                    keep the work folder at the end
            --conf FILE                    a file of settings that override those in conf/
            --work-dir DIR                 folder for work in progress
            --log-dir DIR                  folder for logs, results and states
            --commands                     also show rectangles, recordings and the ffmpeg commands [plan]
            --watch                        refresh every second, until interrupted or the job has ended
                                           [status]
            --json                         print JSON on stdout, and nothing else
        -q, --quiet                        no progress and no warnings on stderr
            --lang en|zh                   language of messages; by default that of LC_ALL, LC_MESSAGES or
                                           LANG
            --version                      print the version
        -h, --help                         print this text, or that of a command

      exit codes
        0            done
        1            failed: the line on stderr says what, where and what to do
        2            the job is already running on this machine
        3            no such job: its index was not found or cannot be read, or the job is unknown
        4            bad video or layout parameter
        5            bad audio parameter
        6            no usable stream
        75           the task failed, but may succeed if it is run again
        129, 130     stopped by SIGHUP (the terminal was closed), SIGINT
        131, 143     stopped by SIGQUIT, SIGTERM

      owt-main help <command> shows what one command takes; man -l docs/owt-main.1 shows everything.
      "
    `)
  })

  it('of one command has what it takes, and no more', () => {
    expect(helpText('preview')).toMatchInlineSnapshot(`
      "owt-main preview: show the real picture of each segment, or of one moment, in seconds

      usage: owt-main preview [options] <cfg.json>

      options
            --index FILE                   the recording index: a path, an object key or an s3:// URL
            --updates FILE                 timed updates: a path, an object key or an s3:// URL
        -o, --output FILE                  the file to write; for a run, a copy of the film
            --at TIME                      the picture at this moment of the output: seconds, or a time
                                           such as 0:12
            --every-segment                one picture file for each segment, and one sheet of them all
            --mock                         coloured tiles with names in place of the recordings, which
                                           need not exist
            --speed fast|balanced|quality  less time, or a better picture at the same bit rate; overrides
                                           video.speed in conf/
            --strict                       fail when a recording or a watermark picture has to be left out
            --keep-work                    keep the work folder at the end
            --conf FILE                    a file of settings that override those in conf/
            --work-dir DIR                 folder for work in progress
            --log-dir DIR                  folder for logs, results and states
            --json                         print JSON on stdout, and nothing else
        -q, --quiet                        no progress and no warnings on stderr
            --lang en|zh                   language of messages; by default that of LC_ALL, LC_MESSAGES or
                                           LANG
            --version                      print the version
        -h, --help                         print this text, or that of a command

      examples
        owt-main preview -o sheet.png mixer/cfg.json
        owt-main preview --mock --at 0:12 mixer/cfg.json
      "
    `)
  })

  it('fits into its lines, in Chinese too', () => {
    for (const language of LANGUAGES) {
      for (const about of [undefined, ...(Object.keys(COMMANDS) as CommandName[])]) {
        const widths = inLanguage(language, () => helpText(about))
          .split('\n')
          .map(textWidth)
        expect(Math.max(...widths)).toBeLessThanOrEqual(100)
      }
    }
  })
})
