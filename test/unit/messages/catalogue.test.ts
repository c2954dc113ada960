import { describe, expect, it } from 'vitest'
import type { Allowed, Found, Shape } from '../../../src/model/findings.ts'
import { JobError } from '../../../src/errors.ts'
import type { PlacedProblem } from '../../../src/messages/en/problems.ts'
import { en } from '../../../src/messages/en/index.ts'
import { PAGE_WORDS, type PageWord } from '../../../src/messages/en/page.ts'
import {
  CATALOGUES,
  type Catalogue,
  type Message,
  type MessageCode,
  say,
} from '../../../src/messages/index.ts'
import { PHASES } from '../../../src/model/status.ts'
import { inChinese } from '../../harness/language.ts'
import { textOf } from '../../harness/pages.ts'

const found: Found = { value: '"x"' }
const allowed: Allowed = { kind: 'values', field: 'ResizeMode', values: [0, 1, 2] }
const object = { where: 'us3://rec', key: 'rec/a.webm' }
const hosted = { where: 'us3://rec', host: 's3.example.com' }
const stream = { streamId: 'a_1' }
const detail = { detail: 'EACCES' }
const made = { jobId: 'job-1', place: '/bucket/out/job-1.mp4', length: '7.01', size: '482 kB' }
const problems: readonly PlacedProblem[] = [
  { code: 'missing', params: { allowed }, place: { file: 'cfg.json', path: 'Data' } },
  { code: 'tooDeep', params: { max: 3 }, place: { file: 'cfg.json', line: 2, column: 4, path: '' } },
]

const BATCH_COLUMNS = ['job', 'state', 'exit', 'time', 'speed', 'warnings', 'skipped', 'output'] as const
const BATCH_STATES = ['done', 'unchanged', 'failed', 'stopped', 'notStarted'] as const

type Samples = { readonly [Code in MessageCode]: readonly Parameters<Catalogue[Code]>[0][] }

/** Ways to say each message: with its optional parts and without them. A new message does not compile without one. */
const SAMPLES: Samples = {
  // timed updates
  changeLayout: [{ layout: 'tile2' }],
  changeMain: [{ streamId: 'a_1' }, { streamId: undefined }],
  changeScreenShare: [{ share: 'equal' }, { share: 'large' }],
  changeFit: [{ fit: 'stretch' }, { fit: 'cover' }, { fit: 'contain' }],
  changeBackground: [{ r: 1, g: 2, b: 3 }],
  changeWatermarks: [{ count: 0 }, { count: 2 }],
  changeSelection: [
    { medium: 'audio', kind: 'all', streamIds: [] },
    { medium: 'video', kind: 'only', streamIds: ['a_1'] },
    { medium: 'video', kind: 'except', streamIds: ['a_1', 'b_1', 'c_1', 'd_1', 'e_1', 'f_1'] },
  ],
  changeMaximum: [{ maximum: 1 }, { maximum: 2 }],
  changeStream: (['take', 'drop', 'hide', 'restore'] as const).flatMap((state) => [
    { ...stream, medium: 'audio' as const, state },
    { ...stream, medium: 'video' as const, state },
  ]),
  changeNothing: [{}],
  updatesAfterEnd: [
    { count: 1, seconds: 20 },
    { count: 2, seconds: 20.5 },
  ],
  updatesShape: [{ found: { kind: 'object' } }],
  updateUnknown: [
    { found: { value: '"job.mix"' }, allowed: ['job.mixer.update'] },
    { found: { value: '"job.mix"' }, allowed: ['job.mixer.update'], meant: 'job.mixer.update' },
  ],
  updateEmpty: [{ action: 'job.stream.update', sections: ['StreamConfig', 'Stream'] }],
  updateFixed: [{ found: { value: '640' }, now: '1280' }],
  updatesInvalid: [{ problems }],
  updateNotify: [{}],
  updateNotUsed: [{ action: 'job.query' }],
  updateSectionUnused: [{ action: 'job.mixer.update', section: 'SubscribeConfig' }],
  updatesMissing: [{ asked: 'updates.json' }],
  updatesTwice: [{ used: 'cfg.json', ignored: 'index.json' }],
  optionUpdates: [{}],
  // plan
  planTitle: [{ jobId: 'demo', frames: 601, length: '20.0 s' }],
  planStreams: [{}],
  planSegments: [{}],
  planUpdates: [{}],
  planSkipped: [{}],
  planEstimate: [{}],
  planCommands: [{}],
  planInks: [{ seen: '#=', heard: '~-', gap: '.' }],
  planClip: [
    { video: true, audio: true, name: 'a.webm', offsetMs: 500 },
    { video: false, audio: true, name: 'a.webm', offsetMs: 0 },
  ],
  planLayout: [
    { layout: 'manual', streams: 1 },
    { layout: 'vertical2', streams: 3, main: 'a_1' },
  ],
  planPlace: [
    { width: 640, height: 360, x: 0, y: 0, z: 0 },
    { width: 640, height: 360, x: 0, y: 0, z: 2 },
  ],
  planWho: [
    { layout: 'tile', streams: [] },
    { layout: 'manual', streams: ['a_1', 'b_1'] },
  ],
  planMoreSegments: [{ count: 1 }, { count: 12 }],
  planMore: [{}],
  planFleet: [
    { fleets: [{ machines: 4, about: '9.5 s', percent: 0 }] },
    {
      fleets: [
        { machines: 4, about: '9.5 s', percent: 3 },
        { machines: 16, about: '5.0 s', percent: 40 },
      ],
    },
  ],
  planTime: [1, 2].map((cores) => ({
    ...{ about: '9.5 s', least: '5.0 s', most: '14 s', cores, encoder: 'x264', speed: 'balanced' },
  })),
  planOutput: [{ output: '4.1 MB', kbps: 1628, disk: '8.1 MB' }],

  // preview
  previewOneOrAll: [{}],
  previewNoPicture: [{}],
  previewOutside: [{ at: 99.5, length: '00:20.000' }],
  previewMade: [
    { path: '/sheet.png', pictures: 5, segments: 5 },
    { path: '/sheet.png', pictures: 1, segments: 1, folder: '/sheet.segments' },
    { path: '/sheet.png', pictures: 1, segments: 5, at: '00:12.500' },
  ],
  previewTitle: [
    { jobId: 'demo', length: '20.0 s', pictures: 24, segments: 120, mock: false },
    { jobId: 'demo', length: '20.0 s', pictures: 3, segments: 3, mock: true },
  ],
  previewNobody: [{}],

  // cfg.json, the index, conf/
  notAllowed: [
    { found, allowed },
    { found, allowed, meant: 'high' },
  ],
  missing: [{ allowed }],
  misspelt: [{ key: 'Fsp', nearest: 'Fps' }],
  placeholder: [{ found }, { found, allowed }, { found, allowed: { kind: 'any' } }],
  ellipsis: [{}],
  bareName: [{ found }],
  fullWidth: [{ found: '，', use: ',' }],
  syntax: [{ code: 'CommaExpected' }, { code: 'SomethingNew' }],
  tooMuch: [{ most: 5 }],
  tooDeep: [{ max: 100 }],
  bothLists: [{ allow: 'SubscribeAudioUids', deny: 'UnSubscribeAudioUids' }],
  noTemplates: [{}],
  outsideCanvas: [{ canvas: '640x360', region: '64x64 at 640,0' }],
  regionTooLarge: [{ start: 'X', size: 'Width', startValue: '1/2', sizeValue: '2/3' }],
  regionEmpty: [{ found: '0' }],
  noMp4: [{ found: '["hls"]' }],
  keyLeavesFolder: [{}],
  keyUnusable: [{}],
  endpointMissing: [{ vendor: 's3' }],
  regionMissing: [{ vendor: 'ucloud' }],
  unknownSetting: [{ key: 'x' }, { key: 'fmpeg', nearest: 'ffmpeg' }],
  indexShape: [{ found, allowed }],
  listNobody: [{ list: 'SubscribeVideo' }],
  positionsNobody: [{}],
  rootLeaves: [{}],
  fileMissing: [{ path: '/cfg.json' }],
  configInvalid: [{ problems }],
  notAFile: [{ path: '/x' }],
  cfgIsFolder: [{ path: 'rec', command: 'owt-main mix rec' }],
  cfgIsMedia: [{ path: 'a.webm', command: 'owt-main mix a.webm' }],
  cfgIsIndex: [{ path: 'rec.json', command: 'owt-main rec/cfg.json' }],
  cfgIsNoRequest: [{ path: 'rec/x.json', command: 'owt-main mix rec' }],
  cfgIsManifest: [{ path: 'rec/a.m3u8', command: 'owt-main mix rec' }],
  cfgIsNoJson: [{ path: 'a.zip', command: 'owt-main mix a.zip' }],
  fileTooLarge: [{ path: '/x', maxBytes: 5 }],
  indexInvalid: [{ problems }],
  streamsMissing: [{ problems }],
  streamUnknown: [{ streamId: 'x_1' }, { streamId: 'alcie_1', nearest: 'alice_1' }],
  confInvalid: [{ problems }],
  unknownKey: [{ key: 'x' }, { key: 'Widht', nearest: 'Width' }],
  duplicateKey: [{ key: 'Width' }],
  usedAs: [
    { found, used: 'high' },
    { found, used: 48_000 },
    { found, used: false },
  ],
  usedAsText: [{ found }],
  givenTwice: [{ used: 'BitRate', ignored: 'Bitrate' }],
  modeSingle: [{}],
  glyphsMissing: [
    { characters: ['😀 U+1F600'], more: 0 },
    { characters: ['😀 U+1F600', 'U+200D'], more: 3 },
  ],
  textOutside: [{ right: 700, bottom: 15, canvas: '640x360' }],
  snapped: [{ found: '90', used: '88' }],
  manualWithoutPositions: [{}],
  positionTwice: [stream],
  templateEmpty: [{}],
  templateTwice: [{ regions: 2 }],
  regionIdTwice: [{ id: '1' }],
  containersLeftOut: [{ found: 'hls' }],
  liveNotDone: [{}],
  notifyLiving: [{}],
  notifyTwice: [{ url: 'h' }],
  notifyKeyMissing: [{ dialect: 'tencent' }],
  notifyUrlBad: [{ found }],
  credentialsHalf: [{ given: 'PublicKey', missing: 'SecretKey' }],
  indexTime: [{ found }],
  indexTimeFar: [{ hours: 30 }],
  endTimeBad: [{ found }],
  startsAfterEnd: [{ seconds: 30 }],
  nameTimeOther: [{ time: '2026-11-22T04:43:46.184Z', seconds: 30 }],
  indexJobId: [{ found: 'a', jobId: 'b' }],
  mediaTypeUnknown: [{ streamId: 'a_3', mediaType: '3' }],
  entryNotObject: [{ found }],
  entryNoName: [{ found }, { found, written: 'Nmae' }],
  entryNoStream: [{ found }],
  entryNoTime: [{ found }],
  entryLeavesRoot: [{}],
  entryTwice: [{}],
  entryFar: [{ hours: 30 }],
  validated: [
    { file: 'cfg.json', errors: 0, warnings: 0 },
    { file: 'cfg.json', errors: 1, warnings: 2 },
    { file: 'cfg.json', errors: 2, warnings: 0 },
  ],
  moreFindings: [{ count: 3 }],
  indexNotRead: [{ bucket: 'b', jobId: 'j' }],
  noEntries: [{ skipped: 2 }],
  unknownVariable: [{ name: 'OWT_X' }, { name: 'OWT_FFMPEG_PAHT', nearest: 'OWT_FFMPEG_PATH' }],
  // what lines are made of
  prefix: [{ severity: 'error' }, { severity: 'warning' }, { severity: 'note' }],
  placed: [{ where: 'cfg.json:3:5', text: 'x' }],
  lengthSeconds: [{ seconds: '2.03' }],
  lengthMinutes: [{ minutes: 3, seconds: '20' }],
  lengthHours: [{ hours: 1, minutes: '02' }],
  jobMade: [
    { ...made, picture: { width: 640, height: 360, fps: 25 }, speed: 4.1, skipped: 0, warnings: 1 },
    { ...made, skipped: 2, warnings: 3 },
  ],
  jobMadeNothing: [{ jobId: 'job-1' }],
  // how far a job is
  phaseName: PHASES.map((phase) => ({ phase })),
  phaseParts: [{ parts: ['encoding', '12 s left'] }],
  phaseStarts: [{ name: 'encoding' }],
  phaseGoesOn: [
    { name: 'encoding', how: '12 %' },
    { name: 'checking', how: '' },
  ],
  phaseEnds: [{ name: 'encoding', length: '12.0 s' }],
  speedRealTime: [{ times: '4.1' }],
  speedShort: [{ times: '4.1' }],
  timeLeft: [{ length: '12 s' }],
  timeSoFar: [{ length: '12 s' }],
  doingFiles: [
    { name: 'a.webm', others: 0 },
    { name: 'a.webm', others: 2 },
  ],
  doingRender: [
    { chunks: [3], of: 12, sound: false },
    { chunks: [3, 4], of: 12, sound: true },
  ],
  doingJoin: [{}],
  doingCheck: [{}],
  doingSearch: [{}],
  doingUpload: [{ place: 'us3://bucket/out.mp4' }],
  doingCallbacks: [{ count: 2 }],
  // how jobs are
  statusUnknown: [{ jobId: 'job-1', folder: '/logs' }],
  statusNone: [{}],
  statusOlder: [{ count: 1 }, { count: 12 }],
  statusState: (['running', 'done', 'unchanged', 'failed', 'stopped', 'died'] as const).map((status) => ({
    status,
  })),
  statusColumn: (['job', 'status', 'at', 'time', 'speed', 'exit', 'what'] as const).map((column) => ({
    column,
    zone: 'Asia/Shanghai',
  })),
  statusRuns: [{ jobId: 'job-1', length: '12.0 s' }],
  statusBetween: [{}],
  statusWorker: [{ pid: 1 }, { pid: 1, memory: '92 MB' }],
  statusFfmpeg: [
    { pid: 1, output: 'video-3.mp4.part' },
    { pid: 1, output: 'video-3.mp4.part', memory: '92 MB' },
  ],
  statusEnded: [{ jobId: 'job-1', status: 'failed', at: '2026-11-22 10:00:00' }],
  statusDied: [{}],
  statusTook: [
    { length: '12.0 s', exitCode: 1, warnings: 0, skipped: 0 },
    { length: '12.0 s', times: '4.1', exitCode: 0, warnings: 1, skipped: 2 },
  ],
  statusLog: [{ path: '/logs/job-1.log' }],
  // the command line
  helpTitle: [{}],
  helpUsage: [{}],
  helpCommands: [{}],
  helpOptions: [{}],
  helpCommand: [{}],
  helpPlan: [{}],
  helpNumber: [{}],
  exitTryAgain: [{}],
  helpPaths: [{}],
  helpExamples: [{}],
  helpExits: [{}],
  helpMore: [{}],
  commandRun: [{}],
  commandPlan: [{}],
  commandValidate: [{}],
  commandPreview: [{}],
  commandBatch: [{}],
  commandServe: [{}],
  commandStatus: [{}],
  commandReport: [{}],
  commandCompletion: [{}],
  commandHelp: [{}],
  optionIndex: [{}],
  optionOutput: [{}],
  optionAt: [{}],
  optionCommands: [{}],
  optionWatch: [{}],
  usageNoMoment: [{ flag: '--at', found: 'noon' }],
  optionEverySegment: [{}],
  optionMock: [{}],
  optionSpeed: [{}],
  optionReport: [{}],
  optionJobs: [{}],
  optionHost: [{}],
  optionPort: [{}],
  optionEvents: [{}],
  optionWatchReceivers: [{}],
  optionStrict: [{}],
  optionForce: [{}],
  optionReplayCallbacks: [{}],
  optionKeepWork: [{}],
  optionConf: [{}],
  optionWorkDir: [{}],
  optionLogDir: [{}],
  optionJson: [{}],
  optionQuiet: [{}],
  optionLang: [{}],
  optionVersion: [{}],
  optionHelp: [{}],
  exitDone: [{}],
  exitFailed: [{}],
  exitRunning: [{}],
  exitNoSuchJob: [{}],
  exitBadVideo: [{}],
  exitBadAudio: [{}],
  exitNoStream: [{}],
  exitHungUp: [{}],
  exitStopped: [{}],
  usageNoCfg: [{}],
  usageNoPaths: [{}],
  commandSplit: [{}],
  commandTask: [{}],
  commandWork: [{}],
  optionQueue: [{}],
  fleetNone: [{}],
  fleetUnreachable: [{ address: 'redis://10.0.0.5:6379', detail: 'timeout' }],
  fleetColumn: [{ column: 'machine' }, { column: 'by' }],
  fleetDoes: [{ jobId: 'job-1', task: 'video 3/6', length: '0:12' }],
  fleetOldest: [{ length: '0:12' }],
  fleetIdle: [{}],
  workTakes: [{ machine: 'node-1', tasks: 2 }],
  queueUnset: [{}],
  queuedSecret: [{ path: 'Data.MixerConfig.WaterMark[0].Image' }],
  serveQueueCredentials: [{}],
  queueUnreachable: [{ address: 'redis://10.0.0.5:6379', detail: 'connect ECONNREFUSED 10.0.0.5:6379' }],
  queueUnserved: [{}],
  queueForgets: [{}],
  queueEvicts: [{ policy: 'allkeys-lru' }],
  taskGivenUp: [{ detail: 'job stalled more than allowable limit' }],
  taskFailedThere: [{ host: 'node-1', detail: 'the disk is full' }],
  jobElsewhere: [{ jobId: 'demo4711' }],
  optionRemote: [{}],
  optionCollect: [{}],
  usageNoTask: [{}],
  splitDone: [
    { plan: '/b/out/.owt/j/plan-1.json', tasks: 1 },
    { plan: '/b/out/.owt/j/plan-1.json', tasks: 12 },
  ],
  taskDone: [
    { name: 'video 1/2', number: 1, of: 3, isMade: true },
    { name: 'audio', number: 3, of: 3, isMade: false },
  ],
  taskPlanMissing: [{ plan: 'out/.owt/j/plan-1.json' }],
  taskPlanUnusable: [{ plan: 'out/.owt/j/plan-1.json' }],
  taskMissing: [{ number: 9, of: 8 }],
  taskOtherMakers: [{ name: 'ffmpeg', wanted: '7.1.5', own: '5.1.9' }],
  usageNoJob: [{}],
  usageUnknownOption: [{ flag: '-x' }, { flag: '--jsn', meant: '--json' }],
  usageUnknownCommand: [{ name: 'x' }, { name: 'paln', meant: 'plan' }],
  usageOtherCommand: [{ flag: '--jobs', command: 'run', commands: ['batch'] }],
  usageTakesNothing: [{ flag: '--json' }],
  usageValueMissing: [{ flag: '--speed', value: 'fast|balanced' }],
  usageNoneOf: [{ flag: '--speed', found: 'x', values: ['fast', 'balanced'] }],
  usageNoNumber: [
    { flag: '--jobs', found: 'x', whole: true, min: 1, max: 9 },
    { flag: '--at', found: 'x', whole: false, min: 0, max: 9 },
  ],
  usageNoShell: [{ values: ['bash', 'zsh'] }, { found: 'fish', values: ['bash', 'zsh'] }],
  usageOneCfg: [{ surplus: 'b.json' }],
  commandMix: [{}],
  commandInit: [{}],
  helpFolder: [{}],
  helpFolderFiles: [{}],
  optionLayout: [{}],
  optionShare: [{}],
  optionSize: [{}],
  optionFps: [{}],
  optionStart: [{}],
  optionName: [{}],
  optionKind: [{}],
  usageNoFolder: [{}],
  usageShape: [{ flag: '--start', found: 'x', value: 'WHO=+S', example: 'alice=+3.5' }],

  // a folder of recordings
  folderAmongFiles: [{ path: 'rec' }],
  folderTooMuch: [{ path: 'rec', maximum: 5000 }],
  folderNoFolder: [{ path: 'a.webm' }],
  folderEmpty: [
    { path: 'rec', tools: [] },
    { path: 'rec', tools: ['janus-pp-rec'] },
  ],
  folderSeveral: [
    {
      path: 'rec',
      sessions: [
        { name: 'a', count: 2, file: 'a.webm' },
        { name: '', count: 1, file: 'b.webm' },
      ],
    },
  ],
  folderUnknown: [{ name: 'eve', known: ['alice', 'bob'] }],
  mixOutputExists: [{ path: 'rec.mp4' }],
  initExists: [{ path: 'rec/cfg.json' }],
  folderSummary: [
    { vendor: '', files: 1, people: 1 },
    { vendor: 'Craig', files: 4, people: 3, begin: '2026-11-26 14:02:11' },
  ],
  folderStream: [{}],
  folderName: [{}],
  folderKind: [{}],
  folderBegins: [{}],
  folderLength: [{}],
  folderKnown: [{}],
  folderFile: [{}],
  folderKindIs: (['camera', 'microphone', 'screen', 'screenSound'] as const).map((kind) => ({ kind })),
  folderKnownFrom: [
    { user: 'name', kind: 'name', start: 'name' },
    { user: 'manifest', kind: 'container', start: 'playlist', offMs: 1000 },
    { user: 'content', kind: 'folder', start: 'fileTime' },
    { user: 'option', kind: 'guess', start: 'together' },
  ],
  folderGuessed: [{ corrections: ['--start alice=+3.5'] }],
  folderLeftOut: [
    { path: 'a.mjr', why: 'notPlayable', tool: 'janus-pp-rec' },
    ...(
      [
        'mixed',
        'result',
        'sameMedia',
        'noTime',
        'otherClock',
        'encrypted',
        'sliceMissing',
        'missing',
      ] as const
    ).map((why) => ({ path: 'a.webm', why })),
  ],
  folderMore: [{ count: 3 }],
  initWritten: [{ cfg: 'rec/cfg.json', index: 'rec/rec.json', command: 'owt-main rec/cfg.json' }],
  indexValueUnused: [{ found }],
  usageNotBoth: [{ flag: '--output', other: '--remote' }],
  usageTooMuch: [{ surplus: 'b' }],
  // storage
  objectMissing: [object],
  objectChanged: [object],
  objectNotAFile: [object],
  keyLeavesBucket: [object],
  outputClaimed: [
    { ...object, pid: 1, jobId: 'job-2' },
    { ...object, pid: 1 },
  ],
  outputReplaced: [object],
  keyTooLong: [{ where: 'bucket "b"', bytes: 1100, most: 1024 }],
  textTooLarge: [{ ...object, maxBytes: 1000 }],
  folderMissing: [hosted],
  folderOutside: [hosted],
  watermarkAbsolute: [{}],
  bucketMissing: [hosted],
  bucketElsewhere: [{ ...hosted, code: 'PermanentRedirect' }],
  credentialsMissing: [hosted],
  credentialsWithheld: [{ ...hosted, entry: 'http://s3.corp.example' }],
  accessKeyUnknown: [hosted],
  secretRefused: [hosted],
  accessDenied: [
    { ...object, code: 'AccessDenied', doing: 'read' },
    { ...object, code: 'AccessDenied', doing: 'write' },
  ],
  credentialsExpired: [{ ...hosted, code: 'ExpiredToken' }],
  clockSkewed: [hosted],
  storageUnreachable: [{ ...hosted, code: 'ENOTFOUND' }],
  objectArchived: [object],
  accountDisabled: [{ ...hosted, code: 'UserDisable' }],
  virtualHostOnly: [{ ...hosted, code: 'SecondLevelDomainForbidden' }],
  httpOnly: [hosted],
  httpsOnly: [hosted],
  addressRefused: [{ host: '10.0.0.1' }],
  proxyInvalid: [{ variable: 'HTTPS_PROXY' }],
  proxyUnreachable: [{ ...hosted, proxy: 'proxy:3128', code: 'ECONNREFUSED' }],
  proxyRefused: [
    { ...hosted, proxy: 'proxy:3128', status: 407 },
    { ...hosted, proxy: 'proxy:3128', status: 403 },
  ],
  storageUntrusted: [
    { ...hosted, code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    { ...hosted, code: 'CERT_HAS_EXPIRED', lacks: 'time' },
    { ...hosted, code: 'SELF_SIGNED_CERT_IN_CHAIN', lacks: 'issuer' },
  ],
  connectionBroke: [
    { ...hosted, code: 'ECONNRESET', mayBeHttps: false },
    { ...hosted, code: 'ECONNRESET', mayBeHttps: true },
  ],
  storageTimeout: [hosted],
  storageFailed: [
    { ...object, code: 'Strange', status: 599, doing: 'read' },
    { ...object, code: 'Strange', doing: 'write' },
    { ...object, code: 'SlowDown', status: 503, doing: 'write', helps: 'later' },
    { ...object, code: 'InternalError', status: 500, doing: 'read', helps: 'again' },
  ],
  fetchInterrupted: [{ ...object, atBytes: 1, bytes: 2 }],
  fetchTooSlow: [{ ...object, bytesPerSecond: 1024 }],
  objectTooLarge: [{ ...object, bytes: 2, maxBytes: 1 }],
  transferTooLong: [
    { ...object, doing: 'read', minutes: 30, bytesPerSecond: 16_384 },
    { ...object, doing: 'write', minutes: 30, bytesPerSecond: 16_384 },
  ],
  fetchNoRoom: [{ ...object, folder: '/work', mb: 3, freeMb: 2, leaveFreeMb: 256 }],
  contentDiffers: [{ ...object, algorithm: 'md5' }],
  uploadTooLarge: [{ ...object, bytes: 2, maxBytes: 1 }],
  uploadDiffers: [
    { ...object, sentBytes: 2, foundBytes: 1 },
    { ...object, sentBytes: 2, foundBytes: undefined },
  ],
  uploadDamaged: [{ ...object, algorithm: 'sha256' }],
  bothUploadsFailed: [{ first: 'x', second: 'y' }],
  diskFull: [{ path: '/jobs/a', code: 'ENOSPC' }],
  fileFailed: [{ path: '/jobs/a', code: 'EACCES' }],
  // planning, encoding, running
  internal: [{ detail: 'x' }],
  streamBeyondMaximum: [
    { ...stream, maximum: 2, fromSeconds: 1.5, toSeconds: 60, others: 0 },
    { ...stream, maximum: 2, fromSeconds: 1.5, toSeconds: 60, others: 2 },
  ],
  streamNeverSeen: [stream],
  hdrNotMapped: [{ ...stream, name: 'a.mov' }],
  alphaNotDecoded: [{ ...stream, name: 'a.webm' }],
  timesMended: [
    { name: 'a_1.webm', medium: 'video', packets: 1 },
    { name: 'a_1.webm', medium: 'audio', packets: 3 },
  ],
  clockRestarts: [{ name: 'a_1.webm', parts: 2 }],
  blockTimesWrapped: [{ name: 'a_1.webm' }],
  clocksApart: [
    { name: 'a_1.webm', medium: 'audio', minutes: 300, isPlaced: true },
    { name: 'a_1.webm', medium: 'video', minutes: -300, isPlaced: false },
  ],
  piecesJoined: [
    { name: 'a_1.webm', others: ['a_2.webm'] },
    { name: 'a_1.webm', others: ['2', '3', '4', '5', '6', '7'] },
  ],
  fragment: [{}],
  seekIndexWrong: [{ name: 'a_1.webm' }],
  lengthOther: [{ name: 'a_1.webm', seconds: 10, said: 60 }],
  recordingsOverlap: [{ streamId: 'a_1', name: 'a.webm', next: 'b.webm', seconds: 20 }],
  partUnread: [{ name: 'a_1.webm', at: 1_000_000 }],
  pictureDoubtful: (
    ['aspect', 'turn', 'mirrored', 'aspectChanges', 'coloursChange', 'alphaChanges'] as const
  ).map((doubt) => ({
    name: 'a_1.webm',
    doubt,
  })),
  speedNotFollowed: [{ name: 'a_1.webm' }],
  tracksMixed: [{ name: 'a_1.webm', tracks: 2 }],
  tracksUnused: [
    { name: 'a_1.webm', video: 0, audio: 1 },
    { name: 'a_1.webm', video: 2, audio: 0 },
    { name: 'a_1.webm', video: 1, audio: 1 },
  ],
  recorderOwnClock: [{ name: 'a_1.webm', earliestMs: 6000 }],
  keyStreamMissing: [stream],
  ffmpegMissing: [{}],
  ffmpegUnusable: [
    { path: '/usr/bin/ffmpeg', from: 'PATH', detail: '' },
    { path: '/usr/bin/ffmpeg', from: 'PATH', ...detail },
  ],
  sandboxMissing: [{}],
  sandboxUnusable: [
    { bwrap: '/usr/bin/bwrap', path: '/usr/bin/ffmpeg', detail: '' },
    { bwrap: '/usr/bin/bwrap', path: '/usr/bin/ffmpeg', ...detail },
  ],
  sandboxFailed: [detail],
  ffmpegTooOld: [{ path: '/usr/bin/ffmpeg', version: '4.4', oldest: '5.1' }],
  ffmpegLacks: [
    {
      path: '/usr/bin/ffmpeg',
      version: '7.1',
      features: (['encoder', 'decoder', 'filter', 'demuxer', 'muxer'] as const).map((kind) => ({
        kind,
        name: 'x',
      })),
    },
  ],
  ffmpegCannotRead: [
    { path: '/usr/bin/ffmpeg', version: '7.1', format: 'WebM', detail: '' },
    { path: '/usr/bin/ffmpeg', version: '7.1', format: 'WebM', ...detail },
  ],
  ffmpegFailed: [{ name: 'video 1/2', detail: 'x' }],
  ffmpegFenced: [
    { name: 'picture 1', reached: 'memory' },
    { name: 'sound', reached: 'cpu' },
  ],
  canvasTooLarge: [{ width: 8192, height: 8192, neededMb: 5828, memoryMb: 2000, fits: '4472 x 4472' }],
  jobTooLong: [
    { minutes: 60, isSet: true },
    { minutes: 60, isSet: false },
  ],
  codecRefused: [{ detail: 'mpeg2video' }],
  pictureTooLarge: [{ detail: '20000 x 20000' }],
  trackRefused: [
    { ...stream, medium: 'video', reason: 'x' },
    { ...stream, medium: 'audio', reason: 'x' },
  ],
  tooMuchMemory: [{ detail: '512' }],
  tooMuchTime: [{ detail: '15' }],
  tooManyPackets: [{ detail: '' }],
  ffmpegStalled: [{ name: 'video 1/2', seconds: 120 }],
  encoderUnusable: [{ encoder: 'nvenc', ...detail }],
  encoderFailed: [{ encoder: 'nvenc', ...detail }],
  framesWrong: [{ name: 'video 1/2', made: 99, planned: 100 }],
  usage: [{ detail: 'x' }],
  stopped: [{ signal: 'SIGTERM' }],
  cancelled: [{}],
  folderNotOwn: [{ path: '/tmp/work/job-1' }],
  jobRunning: [{ jobId: 'job-1', pid: 1 }],
  recordingsChanged: [
    { name: 'alice.webm', others: 0 },
    { name: 'alice.webm', others: 2 },
  ],
  claimLost: [{}],
  indexMissing: [{ jobId: 'job-1', places: ['a', 'b'] }],
  outputIsRecording: [{ kind: 'finished', name: 'alice.mp4', setting: 'StorageConfig' }],
  outputIsInput: [{ kind: 'poster', what: 'watermark', name: 'logo.jpg', setting: 'StorageConfig' }],
  logIsInput: [
    { path: '/logs/j.html', what: 'recording', name: 'j.html' },
    { path: '/logs/j.html', what: 'index', name: '/logs/j.html' },
  ],
  indexElsewhere: [{ url: 's3://other/i.json', bucket: 'rec' }],
  fileUnreadable: [{ path: '/cfg.json', reason: 'EACCES' }],
  noUsableStream: [
    { jobId: 'job-1', skipped: 0 },
    { jobId: 'job-1', skipped: 3 },
  ],
  skippedStrict: [{ count: 2, first: 'a_1.webm: the file is empty' }],
  recordingSkipped: [{ ...stream, name: 'a_1.webm', reason: 'the file is empty' }],
  empty: [detail],
  folder: [detail],
  unreadable: [detail],
  notMedia: [detail],
  slicesUnused: [{ name: 'a.m3u8', count: 1, of: 4 }],
  broken: [detail, { detail: '' }],
  noPackets: [detail],
  stalled: [{ detail: '120' }],
  tooLong: [{ hours: 100 / 3, maxHours: 24 }],
  tooManyRecordings: [{ count: 9999, maximum: 5000 }],
  timesBeyond: [detail],
  timesUnsound: [{}],
  undecodable: [{ medium: 'video' }, { medium: 'audio' }],
  undecodedInPart: [
    { streamId: 'a_1', medium: 'video' },
    { streamId: 'a_1', medium: 'audio' },
  ],
  decoderHeavy: [{ mb: 480 }],
  trackLeftOut: [
    { ...stream, medium: 'video' },
    { ...stream, medium: 'audio' },
  ],
  checkFailed: [{ found: ['99', 'b'], kept: '/jobs/kept.mp4' }],
  checkNoTrack: [{ medium: 'video' }, { medium: 'audio' }],
  checkFrames: [{ made: 99, planned: 100 }],
  checkTimes: [{ frame: 7, ms: 100 / 3 }],
  checkStart: [{ ms: 40.25 }],
  checkEnds: [{ ms: -40.25 }],
  checkEmpty: [{ ...stream, ms: 1000 }],
  checkUnchanged: [{ streamId: 'a_1', ms: 1000 }],
  checkSilent: [{ ...stream, ms: 1000 }],
  silentAsAsked: [{}],
  nothingSeen: [{ recordings: 3 }],
  nothingHeard: [{ recordings: 3 }],
  loudnessNotMeasured: [{}],
  watermarkMissing: [{ source: 'logo.png', reason: 'HTTP 404' }],
  noSuchObject: [{}],
  largerThan: [{ bytes: 8000 }],
  watermarkNoPicture: [{ source: 'logo.png' }],
  // callbacks
  callbackRestarted: [{}],
  callbackBackedUp: [{ place: 's3://b/k.mp4' }],
  callbacksLeft: [1, 2].map((count) => ({ count, file: '/logs/a.undelivered.jsonl' })),
  callbacksLost: [{ count: 1 }, { count: 2 }],
  callbackUntrusted: [
    { host: 'hooks.example.com', code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    { host: 'hooks.example.com', code: 'CERT_HAS_EXPIRED', lacks: 'time' },
    { host: 'hooks.example.com', code: 'SELF_SIGNED_CERT_IN_CHAIN', lacks: 'issuer' },
  ],
  callbacksReplayed: [
    { delivered: 1, left: 0 },
    { delivered: 0, left: 2 },
  ],
  callbacksNoReceiver: [{ count: 1 }, { count: 2 }],
  diskTooSmall: [{ folder: '/jobs/job-1', neededMb: 120, freeMb: 7 }],
  noPipe: [{ path: '/jobs/job-1/video-1-1.pipe' }],
  workDiskFull: [{ name: 'video 1/1', folder: '/jobs/job-1' }],
  systemLimit: [{ code: 'EMFILE' }],
  uploadFailed: [{ reason: 'us3://rec does not answer', path: 'work/job/finished.mp4' }],
  uploadBackedUp: [{ first: 'bucket "a" cannot be reached', bucket: 'b', key: 'out/job-1.mp4' }],
  watermarkBroken: [{ source: 'logo.png' }],
  // the report
  pageWord: (Object.keys(PAGE_WORDS) as PageWord[]).map((word) => ({ word })),
  pageTitle: [{ jobId: 'job-1' }],
  pageRoomStart: [{ at: '2026-11-22 09:00:00 UTC' }],
  pageEnded: [{ at: '2026-11-22 09:00:00 UTC' }],
  pageRoom: [{ room: 'room-1' }],
  pageSeekHint: [{}],
  pageFilmGone: [{}],
  pageNoFilm: [{}],
  pageLoudness: [true, false].map((isLimited) => ({
    ...{ target: '-16 LUFS', gain: '+3.5 dB', measured: '-19.5 LUFS', isLimited },
  })),
  pageLoudnessSilent: [{ target: '-16 LUFS' }],
  pageExitCode: [{ exitCode: 6, code: 'noUsableStream' }],
  pageSeen: [{ length: '3.20 s' }],
  pageHeard: [{ length: '3.20 s' }],
  pageTimelineText: [1, 4].map((streams) => ({ streams, segments: streams, length: '20.0 s' })),
  pageTimelineHint: [{}],
  pageNotListened: [{}],
  pageMoreUpdates: [{ count: 1 }, { count: 7 }],
  pageRowsLeftOut: [{ shown: 200, all: 300 }],
  pageLeftOutRow: [{ reason: 'the file is empty' }],
  pageSegment: [{ letter: 'A' }],
  pageLetterAt: [{ letter: 'A', from: '0:00.0', to: '0:04.5' }],
  pagePictureOf: [{ letter: 'A', at: '0:02.0' }],
  pageLayoutOf: [{ letter: 'A' }],
  pagePlace: [0, 2].map((z) => ({ width: 640, height: 360, x: 0, y: 8, z })),
  pagePicturesBounded: [{ shown: 48, all: 90 }],
  pageNoPictures: [{}],
  pageNoSound: [{}],
  pageSilent: [{}],
  pageNoPicture: [{}],
  pageNothingMade: [{}],
  pageTooQuiet: [{}],
  pageWaveText: [{ length: '20.0 s' }],
  pageCurveText: [{ integrated: '-14.3 LUFS' }],
  pagePhasesHint: [{}],
  pageOfTotal: [{ percent: 12 }],
  pageNoSettings: [{}],
  pageAllDefault: [{}],
  pageMadeBy: [{ version: '0.1.0' }],
  reportUnknownJob: [{ jobId: 'job-1', folder: '/logs' }],
  reportBroken: [{ path: '/logs/job-1.result.json' }],
  reportFailed: [{ reason: '/logs/job-1.html: ENOSPC' }],
  // batches
  batchEmpty: [0, 1, 2].map((passedOver) => ({ places: ['jobs', 'more'], passedOver })),
  // serve
  serveListens: [
    { url: 'http://127.0.0.1:8600', jobs: 1 },
    { url: 'http://127.0.0.1:8600', jobs: 2 },
  ],
  serveDrains: [{ seconds: 60 }],
  serveOpen: [{ host: '0.0.0.0' }],
  serveTwice: [{ folder: '/var/lib/owt', pid: 4711 }],
  serveNoAddress: [{ host: '127.0.0.1', port: 8600, code: 'EADDRINUSE' }],

  batchStarts: [
    { jobs: 1, atOnce: 1, cores: 1, memoryMb: 900 },
    { jobs: 12, atOnce: 2, cores: 4, memoryMb: 900 },
  ],
  batchPassedOver: [{ path: '/jobs/index.json' }],
  batchSameOutput: [{ path: '/a.json', other: '/b.json', key: '/rec/out.mp4' }],
  batchSameJob: [{ jobId: 'job-1', paths: ['/jobs/a.json', '/jobs/b.json'] }],
  batchJobLost: [{ signal: 'SIGKILL', exitCode: 137 }, { exitCode: 7 }],
  batchJob: [{ ended: 3, of: 12, jobId: 'job-1', how: 'x', warnings: 1, skipped: 0 }],
  batchDone: [{ length: '62' }, { length: '62', speed: 4.1, output: '/bucket/job-1.mp4' }],
  batchUnchanged: [{}, { output: '/bucket/job-1.mp4' }],
  batchFailed: [0, 2].map((more) => ({ exitCode: 6, reason: 'x', more })),
  batchStopped: [{}],
  batchNotStarted: [{}],
  batchColumn: BATCH_COLUMNS.map((column) => ({ column })),
  batchState: BATCH_STATES.map((status) => ({ status })),
  batchFirstError: [0, 2].map((more) => ({ reason: 'x.json', more })),
  batchTotals: [
    { jobs: 1, length: '62', counts: { done: 1 }, file: '/logs/batch.json' },
    { jobs: 12, length: '62', counts: { done: 9, failed: 3 }, file: '/logs/batch.json' },
  ],
  batchRunning: [
    { ended: 3, of: 12, running: ['job-1', 'job-2'].map((jobId) => ({ jobId, length: '62' })) },
    { ended: 3, of: 12, running: [{ jobId: 'job-1', length: '62', percent: 35 }] },
  ],
  batchJobNotStarted: [{ detail: 'EAGAIN' }],
  // the finished file and what lies beside it
  chapterBegins: [{}],
  chapterJoined: [
    { names: ['ann'], others: 0 },
    { names: ['ann', 'bob'], others: 0 },
    { names: ['ann', 'bob', 'cem'], others: 5 },
  ],
  chapterLeft: [
    { names: ['ann'], others: 0 },
    { names: ['ann', 'bob'], others: 2 },
  ],
  chapterShareStarted: [
    { names: ['ann'], others: 0 },
    { names: ['ann', 'bob'], others: 0 },
  ],
  chapterShareEnded: [
    { names: ['ann'], others: 0 },
    { names: ['ann', 'bob'], others: 0 },
  ],
  chapterParts: [{ parts: ['ann joins', 'bob leaves'] }],
  doingBeside: [{ kind: 'poster' }, { kind: 'thumbnails' }, { kind: 'hls' }],
  besideNotMade: [
    { kind: 'poster', reason: 'no picture' },
    { kind: 'thumbnails', reason: 'no picture' },
    { kind: 'hls', reason: 'no picture' },
  ],
}

const said = Object.entries(SAMPLES).flatMap(([code, list]) =>
  list.map((params) => ({ code, params }) as Message),
)

describe('the catalogue', () => {
  it('has a sample for every message', () => {
    expect(Object.keys(SAMPLES).toSorted()).toEqual(Object.keys(en).toSorted())
  })

  it.each(said)('$code $params', (message) => {
    for (const catalogue of Object.values(CATALOGUES)) {
      const text = say(message, catalogue)
      expect(text).toMatch(/\S/)
      // What a line begins with brings its own space.
      if (message.code !== 'prefix') expect(text).toBe(text.trim())
      expect(text).not.toMatch(/undefined|\[object|NaN|null/)
      // Only lists of problems have more than one line, one for each.
      expect(text.split('\n')).toHaveLength('problems' in message.params ? 2 : 1)
    }
  })

  it('says a problem with its place', () => {
    expect(say({ code: 'configInvalid', params: { problems } })).toBe(
      'cfg.json Data: missing; give 0 (stretch), 1 (crop to fill), 2 (letterbox)\n' +
        'cfg.json:2:4: nested deeper than 3 levels; check the brackets',
    )
  })

  it('says everything in English until another language is chosen', () => {
    const message: Message = { code: 'fileMissing', params: { path: 'a' } }
    expect(say(message)).toBe('a: there is no such file; check the path')
    expect(inChinese(() => say(message))).toBe('a：没有这个文件；请检查路径')
    expect(say(message)).toBe('a: there is no such file; check the path')
  })

  it('is what an error says, and the error keeps it as data', () => {
    const error = new JobError({ code: 'empty', params: detail }, { exitCode: 6, fault: 'input' })
    expect(error).toMatchObject({
      name: 'JobError',
      code: 'empty',
      message: 'the file is empty',
      exitCode: 6,
      fault: 'input',
      retryable: false,
      said: { code: 'empty', params: detail },
    })
  })
})

/** Params that choose the words: they are not seen themselves. */
const CHOOSE = new Set([
  ...['severity', 'medium', 'doing', 'helps', 'status', 'phase', 'column', 'word', 'kind', 'counts'],
  ...['part', 'layout', 'what', 'doubt'],
  ...['problems', 'others', 'why', 'user', 'start'],
])

/** What is put into a message as it is. */
function leavesOf(params: unknown): string[] {
  if (typeof params !== 'object' || params === null) return [String(params)]
  return Object.entries(params).flatMap(([name, value]) => (CHOOSE.has(name) ? [] : leavesOf(value)))
}

const HAN = /[\u4e00-\u9fff]/
/** Names that are the same in every language: fields, options, settings, variables, figures. */
const NAMES =
  /--[a-z-]+|\b[A-Z][a-z]+[A-Z]\w*|\b[a-z]+\.[a-z]+[A-Z]\w*|\b[A-Z][A-Z_]{3,}|conf\/|\d+(?:\.\d+)?/g

describe('the Chinese catalogue', () => {
  it.each(said)('$code $params', (message) => {
    const [english, chinese] = [say(message, CATALOGUES.en), say(message, CATALOGUES.zh)]
    const leaves = leavesOf(message.params).filter((leaf) => english.includes(leaf))
    for (const leaf of leaves) expect(chinese).toContain(leaf)
    for (const [name] of english.matchAll(NAMES)) {
      // “ann 等 4 人” counts ann as well.
      if (!('others' in message.params)) expect(chinese).toContain(name)
    }

    const without = (text: string) =>
      leaves.toSorted((a, b) => b.length - a.length).reduce((rest, leaf) => rest.replaceAll(leaf, '·'), text)
    if (message.code !== 'fullWidth') expect(english).not.toMatch(HAN)
    expect(without(chinese)).toMatch(/[\u4e00-\u9fff\uff0c-\uff1f]|^[^a-z]*$/i)
    // Four words in a row are English; three may be a command.
    expect(without(chinese)).not.toMatch(/(?:[a-z]{2,} ){3}[a-z]{2,}/)
    // Chinese punctuation between Chinese, a space between Chinese and Latin.
    expect(chinese).not.toMatch(/[\u4e00-\u9fff][,;:?!()]|[,;:?!()] ?[\u4e00-\u9fff]/)
    expect(chinese).not.toMatch(/[\u4e00-\u9fff]["\w]|["\w][\u4e00-\u9fff]/)
  })

  it('says a problem with its place', () => {
    expect(say({ code: 'configInvalid', params: { problems } }, CATALOGUES.zh)).toBe(
      'cfg.json Data：缺少该字段；请填写：0（拉伸）、1（裁剪）、2（加黑边）\n' +
        'cfg.json:2:4：嵌套超过 3 层；请检查括号',
    )
  })
})

/** Whether somebody says this, in full or with something in place of each "…". */
const isSaid = (text: string, catalogue: Catalogue): boolean =>
  said.some((message) => {
    const one = say(message, catalogue)
    return text.split('…').every((part) => one.includes(part.trim()))
  })

/** Messages in the first column of a page's tables. */
const quotedIn = (page: string): string[] =>
  [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, text = '']) => text)

describe('the Chinese guide', () => {
  const guide = textOf('docs/guide.zh.md')

  it.each(quotedIn(guide.slice(guide.indexOf('## 常见问题'))))('quotes %s as it is said', (text) => {
    expect(isSaid(text, CATALOGUES.zh)).toBe(true)
  })
})

describe('docs/troubleshooting.md', () => {
  const quoted = quotedIn(textOf('docs/troubleshooting.md'))

  it('quotes messages', () => {
    expect(quoted.length).toBeGreaterThan(30)
  })

  it.each(quoted)('quotes %s as it is said', (text) => {
    expect(isSaid(text, CATALOGUES.en)).toBe(true)
  })
})

describe('what is allowed, and what was found', () => {
  const SHAPES: Record<Shape, true> = {
    jobId: true,
    fraction: true,
    audioCodec: true,
    time: true,
    updateTime: true,
    name: true,
    httpUrl: true,
    endpointTemplate: true,
    trustedHost: true,
    absolutePath: true,
    redisUrl: true,
    appId: true,
    sha256: true,
    fileMode: true,
    loudness: true,
    mostRedecode: true,
    processes: true,
    networkRule: true,
    codecName: true,
    heightFraction: true,
    indexKey: true,
    zone: true,
    region: true,
    bucket: true,
  }
  const clear = (text: string) => expect(text).not.toMatch(/undefined|\[object|NaN/)

  it('every shape has a description', () => {
    for (const shape of Object.keys(SHAPES) as Shape[]) {
      clear(say({ code: 'missing', params: { allowed: { kind: 'shape', shape } } }))
    }
  })

  it.each<[Allowed, string]>([
    [{ kind: 'number', whole: true }, 'whole numbers'],
    [{ kind: 'number', whole: false, max: 1 }, 'numbers up to 1'],
    [{ kind: 'number', whole: true, min: 0 }, 'whole numbers from 0 up'],
    [{ kind: 'number', whole: true, step: 2, min: 2, max: 4096 }, 'even numbers from 2 to 4096'],
    [{ kind: 'values', field: 'Other', values: ['a', 1] }, '"a", 1'],
    [{ kind: 'values', field: 'MediaChannel', values: [1, 3] }, '1 (audio only), 3 (both)'],
    [{ kind: 'object', names: [] }, 'an object {...}'],
    [{ kind: 'objectOrArray', names: ['A', 'B'] }, 'an object {...} with A, B or an array of them'],
    [{ kind: 'text' }, 'text in double quotes'],
    [{ kind: 'filledText' }, 'text in double quotes that is not empty'],
    [{ kind: 'boolean' }, 'true or false'],
    [{ kind: 'array' }, 'an array [...]'],
    [{ kind: 'textOrArray' }, 'text or an array of texts'],
    [{ kind: 'any' }, 'any value'],
  ])('%j', (what, text) => {
    expect(say({ code: 'notAllowed', params: { found, allowed: what } })).toBe(`found "x", allowed ${text}`)
  })

  it.each<[Found, string]>([
    [{ value: '17' }, '17'],
    [{ kind: 'object' }, 'an object'],
    [{ kind: 'array' }, 'an array'],
    [{ kind: 'text' }, 'text'],
    [{ kind: 'number' }, 'a number'],
    [{ kind: 'boolean' }, 'true or false'],
    [{ kind: 'null' }, 'null'],
    [{ kind: 'nothing' }, 'nothing'],
    [{ kind: 'word' }, 'a word without quotes'],
    [{ kind: 'hidden' }, 'a value that is not shown'],
  ])('%j', (what, text) => {
    expect(say({ code: 'usedAsText', params: { found: what } })).toBe(
      `found ${text}, used as text; put it in double quotes`,
    )
  })
})
