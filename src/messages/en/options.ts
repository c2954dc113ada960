/** Messages of the command line: help of commands and options, and usage errors. */
export const options = {
  helpTitle: (_: object) => 'owt-main: mixes a recorded room into one MP4',
  helpUsage: (_: object) => 'usage:',
  helpCommands: (_: object) => 'commands',
  helpOptions: (_: object) => 'options',
  helpCommand: (_: object) => 'command',
  helpPlan: (_: object) => 'plan',
  helpNumber: (_: object) => 'number',
  helpPaths: (_: object) => 'folder | list | glob',
  helpExamples: (_: object) => 'examples',
  helpExits: (_: object) => 'exit codes',
  helpMore: (_: object) =>
    'owt-main help <command> shows what one command takes; man -l docs/owt-main.1 shows everything.',

  commandRun: (_: object) => 'mix the job and upload the finished file (the default)',
  commandPlan: (_: object) => 'show timeline, segments and estimate on one screen; encode nothing',
  commandValidate: (_: object) => 'list every problem of cfg.json and its index, without reading a recording',
  commandPreview: (_: object) => 'show the real picture of each segment, or of one moment, in seconds',
  commandBatch: (_: object) => 'run many jobs: every cfg.json in folders, lists of paths or patterns',
  commandServe: (_: object) => "serve the vendor's API over HTTP and run the jobs that come in",
  commandStatus: (_: object) => 'show the progress of a job, or all jobs that run or ran here',
  commandReport: (_: object) => 'make the report page of a job that has run, for a browser',
  commandCompletion: (_: object) => 'print a script that completes commands, options and values in a shell',
  commandHelp: (_: object) => 'show what a command does and takes',

  optionIndex: (_: object) => 'the recording index: a path, an object key or an s3:// URL',
  optionUpdates: (_: object) => 'timed updates: a path, an object key or an s3:// URL',
  optionOutput: (_: object) => 'the file to write; for a run, a copy of the film',
  optionAt: (_: object) => 'the picture at this moment of the output: seconds, or a time such as 0:12',
  optionEverySegment: (_: object) => 'one picture file for each segment, and one sheet of them all',
  optionMock: (_: object) => 'coloured tiles with names in place of the recordings, which need not exist',
  optionSpeed: (_: object) =>
    'less time, or a better picture at the same bit rate; overrides video.speed in conf/',
  optionReport: (_: object) => 'make the report page at the end of the job',
  optionJobs: (_: object) => 'how many jobs run at once',
  optionHost: (_: object) => 'the address to listen on; overrides serve.host in conf/',
  optionPort: (_: object) => 'the port to listen on; overrides serve.port in conf/',
  optionEvents: (_: object) => "append the job's events to a file, one JSON object per line",
  optionWatchReceivers: (_: object) => 'read NotifyConfig again when cfg.json changes',
  optionCommands: (_: object) => 'also show rectangles, recordings and the ffmpeg commands',
  optionWatch: (_: object) => 'refresh every second, until interrupted or the job has ended',
  optionStrict: (_: object) => 'fail when a recording or a watermark picture has to be left out',
  optionForce: (_: object) => 'run the job again although nothing has changed since it was done',
  optionReplayCallbacks: (_: object) => "send the job's undelivered callbacks, and do nothing else",
  optionKeepWork: (_: object) => 'keep the work folder at the end',
  optionConf: (_: object) => 'a file of settings that override those in conf/',
  optionWorkDir: (_: object) => 'folder for work in progress',
  optionLogDir: (_: object) => 'folder for logs, results and states',
  optionJson: (_: object) => 'print JSON on stdout, and nothing else',
  optionQuiet: (_: object) => 'no progress and no warnings on stderr',
  optionLang: (_: object) => 'language of messages; by default that of LC_ALL, LC_MESSAGES or LANG',
  optionVersion: (_: object) => 'print the version',
  optionHelp: (_: object) => 'print this text, or that of a command',

  exitDone: (_: object) => 'done',
  exitFailed: (_: object) => 'failed: the line on stderr says what, where and what to do',
  exitRunning: (_: object) => 'the job is already running on this machine',
  exitNoSuchJob: (_: object) =>
    'no such job: its index was not found or cannot be read, or the job is unknown',
  exitBadVideo: (_: object) => 'bad video or layout parameter',
  exitBadAudio: (_: object) => 'bad audio parameter',
  exitNoStream: (_: object) => 'no usable stream',
  exitTryAgain: (_: object) => 'the task failed, but may succeed if it is run again',
  exitHungUp: (_: object) => 'stopped by SIGHUP (the terminal was closed), SIGINT',
  exitStopped: (_: object) => 'stopped by SIGQUIT, SIGTERM',

  usageUnknownOption: (p: { flag: string; meant?: string | undefined }) =>
    `there is no option ${p.flag}${p.meant ? `; did you mean ${p.meant}?` : ''}`,
  usageUnknownCommand: (p: { name: string; meant?: string | undefined }) =>
    `there is no command ${p.name}${p.meant ? `; did you mean ${p.meant}?` : ''}`,
  usageOtherCommand: (p: { flag: string; command: string; commands: readonly string[] }) =>
    `${p.flag} is not for owt-main ${p.command}, only for ${p.commands.join(', ')}`,
  usageTakesNothing: (p: { flag: string }) => `${p.flag} takes no value`,
  usageValueMissing: (p: { flag: string; value: string }) => `${p.flag} needs a value (${p.value})`,
  usageNoneOf: (p: { flag: string; found: string; values: readonly string[] }) =>
    `${p.flag} is "${p.found}" but has to be one of ${p.values.join(', ')}`,
  usageNoNumber: (p: { flag: string; found: string; whole: boolean; min: number; max: number }) =>
    `${p.flag} is "${p.found}" but has to be a ${p.whole ? 'whole ' : ''}number from ${p.min} to ${p.max}`,
  usageNoMoment: (p: { flag: string; found: string }) =>
    `${p.flag} is "${p.found}" but has to be a moment: seconds such as 12.5, or a time such as 0:12 or 1:02:03`,
  usageNoCfg: (_: object) => 'the path of a cfg.json is missing',
  usageNoPaths: (_: object) => 'a folder, a list, a pattern or paths of cfg.json files are missing',
  usageNoJob: (_: object) => 'the JobId is missing',
  usageNoShell: (p: { found?: string | undefined; values: readonly string[] }) =>
    `${p.found === undefined ? 'a shell is missing' : `"${p.found}" is not a known shell`}: ${p.values.join(' or ')}`,
  usageOneCfg: (p: { surplus: string }) => `unexpected argument "${p.surplus}": one cfg.json at a time`,
  usageTooMuch: (p: { surplus: string }) => `unexpected argument "${p.surplus}"`,
}
